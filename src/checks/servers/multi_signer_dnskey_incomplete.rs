//! Data at one server whose keys another server does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::delegation::{key_name, list};
use crate::checks::{Context, Statement};
use crate::dns::{Dnskey, RecordType, present};
use crate::policy::Reach;
use crate::validate::{JudgedRrset, JudgedServer, JudgedZone, KeysReply, Status};

declare! {
    /// # multi-signer-dnskey-incomplete
    ///
    /// RRsets at some servers are signed only by keys that the DNSKEY RRset of other servers lacks.
    ///
    /// ## Why it matters
    ///
    /// A resolver takes the keys from one server and the data from another. Each server on its own is
    /// flawless, and any mixture of the two fails: the zone comes and goes, differently for each resolver,
    /// for as long as a DNSKEY RRset stays in its cache. It is the classical fault of zones with two
    /// signing operators, and of servers that stayed behind in a key rollover.
    ///
    /// ## What resolvers do
    ///
    /// Unbound, BIND and Knot Resolver look for another server and mostly find one; PowerDNS Recursor
    /// does not and answered SERVFAIL in more than half of the cases measured.
    ///
    /// ## How to put it right
    ///
    /// Every operator must publish the zone-signing keys of all the others in its own DNSKEY RRset and
    /// sign that with its own key-signing key:
    ///
    /// - BIND: where the zone takes dynamic updates, `nsupdate`, then `zone example.com`, `update
    ///   add example.com 3600 DNSKEY 256 3 13 …` and `send`; key files without a private part are
    ///   not read, and with `inline-signing yes;` 9.18 takes no DNSKEY of others
    /// - Knot: `keymgr example.com import-pub Kexample.com.+013+12345.key`, then
    ///   `knotc zone-keys-load example.com`
    /// - PowerDNS: add the DNSKEY records to the zone with `pdnsutil edit-zone example.com` and
    ///   `direct-dnskey=yes` in the configuration
    ///
    /// If there is only one signer, transfer the zone again where it is old: `rndc retransfer
    /// example.com`, `knotc zone-retransfer example.com`, `nsd-control force_transfer example.com`.
    ///
    /// ## References
    ///
    /// RFC 8901, section 2.
    "multi-signer-dnskey-incomplete", Servers, Error,
    rfc: ["RFC 8901 section 2"],
    explained_by: [],
    summary: "Data at some servers is signed only by keys that other servers lack.",
}

/// What one group of servers signs with, and another lacks.
#[derive(Default)]
struct Gap<'a> {
    signing: BTreeSet<SocketAddr>,
    lacking: BTreeSet<SocketAddr>,
    types: BTreeSet<RecordType>,
    keys: Vec<&'a Dnskey>,
    evidence: BTreeSet<usize>,
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    if zone.status != Status::Secure {
        return Vec::new();
    }
    let gaps = gaps(zone);
    gaps.values().map(|gap| state(context, zone, gap)).collect()
}

/// The gaps by the RDATA of the keys that are missing.
fn gaps(zone: &JudgedZone) -> BTreeMap<Vec<Vec<u8>>, Gap<'_>> {
    let mut gaps: BTreeMap<_, Gap<'_>> = BTreeMap::new();
    let holders: Vec<_> = zone.servers.iter().filter_map(holder).collect();
    for (address, server) in &zone.servers {
        for (id, answer) in server.answers.values() {
            // Each operator signs these with its own key-signing key, and a parent reads them from each server.
            let is_signal = |set: &&JudgedRrset| {
                matches!(set.rrset.rtype, RecordType::CDS | RecordType::CDNSKEY)
            };
            for set in answer.rrsets.iter().filter(|set| !is_signal(set)) {
                let signers: Vec<&Dnskey> = set.valid().map(|(_, key)| key).collect();
                let rdata: Vec<_> = signers.iter().map(|key| key.rdata()).collect();
                for (holder, keys, keys_id) in &holders {
                    if signers.is_empty() || signers.iter().any(|key| keys.contains(key)) {
                        continue;
                    }
                    let gap = gaps.entry(rdata.clone()).or_default();
                    gap.signing.insert(*address);
                    gap.lacking.insert(*holder);
                    gap.types.insert(set.rrset.rtype);
                    gap.keys.clone_from(&signers);
                    gap.evidence.extend([*id, *keys_id]);
                }
            }
        }
    }
    gaps
}

/// A server whose keys are trusted, so that a resolver may use them for what other servers send.
fn holder<'a>(
    (address, server): (&SocketAddr, &'a JudgedServer),
) -> Option<(SocketAddr, &'a [Dnskey], usize)> {
    match &server.keys {
        KeysReply::Given(id, judged) if judged.status == Status::Secure => {
            Some((*address, &judged.dnskeys, *id))
        }
        _ => None,
    }
}

fn state(context: &Context<'_>, zone: &JudgedZone, gap: &Gap<'_>) -> Statement {
    let names: Vec<_> = gap.keys.iter().map(|key| key_name(key)).collect();
    let types: Vec<_> = gap.types.iter().map(RecordType::to_string).collect();
    let message = format!(
        "{} of {} at {}: signed only by {}, which the DNSKEY RRset at {} lacks",
        list(&types),
        zone.apex,
        context.servers(&zone.apex, &gap.signing),
        list(&names),
        context.servers(&zone.apex, &gap.lacking)
    );
    let lines: Vec<_> = gap
        .keys
        .iter()
        .map(|key| format!("{} IN DNSKEY {}", zone.apex, present::dnskey(key)))
        .collect();
    let tags: Vec<_> = gap
        .keys
        .iter()
        .map(|key| key.key_tag().to_string())
        .collect();
    Statement::new(&zone.apex, message)
        .reach(Reach::SomeServers)
        .about("rrtype", "DNSKEY")
        .about("key_tag", tags.join(", "))
        .about("nameserver", context.servers(&zone.apex, &gap.lacking))
        .fix(format!(
            "publish where it is missing:\n{}",
            lines.join("\n")
        ))
        .shown_by(gap.evidence.iter().copied())
}
