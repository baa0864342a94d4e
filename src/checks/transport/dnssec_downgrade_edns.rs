//! Servers that are silent to EDNS.

use super::tried::rescued;
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;

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
    rescued(context, &Probe::EdnsAbsent, "no EDNS")
}
