//! DNSSEC algorithm numbers and their IANA registry.
//!
//! The number stands in DNSKEY, RRSIG and DS RRs (RFC 4034, sections 2.1.3,
//! 3.1.2 and 5.1.2). The registry is "DNS Security Algorithm Numbers"; its
//! columns are described in RFC 9904, section 2.1. For the day and the sources
//! of the table see `registry`.

use std::fmt;
use std::ops::RangeInclusive;

use super::registry::{Assignment, Requirement};
use Requirement::{May, Must, MustNot, NotRecommended, Recommended};

/// A DNSSEC algorithm number, known or not.
///
/// Displays as the mnemonic of the registry, or as `algorithm 200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Algorithm(pub u8);

/// One row of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgorithmEntry {
    /// The number.
    pub algorithm: Algorithm,
    /// The mnemonic, in upper case.
    pub mnemonic: &'static str,
    /// The description column.
    pub description: &'static str,
    /// The Zone Signing column: may stand in DNSKEY, RRSIG and DS RRs.
    pub zone_signing: bool,
    /// The four columns of RFC 9904; `None` where its table 2 has no row.
    pub advice: Option<SigningAdvice>,
    /// The RFC that defines the algorithm.
    pub reference: &'static str,
}

/// The four columns that RFC 9904, section 2.1 adds to the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningAdvice {
    /// Use for DNSSEC Signing: may a zone be signed with it.
    pub use_signing: Requirement,
    /// Use for DNSSEC Validation: should a validator accept it.
    pub use_validation: Requirement,
    /// Implement for DNSSEC Signing.
    pub implement_signing: Requirement,
    /// Implement for DNSSEC Validation.
    pub implement_validation: Requirement,
}

impl Algorithm {
    /// DELETE (0): in CDS and CDNSKEY RRs, take the DS RRset away (RFC 8078, section 4).
    pub const DELETE: Self = Self(0);
    /// RSAMD5 (1).
    pub const RSAMD5: Self = Self(1);
    /// DSA (3).
    pub const DSA: Self = Self(3);
    /// RSASHA1 (5), RFC 3110.
    pub const RSASHA1: Self = Self(5);
    /// DSA-NSEC3-SHA1 (6).
    pub const DSA_NSEC3_SHA1: Self = Self(6);
    /// RSASHA1-NSEC3-SHA1 (7): RSASHA1 under the number that tells of NSEC3 (RFC 5155).
    pub const RSASHA1_NSEC3_SHA1: Self = Self(7);
    /// RSASHA256 (8), RFC 5702.
    pub const RSASHA256: Self = Self(8);
    /// RSASHA512 (10), RFC 5702.
    pub const RSASHA512: Self = Self(10);
    /// ECC-GOST (12).
    pub const ECC_GOST: Self = Self(12);
    /// ECDSAP256SHA256 (13), RFC 6605.
    pub const ECDSAP256SHA256: Self = Self(13);
    /// ECDSAP384SHA384 (14), RFC 6605.
    pub const ECDSAP384SHA384: Self = Self(14);
    /// ED25519 (15), RFC 8080.
    pub const ED25519: Self = Self(15);
    /// ED448 (16), RFC 8080.
    pub const ED448: Self = Self(16);
    /// SM2SM3 (17), RFC 9563.
    pub const SM2SM3: Self = Self(17);
    /// ECC-GOST12 (23), RFC 9558.
    pub const ECC_GOST12: Self = Self(23);
    /// PRIVATEDNS (253): named by a domain name in the key.
    pub const PRIVATEDNS: Self = Self(253);
    /// PRIVATEOID (254): named by an object identifier in the key.
    pub const PRIVATEOID: Self = Self(254);

    /// Can [`PublicKey`](super::PublicKey) verify signatures of this algorithm?
    pub fn is_supported(self) -> bool {
        matches!(self.0, 5 | 7 | 8 | 10 | 13..=16)
    }

    /// Does the registry let the algorithm sign zones (column Zone Signing)?
    /// False for numbers without an entry.
    pub fn is_zone_signing(self) -> bool {
        self.entry().is_some_and(|entry| entry.zone_signing)
    }

    /// Is the key an RSA key in the form of RFC 3110?
    pub fn is_rsa(self) -> bool {
        matches!(self.0, 1 | 5 | 7 | 8 | 10)
    }

