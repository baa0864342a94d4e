//! DNSKEY records below the apex.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::view::records;

declare! {
    /// # dnskey-not-at-apex
    ///
    /// A name that is no zone apex has a DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// Keys count only at the apex of the zone that they sign. Elsewhere they are at best forgotten, such
    /// as those of a zone that was merged into the one above; at worst somebody thinks that a zone is
    /// signed which does not exist.
    ///
    /// ## What resolvers do
    ///
    /// They answer it like any other data, and never take a key from there.
    ///
    /// ## How to put it right
    ///
    /// Take the records out of the zone, or make the name a zone of its own: NS records in the zone above,
    /// SOA and NS in the new one.
    ///
    /// - BIND: `nsupdate`, then `update delete www.example.com DNSKEY` and `send`
    /// - Knot: `knotc zone-begin example.com`, `knotc zone-unset example.com www DNSKEY`,
    ///   `knotc zone-commit example.com`
    /// - PowerDNS: `pdnsutil delete-rrset example.com www DNSKEY`, then `pdnsutil rectify-zone
    ///   example.com`
    /// - ldns and NSD: edit the zone file, `ldns-signzone example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// If the parent has a DS for the name, have it withdrawn.
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.1; RFC 4035, sections 2.1 and 5.3.1. DNSViz: DNSKEY_NOT_AT_ZONE_APEX. It is
    /// seen where DNSKEY is asked for at the name: by `anchorwatch audit www.example.com DNSKEY`, or with
    /// `--thorough`.
    "dnskey-not-at-apex", Keys, Error,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: [],
    summary: "A name that is no zone apex has DNSKEY records.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut found: BTreeMap<&Name, (BTreeSet<SocketAddr>, BTreeSet<usize>)> = BTreeMap::new();
    for question in context.view.questions() {
        let is_apex = context.topology.zones.contains_key(&question.name);
        if question.rtype != RecordType::DNSKEY || is_apex {
            continue;
        }
        for reply in context.view.replies(question) {
            let mut keys = records(&reply.message.answer, &question.name, RecordType::DNSKEY);
            if reply.message.is_authoritative() && keys.next().is_some() {
                let (servers, evidence) = found.entry(&question.name).or_default();
                servers.insert(reply.server);
                evidence.insert(reply.id);
            }
        }
    }
    let stated = found.into_iter().filter_map(|(name, (servers, evidence))| {
        let above = context.topology.zones.keys();
        let zone = above
            .filter(|apex| name.is_below(apex))
            .max_by_key(|apex| apex.label_count())?;
        let reach = context.reach(zone, &servers);
        let at = context.at(zone, &servers, reach);
        let message = format!("{name} has DNSKEY records and is no zone, but a name in {zone}{at}");
        Some(
            Statement::new(zone, message)
                .reach(reach)
                .about("owner", name)
                .about("rrtype", "DNSKEY")
                .fix(format!("take the DNSKEY records of {name} out of {zone}"))
                .shown_by(evidence),
        )
    });
    stated.collect()
}
