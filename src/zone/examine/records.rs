//! RRsets apart from their signatures: where they may stand, their TTLs, delegations and their glue.

use super::Chunk;
use super::{nowhere, place};
use crate::crypto::DigestType;
use crate::dns::RecordType;
use crate::zone::names::{Kind, Node};
use crate::zone::store::Rec;
use crate::zone::{fault, wire};
use std::collections::BTreeMap;

impl Chunk<'_> {
    /// Types that may not stand where they stand.
    pub(super) fn misplaced(&mut self, owner: &[u8], node: &Node, set: &[Rec<'_>]) {
        let is_apex = node.kind == Kind::Apex;
        let told = match set[0].rtype {
            RecordType::SOA if !is_apex => Some((fault::SOA_INVALID, "a SOA away from the apex")),
            RecordType::DNSKEY if !is_apex => {
                Some((fault::KEY_NOT_AT_APEX, "a DNSKEY away from the apex"))
            }
            RecordType::CDS | RecordType::CDNSKEY if !is_apex && !is_signal(owner) => {
                Some((fault::CDS_NOT_AT_APEX, "away from the apex"))
            }
            RecordType::NSEC3PARAM if !is_apex => {
                Some((fault::NSEC3PARAM_MISPLACED, "NSEC3PARAM away from the apex"))
            }
            RecordType::DS if is_apex => Some((fault::DS_AT_APEX, "a DS at the zone's own apex")),
            RecordType::DS if node.kind == Kind::Plain => {
                Some((fault::DS_WITHOUT_NS, "a DS where nothing is delegated"))
            }
            RecordType::CNAME if set[1..].iter().any(|r| r.rdata != set[0].rdata) => {
                Some((fault::CNAME_WITH_OTHER, "more than one CNAME"))
            }
            RecordType::DNAME
                if set.len() > 1 && set[1..].iter().any(|r| r.rdata != set[0].rdata) =>
            {
                Some((fault::DNAME_MISPLACED, "more than one DNAME"))
            }
            RecordType::DNAME if node.kind == Kind::Cut => Some((
                fault::DNAME_MISPLACED,
                "a DNAME beside the NS of a delegation",
            )),
            _ => None,
        };
        if let Some((code, why)) = told {
            self.scribe.add(code, place(owner, &set[0]), || {
                format!("{}: {why}", set[0].rtype)
            });
        }
    }

    /// A CNAME stands alone but for what DNSSEC adds (RFC 2181, section 10.1; RFC 4035, section 2.5).
    pub(super) fn alone(&mut self, owner: &[u8], records: &[Rec<'_>]) {
        const KEY: RecordType = RecordType(25);
        let is_cname = |record: &&Rec<'_>| record.rtype == RecordType::CNAME;
        let Some(cname) = records.iter().find(is_cname) else {
            return;
        };
        let may_stand = [RecordType::CNAME, RecordType::RRSIG, RecordType::NSEC, KEY];
        let other = records
            .iter()
            .find(|record| !may_stand.contains(&record.rtype));
        if let Some(other) = other {
            self.scribe
                .add(fault::CNAME_WITH_OTHER, place(owner, cname), || {
                    format!("a CNAME beside {}", other.rtype)
                });
        }
    }

    /// TTLs, and records that are the same to all but DNSSEC.
    pub(super) fn rrset(&mut self, owner: &[u8], set: &[Rec<'_>]) {
        let first = &set[0];
        if let Some(other) = set.iter().find(|record| record.ttl != first.ttl) {
            self.scribe
                .add(fault::TTL_DIFFERS, place(owner, other), || {
                    format!("{}: TTLs {} and {}", first.rtype, first.ttl, other.ttl)
                });
        }
        let most = self.frame.max_ttl.unwrap_or(MAX_TTL).min(MAX_TTL);
        if let Some(over) = set.iter().find(|record| record.ttl > most) {
            self.scribe
                .add(fault::TTL_OVER_MAXIMUM, place(owner, over), || {
                    format!("{}: TTL {} is above {most}", first.rtype, over.ttl)
                });
        }
        let name_at = match first.rtype {
            RecordType::SVCB | RecordType::HTTPS => 2,
            RecordType::NSEC => 0,
            _ => return,
        };
        let lower = |record: &Rec<'_>| {
            let mut rdata = record.rdata.to_vec();
            if let Some(length) = rdata.get(name_at..).and_then(wire::name_length) {
                rdata[name_at..name_at + length].make_ascii_lowercase();
            }
            rdata
        };
        let mut seen = BTreeMap::new();
        for record in set {
            let before = seen.insert(lower(record), record.rdata);
            if before.is_some_and(|before| before != record.rdata) {
                self.scribe.add(fault::DUPLICATE, place(owner, record), || {
                    format!(
                        "{}: two records differ in the case of letters alone",
                        first.rtype
                    )
                });
            }
        }
    }

    pub(super) fn delegation(
        &mut self,
        index: usize,
        node: &Node,
        owner: &[u8],
        records: &[Rec<'_>],
    ) {
        self.part.counts.delegations += 1;
        if node.has.ds() {
            self.part.counts.secure_delegations += 1;
        } else {
            self.scribe
                .add(fault::CHILD_NOT_SECURE, nowhere(owner), || {
                    "a delegation without DS".to_owned()
                });
        }
        for record in records
            .iter()
            .filter(|record| record.rtype == RecordType::DS)
        {
            self.digest(owner, record);
        }
        for record in records
            .iter()
            .filter(|record| record.rtype == RecordType::NS)
        {
            if wire::is_at_or_below(record.rdata, owner) && !self.has_address(index, record.rdata) {
                self.scribe
                    .add(fault::GLUE_MISSING, place(owner, record), || {
                        format!(
                            "no address for {}, which only this zone can tell",
                            wire::shown(record.rdata)
                        )
                    });
            }
        }
    }

    /// A digest of another length is that of no key (RFC 4034, section 5.1.4), and name servers may not load it.
    fn digest(&mut self, owner: &[u8], record: &Rec<'_>) {
        let Some((head, digest)) = record.rdata.split_first_chunk::<4>() else {
            return;
        };
        let digest_type = DigestType(head[3]);
        let expected = digest_type.digest_len();
        if let Some(expected) = expected.filter(|expected| *expected != digest.len()) {
            self.scribe.add(fault::DS_LENGTH, place(owner, record), || {
                format!(
                    "the digest has {} octets, and {digest_type} gives {expected}",
                    digest.len()
                )
            });
        }
    }

    /// Whether a name at or below the delegation `index` has an address.
    pub(super) fn has_address(&self, index: usize, target: &[u8]) -> bool {
        let names = self.frame.names;
        // Glue stands right behind its delegation, as a rule.
        let near = names.nodes[index..]
            .iter()
            .take(4)
            .find(|node| names.owner(node) == target);
        let found = near.or_else(|| names.find(target).map(|at| &names.nodes[at]));
        found.is_some_and(|node| node.has.address())
    }
}

/// The greatest TTL there is: receivers take a greater one for 0 (RFC 2181, section 8).
const MAX_TTL: u32 = i32::MAX as u32;

/// Names of bootstrap signals, which carry CDS records (RFC 9615, section 4.1).
fn is_signal(owner: &[u8]) -> bool {
    owner.starts_with(b"\x07_dsboot")
}
