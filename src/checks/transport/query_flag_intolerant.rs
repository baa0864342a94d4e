//! Servers whose answer depends on a flag of the header.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;

declare! {
    /// # query-flag-intolerant
    ///
    /// A server answers the question for the SOA record of its zone, and fails it or leaves it unanswered
    /// when RD, CD, AD or the reserved bit of the header is set. Only a thorough look asks for it (`audit
    /// NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Resolvers set CD and AD in their own questions, and forwarders pass RD on. What they ask in that way
    /// then has no answer from this server.
    ///
    /// ## What resolvers do
    ///
    /// They try the next server; SERVFAIL when all are alike.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a firewall or load balancer that drops what it takes for odd. All of these
    /// must answer NOERROR with the SOA record:
    ///
    /// - `dig @ADDRESS example.com SOA +recurse`
    /// - `dig @ADDRESS example.com SOA +norecurse +cdflag`
    /// - `dig @ADDRESS example.com SOA +norecurse +adflag`
    /// - `dig @ADDRESS example.com SOA +norecurse +zflag`
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.1.1; RFC 4035, sections 3.1.6 and 3.2.2; RFC 6840, section 5.7; RFC 8906, section
    /// 3.1.3. DNSViz: ERROR_WITH_REQUEST_FLAG, ERROR_WITHOUT_REQUEST_FLAG.
    "query-flag-intolerant", Transport, Warning,
    rfc: ["RFC 8906 section 3.1.3"],
    explained_by: [],
    summary: "An answer depends on a header flag (RD, CD, AD, the reserved bit).",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| flag(probe).is_some());
    let about_itself = tried
        .iter()
        .filter(|one| one.heard.exchange.question().name == one.zone.apex);
    let odd = about_itself.filter_map(|one| Some(one.odd(difference(context, one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} answer differently by a header flag: {what}",
                zone.apex
            ),
            "update the server, or let what stands in front of it pass every flag of the header"
                .to_owned(),
        )
    })
}

fn difference(context: &Context<'_>, one: &Tried<'_>) -> Option<String> {
    let difference = one.difference(context.view)?;
    Some(format!("{difference} with {}", flag(one.probe)?))
}

fn flag(probe: &Probe) -> Option<&'static str> {
    match probe {
        Probe::RecursionDesired => Some("RD"),
        Probe::CheckingDisabled => Some("CD"),
        Probe::AuthenticData => Some("AD"),
        Probe::ReservedBit => Some("the reserved bit"),
        _ => None,
    }
}
