//! Caches that lag behind a change of keys.

use super::{old, state};
use crate::checks::{Context, Statement};

declare! {
    /// # resolver-serves-old-ds
    ///
    /// A resolver hands out a DS or DNSKEY RRset that differs from what every authoritative server gives.
    ///
    /// ## Why it matters
    ///
    /// Around a key rollover that is how it should be for a while. It becomes an outage when the old key
    /// or the old DS was taken away before the caches had let go of it: this resolver then fails until
    /// the TTL runs out.
    ///
    /// ## What resolvers do
    ///
    /// They keep an RRset until its TTL has run out, and validate new data with old keys meanwhile.
    ///
    /// ## How to put it right
    ///
    /// Wait until the instant in the message, or empty the cache of the resolver. If it fails to
    /// validate, put the old key or DS back until then.
    ///
    /// - BIND: `rndc flushname example.com`
    /// - Unbound: `unbound-control flush_zone example.com`
    /// - PowerDNS Recursor: `rec_control wipe-cache 'example.com$'`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.1.2; RFC 7583, section 3.
    "resolver-serves-old-ds", Resolvers, Warning,
    rfc: ["RFC 6781 section 4.1.2"],
    explained_by: [],
    summary: "The cache of a resolver holds DS or DNSKEY records that no authoritative server gives any more.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for resolver in context.resolvers {
        for old in old(context, resolver) {
            let message = format!(
                "{} holds {} of {} that no authoritative server gives, until {}",
                resolver.name(),
                old.rtype,
                old.zone,
                old.until
            );
            let fix = format!(
                "wait until {}, or flush {} at the resolver",
                old.until, old.zone
            );
            let mut statement = state(context, resolver, message)
                .about("rrtype", old.rtype)
                .fact("until", old.until)
                .shown_by([old.exchange])
                .fix(fix);
            statement.zone = old.zone;
            statements.push(statement);
        }
    }
    statements
}
