//! The arithmetic: does each RRSIG verify by the key it names? Times, names and everything else about a
//! signature is looked at elsewhere.
//!
//! A run is looked at by itself, as soon as its segment is full. A name whose records lie in several runs is
//! looked at again when all are there.

use super::keys::ZoneKeys;
use super::store::{Rec, Segment};
use super::wire;
use crate::crypto::SignatureFault;
use crate::dns::RecordType;

/// Greatest number of signatures tried for one RRset. Hardened validators give up long before.
const MAX_TRIED: usize = 16;
/// Greatest number of keys with the same tag tried for one signature.
const MAX_KEYS: usize = 4;

/// RRSIG RDATA, taken apart where it lies.
#[derive(Debug, Clone, Copy)]
pub struct RrsigView<'s> {
    /// The type it covers.
    pub covered: RecordType,
    /// Algorithm of the key.
    pub algorithm: u8,
    /// Labels of the owner as signed.
    pub labels: u8,
    /// TTL as signed.
    pub original_ttl: u32,
    /// Low 32 bits of the end.
    pub expiration: u32,
    /// Low 32 bits of the beginning.
    pub inception: u32,
    /// Tag of the key.
    pub key_tag: u16,
    /// Name of the signer.
    pub signer: &'s [u8],
    /// The signature.
    pub signature: &'s [u8],
    head: &'s [u8],
}

impl<'s> RrsigView<'s> {
    /// `None` when the octets are no RRSIG.
    pub fn of(rdata: &'s [u8]) -> Option<Self> {
        let fixed = rdata.first_chunk::<18>()?;
        let signer_end = 18 + wire::name_length(&rdata[18..])?;
        let four = |at: usize| {
            u32::from_be_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]])
        };
        Some(Self {
            covered: RecordType(u16::from_be_bytes([fixed[0], fixed[1]])),
            algorithm: fixed[2],
            labels: fixed[3],
            original_ttl: four(4),
            expiration: four(8),
            inception: four(12),
            key_tag: u16::from_be_bytes([fixed[16], fixed[17]]),
            signer: &rdata[18..signer_end],
            signature: &rdata[signer_end..],
            head: &rdata[..signer_end],
        })
    }
}

/// The type that RRSIG RDATA covers, without looking at the rest.
pub fn covered(rdata: &[u8]) -> RecordType {
    rdata.first_chunk().map_or(RecordType::RRSIG, |two| {
        RecordType(u16::from_be_bytes(*two))
    })
}

/// Why a signature does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// No key with this tag and algorithm can be used: nothing was computed.
    NoKey,
    /// Computed, and it does not come out.
    Fault(SignatureFault),
    /// Too many signatures over the same RRset stand before it.
    NotTried,
}

/// Signatures that are going to be verified together.
#[derive(Default)]
struct Gathered {
    messages: Vec<u8>,
    /// By key: where the message ends and begins, and where the signature is.
    by_key: Vec<Vec<Pending>>,
}

/// A signature that several keys may have made.
struct Several<'s> {
    message: std::ops::Range<usize>,
    at: u32,
    keys: Vec<usize>,
    signature: &'s [u8],
}

struct Pending {
    message: std::ops::Range<usize>,
    /// Index among the records that are being looked at, or their place in a segment.
    at: u32,
}

/// What was computed.
#[derive(Debug, Clone, Default)]
pub struct Computed {
    /// How many signatures were verified.
    pub tried: u64,
    /// Those that are wrong, in the order of their places.
    pub wrong: Vec<(u32, Wrong)>,
    /// Which of several keys with one tag has verified, in the order of places.
    pub by: Vec<(u32, usize)>,
}

impl Computed {
    /// Why the signature at this place is wrong.
    pub fn wrong(&self, at: u32) -> Option<Wrong> {
        let found = self.wrong.binary_search_by_key(&at, |(at, _)| *at);
        found.ok().map(|index| self.wrong[index].1)
    }

    /// The key that has verified the signature at this place, where several have its tag.
    pub fn signer(&self, at: u32) -> Option<usize> {
        let found = self.by.binary_search_by_key(&at, |(at, _)| *at);
        found.ok().map(|index| self.by[index].1)
    }
}

/// Verifies every signature of a segment, as long as `is_wanted` says so.
pub fn segment(segment: &Segment, keys: &ZoneKeys, is_wanted: &dyn Fn() -> bool) -> Computed {
    let mut batch = Batch::new(keys);
    let mut records = Vec::new();
    for (_, run) in segment.runs() {
        records.clear();
        records.extend(run.records());
        batch.add(run.owner, &mut records);
        if batch.is_large() {
            if !is_wanted() {
                break;
            }
            batch.verify();
        }
    }
    batch.finish()
}

/// Signatures that are verified together.
pub struct Batch<'k, 's> {
    keys: &'k ZoneKeys,
    gathered: Gathered,
    signatures: Vec<Vec<&'s [u8]>>,
    several: Vec<Several<'s>>,
    done: Computed,
}

impl<'k, 's> Batch<'k, 's> {
    /// None yet.
    pub fn new(keys: &'k ZoneKeys) -> Self {
        let gathered = Gathered {
            messages: Vec::new(),
            by_key: keys.keys.iter().map(|_| Vec::new()).collect(),
        };
        Self {
            keys,
            gathered,
            signatures: keys.keys.iter().map(|_| Vec::new()).collect(),
            several: Vec::new(),
            done: Computed::default(),
        }
    }

    fn is_large(&self) -> bool {
        self.gathered.messages.len() > 4 << 20
    }

