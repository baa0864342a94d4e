//! Servers that are silent to EDNS.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;
use crate::dns::{Rcode, RecordType};

declare! {
    /// # dnssec-downgrade-edns
    ///
    /// A server fails or leaves unanswered the question for its SOA record with EDNS, and answers it without.
    /// Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Signatures are sent only to who asks for them in that way, so nothing can be validated from this
    /// server; in a signed zone it is as good as silent.
    ///
    /// ## What resolvers do
    ///
    /// They ask again without, or give up on the server. In a signed zone what they get is unsigned and
    /// refused: SERVFAIL, unless another server does better.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a firewall or load balancer that drops EDNS or large answers. `dig
    /// @ADDRESS example.com SOA +norecurse +dnssec` must answer as `dig @ADDRESS example.com SOA +norecurse
    /// +noedns` does.
    ///
    /// ## References
    ///
    /// RFC 6891, section 7; RFC 8906, section 3.2. DNSViz: DNSSEC_DOWNGRADE_EDNS_DISABLED.
    "dnssec-downgrade-edns", Transport, Error,
    rfc: ["RFC 6891 section 7"],
    explained_by: ["edns-intolerant", "dnssec-downgrade-do"],
    summary: "A server answers only without EDNS, to which it is otherwise silent.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    // Asked only of servers that failed the ordinary question.
    let tried = tried(context, |probe| *probe == Probe::EdnsAbsent);
    let rescued = tried.iter().filter(|one| is_answered(one));
    let odd = rescued.map(|one| one.odd("no EDNS"));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{servers} of {} answer only with {what}", zone.apex),
            format!(
                "update the server, or let what stands in front of it pass EDNS; this must answer: dig @ADDRESS {} SOA +norecurse +dnssec",
                zone.apex
            ),
        )
    })
}

fn is_answered(one: &Tried<'_>) -> bool {
    one.message().is_some_and(|message| {
        let mut answer = message.answer.iter();
        message.rcode() == Rcode::NOERROR && answer.any(|r| r.rtype == RecordType::SOA)
    })
}
