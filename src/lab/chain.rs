//! The NSEC or NSEC3 chain of a zone, and how a server picks proofs from it.
//!
//! - An NSEC *matches* a name it is owned by and *covers* the names between owner and next name
//!   (RFC 4034, section 4). NSEC3 does the same with hashes (RFC 5155, section 1.3).
//! - *Closest encloser*: the longest existing ancestor of a name that does not exist; *next closer*: the
//!   name one label longer.
//! - In an opt-out chain, insecure delegations and the empty non-terminals that lead to nothing else have
//!   no record (RFC 5155, section 7.1).
//!
//! A broken chain is searched by the true hashes: a server takes the record that ought to prove.

use std::collections::BTreeSet;

use data_encoding::BASE32HEX_NOPAD;

use super::plan::{CopyPlan, Denial, Nsec3Defect};
use super::sign;
use super::zone::{self, NEGATIVE_TTL, Set, Zone};
use crate::crypto::nsec3_hash;
use crate::dns::{Name, Nsec3param, RecordType, TypeBitmap};

/// A salt that is not that of the chain.
const FOREIGN_SALT: [u8; 4] = [0xBA, 0xD5, 0xA1, 0x70];
/// The salt of a chain that has one.
const SALT: [u8; 4] = [0x5A, 0x17, 0xED, 0x00];
/// A flag of NSEC3 that is not assigned.
const UNASSIGNED_FLAG: u8 = 0x80;

/// The records that deny names and types.
pub(super) enum Chain {
    /// None: the zone is unsigned, or the server does not find them.
    None,
    /// Owner names of the NSEC records, in order; the records stand in the nodes.
    Nsec(Vec<Name>),
    /// NSEC3.
    Nsec3(Nsec3Chain),
}

/// An NSEC3 chain.
pub(super) struct Nsec3Chain {
    /// What the server hashes with.
    param: Nsec3param,
    /// True hash and RRset, in order of the hashes.
    links: Vec<([u8; 20], Set)>,
    /// Whether the server finds it.
    is_found: bool,
}

impl Nsec3Chain {
    /// All its RRsets in order.
    pub fn sets(&self) -> impl Iterator<Item = &Set> {
        self.links.iter().map(|link| &link.1)
    }

    /// The same, to change before anything is signed.
    pub fn sets_mut(&mut self) -> Vec<&mut Set> {
        self.links.iter_mut().map(|link| &mut link.1).collect()
    }

    fn hash(&self, name: &Name) -> [u8; 20] {
        hash(name, &self.param)
    }

    /// The record that matches or covers the name; `None` when the server finds no chain.
    fn nearest(&self, name: &Name) -> Option<(&Set, bool)> {
        if !self.is_found {
            return None;
        }
        let wanted = self.hash(name);
        let after = self.links.partition_point(|link| link.0 <= wanted);
        let at = after.checked_sub(1).unwrap_or(self.links.len() - 1);
        let (hash, set) = self.links.get(at)?;
        Some((set, *hash == wanted))
    }
}

/// The parameters that NSEC3PARAM states.
pub(super) fn param(iterations: u16, defect: Option<Nsec3Defect>) -> Nsec3param {
    let mut param = chain_param(iterations, defect);
    if defect == Some(Nsec3Defect::ParamSalt) {
        param.salt = FOREIGN_SALT.into();
    }
    param
}

/// The parameters of the chain.
fn chain_param(iterations: u16, defect: Option<Nsec3Defect>) -> Nsec3param {
    let salt: &[u8] = match defect {
        Some(Nsec3Defect::Salted) => &SALT,
        _ => &[],
    };
    Nsec3param {
        hash_algorithm: match defect {
            Some(Nsec3Defect::HashAlgorithm) => 2,
            _ => 1,
        },
        flags: 0,
        iterations,
        salt: salt.into(),
    }
}

fn hash(name: &Name, param: &Nsec3param) -> [u8; 20] {
    nsec3_hash(&name.canonical_wire(), param.iterations, &param.salt)
}

/// Gives `zone` the chain that `plan` asks for.
pub(super) fn add(zone: &mut Zone, plan: &CopyPlan) {
    zone.chain = match plan.denial {
        Denial::Nsec => Chain::Nsec(add_nsec(zone, plan)),
        Denial::Nsec3 {
            iterations,
            opt_out,
            defect,
        } => Chain::Nsec3(nsec3(zone, plan, iterations, opt_out, defect)),
    };
}

/// The types that a chain lists at a name.
fn types(zone: &Zone, plan: &CopyPlan, name: &Name) -> Vec<RecordType> {
    let unlisted = |rtype: RecordType| {
        plan.unlisted
            .is_some_and(|(label, other)| other == rtype && is_below_apex(zone, name, label))
    };
    zone.sets(name)
        .iter()
        .map(|set| set.rtype)
        .filter(|rtype| !unlisted(*rtype))
        .collect()
}

