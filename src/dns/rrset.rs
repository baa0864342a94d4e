//! RRsets with their signatures, and the octets that a signature covers.

use super::message::Record;
use super::name::Name;
use super::rdata::{self, Rrsig};
use super::rtype::{Class, RecordType};

/// The records of one owner name, class and type, as given: order and duplicates are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rrset {
    /// Owner name of the first record.
    pub owner: Name,
    /// Class.
    pub class: Class,
    /// RR type.
    pub rtype: RecordType,
    /// TTL of each record, in seconds.
    pub ttls: Vec<u32>,
    /// RDATA of each record, names expanded, in its case on the wire.
    pub rdata: Vec<Box<[u8]>>,
    /// The RRSIGs over it that could be read, in order.
    pub rrsigs: Vec<Rrsig>,
    /// TTL of each of these RRSIGs.
    pub rrsig_ttls: Vec<u32>,
    /// Number of RRSIGs at this owner whose type covered fits but that could not be read.
    pub malformed_rrsigs: usize,
}

impl Rrset {
    /// An RRset without records, to be filled.
    pub fn empty(owner: Name, class: Class, rtype: RecordType) -> Self {
        Self {
            owner,
            class,
            rtype,
            ttls: Vec::new(),
            rdata: Vec::new(),
            rrsigs: Vec::new(),
            rrsig_ttls: Vec::new(),
            malformed_rrsigs: 0,
        }
    }

    /// The least TTL, in seconds; 0 for an RRset without records.
    pub fn ttl(&self) -> u32 {
        self.ttls.iter().copied().min().unwrap_or(0)
    }

    /// RDATA in canonical form and order, duplicates removed (RFC 4034, section 6.3).
    pub fn canonical_rdata(&self) -> Vec<Vec<u8>> {
        let mut sorted: Vec<Vec<u8>> = self
            .rdata
            .iter()
            .map(|rdata| rdata::canonical(self.rtype, rdata).into_owned())
            .collect();
        sorted.sort_unstable();
        sorted.dedup();
        sorted
    }

    /// The owner name as it was signed: itself, or the wildcard it was expanded from when the RRSIG
    /// counts fewer labels (RFC 4035, section 5.3.2). `None` when it counts more labels than there are.
    pub fn signed_owner(&self, rrsig: &Rrsig) -> Option<Name> {
        let labels = usize::from(rrsig.labels);
        match self.owner.rrsig_labels() {
            own if labels > own => None,
            own if labels == own => Some(self.owner.clone()),
            _ => self.owner.suffix(labels).wildcard(),
        }
    }

    /// Whether the RRSIG says that this RRset was expanded from a wildcard.
    pub fn is_expanded(&self, rrsig: &Rrsig) -> bool {
        usize::from(rrsig.labels) < self.owner.rrsig_labels()
    }

    /// The octets that `rrsig` signs (RFC 4034, section 3.1.8.1; RFC 4035, section 5.3.2).
    /// `None` when it counts more labels than the owner name has.
    pub fn signed_data(&self, rrsig: &Rrsig) -> Option<Vec<u8>> {
        self.signed_data_of(rrsig, &self.canonical_rdata())
    }

    /// The same with what [`Rrset::canonical_rdata`] gave, which takes longest and is the same for each RRSIG.
    pub fn signed_data_of(&self, rrsig: &Rrsig, canonical: &[Vec<u8>]) -> Option<Vec<u8>> {
        let owner = self.signed_owner(rrsig)?.canonical_wire();
        let mut data = rrsig.signed_head();
        for rdata in canonical {
            // RDATA came out of a 16-bit length field; expansion adds no more than a name per field,
            // and what no longer fits cannot have been signed.
            let length = u16::try_from(rdata.len()).ok()?;
            data.extend_from_slice(&owner);
            data.extend(self.rtype.0.to_be_bytes());
            data.extend(self.class.0.to_be_bytes());
            data.extend(rrsig.original_ttl.to_be_bytes());
            data.extend(length.to_be_bytes());
            data.extend(rdata);
        }
        Some(data)
    }
}

