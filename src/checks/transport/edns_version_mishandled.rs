//! Servers that mishandle an EDNS version they do not know.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::Rcode;
use crate::dns::probe::Probe;

declare! {
    /// # edns-version-mishandled
    ///
    /// A question with EDNS version 1 is not answered with BADVERS and an OPT record of version 0, as a
    /// server must that knows version 0 alone. Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// A later version of EDNS can only come into use where today's servers say that they do not know it.
    ///
    /// ## What resolvers do
    ///
    /// None asks with version 1 today.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a firewall that drops it. `dig @ADDRESS example.com SOA +norecurse +edns=1
    /// +noednsnegotiation` must show `status: BADVERS` and `EDNS: version: 0`.
    ///
    /// ## References
    ///
    /// RFC 6891, section 6.1.3; RFC 8906, section 3.2.2. DNSViz: ERROR_WITH_EDNS_VERSION,
    /// EDNS_VERSION_MISMATCH, IMPLEMENTED_EDNS_VERSION_NOT_PROVIDED. Zonemaster: EDNS_VERSION_ERROR,
    /// N10_UNEXPECTED_RCODE, N10_NO_RESPONSE_EDNS1_QUERY.
    "edns-version-mishandled", Transport, Warning,
    rfc: ["RFC 6891 section 6.1.3"],
    explained_by: ["edns-intolerant"],
    summary: "An unknown EDNS version is not answered with BADVERS.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::EdnsVersion);
    let odd = tried
        .iter()
        .filter_map(|one| Some(one.odd(fault(context, one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} answer EDNS version 1 with {what}, not BADVERS",
                zone.apex
            ),
            "update the server, or let what stands in front of it pass EDNS of any version"
                .to_owned(),
        )
    })
}

fn fault(context: &Context<'_>, one: &Tried<'_>) -> Option<String> {
    let Some(message) = one.message() else {
        return one.difference(context.view);
    };
    match (message.rcode(), message.edns()) {
        (Rcode::BADVERS, Some(edns)) if edns.version == 0 => None,
        (Rcode::BADVERS, Some(edns)) => Some(format!("version {}", edns.version)),
        (rcode, _) => Some(rcode.to_string()),
    }
}
