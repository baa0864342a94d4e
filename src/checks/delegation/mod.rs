//! Between parent and child: DS records, NS records, glue.
//!
//! Most of these checks ask what became of one DS; [`followed`] gathers that over the servers. Others look
//! at the DS records as published, whatever became of them: [`state_published`].

pub mod chain_bogus;
pub mod chain_indeterminate;
pub mod chain_insecure_unexpected;
pub mod delegation_glue_differs;
pub mod delegation_glue_missing;
pub mod delegation_inconsistent_at_parent;
pub mod delegation_lame;
pub mod delegation_ns_address_special;
pub mod delegation_ns_is_alias;
pub mod delegation_ns_missing_in_parent;
pub mod delegation_ns_redundancy_low;
pub mod delegation_ns_sets_differ;
pub mod delegation_ns_single_family;
pub mod delegation_ns_unresolvable;
pub mod dependency_not_secure;
pub mod ds_absence_unproven;
pub mod ds_algorithm_without_signing_key;
pub mod ds_all_unsupported;
pub mod ds_at_apex;
pub mod ds_changed;
pub mod ds_differs_from_expected;
pub mod ds_digest_length_wrong;
pub mod ds_digest_mismatch;
pub mod ds_digest_must_not_use;
pub mod ds_digest_sets_differ;
pub mod ds_digest_sha256_missing;
pub mod ds_digest_unassigned;
pub mod ds_digest_unsupported;
pub mod ds_dnskey_revoked;
pub mod ds_dnskey_sep_bit_clear;
pub mod ds_dnskey_zone_bit_clear;
pub mod ds_key_not_signing_dnskey_rrset;
pub mod ds_missing_for_signed_zone;
pub mod ds_no_matching_dnskey;
pub mod ds_no_secure_entry_point;
pub mod ds_present_zone_unsigned;
pub mod ds_query_failed;
pub mod ds_query_referral;
pub mod ds_rrset_unsigned_or_invalid;
pub mod ds_sha1_ignored;
pub mod ds_ttl_excessive;
pub mod ds_without_ns;
pub mod global;
pub mod ns_host_zone_not_secure;
pub mod parent_unsigned;
pub mod published;

use std::collections::BTreeSet;
use std::net::SocketAddr;

pub use super::statement::list;
use super::{Context, Statement};
use crate::crypto::{self, DigestType};
use crate::dns::{Dnskey, Ds, Name, present};
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{Arrival, EntryPoint, JudgedZone, KeysReply, Outcome};

pub use published::{Published, published, state_published};

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

/// Every DS of a delegation that came to an end that `wanted` picks.
pub fn followed<'a>(context: &Context<'a>, wanted: impl Fn(&Outcome) -> bool) -> Vec<Followed<'a>> {
    let is_delegated = |arrival: &Arrival| matches!(arrival, Arrival::Delegation(_));
    followed_from(context, is_delegated, wanted)
}