fn is_below_apex(zone: &Zone, name: &Name, label: &str) -> bool {
    let text = format!("{label}.{}", zone.apex);
    text.parse::<Name>().is_ok_and(|parsed| parsed == *name)
}

fn is_unchained(zone: &Zone, plan: &CopyPlan, name: &Name) -> bool {
    plan.unchained
        .is_some_and(|label| is_below_apex(zone, name, label))
}

/// Whether a name is a delegation, or nothing but glue below one.
fn below_cut(zone: &Zone, name: &Name) -> bool {
    let above = zone.apex.label_count() + 1..name.label_count();
    above
        .into_iter()
        .any(|labels| zone.is_cut(&name.suffix(labels)))
}

fn add_nsec(zone: &mut Zone, plan: &CopyPlan) -> Vec<Name> {
    let owners: Vec<Name> = zone
        .names()
        .filter(|name| !zone.sets(name).is_empty() && !below_cut(zone, name))
        .filter(|name| !is_unchained(zone, plan, name))
        .collect();
    for (index, owner) in owners.iter().enumerate() {
        // What stands in the zone's text takes the place of what belongs there.
        if zone.set(owner, RecordType::NSEC).is_some() {
            continue;
        }
        let bent = plan.last_next.filter(|_| index + 1 == owners.len());
        let bent = bent.and_then(|label| zone.apex.child(label.as_bytes()).ok());
        let next = bent.as_ref().unwrap_or(&owners[(index + 1) % owners.len()]);
        let mut listed = types(zone, plan, owner);
        listed.extend([RecordType::RRSIG, RecordType::NSEC]);
        let bitmap = TypeBitmap::from_types(listed);
        let rdata = [next.wire(), bitmap.wire()].concat().into();
        let nsec = Set::new(owner.clone(), RecordType::NSEC, NEGATIVE_TTL, vec![rdata]);
        zone.insert(nsec);
    }
    owners
}

fn nsec3(
    zone: &Zone,
    plan: &CopyPlan,
    iterations: u16,
    opt_out: bool,
    defect: Option<Nsec3Defect>,
) -> Nsec3Chain {
    let true_param = chain_param(iterations, defect);
    let mut owners: Vec<([u8; 20], Name)> = hashed_names(zone, opt_out)
        .into_iter()
        .filter(|name| !is_unchained(zone, plan, name))
        .map(|name| (hash(&name, &true_param), name))
        .collect();
    owners.sort();
    let links = owners.iter().enumerate().map(|(index, (own, name))| {
        let next = owners[(index + 1) % owners.len()].0;
        let listed = types3(zone, plan, name);
        let shown = shown_param(zone, name, &true_param, opt_out, defect);
        let rdata = nsec3_rdata(&shown, &bent_next(*own, next, defect), listed);
        let owner = nsec3_owner(zone, *own, defect);
        let set = Set::new(owner, RecordType::NSEC3, NEGATIVE_TTL, vec![rdata]);
        (*own, set)
    });
    Nsec3Chain {
        links: match defect {
            Some(Nsec3Defect::NoChain | Nsec3Defect::Nothing) => Vec::new(),
            _ => links.collect(),
        },
        param: param(iterations, defect),
        is_found: !matches!(
            defect,
            Some(Nsec3Defect::NoParam | Nsec3Defect::NoChain | Nsec3Defect::Nothing)
        ),
    }
}

/// The names that have an NSEC3: with opt-out, not those that only lead to insecure delegations.
fn hashed_names(zone: &Zone, opt_out: bool) -> BTreeSet<Name> {
    let is_left_out =
        |name: &Name| opt_out && zone.is_cut(name) && zone.set(name, RecordType::DS).is_none();
    let mut hashed = BTreeSet::new();
    for name in zone.names() {
        if zone.sets(&name).is_empty() || below_cut(zone, &name) || is_left_out(&name) {
            continue;
        }
        let upwards = zone.apex.label_count()..=name.label_count();
        hashed.extend(upwards.map(|labels| name.suffix(labels)));
    }
    hashed
}

/// The types an NSEC3 lists: RRSIG only where something is signed (RFC 5155, section 7.1).
fn types3(zone: &Zone, plan: &CopyPlan, name: &Name) -> Vec<RecordType> {
    let mut listed = types(zone, plan, name);
    if zone.sets(name).iter().any(|set| set.is_authoritative) {
        listed.push(RecordType::RRSIG);
    }
    listed
}

/// The parameters that the NSEC3 of a name shows.
fn shown_param(
    zone: &Zone,
    name: &Name,
    param: &Nsec3param,
    opt_out: bool,
    defect: Option<Nsec3Defect>,
) -> Nsec3param {
    let mut shown = param.clone();
    shown.flags = u8::from(opt_out);
    match defect {
        Some(Nsec3Defect::Flags) => shown.flags |= UNASSIGNED_FLAG,
        Some(Nsec3Defect::NoFlag) => shown.flags = 0,
        Some(Nsec3Defect::MixedSalt) if *name == zone.apex => shown.salt = FOREIGN_SALT.into(),
        _ => {}
    }
    shown
}

