//! What one answer denies against what another answer of the same server shows.
//!
//! A validator that caches NSEC and NSEC3 (RFC 8198) answers from them without asking again, so a record
//! that denies too much takes away a name or a type that exists. Only answers of one server are compared:
//! two servers may have different versions of the zone. Only what is signed and valid counts.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::Context;
use crate::checks::denial_nsec3::hash_of_owner;
use crate::checks::signatures::{Given, given};
use crate::crypto;
use crate::dns::{Name, Nsec, Nsec3, RecordType, TypeBitmap};
use crate::evidence::view::ExchangeId;
use crate::validate::{JudgedZone, Limits, Status};

/// NSEC3 hashes computed here for one zone: a dozen names at a dozen servers need no more than 200, and
/// a server may send NSEC3 with ever new salts.
const HASHES: usize = 1_024;

/// One thing that exists and is denied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The name as it was signed: that of the wildcard, where one was expanded.
    pub name: Name,
    /// The type shown.
    pub rtype: RecordType,
    /// Owner of the NSEC or NSEC3.
    pub denier: Name,
    /// NSEC or NSEC3.
    pub by: RecordType,
    /// The types that the record lists.
    pub listed: String,
}

/// Where conflicts were seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// The servers.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show the one side and the other.
    pub evidence: BTreeSet<ExchangeId>,
}

/// What is denied: the type only, or the whole name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The record stands at the name and its bitmap lacks the type.
    Type,
    /// The record's span holds the name.
    Name,
}