/// The RRsets of a section in order of first appearance, each with the RRSIGs that stand beside it.
///
/// An RRSIG whose RRset is not in the section gives an entry without records, so that it is not lost.
/// OPT is not an RRset and is left out.
pub fn group(section: &[Record]) -> Vec<Rrset> {
    let mut sets: Vec<Rrset> = Vec::new();
    let mut index = std::collections::HashMap::new();
    for record in section
        .iter()
        .filter(|record| record.rtype != RecordType::OPT)
    {
        let rtype = match record.rtype {
            RecordType::RRSIG => covered(record),
            other => other,
        };
        let key = (&record.owner, record.class, rtype);
        let at = *index.entry(key).or_insert_with(|| {
            sets.push(Rrset::empty(record.owner.clone(), record.class, rtype));
            sets.len() - 1
        });
        add(&mut sets[at], record);
    }
    sets
}

/// The type an RRSIG record covers; RRSIG itself when it is too short to say.
fn covered(record: &Record) -> RecordType {
    match *record.rdata {
        [high, low, ..] => RecordType(u16::from_be_bytes([high, low])),
        _ => RecordType::RRSIG,
    }
}

fn add(set: &mut Rrset, record: &Record) {
    if record.rtype != RecordType::RRSIG {
        set.ttls.push(record.ttl);
        set.rdata.push(record.rdata.clone());
        return;
    }
    match Rrsig::parse(&record.rdata) {
        Ok(rrsig) => {
            set.rrsigs.push(rrsig);
            set.rrsig_ttls.push(record.ttl);
        }
        Err(_) => set.malformed_rrsigs += 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Serial;

    fn record(owner: &str, rtype: RecordType, ttl: u32, rdata: &[u8]) -> Record {
        Record {
            owner: owner.parse().unwrap(),
            rtype,
            class: Class::IN,
            ttl,
            rdata: rdata.into(),
            fault: None,
        }
    }

    fn rrsig(labels: u8) -> Rrsig {
        Rrsig {
            type_covered: RecordType::A,
            algorithm: 13,
            labels,
            original_ttl: 300,
            expiration: Serial(2),
            inception: Serial(1),
            key_tag: 5,
            signer: "Example.".parse().unwrap(),
            signature: [9].into(),
        }
    }

    #[test]
    fn grouping_joins_by_name_without_case_and_keeps_orphans() {
        let signature = [&rrsig(2).signed_head()[..], &[9]].concat();
        let sets = group(&[
            record("www.example.", RecordType::A, 60, &[1, 1, 1, 1]),
            record("WWW.example.", RecordType::A, 50, &[2, 2, 2, 2]),
            record("www.example.", RecordType::RRSIG, 60, &signature),
            record("other.example.", RecordType::RRSIG, 60, &signature),
            record("www.example.", RecordType::RRSIG, 60, &[0, 1, 13]),
        ]);
        assert_eq!(sets.len(), 2);
        assert_eq!(
            (sets[0].rdata.len(), sets[0].rrsigs.len(), sets[0].ttl()),
            (2, 1, 50)
        );
        assert_eq!(sets[0].malformed_rrsigs, 1);
        assert!(sets[1].rdata.is_empty() && sets[1].rrsigs.len() == 1);
    }

    #[test]
    fn signed_data_is_sorted_by_rdata_without_duplicates() {
        let set = &group(&[
            record("A.Example.", RecordType::A, 60, &[2, 2, 2, 2]),
            record("a.example.", RecordType::A, 10, &[1, 1, 1, 1]),
            record("a.example.", RecordType::A, 99, &[2, 2, 2, 2]),
        ])[0];
        let one = |last: &[u8]| {
            [
                &b"\x01a\x07example\x00\x00\x01\x00\x01\x00\x00\x01\x2C\x00\x04"[..],
                last,
            ]
            .concat()
        };
        let expected = [rrsig(2).signed_head(), one(&[1; 4]), one(&[2; 4])].concat();
        assert_eq!(set.signed_data(&rrsig(2)), Some(expected));
        assert_eq!(set.signed_data(&rrsig(3)), None);
        assert_eq!(
            set.signed_owner(&rrsig(1)),
            Some("*.example.".parse().unwrap())
        );
    }
}
