//! CDS and CDNSKEY: what a zone asks its parent to publish (RFC 7344, RFC 8078).
//!
//! Only signed and valid RRsets of secure zones count; a parent looks at no others (RFC 7344, section
//! 4.1). Servers that give the same are looked at once ([`wishes`]).

pub mod bootstrap_signal_insecure;
pub mod bootstrap_signal_mismatch;
pub mod bootstrap_signal_missing;
pub mod cds_cdnskey_mismatch;
pub mod cds_cdnskey_only_one;
pub mod cds_delete_malformed;
pub mod cds_delete_mixed;
pub mod cds_delete_requested;
pub mod cds_differs_from_ds;
pub mod cds_digest_unacceptable;
pub mod cds_inconsistent_servers;
pub mod cds_key_not_signing_dnskey;
pub mod cds_matches_no_dnskey;
pub mod cds_matches_non_sep_key;
pub mod cds_matches_non_zone_key;
pub mod cds_not_at_apex;
pub mod cds_not_signed_by_own_key;
pub mod cds_signature_replayed;
pub mod cds_signer_not_in_ds;
pub mod cds_update_overdue;
pub mod cds_without_dnskey;
pub mod cds_would_break_delegation;
pub mod csync_inconsistent_servers;
pub mod csync_insecure;
pub mod csync_update_overdue;
pub mod dsync_endpoint_unusable;

pub mod bootstrap;
pub mod csync;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::{Context, Statement};
use crate::crypto::{self, Algorithm, DigestType};
use crate::dns::{Dnskey, Ds, Name, RecordType};
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::validate::{
    AnswerKind, JudgedKeys, JudgedRrset, JudgedServer, JudgedZone, KeysReply, Status,
};

/// What some servers of a zone say that its parent should publish, all of them the same.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// The zone.
    pub zone: &'a JudgedZone,
    /// Its CDS records, sorted; `None` when no valid answer about them came.
    pub cds: Option<Vec<Ds>>,
    /// Its CDNSKEY records, likewise.
    pub cdnskey: Option<Vec<Dnskey>>,
    /// The DNSKEY RRset of the first of the servers.
    pub keys: &'a JudgedKeys,
    /// Who says so.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

impl<'a> Wish<'a> {
    /// The CDS records, none when nothing is known of them.
    pub fn cds(&self) -> &[Ds] {
        self.cds.as_deref().unwrap_or_default()
    }

    /// The CDNSKEY records, none when nothing is known of them.
    pub fn cdnskey(&self) -> &[Dnskey] {
        self.cdnskey.as_deref().unwrap_or_default()
    }

    /// The keys that each of the servers gave: those of several signers differ (RFC 8901, section 2.1.2).
    pub fn keys_at(&self) -> impl Iterator<Item = (SocketAddr, &'a JudgedServer, &'a JudgedKeys)> {
        let given = self.zone.servers.iter();
        let given = given.filter(|(address, _)| self.servers.contains(address));
        given.filter_map(|(address, server)| match &server.keys {
            KeysReply::Given(_, keys) => Some((*address, server, &**keys)),
            _ => None,
        })
    }

    /// Whether neither is published.
    pub fn is_empty(&self) -> bool {
        self.cds().is_empty() && self.cdnskey().is_empty()
    }

    /// Whether any record has algorithm 0, which stands for the wish to delete (RFC 8078, section 4).
    pub fn has_delete(&self) -> bool {
        let in_cds = self.cds().iter().any(|ds| ds.algorithm == 0);
        in_cds || self.cdnskey().iter().any(|key| key.algorithm == 0)
    }

    /// What would be published: tag and algorithm of each key asked for.
    pub fn wanted(&self) -> BTreeSet<(u16, u8)> {
        let by_cds = self.cds().iter().map(|ds| (ds.key_tag, ds.algorithm));
        let keys = self.cdnskey().iter();
        let by_key = keys.map(|key| (key.key_tag(), key.algorithm));
        by_cds.chain(by_key).collect()
    }

    /// A statement about it.
    pub fn state(&self, context: &Context<'_>, message: String) -> Statement {
        let apex = &self.zone.apex;
        let reach = context.reach(apex, &self.servers);
        let at = context.at(apex, &self.servers, reach);
        let mut statement = Statement::new(apex, format!("{message}{at}"))
            .reach(reach)
            .fact("ds", describe(self.zone.published_ds().iter().map(ds_name)))
            .shown_by(self.evidence.iter().copied())
            .at_servers(context, &self.servers);
        for (name, wish) in [
            ("cds", describe(self.cds().iter().map(ds_name))),
            ("cdnskey", describe(self.cdnskey().iter().map(key_name))),
        ] {
            statement = statement.fact(name, wish);
        }
        statement
    }
}

fn describe(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.collect();
    match names.is_empty() {
        true => "none".to_owned(),
        false => super::statement::list(names),
    }
}

/// "12345 (ECDSAP256SHA256, SHA-256)".
pub fn ds_name(ds: &Ds) -> String {
    let (algorithm, digest) = (Algorithm(ds.algorithm), DigestType(ds.digest_type));
    format!("{} ({algorithm}, {digest})", ds.key_tag)
}

/// "12345 (ECDSAP256SHA256)".
pub fn key_name(key: &Dnskey) -> String {
    pair_name(&(key.key_tag(), key.algorithm))
}

/// The same for a tag and an algorithm.
pub fn pair_name((tag, algorithm): &(u16, u8)) -> String {
    format!("{tag} ({})", Algorithm(*algorithm))
}

