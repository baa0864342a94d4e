//! Small signed RRsets, built and signed here with fixed keys at a fixed time.

mod answers;
mod clauses;
mod costs;
mod entry_points;
mod sharing;

use crate::crypto::{self, DigestType, testing};
use crate::dns::{Class, Dnskey, Ds, Name, RecordType, Rrset, Rrsig, Serial, Timestamp};

/// The instant most tests judge at: 2026-11-21T00:00:00Z.
const NOW: Timestamp = Timestamp(1_795_219_200);
const DAY: i64 = 86_400;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn key(seed: u8, flags: u16) -> Dnskey {
    Dnskey {
        flags,
        protocol: 3,
        algorithm: 15,
        key: testing::ed25519_public(seed).into(),
    }
}

fn ds_of(zone: &Name, key: &Dnskey) -> Ds {
    let digest = crypto::ds_digest(DigestType::SHA256, &zone.canonical_wire(), &key.rdata());
    Ds {
        key_tag: key.key_tag(),
        algorithm: key.algorithm,
        digest_type: 2,
        digest: digest.unwrap().into(),
    }
}

fn rrset(owner: &str, rtype: RecordType, rdata: &[Vec<u8>]) -> Rrset {
    let mut set = Rrset::empty(name(owner), Class::IN, rtype);
    set.rdata = rdata
        .iter()
        .map(|octets| octets.as_slice().into())
        .collect();
    set.ttls = vec![300; rdata.len()];
    set
}

/// An RRSIG of `zone` over `set` by the key made from `seed`, valid for a day around [`NOW`], bent by
/// `bend` before it is signed.
fn sign(set: &mut Rrset, zone: &str, seed: u8, signer: &Dnskey, bend: impl FnOnce(&mut Rrsig)) {
    let mut rrsig = Rrsig {
        type_covered: set.rtype,
        algorithm: 15,
        labels: u8::try_from(set.owner.rrsig_labels()).unwrap(),
        original_ttl: 300,
        expiration: NOW.plus(DAY).serial(),
        inception: NOW.plus(-DAY).serial(),
        key_tag: signer.key_tag(),
        signer: name(zone),
        signature: [].into(),
    };
    bend(&mut rrsig);
    if let Some(data) = set.signed_data(&rrsig) {
        rrsig.signature = testing::ed25519_sign(seed, &data).into();
    }
    set.rrsigs.push(rrsig);
    set.rrsig_ttls.push(300);
}

fn at(time: Timestamp) -> Serial {
    time.serial()
}
