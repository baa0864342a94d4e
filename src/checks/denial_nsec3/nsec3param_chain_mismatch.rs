//! NSEC3 that no NSEC3PARAM announces.

use std::collections::{BTreeMap, BTreeSet};

use super::{Parameters, Record, records};
use crate::checks::signatures::chained;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::JudgedZone;

declare! {
    /// # nsec3param-chain-mismatch
    ///
    /// A server gives NSEC3 records whose hash algorithm, iterations or salt are in none of the zone's
    /// NSEC3PARAM records.
    ///
    /// ## Why it matters
    ///
    /// NSEC3PARAM tells the servers with which parameters to hash a name to find its NSEC3. When it is
    /// not that of the chain, servers look in the wrong places, and their proofs do not hold. Validators
    /// themselves never look at NSEC3PARAM.
    ///
    /// ## What resolvers do
    ///
    /// Nothing, while the proofs hold; SERVFAIL where they do not, with extended error 12 (NSEC Missing)
    /// or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Build the chain again together with its NSEC3PARAM, instead of editing one of the two:
    ///
    /// - BIND: `rndc signing -nsec3param 1 0 0 - example.com`, or with a `dnssec-policy`
    ///   `nsec3param` in it, `rndc reconfig` and `rndc sign example.com`
    /// - Knot: `keymgr example.com. nsec3-salt` shows the salt in use; then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: sign the unsigned file again with `ldns-signzone -n -t 0`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 4, 7.1 and 7.2.
    "nsec3param-chain-mismatch", DenialNsec3, Error,
    rfc: ["RFC 5155 section 4", "RFC 5155 section 7.2"],
    explained_by: [],
    summary: "The NSEC3 chain has other parameters than NSEC3PARAM.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let all = records(context, zone);
    let mut announced: BTreeMap<_, BTreeSet<&Parameters>> = BTreeMap::new();
    for record in all
        .iter()
        .filter(|record| record.rtype == RecordType::NSEC3PARAM)
    {
        let of_server = announced.entry(record.server).or_default();
        of_server.insert(&record.parameters);
    }
    let is_stray = |record: &&Record<'_>| {
        let of_server = announced.get(&record.server);
        record.rtype == RecordType::NSEC3
            && of_server.is_some_and(|known| !known.contains(&record.parameters))
    };
    let stray: Vec<_> = all.iter().filter(is_stray).collect();
    let first = stray.first()?;
    let apex = &zone.apex;
    let servers: BTreeSet<_> = stray.iter().map(|record| record.server).collect();
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let known = announced.get(&first.server).into_iter().flatten();
    let message = format!(
        "NSEC3 of {apex} with {}; NSEC3PARAM announces {}{at}",
        first.parameters,
        list(known)
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .fix(format!(
            "build the chain again with its NSEC3PARAM: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(all.iter().map(|record| record.id));
    Some(statement.at_servers(context, &servers))
}
