//! A key: its name, its algorithm, its secret. The secret is shown nowhere.

use std::fmt;

use crate::crypto::{Mac, MacHash};
use crate::dns::Name;

/// The algorithm of a key (RFC 8945, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TsigAlgorithm {
    /// hmac-sha256.
    HmacSha256,
    /// hmac-sha384.
    HmacSha384,
    /// hmac-sha512.
    HmacSha512,
}

impl TsigAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::HmacSha256, Self::HmacSha384, Self::HmacSha512];

    /// Its name, as key files and messages have it.
    pub fn mnemonic(self) -> &'static str {
        match self {
            Self::HmacSha256 => "hmac-sha256",
            Self::HmacSha384 => "hmac-sha384",
            Self::HmacSha512 => "hmac-sha512",
        }
    }

    /// The algorithm of that name, in any case, with or without a final dot.
    pub fn from_mnemonic(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| algorithm.mnemonic().eq_ignore_ascii_case(text))
    }

    /// Its name as a domain name in canonical wire form.
    pub(super) fn wire(self) -> Vec<u8> {
        let label = self.mnemonic().as_bytes();
        [&[11], label, &[0]].concat()
    }

    pub(super) fn hash(self) -> MacHash {
        match self {
            Self::HmacSha256 => MacHash::Sha256,
            Self::HmacSha384 => MacHash::Sha384,
            Self::HmacSha512 => MacHash::Sha512,
        }
    }
}

impl fmt::Display for TsigAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.mnemonic())
    }
}

/// A key that two servers share.
#[derive(Clone, PartialEq, Eq)]
pub struct TsigKey {
    /// Its name.
    pub name: Name,
    /// Its algorithm.
    pub algorithm: TsigAlgorithm,
    secret: Box<[u8]>,
}

impl TsigKey {
    /// A key of these.
    pub fn new(name: Name, algorithm: TsigAlgorithm, secret: &[u8]) -> Self {
        Self {
            name,
            algorithm,
            secret: secret.into(),
        }
    }

    pub(super) fn mac(&self) -> Mac {
        Mac::new(self.algorithm.hash(), &self.secret)
    }
}

impl fmt::Debug for TsigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TsigKey({} {} (secret))", self.name, self.algorithm)
    }
}