    /// Adds every signature among the records of one name, and puts the records into order.
    pub fn add(&mut self, owner: &[u8], records: &mut [Rec<'s>]) {
        if !records
            .iter()
            .any(|record| record.rtype == RecordType::RRSIG)
        {
            return;
        }
        records.sort_unstable_by(|a, b| {
            let key = |r: &Rec<'s>| {
                (
                    r.rtype.0,
                    if r.rtype == RecordType::RRSIG {
                        covered(r.rdata).0
                    } else {
                        0
                    },
                )
            };
            key(a)
                .cmp(&key(b))
                .then_with(|| a.rdata.cmp(b.rdata))
                .then(a.at.cmp(&b.at))
        });
        let first = records.partition_point(|record| record.rtype.0 < RecordType::RRSIG.0);
        let after = records.partition_point(|record| record.rtype.0 <= RecordType::RRSIG.0);
        let (mut last, mut tried) = (None, 0);
        for index in first..after {
            let rrsig = records[index];
            let Some(view) = RrsigView::of(rrsig.rdata) else {
                continue;
            };
            tried = if last == Some(view.covered) {
                tried + 1
            } else {
                0
            };
            last = Some(view.covered);
            if tried >= MAX_TRIED {
                self.done.wrong.push((rrsig.at, Wrong::NotTried));
                continue;
            }
            let from = records.partition_point(|record| record.rtype.0 < view.covered.0);
            let to = records.partition_point(|record| record.rtype.0 <= view.covered.0);
            if view.covered != RecordType::RRSIG && from < to {
                self.one(owner, &view, &records[from..to], rrsig.at);
            }
        }
    }

    fn one(&mut self, owner: &[u8], view: &RrsigView<'s>, covered: &[Rec<'s>], at: u32) {
        // No other key may have signed it (RFC 4034, section 2.1.1; RFC 5011, section 2.1).
        let usable = |(_, key): &(usize, &super::keys::ZoneKey)| {
            let may_sign = !key.dnskey.is_revoked() || view.covered == RecordType::DNSKEY;
            key.bulk.is_ok() && key.dnskey.is_zone_key() && may_sign
        };
        let found = self
            .keys
            .find(view.algorithm, view.key_tag)
            .filter(usable)
            .take(MAX_KEYS);
        let keys: Vec<usize> = found.map(|(index, _)| index).collect();
        let message = match keys.is_empty() {
            true => None,
            false => self.message(owner, view, covered),
        };
        match (message, &keys[..]) {
            (None, _) | (_, []) => self.done.wrong.push((at, Wrong::NoKey)),
            (Some(message), [key]) => {
                self.gathered.by_key[*key].push(Pending { message, at });
                self.signatures[*key].push(view.signature);
            }
            (Some(message), _) => self.several.push(Several {
                message,
                at,
                keys,
                signature: view.signature,
            }),
        }
    }

    /// The octets that are signed (RFC 4034, section 3.1.8.1), with duplicates left out. `None` when the
    /// Labels field counts more labels than the owner has.
    fn message(
        &mut self,
        owner: &[u8],
        view: &RrsigView<'_>,
        covered: &[Rec<'_>],
    ) -> Option<std::ops::Range<usize>> {
        let mut signed_owner = owner;
        let mut wildcard: &[u8] = &[];
        let own = wire::rrsig_labels(owner);
        let labels = usize::from(view.labels);
        if labels > own {
            return None;
        }
        if labels < own {
            for _ in labels..wire::label_count(owner) {
                signed_owner = wire::parent(signed_owner);
            }
            wildcard = &[1, b'*'];
        }
        let messages = &mut self.gathered.messages;
        let start = messages.len();
        messages.extend_from_slice(view.head);
        let mut before: Option<&[u8]> = None;
        for record in covered {
            if before == Some(record.rdata) {
                continue;
            }
            before = Some(record.rdata);
            messages.extend_from_slice(wildcard);
            messages.extend_from_slice(signed_owner);
            messages.extend(record.rtype.0.to_be_bytes());
            messages.extend([0, 1]);
            messages.extend(view.original_ttl.to_be_bytes());
            messages.extend((record.rdata.len() as u16).to_be_bytes());
            messages.extend_from_slice(record.rdata);
        }
        Some(start..messages.len())
    }

    fn verify(&mut self) {
        let messages = &self.gathered.messages;
        for ((key, pending), signatures) in self
            .keys
            .keys
            .iter()
            .zip(&mut self.gathered.by_key)
            .zip(&mut self.signatures)
        {
            let Ok(bulk) = &key.bulk else { continue };
            let signed: Vec<(&[u8], &[u8])> = pending
                .iter()
                .zip(&*signatures)
                .map(|(pending, signature)| (&messages[pending.message.clone()], *signature))
                .collect();
            self.done.tried += signed.len() as u64;
            let faults = bulk.faults(&signed).into_iter();
            self.done
                .wrong
                .extend(faults.map(|(index, fault)| (pending[index].at, Wrong::Fault(fault))));
            pending.clear();
            signatures.clear();
        }
        for several in self.several.drain(..) {
            let message = &messages[several.message];
            let verified = |key: &usize| {
                let bulk = self.keys.keys[*key].bulk.as_ref();
                bulk.is_ok_and(|bulk| bulk.key().verify(message, several.signature).is_ok())
            };
            self.done.tried += 1;
            match several.keys.iter().find(|key| verified(key)) {
                Some(key) => self.done.by.push((several.at, *key)),
                None => {
                    let wrong = Wrong::Fault(SignatureFault::Mismatch);
                    self.done.wrong.push((several.at, wrong));
                }
            }
        }
        self.gathered.messages.clear();
    }

    /// Verifies what is left.
    pub fn finish(mut self) -> Computed {
        self.verify();
        self.done.wrong.sort_unstable_by_key(|(at, _)| *at);
        self.done.by.sort_unstable_by_key(|(at, _)| *at);
        self.done
    }
}
