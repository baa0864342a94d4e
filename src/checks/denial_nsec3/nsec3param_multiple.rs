//! Several NSEC3PARAM records.

use std::collections::{BTreeMap, BTreeSet};

use super::{Parameters, records};
use crate::checks::signatures::chained;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::JudgedZone;

declare! {
    /// # nsec3param-multiple
    ///
    /// The zone has more than one NSEC3PARAM record without flags.
    ///
    /// ## Why it matters
    ///
    /// Each announces a complete chain of its own, and a server may choose any. That is so for a short
    /// while when parameters change. If it stays, every name has several NSEC3 records to sign, and a
    /// chain that is not kept up gives proofs that do not hold.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; validators never look at NSEC3PARAM.
    ///
    /// ## How to put it right
    ///
    /// Remove the old parameters with their chain:
    ///
    /// - BIND: `rndc signing -list example.com` shows changes under way; `rndc signing -nsec3param 1 0 0
    ///   - example.com` leaves one
    /// - Knot: `knotc zone-sign example.com` leaves one
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'` keeps one
    /// - ldns: sign the unsigned file again with `ldns-signzone -n -t 0`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 4 and 7.1. Zonemaster: DS10_ERR_MULT_NSEC3PARAM.
    "nsec3param-multiple", DenialNsec3, Warning,
    rfc: ["RFC 5155 section 4"],
    explained_by: ["nsec3param-chain-mismatch"],
    summary: "The zone has several NSEC3PARAM records.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let all = records(context, zone);
    let mut announced: BTreeMap<_, BTreeMap<&Parameters, usize>> = BTreeMap::new();
    // Flags mark a chain that is being built or removed.
    let own =
        |record: &&super::Record<'_>| record.rtype == RecordType::NSEC3PARAM && record.flags == 0;
    for record in all.iter().filter(own) {
        let of_server = announced.entry(record.server).or_default();
        of_server.insert(&record.parameters, record.id);
    }
    announced.retain(|_, known| known.len() > 1);
    let (_, first) = announced.first_key_value()?;
    let apex = &zone.apex;
    let servers: BTreeSet<_> = announced.keys().copied().collect();
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let message = format!(
        "{apex} has {} NSEC3PARAM records ({}){at}",
        first.len(),
        list(first.keys())
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .fix(format!(
            "finish the change of parameters: `rndc signing -list {apex}`, `knotc zone-sign {apex}`, `pdnsutil set-nsec3 {apex} '1 0 0 -'`"
        ))
        .shown_by(announced.values().flat_map(|known| known.values().copied()));
    Some(statement.at_servers(context, &servers))
}
