//! CDS in a zone without keys.

use std::collections::BTreeSet;

use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::validate::{AnswerKind, Arrival, JudgedServer, JudgedZone, KeysReply, Status};

declare! {
    /// # cds-without-dnskey
    ///
    /// A server gives CDS or CDNSKEY of a zone and says that the zone has no DNSKEY.
    ///
    /// ## Why it matters
    ///
    /// Without keys nobody can tell who asks for a DS, so that parents ignore the records; one that does
    /// not would publish a DS that makes the zone bogus. They are left over from a time when the zone was
    /// signed. So is a request to delete the DS, which only counts while it is signed.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY. If the zone got the DS: SERVFAIL, with extended error 9
    /// (DNSKEY Missing).
    ///
    /// ## How to put it right
    ///
    /// Remove CDS and CDNSKEY from the unsigned zone, or sign it:
    ///
    /// - BIND: remove them from the file, or with `nsupdate`; the `dnssec-policy insecure` takes them out in
    ///   order, so let it finish before the policy is removed
    /// - Knot: remove them from the file; `knotc zone-reload example.com`
    /// - PowerDNS: `pdnsutil unset-publish-cds example.com` and `pdnsutil unset-publish-cdnskey
    ///   example.com`; from the database `pdnsutil delete-rrset example.com @ CDS`, then `pdnsutil
    ///   rectify-zone example.com`
    /// - NSD: remove them from the file; `nsd-control reload example.com`
    ///
    /// If the DS is still at the parent, have the registrar withdraw it.
    ///
    /// ## References
    ///
    /// RFC 7344, section 4.1; RFC 8078, section 4. Zonemaster: DS16_CDS_WITHOUT_DNSKEY,
    /// DS17_CDNSKEY_WITHOUT_DNSKEY.
    "cds-without-dnskey", ChildSignals, Warning,
    rfc: ["RFC 7344 section 4.1"],
    explained_by: ["ds-present-zone-unsigned", "signed-state-inconsistent"],
    summary: "CDS or CDNSKEY stands in a zone without DNSKEY.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| !matches!(zone.arrival, Arrival::Ended(Status::Bogus, _)))
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let apex = &zone.apex;
    let mut servers = BTreeSet::new();
    let mut types = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    for (&address, server) in &zone.servers {
        let KeysReply::Without(id, AnswerKind::NoType) = server.keys else {
            continue;
        };
        for (rtype, shown) in signals(zone, server) {
            servers.insert(address);
            types.insert(rtype);
            evidence.extend([id, shown]);
        }
    }
    if servers.is_empty() {
        return None;
    }
    let types = list(types);
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let statement = Statement::new(apex, format!("{apex} has {types} and no DNSKEY{at}"))
        .reach(reach)
        .about("rrtype", &types)
        .fix(format!("remove {types} from {apex}, or sign the zone"))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

fn signals(zone: &JudgedZone, server: &JudgedServer) -> Vec<(RecordType, ExchangeId)> {
    let types = [RecordType::CDS, RecordType::CDNSKEY].into_iter();
    let given = types.filter_map(|rtype| {
        let (id, answer) = server.answers.get(&probes::question(&zone.apex, rtype))?;
        (answer.kind == AnswerKind::Data).then_some((rtype, *id))
    });
    given.collect()
}
