//! Servers to which the case of letters matters.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;

declare! {
    /// # qname-case-not-preserved
    ///
    /// A server answers a question in mixed letters (`ExAmPlE.CoM`) otherwise than in small ones, or does not
    /// repeat the name with the letters that were sent. Only a thorough look asks for it (`audit NAME
    /// --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Resolvers mix the letters of what they ask so that a forger has more to guess, and drop an answer
    /// whose letters are others.
    ///
    /// ## What resolvers do
    ///
    /// Google Public DNS, and Unbound with `use-caps-for-id`, ask again in small letters or over TCP, and
    /// some give up: SERVFAIL.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a load balancer that writes names anew. The answer to `dig @ADDRESS
    /// eXaMpLe.CoM SOA +norecurse` must hold the SOA record and repeat the name as it was asked.
    ///
    /// ## References
    ///
    /// RFC 1035, sections 2.3.3 and 4.1.2; RFC 4343, section 4.1; RFC 5452, section 9. DNSViz:
    /// CASE_NOT_PRESERVED. Zonemaster: QNAME_CASE_INSENSITIVE, CASE_QUERY_DIFFERENT_ANSWER,
    /// CASE_QUERY_NO_ANSWER.
    "qname-case-not-preserved", Transport, Warning,
    rfc: ["RFC 4343 section 4.1"],
    explained_by: [],
    summary: "The case of a name in a question is altered or changes the answer.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::MixedCase);
    let odd = tried
        .iter()
        .filter_map(|one| Some(one.odd(fault(context, one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} mishandle mixed letters in a question: {what}",
                zone.apex
            ),
            "update the server, or let what stands in front of it leave names as they are"
                .to_owned(),
        )
    })
}

fn fault(context: &Context<'_>, one: &Tried<'_>) -> Option<String> {
    let question = one.message().and_then(|message| message.questions.first());
    let sent = &one.heard.exchange.question().name;
    let is_altered = question.is_some_and(|question| !question.name.eq_case(sent));
    let altered = || is_altered.then(|| "the name comes back in other letters".to_owned());
    one.difference(context.view).or_else(altered)
}
