//! Servers that answer, but not for NSEC3PARAM.

use crate::checks::denial::state_unanswered;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;

declare! {
    /// # nsec3param-query-error
    ///
    /// A server of a signed zone answers other questions and gives nothing usable to the question for
    /// NSEC3PARAM.
    ///
    /// ## Why it matters
    ///
    /// No resolver needs the record. But a server, or a filter before it, that fails for a type it does not
    /// know fails for the next new type too, and there may be another one behind the same name that
    /// clients do need (HTTPS, TLSA). Tools that find out how a zone denies see nothing.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: they never ask for NSEC3PARAM. A client that does gets SERVFAIL, with extended error 22
    /// (No Reachable Authority) or 23 (Network Error).
    ///
    /// ## How to put it right
    ///
    /// Compare `dig +norecurse +dnssec @ns1.example.com example.com NSEC3PARAM` with the same for `SOA`, from
    /// outside and on the server itself. If it is right there, a firewall or a load balancer lets known
    /// types through alone: have it pass every type. If not, the server's software is older than 2008
    /// or puts answers together itself; BIND, Knot, NSD and PowerDNS all answer it.
    ///
    /// ## References
    ///
    /// RFC 5155, section 4; RFC 3597, section 3. Zonemaster: DS10_NSEC3PARAM_QUERY_RESPONSE_ERR,
    /// DS10_NSEC3PARAM_GIVES_ERR_ANSWER.
    "nsec3param-query-error", DenialNsec3, Warning,
    rfc: ["RFC 5155 section 4", "RFC 3597 section 3"],
    explained_by: [
        "delegation-lame",
        "server-unreachable",
        "tcp-fallback-broken",
        "dnssec-records-unobtainable",
    ],
    summary: "A server gives nothing usable to the question for NSEC3PARAM.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_unanswered(context, RecordType::NSEC3PARAM)
}
