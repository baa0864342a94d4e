//! Differences put on the version that they are of (RFC 1995, section 4).
//!
//! The differences are few and are held; the older version is gone through once, record by record, and says
//! of each whether it stays. What was removed and added again on the way counts as what came last. That the
//! older version is the right one shows in the end: it must have had everything that was removed.

use std::collections::HashMap;

use super::{Part, WireRecord};
use crate::dns::{Name, RecordType, rdata};

/// What changed between two versions.
#[derive(Debug, Default)]
pub struct Differences {
    by_owner: HashMap<Vec<u8>, Vec<Item>>,
    lower: Vec<u8>,
}

/// One record that came or went.
#[derive(Debug)]
struct Item {
    rtype: RecordType,
    /// In canonical form.
    rdata: Vec<u8>,
    /// Whether the older version must have had it, and whether it was met there.
    is_removed: bool,
    is_met: bool,
    added: Option<Added>,
}

/// A record of the newer version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Owner name in wire form.
    pub owner: Vec<u8>,
    /// RR type.
    pub rtype: RecordType,
    /// TTL in seconds.
    pub ttl: u32,
    /// RDATA as it came.
    pub rdata: Vec<u8>,
}

impl Differences {
    /// Takes in the next record of a transfer. What belongs to no difference is left out.
    pub fn take(&mut self, part: Part, record: &WireRecord<'_>) {
        let canonical = rdata::canonical(record.rtype, record.rdata).into_owned();
        let items = self.by_owner.entry(record.owner.to_ascii_lowercase());
        let items = items.or_default();
        let known = items
            .iter()
            .position(|item| item.rtype == record.rtype && item.rdata == canonical);
        let at = known.unwrap_or_else(|| {
            items.push(Item {
                rtype: record.rtype,
                rdata: canonical,
                is_removed: part == Part::Removed,
                is_met: false,
                added: None,
            });
            items.len() - 1
        });
        let item = &mut items[at];
        match part {
            Part::Removed => item.added = None,
            Part::Added => {
                item.added = Some(Added {
                    owner: record.owner.to_vec(),
                    rtype: record.rtype,
                    ttl: record.ttl,
                    rdata: record.rdata.to_vec(),
                });
            }
            Part::Zone => {}
        }
    }

    /// Whether a record of the older version stays.
    pub fn stays(&mut self, owner: &[u8], rtype: RecordType, octets: &[u8]) -> bool {
        self.lower.clear();
        self.lower.extend_from_slice(owner);
        self.lower.make_ascii_lowercase();
        let Some(items) = self.by_owner.get_mut(&self.lower) else {
            return true;
        };
        let canonical = rdata::canonical(rtype, octets);
        let mut items = items.iter_mut();
        match items.find(|item| item.rtype == rtype && item.rdata == *canonical) {
            Some(item) => {
                item.is_met = true;
                // It goes, or comes again with the TTL that came.
                false
            }
            None => true,
        }
    }

    /// What the newer version has beside what stays, by owner and type.
    ///
    /// # Errors
    /// In words, when something was to be removed that the older version did not have.
    pub fn added(self) -> Result<Vec<Added>, String> {
        let mut all = Vec::new();
        for (owner, items) in self.by_owner {
            for item in items {
                if item.is_removed && !item.is_met {
                    let owner = Name::from_wire(&owner);
                    let owner =
                        owner.map_or_else(|error| error.to_string(), |name| name.to_string());
                    return Err(format!(
                        "the differences are not of this version: {owner} {} is to be removed and is not there",
                        item.rtype
                    ));
                }
                all.extend(item.added);
            }
        }
        all.sort_unstable_by(|a, b| {
            (&a.owner, a.rtype.0, &a.rdata).cmp(&(&b.owner, b.rtype.0, &b.rdata))
        });
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Class;

    const OWNER: &[u8] = b"\x01a\x00";

    fn differences(all: &[(Part, u32, u8)]) -> Differences {
        let mut differences = Differences::default();
        for (part, ttl, last) in all {
            let record = WireRecord {
                owner: b"\x01A\x00",
                rtype: RecordType::A,
                class: Class::IN,
                ttl: *ttl,
                rdata: &[192, 0, 2, *last],
                fault: None,
            };
            differences.take(*part, &record);
        }
        differences
    }

    /// What becomes of a version with the addresses 1 and 2, each by its last octet and TTL.
    fn put(all: &[(Part, u32, u8)]) -> Result<Vec<(u8, u32)>, String> {
        let mut differences = differences(all);
        let mut left: Vec<(u8, u32)> = Vec::new();
        for last in [1, 2] {
            if differences.stays(OWNER, RecordType::A, &[192, 0, 2, last]) {
                left.push((last, 60));
            }
        }
        assert!(differences.stays(OWNER, RecordType::TXT, &[0]));
        assert!(differences.stays(b"\x01b\x00", RecordType::A, &[192, 0, 2, 1]));
        left.extend(
            differences
                .added()?
                .iter()
                .map(|one| (one.rdata[3], one.ttl)),
        );
        left.sort_unstable();
        Ok(left)
    }

    #[test]
    fn the_newer_version_has_what_stays_and_what_came() {
        use Part::{Added, Removed};
        assert_eq!(put(&[]), Ok(vec![(1, 60), (2, 60)]));
        assert_eq!(
            put(&[(Removed, 60, 1), (Added, 60, 3)]),
            Ok(vec![(2, 60), (3, 60)])
        );
        // Another TTL.
        assert_eq!(
            put(&[(Removed, 60, 1), (Added, 90, 1)]),
            Ok(vec![(1, 90), (2, 60)])
        );
        // Over several versions.
        let back = [
            (Removed, 60, 1),
            (Added, 60, 3),
            (Removed, 60, 3),
            (Added, 60, 1),
        ];
        assert_eq!(put(&back), Ok(vec![(1, 60), (2, 60)]));
        let gone = [(Added, 60, 3), (Removed, 60, 3)];
        assert_eq!(put(&gone), Ok(vec![(1, 60), (2, 60)]));
        let gone = [(Added, 60, 1), (Removed, 60, 1)];
        assert_eq!(put(&gone), Ok(vec![(2, 60)]), "it was there before");
        let twice = [(Added, 60, 3), (Removed, 60, 3), (Added, 70, 3)];
        assert_eq!(put(&twice), Ok(vec![(1, 60), (2, 60), (3, 70)]));
        assert_eq!(put(&[(Added, 90, 1)]), Ok(vec![(1, 90), (2, 60)]));
    }

    #[test]
    fn differences_of_another_version_are_noticed() {
        let wrong = put(&[(Part::Removed, 60, 9)]).unwrap_err();
        assert!(wrong.contains("a. A is to be removed"), "{wrong}");
    }
}
