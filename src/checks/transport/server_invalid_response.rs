//! Responses that are malformed or answer another question.

use super::{Odd, asked, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::{Message, Rcode, Section};
use crate::evidence::Outcome;
use crate::evidence::view::Heard;

declare! {
    /// # server-invalid-response
    ///
    /// A server sends a message that cannot be read to its end, holds records whose data does not fit
    /// their type, or answers another question than the one asked.
    ///
    /// ## Why it matters
    ///
    /// Resolvers drop such responses, whole or in part, and ask again or elsewhere. What they do with the
    /// part that can be read differs from one to the next, and a record that is dropped takes the
    /// signature of its RRset with it.
    ///
    /// ## What resolvers do
    ///
    /// Most treat the message as if it had not come, and answer SERVFAIL when all servers send the like,
    /// with extended error 22 (No Reachable Authority) or 23 (Network Error).
    ///
    /// ## How to put it right
    ///
    /// See what comes: `dig @ADDRESS example.com SOA +norecurse +dnssec`, and with `+qr` the query too;
    /// `dig` warns of octets left over. Then look for what is special about this server: a proxy, a load
    /// balancer, a DNS server of its own making, a type that its version does not know (write such
    /// records in the form of RFC 3597: `TYPE65280 \# 2 CAFE`).
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.1; RFC 3597, section 5; RFC 5452, section 9.1. DNSViz: FORMERR,
    /// SERVER_INVALID_RESPONSE_UDP.
    "server-invalid-response", Transport, Error,
    rfc: ["RFC 1035 section 4.1"],
    explained_by: [],
    summary: "A response is malformed or answers another question.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = context.heard().filter_map(|(zone, id, heard)| {
        Some(Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: fault(heard)?,
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("responses about {} from {servers} cannot be used as they are: {what}", zone.apex),
            "see what the server sends with `dig @ADDRESS NAME TYPE +norecurse +dnssec`, and what stands between it and here".to_owned(),
        )
    })
}

/// What is wrong with a response, in a few words.
fn fault(heard: &Heard) -> Option<String> {
    let Outcome::Response(octets) = &heard.exchange.outcome else {
        return None;
    };
    let question = heard.exchange.question();
    let about = |what: String| Some(format!("{what} (asked for {})", asked(question)));
    let Some(message) = &heard.message else {
        return about(format!(
            "{} octets, shorter than a DNS header",
            octets.len()
        ));
    };
    if !message.is_response() {
        return about("a query in the place of a response".to_owned());
    }
    if let Some(fault) = message.faults.first().filter(|_| !message.is_truncated()) {
        return about(fault.to_string());
    }
    if heard.usable().is_none() {
        let got = message.questions.first().map(asked);
        let got = got.unwrap_or_else(|| "no question".to_owned());
        return about(format!("the response is to {got}"));
    }
    // Ordinary queries have no cookie, and without one none may be demanded (RFC 7873, section 5.2.1).
    if message.rcode() == Rcode::BADCOOKIE {
        return about("BADCOOKIE to a query without a cookie".to_owned());
    }
    about(bad_record(message)?)
}

/// The first record whose RDATA does not fit its type.
fn bad_record(message: &Message) -> Option<String> {
    [Section::Answer, Section::Authority, Section::Additional]
        .into_iter()
        .flat_map(|section| message.section(section))
        .find_map(|record| {
            let fault = record.fault.as_ref()?;
            Some(format!("{} of {}: {fault}", record.rtype, record.owner))
        })
}
