//! Message authentication codes over data that comes in parts: HMAC (RFC 2104).
//!
//! Neither key nor code is shown. Left out: SHA-1 and MD5, which RFC 8945,
//! section 6, no longer has anyone use between servers.

use std::fmt;
use std::hint::black_box;

use super::backend::{Code, Hash};

/// The hash function of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacHash {
    /// SHA-256: codes of 32 octets.
    Sha256,
    /// SHA-384: codes of 48 octets.
    Sha384,
    /// SHA-512: codes of 64 octets.
    Sha512,
}

impl MacHash {
    fn hash(self) -> Hash {
        match self {
            Self::Sha256 => Hash::Sha256,
            Self::Sha384 => Hash::Sha384,
            Self::Sha512 => Hash::Sha512,
        }
    }

    /// The length of a code in octets.
    pub fn code_len(self) -> usize {
        self.hash().len()
    }
}

/// A code in the making.
#[derive(Clone)]
pub struct Mac(Code);

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mac(..)")
    }
}

impl Mac {
    /// A code over nothing so far.
    pub fn new(hash: MacHash, key: &[u8]) -> Self {
        Self(Code::new(hash.hash(), key))
    }

    /// Takes in more data.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The code.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }

    /// Whether `code` is the code, in a time that does not tell how much of it is.
    pub fn verify(self, code: &[u8]) -> bool {
        let tag = self.0.finish();
        let own = tag.as_ref();
        let differences = own.iter().zip(code).fold(0, |all, (a, b)| all | (a ^ b));
        own.len() == code.len() && black_box(differences) == 0
    }
}
