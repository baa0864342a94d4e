//! Servers that answer only when nobody wants DNSSEC.

use super::tried::rescued;
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;

declare! {
    /// # dnssec-downgrade-do
    ///
    /// A server fails or leaves unanswered the question for its SOA record with DO (DNSSEC OK) set, and
    /// answers it with DO cleared. Only a thorough look asks for it (`audit NAME --thorough`).
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
    /// +edns=0 +nodnssec` does.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1 and 3.2.1; RFC 8906, section 3.2.6. DNSViz: DNSSEC_DOWNGRADE_DO_CLEARED.
    "dnssec-downgrade-do", Transport, Error,
    rfc: ["RFC 4035 section 3.1"],
    explained_by: ["edns-intolerant"],
    summary: "A server answers only with DO cleared.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    rescued(context, &Probe::DnssecCleared, "DO cleared")
}
