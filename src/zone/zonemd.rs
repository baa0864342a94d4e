//! The digest of a whole zone: RFC 8976.
//!
//! Every record in canonical order goes into it, duplicates once, without the ZONEMD records at the apex and
//! the signatures over them (section 3.3). Data below delegations counts, data outside the zone does not.

use super::apex::Apex;
use super::fault::{self, Scribe};
use super::names::{Kind, Names};
use super::signature;
use super::store::Rec;
use crate::crypto::Sha2;
use crate::dns::RecordType;

/// Holds the ZONEMD records against the zone; `serial` is that of the SOA.
pub fn examine(names: &Names, apex: &Apex<'_>, serial: Option<u32>, scribe: &mut Scribe<'_>) {
    let records = apex.rdata(RecordType::ZONEMD);
    let at = apex.place(RecordType::ZONEMD);
    if records.is_empty() {
        scribe.add(fault::ZONEMD_MISSING, at, || {
            "the zone has no ZONEMD".to_owned()
        });
        return;
    }
    let mut seen = Vec::new();
    let mut is_known = false;
    for rdata in records {
        let Some((head, digest)) = rdata.split_first_chunk::<6>() else {
            scribe.add(fault::ZONEMD_INVALID, at, || {
                "a ZONEMD that cannot be read".to_owned()
            });
            continue;
        };
        let (scheme, hash) = (head[4], head[5]);
        if seen.contains(&(scheme, hash)) {
            scribe.add(fault::ZONEMD_INVALID, at, || {
                format!("two ZONEMD with scheme {scheme} and hash algorithm {hash}")
            });
            continue;
        }
        seen.push((scheme, hash));
        if serial.is_some_and(|serial| head[..4] != serial.to_be_bytes()) {
            scribe.add(fault::ZONEMD_INVALID, at, || {
                "the serial is not that of the SOA".to_owned()
            });
            continue;
        }
        let sum = match (scheme, hash) {
            (1, 1) => Sha2::sha384(),
            (1, 2) => Sha2::sha512(),
            _ => continue,
        };
        is_known = true;
        if digested(names, sum) != digest {
            scribe.add(fault::ZONEMD_INVALID, at, || {
                "the digest is not that of the zone".to_owned()
            });
        }
    }
    let is_told = scribe
        .ledger
        .tallies
        .contains_key(fault::ZONEMD_INVALID.name);
    if !is_known && !is_told {
        scribe.add(fault::ZONEMD_INVALID, at, || {
            "no ZONEMD has a known scheme and hash algorithm".to_owned()
        });
    }
}

fn digested(names: &Names, mut sum: Sha2) -> Vec<u8> {
    let mut records: Vec<Rec<'_>> = Vec::new();
    for node in names.nodes.iter().filter(|node| node.kind != Kind::Outside) {
        let owner = names.owner(node);
        names.records(node, &mut records);
        records.sort_unstable_by(|a, b| (a.rtype.0, a.rdata).cmp(&(b.rtype.0, b.rdata)));
        records.dedup_by(|a, b| a.rtype == b.rtype && a.rdata == b.rdata);
        if node.kind == Kind::Apex {
            records.retain(|record| match record.rtype {
                RecordType::ZONEMD => false,
                RecordType::RRSIG => signature::covered(record.rdata) != RecordType::ZONEMD,
                _ => true,
            });
        }
        for record in &records {
            let mut head = [0; 10];
            head[..2].copy_from_slice(&record.rtype.0.to_be_bytes());
            head[3] = 1;
            head[4..8].copy_from_slice(&record.ttl.to_be_bytes());
            // RDATA of more octets is not read.
            head[8..].copy_from_slice(&(record.rdata.len() as u16).to_be_bytes());
            sum.update(owner);
            sum.update(&head);
            sum.update(record.rdata);
        }
    }
    sum.finish()
}
