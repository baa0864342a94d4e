//! What the zone that answers has, out of the judged chain.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use data_encoding::HEXLOWER;

use crate::checks::Context;
use crate::crypto::{self, DigestType};
use crate::delegation;
use crate::dns::{Dnskey, Ds, Nsec3, RecordType, Soa, Timestamp};
use crate::report::{DelegationSigner, Horizon, Inventory, Key, Ttls};
use crate::validate::{
    AnswerKind, EntryPoint, JudgedKeys, JudgedRrset, JudgedServer, JudgedZone, KeysReply, Outcome,
    SignatureFault,
};

/// Hexadecimal digits of a digest that tell keys apart.
const IDENTITY_DIGITS: usize = 16;

/// The inventory of the zone that answers; `None` where no zone was found.
pub fn of(context: &Context<'_>) -> Option<Inventory> {
    let target = context.chain.targets.first()?;
    let zone = context.chain.zone(&target.zone)?;
    let known = context.topology.zones.get(&zone.apex);
    Some(Inventory {
        zone: zone.apex.clone(),
        parent: zone.parent.clone(),
        keys: keys(zone),
        ds: ds(zone),
        name_servers: known.map_or_else(Vec::new, |known| known.child_ns.iter().cloned().collect()),
        signatures: horizons(zone, context.now),
        ttls: ttls(zone),
        is_keys_whole: known.is_some_and(|known| {
            !known.servers.is_empty()
                && known
                    .servers
                    .keys()
                    .all(|address| tells_keys(zone, address))
        }),
        is_ds_whole: is_ds_whole(context, zone),
        nsec3_iterations: nsec3_iterations(zone),
    })
}

/// Whether a server says which keys the zone has, if only that it has none.
fn tells_keys(zone: &JudgedZone, address: &SocketAddr) -> bool {
    let server = zone.servers.get(address);
    server.is_some_and(|server| {
        !matches!(
            server.keys,
            KeysReply::Silent
                | KeysReply::Without(_, AnswerKind::Failure(_) | AnswerKind::Referral)
        )
    })
}

/// Whether every server of the parent says which DS there are.
fn is_ds_whole(context: &Context<'_>, zone: &JudgedZone) -> bool {
    let parent = zone.parent.as_ref();
    let parent = parent.and_then(|parent| context.topology.zones.get(parent));
    parent.is_some_and(|parent| {
        let mut servers = parent.servers.keys();
        !parent.servers.is_empty() && servers.all(|address| zone.delegation.contains_key(address))
    })
}

fn given(zone: &JudgedZone) -> impl Iterator<Item = (SocketAddr, &JudgedKeys)> {
    zone.servers
        .iter()
        .filter_map(|(address, server)| match &server.keys {
            KeysReply::Given(_, judged) => Some((*address, &**judged)),
            _ => None,
        })
}

fn data(zone: &JudgedZone) -> impl Iterator<Item = &JudgedRrset> {
    zone.servers.values().flat_map(JudgedServer::data)
}

fn keys(zone: &JudgedZone) -> Vec<Key> {
    let mut found: BTreeMap<(u8, u16, Vec<u8>), Key> = BTreeMap::new();
    for (address, judged) in given(zone) {
        for dnskey in &judged.dnskeys {
            let place = (dnskey.algorithm, dnskey.key_tag(), dnskey.rdata());
            let key = found.entry(place).or_insert_with(|| key(dnskey));
            key.servers.push(address.to_string());
            key.signs_keys |= signs(&judged.rrset, dnskey);
            key.has_ds |= judged
                .entries
                .iter()
                .any(|(entry, _)| is_for(zone, entry, dnskey));
        }
    }
    // What the DS leads to signs these too (RFC 7344, section 4.1), whatever else it signs, and nobody but the
    // parent reads them.
    let is_of_keys = |rtype| matches!(rtype, RecordType::CDS | RecordType::CDNSKEY);
    for set in data(zone).filter(|set| !is_of_keys(set.rrset.rtype)) {
        for (_, dnskey) in set.valid() {
            let place = (dnskey.algorithm, dnskey.key_tag(), dnskey.rdata());
            if let Some(key) = found.get_mut(&place) {
                key.signs_data = true;
            }
        }
    }
    found.into_values().collect()
}

fn key(dnskey: &Dnskey) -> Key {
    let digest = crypto::sha256(&dnskey.rdata());
    let mut identity = HEXLOWER.encode(&digest);
    identity.truncate(IDENTITY_DIGITS);
    Key {
        key_tag: dnskey.key_tag(),
        algorithm: dnskey.algorithm,
        flags: dnskey.flags,
        identity,
        signs_keys: false,
        signs_data: false,
        has_ds: false,
        servers: Vec::new(),
    }
}