/// Every DS and anchor that came to an end that `wanted` picks, in zones at which trust arrives so.
pub fn followed_from<'a>(
    context: &Context<'a>,
    arrives: impl Fn(&Arrival) -> bool,
    wanted: impl Fn(&Outcome) -> bool,
) -> Vec<Followed<'a>> {
    let mut found: Vec<Followed<'a>> = Vec::new();
    let zones = context.chain.zones.iter();
    for zone in zones.filter(|zone| arrives(&zone.arrival)) {
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

impl<'a> Followed<'a> {
    /// "DNSKEY 12345 (ECDSAP256SHA256, SEP), …", or "no keys".
    pub fn keys_in_words(&self) -> String {
        keys_in_words(self.keys)
    }

    /// A statement about this DS, with what all of them rest on.
    pub fn statement(&self, context: &Context<'_>, message: String) -> Statement {
        let zone = &self.zone.apex;
        let at = match self.reach {
            Reach::SomeServers => at(context, zone, &self.servers),
            _ => String::new(),
        };
        let beside = match self.reach {
            Reach::Harmless => "; another one beside it holds",
            _ => "",
        };
        Statement::new(zone, format!("{message}{at}{beside}"))
            .reach(self.reach)
            .about("key_tag", self.entry.key_tag())
            .about("algorithm", self.entry.algorithm())
            .fact("ds", self.entry_line())
            .fact("keys", self.keys_in_words())
            .shown_by(self.evidence.iter().copied())
            .shown_by(self.zone.delegation.values().map(|(id, _)| *id))
    }

    /// Whether the DS leads to a key that signs at another server of the zone.
    pub fn holds_elsewhere(&self) -> bool {
        self.zone.servers.values().any(|server| {
            let KeysReply::Given(_, judged) = &server.keys else {
                return false;
            };
            let mut entries = judged.entries.iter();
            entries.any(|(entry, outcome)| entry == self.entry && *outcome == Outcome::Holds)
        })
    }

    /// The key that this DS would match if one flag of the key were the other way: a flag that changes
    /// changes the key tag and the digest too.
    pub fn key_without_flag(&self, flag: u16) -> Option<&'a Dnskey> {
        self.keys.iter().find(|key| {
            let twin = Dnskey {
                flags: key.flags ^ flag,
                ..(*key).clone()
            };
            vouches(&self.zone.apex, self.entry, &twin)
        })
    }

    /// The DS of each key that could be an entry point and has none yet, to publish in the place of this
    /// one.
    pub fn replace_ds(&self) -> String {
        let published: Vec<_> = self
            .zone
            .published_ds()
            .iter()
            .map(present::ds_text)
            .collect();
        let is_published =
            |line: &str| published.iter().any(|ds| line.ends_with(&format!(" {ds}")));
        let good: Vec<_> = self
            .keys
            .iter()
            .filter(|key| key.is_sep() && is_signing(self.zone, key))
            .filter_map(|key| ds_line(self.zone, key))
            .filter(|line| !is_published(line))
            .collect();
        match good.as_slice() {
            [] if self.reach == Reach::Harmless => {
                format!("withdraw this DS at the parent:\n{}", self.entry_line())
            }
            [] => format!(
                "put the key back that this DS names and sign the DNSKEY RRset with it, or withdraw at the parent:\n{}",
                self.entry_line()
            ),
            lines => format!(
                "publish at the parent:\n{}\nand withdraw:\n{}",
                lines.join("\n"),
                self.entry_line()
            ),
        }
    }

    /// The DS or anchor as a line of a master file.
    pub fn entry_line(&self) -> String {
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

/// Whether a DS or anchor is that of this key: tag, algorithm and digest, or the key itself.
pub fn vouches(zone: &Name, entry: &EntryPoint, key: &Dnskey) -> bool {
    let ds = match entry {
        EntryPoint::Ds(ds) => ds,
        EntryPoint::Dnskey(anchor) => return anchor == key,
    };
    ds.key_tag == key.key_tag() && ds.algorithm == key.algorithm && has_digest(zone, ds, key)
}

/// Whether the digest of a DS is that of this key, whatever tag and algorithm the DS names.
pub fn has_digest(zone: &Name, ds: &Ds, key: &Dnskey) -> bool {
    let digest_type = DigestType(ds.digest_type);
    let own = crypto::ds_digest(digest_type, &zone.canonical_wire(), &key.rdata());
    own.is_some_and(|own| own[..] == ds.digest[..])
}

/// ", at 1 of 3 server addresses (…)"; nothing when every server that answers is affected.
pub fn at(context: &Context<'_>, zone: &Name, servers: &BTreeSet<SocketAddr>) -> String {
    context.at(zone, servers, context.reach(zone, servers))
}

/// The SHA-256 DS of every SEP key that signs the DNSKEY RRset, one a line.
pub fn ds_lines(zone: &JudgedZone) -> Vec<String> {
    let mut lines = Vec::new();
    for server in zone.servers.values() {
        let KeysReply::Given(_, judged) = &server.keys else {
            continue;
        };
        for (_, key) in judged.rrset.valid() {
            let line = ds_line(zone, key).filter(|line| key.is_sep() && !lines.contains(line));
            lines.extend(line);
        }
    }
    lines
}

/// The parent's apex, or words for it where none is known.
pub fn parent_name(zone: &JudgedZone) -> String {
    zone.parent
        .as_ref()
        .map_or_else(|| "the parent".to_owned(), Name::to_string)
}

/// Whether some server's DNSKEY RRset has a valid signature by this key.
pub fn is_signing(zone: &JudgedZone, key: &Dnskey) -> bool {
    zone.servers.values().any(|server| match &server.keys {
        KeysReply::Given(_, judged) => judged.rrset.valid().any(|(_, signer)| signer == key),
        _ => false,
    })
}
