//! Signatures, digests and the algorithm registries: bytes in, verdict out.
//!
//! A [`PublicKey`] is parsed once from the Public Key field of a DNSKEY RR
//! (RFC 4034, section 2.1.4) and reused for every signature made with it.
//! [`ds_digest`], [`nsec3_hash`] and [`sha256`] are the hashes of RFC 4034
//! section 5.1.4, RFC 5155 section 5 and FIPS 180-4; [`hmac_sha256`] marks what
//! this program sends, and [`Mac`] what two servers tell each other. [`Algorithm`] and
//! [`DigestType`] are registry numbers together with what IANA says of them.
//!
//! A [`BulkKey`] does the same for the many signatures of a whole zone, with tables made once.
//!
//! This is the only folder that names a cryptographic library. `ring` does the
//! work, or `aws-lc-rs` with the cargo feature `aws-lc`; the file that differs
//! is `backend`. Four things reach further than either library, on public data
//! only: RSA keys that they refuse (`pkcs1`), Ed448 (`ed448`), telling that
//! an ECDSA key is not a point of its curve before a signature is tried
//! (`curve`), and P-256 with multiples of the key computed beforehand (`tables`).
//!
//! Invariants: no input panics; the cost of [`PublicKey::parse`] and
//! [`PublicKey::verify`] is bounded by the limits in `rsa`, whoever made the
//! key; the answer does not depend on which library is built in.
//!
//! [`weakness`] tells of keys whose private half anybody has or can compute.
//!
//! Left out: signing, and every opinion. Whether an algorithm, a key size or an
//! exponent is wise is for the checks; here stands what can be verified.

mod algorithm;
mod backend;
mod bulk;
mod curve;
mod digest_type;
mod ed448;
mod fault;
mod hash;
mod key;
mod mac;
mod pkcs1;
mod registry;
mod rsa;
mod tables;
mod weak;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use algorithm::{ALGORITHMS, Algorithm, AlgorithmEntry, SigningAdvice};
pub use bulk::BulkKey;
pub use digest_type::{DIGEST_TYPES, DelegationAdvice, DigestType, DigestTypeEntry};
pub use fault::{KeyDefect, KeyFault, SignatureFault};
pub use hash::{Sha2, ds_digest, hmac_sha256, nsec3_hash, sha256};
pub use key::PublicKey;
pub use mac::{Mac, MacHash};
pub use registry::{Assignment, REGISTRY_DATE, Requirement};
pub use weak::{Weakness, weakness};
