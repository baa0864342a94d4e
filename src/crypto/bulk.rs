//! Many signatures by one key.
//!
//! A zone has a million signatures by one or two keys. For ECDSAP256SHA256 what depends on the key alone is
//! then computed once ([`tables`](super::tables)); for every other algorithm this is [`PublicKey::verify`]
//! again and again. The answer is the same either way: what the tables do not find right is judged by the
//! library before it is called wrong.

use super::backend::{Hash, digest};
use super::tables::{BATCH, Signature, Tables};
use super::{Algorithm, KeyFault, PublicKey, SignatureFault};

/// A key that is going to verify a great many signatures.
pub struct BulkKey {
    key: PublicKey,
    tables: Option<Tables>,
}

impl BulkKey {
    /// Reads the Public Key field of DNSKEY RDATA, as [`PublicKey::parse`] does.
    ///
    /// With `is_prepared`, tables of 6 MiB are made for a key of ECDSAP256SHA256. That takes as long as some
    /// thousand verifications, so it pays for more than that.
    ///
    /// # Errors
    /// Those of [`PublicKey::parse`].
    pub fn parse(algorithm: Algorithm, key: &[u8], is_prepared: bool) -> Result<Self, KeyFault> {
        let parsed = PublicKey::parse(algorithm, key)?;
        let has_tables = is_prepared && algorithm == Algorithm::ECDSAP256SHA256;
        let tables = has_tables.then(|| Tables::new(key)).flatten();
        Ok(Self {
            key: parsed,
            tables,
        })
    }

    /// The key itself.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Which of the signatures are not ones of this key over their messages, with what is wrong: by their
    /// places among `signed`, pairs of message and signature, in rising order.
    pub fn faults(&self, signed: &[(&[u8], &[u8])]) -> Vec<(usize, SignatureFault)> {
        let mut faults = Vec::new();
        match &self.tables {
            Some(tables) => {
                for (batch, items) in signed.chunks(BATCH).enumerate() {
                    let doubted = tables.doubted(&items.iter().map(prepared).collect::<Vec<_>>());
                    let first = batch * BATCH;
                    faults.extend(self.judged(signed, doubted.into_iter().map(|at| first + at)));
                }
            }
            None => faults.extend(self.judged(signed, 0..signed.len())),
        }
        faults
    }

    fn judged<'s>(
        &'s self,
        signed: &'s [(&[u8], &[u8])],
        places: impl Iterator<Item = usize> + 's,
    ) -> impl Iterator<Item = (usize, SignatureFault)> + 's {
        places.filter_map(|at| {
            let (message, signature) = signed[at];
            let fault = self.key.verify(message, signature).err()?;
            Some((at, fault))
        })
    }
}

fn prepared<'s>((message, signature): &(&[u8], &'s [u8])) -> Signature<'s> {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(Hash::Sha256, message).as_ref());
    Signature {
        hash,
        octets: signature,
    }
}