/// Whether a CDS (or DS) refers to this key of the zone. A digest of unknown type cannot be compared, so
/// that tag and algorithm decide.
pub fn refers_to(zone: &Name, ds: &Ds, key: &Dnskey) -> bool {
    let is_same = ds.key_tag == key.key_tag() && ds.algorithm == key.algorithm;
    let digest_type = DigestType(ds.digest_type);
    is_same
        && crypto::ds_digest(digest_type, &zone.canonical_wire(), &key.rdata())
            .is_none_or(|digest| digest[..] == ds.digest[..])
}

/// The keys for which a DS is asked, of those that the first server gave.
pub fn announced<'w>(wish: &'w Wish<'_>) -> impl Iterator<Item = &'w Dnskey> {
    announced_of(wish, wish.keys)
}

/// The keys for which a DS is asked, of those that a server gave.
pub fn announced_of<'w>(
    wish: &'w Wish<'_>,
    keys: &'w JudgedKeys,
) -> impl Iterator<Item = &'w Dnskey> {
    let is_announced = |key: &&Dnskey| {
        let mut cds = wish.cds().iter();
        cds.any(|ds| refers_to(&wish.zone.apex, ds, key)) || wish.cdnskey().contains(key)
    };
    keys.dnskeys.iter().filter(is_announced)
}

/// The CDS and CDNSKEY RRsets as each of the servers gave them.
pub fn signals<'a>(wish: &Wish<'a>) -> impl Iterator<Item = &'a JudgedRrset> {
    let (zone, servers) = (wish.zone, wish.servers.clone());
    let given = zone.servers.iter();
    let given = given.filter(move |(address, _)| servers.contains(address));
    given.flat_map(|(_, server)| signals_at(zone, server))
}

/// The same at one server.
pub fn signals_at<'a>(
    zone: &'a JudgedZone,
    server: &'a JudgedServer,
) -> impl Iterator<Item = &'a JudgedRrset> {
    server.data().filter(|set| {
        let is_signal = matches!(set.rrset.rtype, RecordType::CDS | RecordType::CDNSKEY);
        is_signal && set.rrset.owner == zone.apex && set.status == Status::Secure
    })
}

/// Whether this key made a valid signature over an RRset.
pub fn is_signed_by(set: &JudgedRrset, key: &Dnskey) -> bool {
    set.valid().any(|(_, signer)| signer == key)
}

/// What the servers of each secure zone say, each different wish once. Zones without CDS and CDNSKEY at
/// every server are left out.
pub fn wishes<'a>(context: &Context<'a>) -> Vec<Vec<Wish<'a>>> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| zone.status == Status::Secure)
        .map(wishes_of)
        .filter(|wishes| wishes.iter().any(|wish| !wish.is_empty()))
        .collect()
}

/// The keys with some fault for which a DS is asked, in CDS or CDNSKEY: "12345 (ED25519), flags 0".
pub fn wished_keys(wish: &Wish<'_>, is_faulty: impl Fn(&Dnskey) -> bool) -> Option<String> {
    let keys = announced(wish).chain(wish.cdnskey());
    // Algorithm 0 asks for no DS at all (RFC 8078, section 4).
    let faulty: BTreeSet<_> = keys
        .filter(|key| key.algorithm != 0 && is_faulty(key))
        .map(|key| format!("{}, flags {}", key_name(key), key.flags))
        .collect();
    (!faulty.is_empty()).then(|| super::statement::list(faulty))
}

/// All wishes in one list, without those of servers that have none.
pub fn each_wish<'a>(context: &Context<'a>) -> Vec<Wish<'a>> {
    let all = wishes(context).into_iter().flatten();
    all.filter(|wish| !wish.is_empty()).collect()
}

fn wishes_of(zone: &JudgedZone) -> Vec<Wish<'_>> {
    let mut found: Vec<Wish<'_>> = Vec::new();
    for (&address, server) in &zone.servers {
        let KeysReply::Given(keys_id, keys) = &server.keys else {
            continue;
        };
        let cds = answer(zone, server, RecordType::CDS);
        let cdnskey = answer(zone, server, RecordType::CDNSKEY);
        let ids = cds.iter().chain(&cdnskey).map(|(id, _)| *id);
        let evidence: BTreeSet<_> = ids.chain([*keys_id]).collect();
        if evidence.len() == 1 {
            continue;
        }
        let wish = Wish {
            zone,
            cds: cds.map(|(_, rdata)| parse(&rdata, Ds::parse)),
            cdnskey: cdnskey.map(|(_, rdata)| parse(&rdata, Dnskey::parse)),
            keys,
            servers: [address].into(),
            evidence,
        };
        let same = found
            .iter_mut()
            .find(|known| (&known.cds, &known.cdnskey) == (&wish.cds, &wish.cdnskey));
        match same {
            Some(known) => {
                known.servers.extend(wish.servers);
                known.evidence.extend(wish.evidence);
            }
            None => found.push(wish),
        }
    }
    found
}

type Rdata = Vec<Vec<u8>>;

/// The RDATA of a valid answer at one server, sorted; empty for a valid denial.
fn answer(
    zone: &JudgedZone,
    server: &JudgedServer,
    rtype: RecordType,
) -> Option<(ExchangeId, Rdata)> {
    let question = probes::question(&zone.apex, rtype);
    let (id, answer) = server.answers.get(&question)?;
    let is_usable = matches!(answer.status, Status::Secure | Status::Insecure);
    match answer.kind {
        _ if !is_usable => None,
        AnswerKind::NoType => Some((*id, Vec::new())),
        AnswerKind::Data => {
            let set = answer.rrsets.iter().find(|set| set.rrset.rtype == rtype)?;
            Some((*id, set.rrset.canonical_rdata()))
        }
        _ => None,
    }
}

fn parse<T, E>(rdata: &Rdata, read: impl Fn(&[u8]) -> Result<T, E>) -> Vec<T> {
    rdata.iter().filter_map(|rdata| read(rdata).ok()).collect()
}