    /// The row of the registry; `None` for reserved and unassigned numbers.
    pub fn entry(self) -> Option<&'static AlgorithmEntry> {
        ALGORITHMS.iter().find(|entry| entry.algorithm == self)
    }

    /// How the registry assigns the number.
    pub fn assignment(self) -> Assignment {
        match self.0 {
            253 | 254 => Assignment::PrivateUse,
            4 | 9 | 11 | 123..=251 | 255 => Assignment::Reserved,
            18..=22 | 24..=122 => Assignment::Unassigned,
            _ => Assignment::Assigned,
        }
    }

    /// The mnemonic; `None` for reserved and unassigned numbers.
    pub fn mnemonic(self) -> Option<&'static str> {
        self.entry().map(|entry| entry.mnemonic)
    }

    /// The algorithm of that mnemonic, in either letter case
    /// (RFC 4034, appendix A.1).
    pub fn from_mnemonic(mnemonic: &str) -> Option<Self> {
        ALGORITHMS
            .iter()
            .find(|entry| entry.mnemonic.eq_ignore_ascii_case(mnemonic))
            .map(|entry| entry.algorithm)
    }

    /// The modulus sizes in bits that the defining RFC allows a signer, for
    /// supported RSA algorithms: RFC 3110, section 2; RFC 5702, sections 2.1
    /// and 2.2. Verification accepts more, see
    /// [`PublicKey::parse`](super::PublicKey::parse).
    pub fn rsa_modulus_range(self) -> Option<RangeInclusive<u32>> {
        match self {
            Self::RSASHA1 | Self::RSASHA1_NSEC3_SHA1 | Self::RSASHA256 => Some(512..=4096),
            Self::RSASHA512 => Some(1024..=4096),
            _ => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mnemonic() {
            Some(mnemonic) => f.pad(mnemonic),
            None => f.pad(&format!("algorithm {}", self.0)),
        }
    }
}

/// The registry, sorted by number. Numbers that are not listed are reserved or
/// unassigned: [`Algorithm::assignment`].
pub static ALGORITHMS: [AlgorithmEntry; 19] = [
    row(0, "DELETE", "Delete DS", false, None, "RFC 8078"),
    row(1, "RSAMD5", "RSA/MD5", false, FORBIDDEN, "RFC 4034"),
    row(2, "DH", "Diffie-Hellman", false, None, "RFC 2539"),
    row(3, "DSA", "DSA/SHA1", true, FORBIDDEN, "RFC 2536"),
    row(5, "RSASHA1", "RSA/SHA-1", true, SHA1, "RFC 3110"),
    row(
        6,
        "DSA-NSEC3-SHA1",
        "DSA-NSEC3-SHA1",
        true,
        FORBIDDEN,
        "RFC 5155",
    ),
    row(
        7,
        "RSASHA1-NSEC3-SHA1",
        "RSASHA1-NSEC3-SHA1",
        true,
        SHA1,
        "RFC 5155",
    ),
    row(
        8,
        "RSASHA256",
        "RSA/SHA-256",
        true,
        advice(Recommended, Recommended, Must, Must),
        "RFC 5702",
    ),
    row(
        10,
        "RSASHA512",
        "RSA/SHA-512",
        true,
        advice(NotRecommended, Recommended, NotRecommended, Must),
        "RFC 5702",
    ),
    // RFC 9906, section 5: validation too, which RFC 9904 had at MAY.
    row(
        12,
        "ECC-GOST",
        "GOST R 34.10-2001",
        true,
        FORBIDDEN,
        "RFC 5933",
    ),
    row(
        13,
        "ECDSAP256SHA256",
        "ECDSA Curve P-256 with SHA-256",
        true,
        advice(Recommended, Recommended, Must, Must),
        "RFC 6605",
    ),
    row(
        14,
        "ECDSAP384SHA384",
        "ECDSA Curve P-384 with SHA-384",
        true,
        advice(May, Recommended, May, Recommended),
        "RFC 6605",
    ),
    row(
        15,
        "ED25519",
        "Ed25519",
        true,
        advice(Recommended, Recommended, Recommended, Recommended),
        "RFC 8080",
    ),
    row(
        16,
        "ED448",
        "Ed448",
        true,
        advice(May, Recommended, May, Recommended),
        "RFC 8080",
    ),
    row(
        17,
        "SM2SM3",
        "SM2 signing with SM3 hashing",
        true,
        ALLOWED,
        "RFC 9563",
    ),
    row(
        23,
        "ECC-GOST12",
        "GOST R 34.10-2012",
        true,
        ALLOWED,
        "RFC 9558",
    ),
    row(
        252,
        "INDIRECT",
        "Reserved for Indirect Keys",
        false,
        None,
        "RFC 4034",
    ),
    row(
        253,
        "PRIVATEDNS",
        "private algorithm",
        true,
        ALLOWED,
        "RFC 4034",
    ),
    row(
        254,
        "PRIVATEOID",
        "private algorithm OID",
        true,
        ALLOWED,
        "RFC 4034",
    ),
];

const ALLOWED: Option<SigningAdvice> = advice(May, May, May, May);
const FORBIDDEN: Option<SigningAdvice> = advice(MustNot, MustNot, MustNot, MustNot);

/// RFC 9905, section 5 forbids signing, which RFC 9904 had at NOT RECOMMENDED,
/// and leaves the other three columns as they were.
const SHA1: Option<SigningAdvice> = advice(MustNot, Recommended, NotRecommended, Must);

const fn advice(
    use_signing: Requirement,
    use_validation: Requirement,
    implement_signing: Requirement,
    implement_validation: Requirement,
) -> Option<SigningAdvice> {
    Some(SigningAdvice {
        use_signing,
        use_validation,
        implement_signing,
        implement_validation,
    })
}

const fn row(
    number: u8,
    mnemonic: &'static str,
    description: &'static str,
    zone_signing: bool,
    advice: Option<SigningAdvice>,
    reference: &'static str,
) -> AlgorithmEntry {
    AlgorithmEntry {
        algorithm: Algorithm(number),
        mnemonic,
        description,
        zone_signing,
        advice,
        reference,
    }
}
