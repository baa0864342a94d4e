//! Servers that mishandle an EDNS flag they do not know.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::probe::{Probe, UNKNOWN_FLAG};

declare! {
    /// # edns-flags-mishandled
    ///
    /// A question with an EDNS flag that has no meaning yet is not answered as it is without, or the flag
    /// comes back in the answer. Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// A flag that is ignored can be given a meaning later; one that breaks answers, or is copied, cannot.
    ///
    /// ## What resolvers do
    ///
    /// None sets such flags today.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a firewall that drops it. `dig @ADDRESS example.com SOA +norecurse +dnssec
    /// +ednsflags=0x80` must answer NOERROR, and say nothing of `MBZ`.
    ///
    /// ## References
    ///
    /// RFC 6891, section 6.1.4; RFC 8906, section 3.2.4. DNSViz: ERROR_WITH_EDNS_FLAG,
    /// ERROR_WITHOUT_EDNS_FLAG, EDNS_UNDEFINED_FLAGS_SET. Zonemaster: Z_FLAGS_NOTCLEAR.
    "edns-flags-mishandled", Transport, Warning,
    rfc: ["RFC 6891 section 6.1.4"],
    explained_by: ["edns-intolerant"],
    summary: "An EDNS flag without a meaning changes the answer or comes back.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::EdnsFlag);
    let odd = tried
        .iter()
        .filter_map(|one| Some(one.odd(fault(context, one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} mishandle an EDNS flag without a meaning: {what}",
                zone.apex
            ),
            "update the server, or let what stands in front of it pass every EDNS flag".to_owned(),
        )
    })
}

fn fault(context: &Context<'_>, one: &Tried<'_>) -> Option<String> {
    let is_copied = one
        .edns()
        .is_some_and(|edns| edns.flags & UNKNOWN_FLAG != 0);
    let copied = || is_copied.then(|| "it comes back".to_owned());
    one.difference(context.view).or_else(copied)
}
