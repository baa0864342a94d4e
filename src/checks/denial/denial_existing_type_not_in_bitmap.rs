//! Types that exist and are missing from the bitmap.

use std::collections::BTreeSet;

use super::conflict::{self, Conflict, Denied, Seen};
use crate::checks::signatures::chained;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::Name;

declare! {
    /// # denial-existing-type-not-in-bitmap
    ///
    /// The type bitmap of an NSEC or NSEC3 lacks a type that an answer of the same server shows at that
    /// name, or at the wildcard it stands for.
    ///
    /// ## Why it matters
    ///
    /// Resolvers that use cached NSEC and NSEC3 to answer by themselves make the type vanish: after
    /// somebody asked for a type that the name lacks, the record in the cache says that there is nothing
    /// else either, and a web site is gone for its TTL without SERVFAIL and without a trace at the
    /// servers. An outage of a large messaging service in 2021 was of this kind: the NSEC of a wildcard
    /// without A, so that a question for AAAA took away the A records.
    ///
    /// ## What resolvers do
    ///
    /// They answer NODATA out of the cache for as long as the record stays there, and the right answer
    /// otherwise. Each answer alone validates, so no resolver reports anything.
    ///
    /// ## How to put it right
    ///
    /// Build the chain again from all records of the name, also those that a load balancer or an alias
    /// record adds:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - a hosted zone: report it to the provider, with the two answers; until then do not ask for types
    ///   that are absent, or add them
    ///
    /// Caches keep the wrong record for its TTL.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.3; RFC 4034, section 4.1.2; RFC 8198, section 5. DNSViz:
    /// EXISTING_TYPE_NOT_IN_BITMAP.
    "denial-existing-type-not-in-bitmap", Denial, Error,
    rfc: ["RFC 4035 section 2.3", "RFC 8198 section 5"],
    explained_by: [],
    summary: "A type that exists is missing from the type bitmap.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let fix = "build the chain again with all types of the name: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`";
    let wanted = |_: &Conflict, denied| denied == Denied::Type;
    state_conflicts(context, wanted, fix, |conflict| {
        let Conflict {
            name,
            rtype,
            by,
            listed,
            ..
        } = conflict;
        format!("the {by} of {name} lacks {rtype}, which exists there; it lists {listed}")
    })
}

/// One statement for each zone with conflicts that `wanted` picks.
pub fn state_conflicts(
    context: &Context<'_>,
    wanted: impl Fn(&Conflict, Denied) -> bool,
    fix: &str,
    words: impl Fn(&Conflict) -> String,
) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| {
            let found: Vec<_> = conflict::find(context, zone, &wanted).into_iter().collect();
            let (first, _) = found.first()?;
            let texts: BTreeSet<_> = found.iter().map(|(conflict, _)| words(conflict)).collect();
            let message = list(texts.iter().take(3));
            let fix = fix.replace("ZONE", &zone.apex.to_string());
            let seen: Vec<_> = found.iter().map(|(_, seen)| seen).collect();
            Some(
                state(context, &zone.apex, message, &seen)
                    .about("owner", &first.name)
                    .about("rrtype", first.rtype)
                    .fact("listed", &first.listed)
                    .fix(fix),
            )
        })
        .collect()
}

fn state(context: &Context<'_>, apex: &Name, message: String, seen: &[&Seen]) -> Statement {
    let servers: BTreeSet<_> = seen
        .iter()
        .flat_map(|seen| seen.servers.iter().copied())
        .collect();
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    Statement::new(apex, format!("{message}{at}"))
        .reach(reach)
        .shown_by(seen.iter().flat_map(|seen| seen.evidence.iter().copied()))
        .at_servers(context, &servers)
}
