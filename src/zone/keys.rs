//! The keys at the apex, ready to verify, and what is wrong with them.

use std::collections::BTreeSet;

use super::fault::{self, Place, Scribe};
use crate::crypto::{Algorithm, BulkKey, KeyFault, Requirement};
use crate::dns::Dnskey;

/// One DNSKEY.
pub struct ZoneKey {
    /// As the zone has it.
    pub dnskey: Dnskey,
    /// Its tag.
    pub tag: u16,
    /// Ready to verify, or why not.
    pub bulk: Result<BulkKey, KeyFault>,
}

/// The DNSKEY RRset.
#[derive(Default)]
pub struct ZoneKeys {
    /// Each key, in canonical order.
    pub keys: Vec<ZoneKey>,
    /// The RDATA they are made of, in canonical order, by which two sets are told apart.
    pub rdata: Vec<Vec<u8>>,
}

impl ZoneKeys {
    /// The keys of a DNSKEY RRset.
    pub fn new(mut rdata: Vec<Vec<u8>>) -> Self {
        rdata.sort_unstable();
        rdata.dedup();
        let keys = rdata.iter().filter_map(|rdata| {
            let dnskey = Dnskey::parse(rdata).ok()?;
            Some(ZoneKey {
                tag: dnskey.key_tag(),
                bulk: BulkKey::parse(Algorithm(dnskey.algorithm), &dnskey.key),
                dnskey,
            })
        });
        Self {
            keys: keys.collect(),
            rdata,
        }
    }

    /// The places of the keys with this algorithm and tag.
    pub fn find(&self, algorithm: u8, tag: u16) -> impl Iterator<Item = (usize, &ZoneKey)> {
        let fits = move |key: &ZoneKey| key.dnskey.algorithm == algorithm && key.tag == tag;
        self.keys
            .iter()
            .enumerate()
            .filter(move |(_, key)| fits(key))
    }

    /// The algorithms that must have signed every RRset (RFC 4035, section 2.2): those of the keys that may
    /// sign.
    pub fn algorithms(&self) -> BTreeSet<u8> {
        let may_sign = |key: &&ZoneKey| key.dnskey.is_zone_key() && !key.dnskey.is_revoked();
        self.keys
            .iter()
            .filter(may_sign)
            .map(|key| key.dnskey.algorithm)
            .collect()
    }

    /// Tells what is wrong with the keys themselves.
    pub fn examine(&self, place: Place<'_>, bits_recommended: u32, scribe: &mut Scribe<'_>) {
        for (at, key) in self.keys.iter().enumerate() {
            let named = || {
                format!(
                    "the DNSKEY with tag {} ({})",
                    key.tag,
                    Algorithm(key.dnskey.algorithm)
                )
            };
            if key.dnskey.protocol != 3 {
                scribe.add(fault::KEY_PROTOCOL, place, || {
                    format!("{} has protocol {}, not 3", named(), key.dnskey.protocol)
                });
            }
            match &key.bulk {
                Ok(bulk)
                    if bulk.key().rsa_exponent().is_some()
                        && bulk.key().bits() < bits_recommended =>
                {
                    scribe.add(fault::KEY_RSA_WEAK, place, || {
                        format!(
                            "{} has {} bits, fewer than {bits_recommended}",
                            named(),
                            bulk.key().bits()
                        )
                    });
                }
                Ok(_) => {}
                Err(why) => scribe.add(code(why), place, || format!("{}: {why}", named())),
            }
            if must_not_sign(key.dnskey.algorithm) {
                scribe.add(fault::ALGORITHM_MUST_NOT, place, || {
                    format!("{}: zones must not be signed so", named())
                });
            }
            if self
                .find(key.dnskey.algorithm, key.tag)
                .any(|(other, _)| other < at)
            {
                scribe.add(fault::KEY_COLLISION, place, || {
                    format!("{} is not alone with its tag", named())
                });
            }
        }
    }
}

fn must_not_sign(algorithm: u8) -> bool {
    let entry = Algorithm(algorithm).entry();
    let advice = entry.and_then(|entry| entry.advice);
    advice.is_some_and(|advice| advice.use_signing == Requirement::MustNot)
}

fn code(why: &KeyFault) -> fault::Code {
    match why {
        KeyFault::UnsupportedAlgorithm(_) => fault::ALGORITHM_UNSUPPORTED,
        KeyFault::Empty => fault::KEY_ZERO_LENGTH,
        KeyFault::Length { .. } => fault::KEY_BAD_LENGTH,
        KeyFault::RsaModulusTooSmall { .. } => fault::KEY_RSA_SMALL,
        KeyFault::RsaModulusTooLarge { .. } => fault::KEY_RSA_LARGE,
        KeyFault::RsaExponentTooLarge { .. } | KeyFault::Malformed(_) => fault::KEY_UNPARSABLE,
    }
}