fn signs(set: &JudgedRrset, dnskey: &Dnskey) -> bool {
    set.valid().any(|(_, by)| by == dnskey)
}

/// Whether an entry point stands for this key.
fn is_for(zone: &JudgedZone, entry: &EntryPoint, dnskey: &Dnskey) -> bool {
    match entry {
        EntryPoint::Dnskey(anchor) => anchor == dnskey,
        EntryPoint::Ds(ds) => {
            let own = delegation::ds_of(&zone.apex, dnskey, DigestType(ds.digest_type));
            own.as_ref() == Some(ds)
        }
    }
}

/// Algorithm, tag, digest type and digest: the order in which DS are listed.
type DsPlace = (u8, u16, u8, Box<[u8]>);

fn ds(zone: &JudgedZone) -> Vec<DelegationSigner> {
    let mut found: BTreeMap<DsPlace, DelegationSigner> = BTreeMap::new();
    for (address, (_, judged)) in &zone.delegation {
        let rdata = judged.rrset.iter().flat_map(|set| &set.rrset.rdata);
        for ds in rdata.filter_map(|rdata| Ds::parse(rdata).ok()) {
            let place = (ds.algorithm, ds.key_tag, ds.digest_type, ds.digest.clone());
            let known = found.entry(place).or_insert_with(|| DelegationSigner {
                key_tag: ds.key_tag,
                algorithm: ds.algorithm,
                digest_type: ds.digest_type,
                digest: HEXLOWER.encode(&ds.digest),
                holds: holds(zone, &ds),
                servers: Vec::new(),
            });
            known.servers.push(address.to_string());
        }
    }
    found.into_values().collect()
}

fn holds(zone: &JudgedZone, ds: &Ds) -> bool {
    given(zone).any(|(_, judged)| {
        judged.entries.iter().any(|(entry, outcome)| {
            matches!(entry, EntryPoint::Ds(one) if one == ds) && *outcome == Outcome::Holds
        })
    })
}

fn horizons(zone: &JudgedZone, now: Timestamp) -> Vec<Horizon> {
    let mut found: BTreeMap<RecordType, Horizon> = BTreeMap::new();
    let servers = zone.servers.iter();
    for (address, set) in
        servers.flat_map(|(address, server)| server.rrsets().map(move |set| (address, set)))
    {
        let (Some(expires), Some(signed)) = (expiry(set, now), inception(set, now)) else {
            continue;
        };
        let rrtype = set.rrset.rtype;
        let horizon = found.entry(rrtype).or_insert_with(|| Horizon {
            rrtype,
            expires,
            signed,
            server: address.to_string(),
        });
        horizon.signed = horizon.signed.max(signed);
        if expires < horizon.expires {
            horizon.expires = expires;
            horizon.server = address.to_string();
        }
    }
    found.into_values().collect()
}

/// When an RRset is left without a signature in force: the end of its last valid signature, or of the last
/// that has expired when none is valid.
pub fn expiry(set: &JudgedRrset, now: Timestamp) -> Option<Timestamp> {
    let expired = set.faults().filter_map(|(_, fault)| match fault {
        SignatureFault::Expired(at) => Some(*at),
        _ => None,
    });
    set.valid_until(now).or_else(|| expired.max())
}

/// When the RRset was last signed.
pub fn inception(set: &JudgedRrset, now: Timestamp) -> Option<Timestamp> {
    let all = set.signatures.iter();
    all.map(|signature| signature.rrsig.inception.near(now))
        .max()
}

fn ttls(zone: &JudgedZone) -> Ttls {
    let soas = || data(zone).filter(|set| set.rrset.rtype == RecordType::SOA);
    let delegation = zone.delegation.values();
    Ttls {
        ds: delegation
            .filter_map(|(_, judged)| judged.rrset.as_ref())
            .map(|set| set.rrset.ttl())
            .max(),
        dnskey: given(zone)
            .map(|(_, judged)| judged.rrset.rrset.ttl())
            .max(),
        soa: soas().map(|set| set.rrset.ttl()).max(),
        negative: soas().filter_map(negative).max(),
    }
}

fn negative(set: &JudgedRrset) -> Option<u32> {
    let soa = Soa::parse(set.rrset.rdata.first()?).ok()?;
    Some(soa.minimum.min(set.rrset.ttl()))
}

fn nsec3_iterations(zone: &JudgedZone) -> Option<u16> {
    let proofs = data(zone).filter(|set| set.rrset.rtype == RecordType::NSEC3);
    let rdata = proofs.flat_map(|set| &set.rrset.rdata);
    rdata
        .filter_map(|rdata| Nsec3::parse(rdata).ok())
        .map(|nsec3| nsec3.iterations)
        .max()
}
