//! Many signatures by one key.
//!
//! A zone has a million signatures by one or two keys. For ECDSAP256SHA256 what depends on the key alone is
//! then computed once ([`tables`](super::tables)); for every other algorithm this is [`PublicKey::verify`]
//! again and again. The answer is the same either way: what the tables do not find right is judged by the
//! library before it is called wrong.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::backend::{Hash, digest};
use super::tables::{BATCH, Signature, Tables};
use super::{Algorithm, KeyFault, PublicKey, SignatureFault};

/// So many signatures are worth the time that the tables take.
const WORTHWHILE: usize = 4_096;

/// A key that is going to verify a great many signatures.
pub struct BulkKey {
    key: PublicKey,
    /// x | y of a key that tables can be made for.
    point: Option<Box<[u8]>>,
    /// Made when they are worth it, 6 MiB.
    tables: OnceLock<Option<Tables>>,
    /// Signatures verified without them.
    spent: AtomicUsize,
}

impl BulkKey {
    /// Reads the Public Key field of DNSKEY RDATA, as [`PublicKey::parse`] does.
    ///
    /// # Errors
    /// Those of [`PublicKey::parse`].
    pub fn parse(algorithm: Algorithm, key: &[u8]) -> Result<Self, KeyFault> {
        let parsed = PublicKey::parse(algorithm, key)?;
        let has_tables = algorithm == Algorithm::ECDSAP256SHA256;
        Ok(Self {
            key: parsed,
            point: has_tables.then(|| key.into()),
            tables: OnceLock::new(),
            spent: AtomicUsize::new(0),
        })
    }

    /// The key itself.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Makes the tables now, however few signatures there are going to be.
    pub fn prepare(&self) {
        self.tables
            .get_or_init(|| self.point.as_deref().and_then(Tables::new));
    }

    /// The tables, once there have been enough signatures.
    fn tables(&self, coming: usize) -> Option<&Tables> {
        let before = self.spent.fetch_add(coming, Ordering::Relaxed);
        if self.point.is_some() && before + coming >= WORTHWHILE {
            self.prepare();
        }
        self.tables.get()?.as_ref()
    }

    /// Which of the signatures are not ones of this key over their messages, with what is wrong: by their
    /// places among `signed`, pairs of message and signature, in rising order.
    pub fn faults(&self, signed: &[(&[u8], &[u8])]) -> Vec<(usize, SignatureFault)> {
        let mut faults = Vec::new();
        match self.tables(signed.len()) {
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
