//! Servers that mishandle an EDNS option they do not know.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::probe::{Probe, UNKNOWN_OPTION};

declare! {
    /// # edns-options-mishandled
    ///
    /// A question with an EDNS option that no server knows is not answered as it is without, or the option
    /// comes back in the answer. Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Resolvers send options such as cookies, padding and the client subnet to every server, because a
    /// server must ignore what it does not know. From this one they get no answer.
    ///
    /// ## What resolvers do
    ///
    /// After a time-out or FORMERR some ask again without EDNS and get unsigned data, which in a signed zone
    /// they refuse.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a firewall that drops it. `dig @ADDRESS example.com SOA +norecurse +dnssec
    /// +ednsopt=65432` must answer NOERROR and show no `OPT=65432`.
    ///
    /// ## References
    ///
    /// RFC 6891, section 6.1.2; RFC 8906, section 3.2.3. DNSViz: ERROR_WITH_EDNS_OPTION,
    /// ERROR_WITHOUT_EDNS_OPTION. Zonemaster: N11_NO_EDNS, N11_NO_RESPONSE, N11_RETURNS_UNKNOWN_OPTION_CODE,
    /// N11_UNEXPECTED_RCODE.
    "edns-options-mishandled", Transport, Warning,
    rfc: ["RFC 6891 section 6.1.2"],
    explained_by: ["edns-intolerant"],
    summary: "An unknown EDNS option breaks the answer or comes back.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::EdnsOption);
    let odd = tried
        .iter()
        .filter_map(|one| Some(one.odd(fault(context, one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} mishandle an unknown EDNS option: {what}",
                zone.apex
            ),
            "update the server, or let what stands in front of it pass every EDNS option"
                .to_owned(),
        )
    })
}

fn fault(context: &Context<'_>, one: &Tried<'_>) -> Option<String> {
    let edns = one.edns();
    let is_copied = edns.is_some_and(|edns| edns.option(UNKNOWN_OPTION).is_some());
    let copied = || is_copied.then(|| "it comes back".to_owned());
    one.difference(context.view).or_else(copied)
}
