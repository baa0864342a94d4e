//! Resolvers that have not noticed a repair yet.

use super::{counts, state, told};
use crate::checks::rollover::when;
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::report::Verdict;
use crate::validate::Status;

declare! {
    /// # resolver-recovery-pending
    ///
    /// The zone is right again at its servers, and a resolver still fails to validate it.
    ///
    /// ## Why it matters
    ///
    /// The repair is done and users still complain: what was cached during the fault has to expire first.
    /// How long that takes at most follows from the TTLs, and nothing but patience or a flushed cache
    /// helps.
    ///
    /// ## What resolvers do
    ///
    /// They keep failures for seconds to minutes (RFC 9520), and old DS and DNSKEY for their TTL.
    ///
    /// ## How to put it right
    ///
    /// Wait, or have the zone flushed at that resolver:
    ///
    /// - BIND: `rndc flushtree example.com`
    /// - Unbound: `unbound-control flush_zone example.com`
    /// - PowerDNS Recursor: `rec_control wipe-cache example.com$`
    ///
    /// Public resolvers have a page for it.
    ///
    /// ## References
    ///
    /// RFC 4035, section 4.7; RFC 9520, section 3.
    "resolver-recovery-pending", Resolvers, Notice,
    rfc: ["RFC 4035 section 4.7"],
    explained_by: [],
    summary: "A resolver still fails after the zone was repaired.",
}

/// A failure that lasts longer than every TTL is none of the past outage, in seconds beyond them.
const GRACE: i64 = 900;

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, _, _)) = context.remembered() else {
        return Vec::new();
    };
    let repaired = history.outage.as_ref().and_then(|outage| outage.until);
    let Some(repaired) = repaired.filter(|_| context.chain.status == Status::Secure) else {
        return Vec::new();
    };
    let ttls = [history.ttls.ds, history.ttls.dnskey, history.ttls.negative];
    let longest = ttls.into_iter().flatten().max().map_or(0, i64::from);
    let until = repaired.plus(longest + GRACE);
    if until <= context.now {
        return Vec::new();
    }
    let behind = context.resolvers.iter();
    behind
        .filter(|resolver| counts(context, resolver) && told(resolver) == Verdict::Bogus)
        .map(|resolver| {
            let message = format!(
                "{} still fails to validate, {} after the repair; by the TTLs until {} at the latest",
                resolver.name(),
                humane(context.now.since(repaired)),
                when(until, context.now)
            );
            let fix = "wait, or flush the zone there: `unbound-control flush_zone`, `rndc flushtree`, `rec_control wipe-cache`";
            state(context, resolver, message).fact("repaired", repaired).until(until).fix(fix)
        })
        .collect()
}