/// Every conflict in one zone that `wanted` picks.
pub fn find(
    context: &Context<'_>,
    zone: &JudgedZone,
    wanted: &impl Fn(&Conflict, Denied) -> bool,
) -> BTreeMap<Conflict, Seen> {
    let sets = given(context, zone);
    let mut hashes = Hashes::default();
    let mut found: BTreeMap<Conflict, Seen> = BTreeMap::new();
    let secure = sets
        .iter()
        .filter(|given| given.set.status == Status::Secure);
    let (deniers, shown): (Vec<_>, Vec<_>) = secure.partition(|given| is_denier(given));
    // Worked out once, since each is held against every record that denies.
    let shown: Vec<(&Given<'_>, Name)> = shown
        .into_iter()
        .filter_map(|given| Some((given, signed_name(given)?)))
        .collect();
    for denier in deniers {
        let Some(record) = Record::of(zone, denier) else {
            continue;
        };
        let here = shown
            .iter()
            .filter(|(given, _)| given.server == denier.server);
        for (shown, name) in here {
            let rtype = shown.set.rrset.rtype;
            let Some(denied) = record.denies(&mut hashes, &zone.apex, name, rtype) else {
                continue;
            };
            let conflict = Conflict {
                name: name.clone(),
                rtype,
                denier: denier.set.rrset.owner.clone(),
                by: denier.set.rrset.rtype,
                listed: record.types().to_string(),
            };
            if wanted(&conflict, denied) {
                let seen = found.entry(conflict).or_default();
                seen.servers.insert(denier.server);
                seen.evidence.extend([denier.id, shown.id]);
            }
        }
    }
    found
}

fn is_denier(given: &Given<'_>) -> bool {
    matches!(given.set.rrset.rtype, RecordType::NSEC | RecordType::NSEC3)
}

/// The owner name that was signed.
fn signed_name(given: &Given<'_>) -> Option<Name> {
    let (rrsig, _) = given.set.valid().next()?;
    given.set.rrset.signed_owner(rrsig)
}

/// Iterations, salt and name.
type HashInput = (u16, Box<[u8]>, Name);

/// The hashes computed so far.
#[derive(Default)]
struct Hashes {
    known: BTreeMap<HashInput, [u8; 20]>,
}

impl Hashes {
    fn of(&mut self, name: &Name, record: &Nsec3) -> Option<[u8; 20]> {
        let key = (record.iterations, record.salt.clone(), name.to_lowercase());
        if let Some(hash) = self.known.get(&key) {
            return Some(*hash);
        }
        let is_affordable = record.iterations <= Limits::default().nsec3_iterations;
        if !is_affordable || self.known.len() >= HASHES {
            return None;
        }
        let wire = name.canonical_wire();
        let hash = crypto::nsec3_hash(&wire, record.iterations, &record.salt);
        self.known.insert(key, hash);
        Some(hash)
    }
}

enum Record {
    Nsec(Name, Nsec),
    Nsec3([u8; 20], Nsec3),
}

impl Record {
    fn of(zone: &JudgedZone, given: &Given<'_>) -> Option<Self> {
        let set = &given.set.rrset;
        let rdata = set.rdata.first()?;
        if set.rtype == RecordType::NSEC {
            return Some(Self::Nsec(signed_name(given)?, Nsec::parse(rdata).ok()?));
        }
        let record = Nsec3::parse(rdata).ok()?;
        let hash = hash_of_owner(&zone.apex, &set.owner)?;
        let is_usable = record.hash_algorithm == 1 && record.next.len() == 20;
        is_usable.then_some(Self::Nsec3(hash, record))
    }

    fn types(&self) -> &TypeBitmap {
        match self {
            Self::Nsec(_, record) => &record.types,
            Self::Nsec3(_, record) => &record.types,
        }
    }

    /// What of `name` and `rtype`, which exist, this record denies.
    fn denies(
        &self,
        hashes: &mut Hashes,
        zone: &Name,
        name: &Name,
        rtype: RecordType,
    ) -> Option<Denied> {
        let (is_match, is_covered) = match self {
            Self::Nsec(owner, record) => (owner == name, covers(zone, owner, record, name)),
            Self::Nsec3(owner, record) => {
                let hash = hashes.of(name, record)?;
                (*owner == hash, between(owner, &hash, &record.next))
            }
        };
        if is_covered {
            return Some(Denied::Name);
        }
        // NXNAME at a name says that the name itself does not exist (RFC 9824, section 3.1).
        match self.types() {
            _ if !is_match => None,
            types if types.contains(RecordType::NXNAME) => Some(Denied::Name),
            types if types.contains(rtype) => None,
            _ => Some(Denied::Type),
        }
    }
}

fn covers(zone: &Name, owner: &Name, record: &Nsec, name: &Name) -> bool {
    let types = &record.types;
    let is_cut = types.contains(RecordType::NS) && !types.contains(RecordType::SOA);
    let is_silent = name.is_below(owner) && (is_cut || types.contains(RecordType::DNAME));
    // A name above the next one exists without types of its own as far as this record knows.
    !is_silent
        && owner < name
        && (name < &record.next || record.next == *zone)
        && !record.next.is_at_or_below(name)
}

/// Whether a hash lies between the owner of an NSEC3 and the next hash, neither included.
pub fn between(owner: &[u8; 20], hash: &[u8; 20], next: &[u8]) -> bool {
    let (owner, hash) = (&owner[..], &hash[..]);
    if owner < next {
        owner < hash && hash < next
    } else {
        hash != owner && hash != next && (owner < hash || hash < next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn nsec(owner: &str, next: &str, types: &str) -> Record {
        let types = types.split_whitespace().map(|text| text.parse().unwrap());
        Record::Nsec(
            name(owner),
            Nsec {
                next: name(next),
                types: TypeBitmap::from_types(types),
            },
        )
    }

    fn denied(record: &Record, at: &str, rtype: RecordType) -> Option<Denied> {
        record.denies(&mut Hashes::default(), &name("example."), &name(at), rtype)
    }

    #[test]
    fn a_type_missing_from_the_bitmap_is_denied() {
        let record = nsec("*.w.example.", "x.example.", "TXT RRSIG NSEC");
        let at = |rtype| denied(&record, "*.w.example.", rtype);
        assert_eq!(at(RecordType::A), Some(Denied::Type));
        assert_eq!(at(RecordType::TXT), None);
        assert_eq!(denied(&record, "other.example.", RecordType::A), None);
    }

    #[test]
    fn a_name_inside_the_span_is_denied_and_its_ends_are_not() {
        let record = nsec("b.example.", "x.example.", "A RRSIG NSEC");
        let at = |text| denied(&record, text, RecordType::A);
        assert_eq!(at("m.example."), Some(Denied::Name));
        assert_eq!(at("b.example."), None);
        assert_eq!(at("x.example."), None);
        let last = nsec("x.example.", "example.", "A RRSIG NSEC");
        assert_eq!(
            denied(&last, "z.example.", RecordType::A),
            Some(Denied::Name)
        );
        assert_eq!(denied(&last, "a.example.", RecordType::A), None);
    }

    #[test]
    fn a_delegation_denies_nothing_below_it_and_nxname_its_own_name() {
        let cut = nsec("a.example.", "x.example.", "NS RRSIG NSEC");
        assert_eq!(denied(&cut, "ns.a.example.", RecordType::A), None);
        let compact = nsec("m.example.", "\\000.m.example.", "RRSIG NSEC NXNAME");
        assert_eq!(
            denied(&compact, "m.example.", RecordType::A),
            Some(Denied::Name)
        );
    }

    #[test]
    fn a_hash_matches_or_falls_between() {
        let hash = crypto::nsec3_hash(&name("m.example.").canonical_wire(), 0, &[]);
        let record = |types: &[RecordType]| Nsec3 {
            hash_algorithm: 1,
            flags: 0,
            iterations: 0,
            salt: [].into(),
            next: [0xFF; 20].into(),
            types: TypeBitmap::from_types(types.iter().copied()),
        };
        let at = |record: Record| denied(&record, "m.example.", RecordType::A);
        let own = Record::Nsec3(hash, record(&[RecordType::TXT]));
        assert_eq!(at(own), Some(Denied::Type));
        let before = Record::Nsec3([0; 20], record(&[RecordType::A]));
        assert_eq!(at(before), Some(Denied::Name));
    }
}
