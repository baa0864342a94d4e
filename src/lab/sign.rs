//! Signing RRsets (RFC 4034, section 3), and bending the signatures.

use super::key::Key;
use super::plan::{Bend, Scope, Window};
use super::zone::{Set, Zone};
use crate::dns::{Class, Dnskey, RecordType, Rrset, Rrsig, Serial};

/// The RRSIG RDATA of `set`, in the order in which they are served.
pub(super) fn signatures(zone: &Zone, set: &Set) -> Vec<Box<[u8]>> {
    let is_keys = matches!(
        set.rtype,
        RecordType::DNSKEY | RecordType::CDS | RecordType::CDNSKEY
    );
    let bends: Vec<Bend> = zone
        .bends
        .iter()
        .filter(|(scope, _)| is_in(*scope, zone, set))
        .map(|(_, bend)| *bend)
        .chain(of_delegation(zone, set))
        .collect();
    zone.keys
        .iter()
        .filter(|key| key.is_signing(is_keys))
        .flat_map(|key| by_key(zone, set, key, &bends))
        .map(|rrsig| {
            [rrsig.signed_head(), rrsig.signature.to_vec()]
                .concat()
                .into()
        })
        .collect()
}

/// What is done to signatures over the DS of this delegation.
fn of_delegation(zone: &Zone, set: &Set) -> Option<Bend> {
    let mut bends = zone.ds_bends.iter();
    let found = bends.find(|(apex, _)| set.rtype == RecordType::DS && *apex == set.owner);
    found.map(|(_, bend)| *bend)
}

fn is_in(scope: Scope, zone: &Zone, set: &Set) -> bool {
    match scope {
        Scope::All => true,
        Scope::ApexA => set.rtype == RecordType::A && set.owner == zone.apex,
        Scope::Dnskey => set.rtype == RecordType::DNSKEY,
        Scope::Denial => matches!(set.rtype, RecordType::NSEC | RecordType::NSEC3),
        Scope::Ds => set.rtype == RecordType::DS,
        Scope::ChildSignal => matches!(set.rtype, RecordType::CDS | RecordType::CDNSKEY),
    }
}

fn by_key(zone: &Zone, set: &Set, key: &Key, bends: &[Bend]) -> Vec<Rrsig> {
    let mut window = Window::FRESH;
    for bend in bends {
        if let Bend::Times(other) = bend {
            window = *other;
        }
    }
    let template = template(zone, set, key, window);
    let mut made = vec![signed(set, key, &template, None)];
    for bend in bends {
        match *bend {
            Bend::Times(_) => {}
            Bend::Drop => made.clear(),
            Bend::DropBy(label) if label == key.plan.label => made.clear(),
            Bend::Corrupt => made.iter_mut().for_each(corrupt),
            Bend::CorruptBy(label) if label == key.plan.label => {
                made.iter_mut().for_each(corrupt);
            }
            Bend::DropBy(_) | Bend::CorruptBy(_) => {}
            Bend::Surround(before, after) => made = surrounded(&made, before, after),
            Bend::Replace(count) => made = wrong(set, key, &template, count),
        }
    }
    made
}

/// The RRSIG without its signature.
fn template(zone: &Zone, set: &Set, key: &Key, window: Window) -> Rrsig {
    let at = |offset: i64| -> Serial { zone.hour.plus(offset).serial() };
    Rrsig {
        type_covered: set.rtype,
        algorithm: key.dnskey.algorithm,
        // A name has at most 127 labels.
        labels: set.owner.rrsig_labels() as u8,
        original_ttl: set.ttl,
        expiration: at(window.expiration),
        inception: at(window.inception),
        key_tag: key.dnskey.key_tag(),
        signer: zone.apex.clone(),
        signature: Box::default(),
    }
}

/// Signs the RRset, or, with a number, something else.
fn signed(set: &Set, key: &Key, template: &Rrsig, instead: Option<u32>) -> Rrsig {
    let mut data = rrset(set)
        .signed_data(template)
        .expect("the template counts the labels of this very owner name");
    data.extend(instead.into_iter().flat_map(u32::to_be_bytes));
    Rrsig {
        signature: key.sign(&data).into(),
        ..template.clone()
    }
}

/// Well-formed signatures over other data: a validator learns that they are wrong by trying each.
fn wrong(set: &Set, key: &Key, template: &Rrsig, count: u32) -> Vec<Rrsig> {
    (0..count)
        .map(|number| signed(set, key, template, Some(number)))
        .collect()
}

/// Each signature in the midst of others, which are greater by 1, 2, 3 and so on: as numbers they are as
/// good as any, so that a validator must try them.
fn surrounded(made: &[Rrsig], before: u32, after: u32) -> Vec<Rrsig> {
    let bent = |rrsig: &Rrsig, by: u32| {
        let mut bent = rrsig.clone();
        (0..by).for_each(|_| increment(&mut bent.signature));
        bent
    };
    let mut all = Vec::new();
    for rrsig in made {
        all.extend((1..=before).map(|by| bent(rrsig, by)));
        all.push(rrsig.clone());
        all.extend((before + 1..=before + after).map(|by| bent(rrsig, by)));
    }
    all
}

/// Adds one to a number in network order; the greatest becomes zero.
pub(super) fn increment(octets: &mut [u8]) {
    for octet in octets.iter_mut().rev() {
        *octet = octet.wrapping_add(1);
        if *octet != 0 {
            break;
        }
    }
}

fn corrupt(rrsig: &mut Rrsig) {
    if let Some(last) = rrsig.signature.last_mut() {
        *last ^= 1;
    }
}

fn rrset(set: &Set) -> Rrset {
    let mut rrset = Rrset::empty(set.owner.clone(), Class::IN, set.rtype);
    rrset.rdata = set.signed_rdata.as_ref().unwrap_or(&set.rdata).clone();
    rrset.ttls = vec![set.ttl; rrset.rdata.len()];
    rrset
}

/// The DNSKEY RRset of `keys` as it is served, and as it is signed when that differs.
pub(super) type KeyRdata = (Vec<Box<[u8]>>, Option<Vec<Box<[u8]>>>);

/// RDATA of the DNSKEY RRset that `keys` make up.
pub(super) fn dnskey_rdata(keys: &[Key]) -> KeyRdata {
    let rdata = |of: fn(&Key) -> Vec<Dnskey>| -> Vec<Box<[u8]>> {
        let all = keys.iter().flat_map(of);
        all.map(|key| key.rdata().into()).collect()
    };
    let (served, signed) = (rdata(Key::as_served), rdata(Key::before_signing));
    let differs = served != signed;
    (served, differs.then_some(signed))
}
