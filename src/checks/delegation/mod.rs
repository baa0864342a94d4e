//! Between parent and child: DS records, NS records, glue.
//!
//! Most of these checks ask what became of one DS; [`followed`] gathers that over the servers.

pub mod ds_no_matching_dnskey;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::Context;
use crate::crypto::{self, DigestType};
use crate::dns::{Dnskey, Ds, present};
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{EntryPoint, JudgedZone, KeysReply, Outcome};

/// One DS (or trust anchor) of a zone that came to a certain end, gathered over the zone's servers.
pub struct Followed<'a> {
    /// The zone.
    pub zone: &'a JudgedZone,
    /// The DS or anchor.
    pub entry: &'a EntryPoint,
    /// What became of it, at the first of the servers.
    pub outcome: &'a Outcome,
    /// Where.
    pub servers: BTreeSet<SocketAddr>,
    /// Harmless when another DS holds at every one of these servers.
    pub reach: Reach,
    /// The keys the first of the servers gave.
    pub keys: &'a [Dnskey],
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

/// Every DS and anchor that came to an end that `wanted` picks.
pub fn followed<'a>(context: &Context<'a>, wanted: impl Fn(&Outcome) -> bool) -> Vec<Followed<'a>> {
    let mut found: Vec<Followed<'a>> = Vec::new();
    for zone in &context.chain.zones {
        for (&address, server) in &zone.servers {
            let KeysReply::Given(id, judged) = &server.keys else {
                continue;
            };
            let holds = judged
                .entries
                .iter()
                .any(|(_, outcome)| *outcome == Outcome::Holds);
            for (entry, outcome) in judged.entries.iter().filter(|(_, outcome)| wanted(outcome)) {
                let reach = if holds {
                    Reach::Harmless
                } else {
                    Reach::Everywhere
                };
                let known = found
                    .iter_mut()
                    .find(|known| known.zone.apex == zone.apex && known.entry == entry);
                if let Some(known) = known {
                    known.servers.insert(address);
                    known.evidence.insert(*id);
                    known.reach = known.reach.max(reach);
                } else {
                    found.push(Followed {
                        zone,
                        entry,
                        outcome,
                        servers: [address].into(),
                        reach,
                        keys: &judged.dnskeys,
                        evidence: [*id].into(),
                    });
                }
            }
        }
    }
    for followed in &mut found {
        if followed.reach == Reach::Everywhere {
            followed.reach = context.reach(&followed.zone.apex, &followed.servers);
        }
    }
    found
}

impl Followed<'_> {
    /// "DNSKEY 12345 (ECDSAP256SHA256, SEP), …", or "no keys".
    pub fn keys_in_words(&self) -> String {
        keys_in_words(self.keys)
    }

    /// The DS of each key that could be an entry point, to publish in the place of this one.
    pub fn replace_ds(&self) -> String {
        let good: Vec<_> = self
            .keys
            .iter()
            .filter(|key| key.is_sep() && is_signing(self.zone, key))
            .collect();
        let lines = good.into_iter().filter_map(|key| ds_line(self.zone, key));
        let lines: Vec<_> = lines.collect();
        match lines.as_slice() {
            [] => format!("withdraw this DS at the parent:\n{}", self.entry_line()),
            _ => format!(
                "publish at the parent:\n{}\nand withdraw:\n{}",
                lines.join("\n"),
                self.entry_line()
            ),
        }
    }

    fn entry_line(&self) -> String {
        match self.entry {
            EntryPoint::Ds(ds) => format!("{} IN DS {}", self.zone.apex, present::ds_text(ds)),
            EntryPoint::Dnskey(key) => {
                format!("{} IN DNSKEY {}", self.zone.apex, present::dnskey(key))
            }
        }
    }
}

/// "DNSKEY 12345 (ECDSAP256SHA256, SEP), …", or "no keys".
pub fn keys_in_words(keys: &[Dnskey]) -> String {
    if keys.is_empty() {
        return "no keys".to_owned();
    }
    let shown: Vec<_> = keys.iter().take(6).map(key_name).collect();
    let more = if keys.len() > 6 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// "DNSKEY 12345 (ECDSAP256SHA256, SEP)".
pub fn key_name(key: &Dnskey) -> String {
    let sep = if key.is_sep() { ", SEP" } else { "" };
    format!(
        "DNSKEY {} ({}{sep})",
        key.key_tag(),
        crypto::Algorithm(key.algorithm)
    )
}

/// "DS 12345 (ECDSAP256SHA256, SHA-256)".
pub fn ds_name(entry: &EntryPoint) -> String {
    match entry {
        EntryPoint::Ds(ds) => format!(
            "DS {} ({}, {})",
            ds.key_tag,
            crypto::Algorithm(ds.algorithm),
            DigestType(ds.digest_type)
        ),
        EntryPoint::Dnskey(key) => key_name(key),
    }
}

/// The SHA-256 DS of a key as a line to paste.
pub fn ds_line(zone: &JudgedZone, key: &Dnskey) -> Option<String> {
    let digest = crypto::ds_digest(
        DigestType::SHA256,
        &zone.apex.canonical_wire(),
        &key.rdata(),
    )?;
    let ds = Ds {
        key_tag: key.key_tag(),
        algorithm: key.algorithm,
        digest_type: DigestType::SHA256.0,
        digest: digest.into(),
    };
    Some(format!("{} IN DS {}", zone.apex, present::ds_text(&ds)))
}

/// Whether some server's DNSKEY RRset has a valid signature by this key.
fn is_signing(zone: &JudgedZone, key: &Dnskey) -> bool {
    zone.servers.values().any(|server| match &server.keys {
        KeysReply::Given(_, judged) => judged.rrset.valid().any(|(_, signer)| signer == key),
        _ => false,
    })
}
