//! Servers that answer, but not for NSEC.

use super::state_unanswered;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;

declare! {
    /// # nsec-query-error
    ///
    /// A server of a signed zone answers other questions and gives nothing usable to the question for the
    /// NSEC of the apex. It is asked with `--thorough` alone.
    ///
    /// ## Why it matters
    ///
    /// Resolvers get NSEC beside negative answers and hardly ever ask for it. But a server, or a filter
    /// before it, that fails for a type it does not know fails for the next new type too, and there may be
    /// another one behind the same name that clients do need (HTTPS, TLSA). Validators that look for proof
    /// once more, and tools, see nothing.
    ///
    /// ## What resolvers do
    ///
    /// Nothing as a rule: they do not ask. A client that does gets SERVFAIL, with extended error 22
    /// (No Reachable Authority) or 23 (Network Error).
    ///
    /// ## How to put it right
    ///
    /// Compare `dig +norecurse +dnssec @ns1.example.com example.com NSEC` with the same for `SOA`, from
    /// outside and on the server itself. If it is right there, a firewall or a load balancer lets known
    /// types through alone: have it pass every type. If not, the server's software puts answers together
    /// itself; BIND, Knot, NSD and PowerDNS all answer it, with the record or with NODATA.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.1; RFC 3597, section 3. Zonemaster: DS10_NSEC_QUERY_RESPONSE_ERR,
    /// DS10_NSEC_GIVES_ERR_ANSWER, DS03_ERROR_RESPONSE_NSEC_QUERY, DS03_NO_RESPONSE_NSEC_QUERY.
    "nsec-query-error", Denial, Warning,
    rfc: ["RFC 4035 section 3.1", "RFC 3597 section 3"],
    explained_by: [
        "delegation-lame",
        "server-unreachable",
        "tcp-fallback-broken",
        "dnssec-records-unobtainable",
        "nsec3param-query-error",
    ],
    summary: "A server gives nothing usable to the question for NSEC.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_unanswered(context, RecordType::NSEC)
}