fn nsec3_rdata(param: &Nsec3param, next: &[u8], listed: Vec<RecordType>) -> Box<[u8]> {
    let mut rdata = zone::param_rdata(param).into_vec();
    // A hash has 20 octets, a bent one fewer.
    rdata.push(next.len() as u8);
    rdata.extend_from_slice(next);
    rdata.extend_from_slice(TypeBitmap::from_types(listed).wire());
    rdata.into()
}

fn bent_next(own: [u8; 20], next: [u8; 20], defect: Option<Nsec3Defect>) -> Vec<u8> {
    match defect {
        Some(Nsec3Defect::Next) => successor(own).to_vec(),
        Some(Nsec3Defect::ShortNext) => next[..19].to_vec(),
        Some(Nsec3Defect::Ring) => own.to_vec(),
        _ => next.to_vec(),
    }
}

fn successor(mut hash: [u8; 20]) -> [u8; 20] {
    sign::increment(&mut hash);
    hash
}

fn nsec3_owner(zone: &Zone, mut hash: [u8; 20], defect: Option<Nsec3Defect>) -> Name {
    if defect == Some(Nsec3Defect::Owner) {
        hash[19] ^= 1;
    }
    let mut label = BASE32HEX_NOPAD.encode(&hash).to_ascii_lowercase();
    if defect == Some(Nsec3Defect::NoHash) {
        label.replace_range(..1, "z");
    }
    zone.apex
        .child(label.as_bytes())
        .expect("the lab's names leave room for one label of 32 octets")
}

/// Which of the proofs of RFC 4035, section 3.1.3 and RFC 5155, section 7.2 is needed.
pub(super) enum Proof<'a> {
    /// The name does not exist, below this closest encloser.
    NameError(&'a Name, &'a Name),
    /// The name exists without the type.
    NoData(&'a Name),
    /// A wildcard at the closest encloser answered: the name itself does not exist.
    Expansion(&'a Name, &'a Name),
    /// A wildcard at the closest encloser exists without the type.
    WildcardNoData(&'a Name, &'a Name),
}

/// The RRsets of a proof, each once.
pub(super) fn prove<'z>(zone: &'z Zone, proof: &Proof<'_>) -> Vec<&'z Set> {
    let mut sets = match &zone.chain {
        Chain::None => Vec::new(),
        Chain::Nsec(owners) => prove_nsec(zone, owners, proof),
        Chain::Nsec3(chain) => prove_nsec3(chain, proof),
    };
    let mut seen = BTreeSet::new();
    sets.retain(|set| seen.insert(set.owner.clone()));
    sets
}

fn prove_nsec<'z>(zone: &'z Zone, owners: &[Name], proof: &Proof<'_>) -> Vec<&'z Set> {
    let nearest = |name: &Name| {
        let after = owners.partition_point(|owner| owner <= name);
        let at = after.checked_sub(1).unwrap_or(owners.len() - 1);
        zone.set(&owners[at], RecordType::NSEC)
    };
    let wildcard = |encloser: &Name| encloser.wildcard().as_ref().and_then(nearest);
    match proof {
        Proof::NameError(name, encloser) | Proof::WildcardNoData(name, encloser) => nearest(name)
            .into_iter()
            .chain(wildcard(encloser))
            .collect(),
        Proof::NoData(name) | Proof::Expansion(name, _) => nearest(name).into_iter().collect(),
    }
}

fn prove_nsec3<'z>(chain: &'z Nsec3Chain, proof: &Proof<'_>) -> Vec<&'z Set> {
    let nearest = |name: &Name| chain.nearest(name).map(|found| found.0);
    let next_closer = |name: &Name, encloser: &Name| name.suffix(encloser.label_count() + 1);
    let encloser_proof = |name: &Name, encloser: &Name| {
        let next_closer = nearest(&next_closer(name, encloser));
        nearest(encloser).into_iter().chain(next_closer)
    };
    match proof {
        Proof::NameError(name, encloser) | Proof::WildcardNoData(name, encloser) => {
            let wildcard = encloser.wildcard().as_ref().and_then(nearest);
            encloser_proof(name, encloser).chain(wildcard).collect()
        }
        Proof::Expansion(name, encloser) => {
            nearest(&next_closer(name, encloser)).into_iter().collect()
        }
        Proof::NoData(name) => match chain.nearest(name) {
            Some((set, true)) => vec![set],
            // An insecure delegation in an opt-out span: its closest provable encloser is the nearest
            // ancestor with a record (RFC 5155, section 7.2.4).
            _ => provable_encloser(chain, name)
                .map(|encloser| encloser_proof(name, &encloser).collect())
                .unwrap_or_default(),
        },
    }
}

fn provable_encloser(chain: &Nsec3Chain, name: &Name) -> Option<Name> {
    let mut above = name.parent();
    while let Some(candidate) = above {
        if matches!(chain.nearest(&candidate), Some((_, true))) {
            return Some(candidate);
        }
        above = candidate.parent();
    }
    None
}
