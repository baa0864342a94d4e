//! The hashes that DNSSEC asks for apart from signatures.

use super::DigestType;
use super::backend::{Digesting, Hash, digest, digesting};
use super::mac::{Mac, MacHash};

/// The digest of a DS RR: over the owner name in canonical wire form, then the
/// RDATA of the DNSKEY RR (RFC 4034, section 5.1.4).
///
/// `None` when the digest type is not supported; SHA-1, SHA-256 and SHA-384 are.
pub fn ds_digest(
    digest_type: DigestType,
    owner_canonical_wire: &[u8],
    dnskey_rdata: &[u8],
) -> Option<Vec<u8>> {
    let hash = match digest_type {
        DigestType::SHA1 => Hash::Sha1,
        DigestType::SHA256 => Hash::Sha256,
        DigestType::SHA384 => Hash::Sha384,
        _ => return None,
    };
    let data = [owner_canonical_wire, dnskey_rdata].concat();
    Some(digest(hash, &data).as_ref().to_vec())
}

/// The hash of an owner name for NSEC3 (RFC 5155, section 5), with SHA-1, the
/// one hash algorithm there is.
///
/// `iterations` counts the additional ones: the hash is computed
/// `iterations + 1` times, at most 65,536. The caller draws on its budget for
/// them. Memory is taken once a call.
pub fn nsec3_hash(owner_canonical_wire: &[u8], iterations: u16, salt: &[u8]) -> [u8; 20] {
    let longest = owner_canonical_wire.len().max(SHA1_LEN);
    let mut block = Vec::with_capacity(longest + salt.len());
    block.extend(owner_canonical_wire);
    block.extend(salt);
    let mut hashed = sha1(&block);
    block.clear();
    block.extend(hashed);
    block.extend(salt);
    for _ in 0..iterations {
        block[..SHA1_LEN].copy_from_slice(&hashed);
        hashed = sha1(&block);
    }
    hashed
}

/// SHA-256 (FIPS 180-4), for what is not DNSSEC: naming a piece of evidence by
/// its content.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut octets = [0; 32];
    octets.copy_from_slice(digest(Hash::Sha256, data).as_ref());
    octets
}

/// SHA-384 or SHA-512 over what comes piece by piece: the digest of a zone (RFC 8976, section 2.2.3).
pub struct Sha2(Digesting);

impl Sha2 {
    /// SHA-384.
    pub fn sha384() -> Self {
        Self(digesting(Hash::Sha384))
    }

    /// SHA-512.
    pub fn sha512() -> Self {
        Self(digesting(Hash::Sha512))
    }

    /// Adds the next piece.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

/// HMAC with SHA-256 (RFC 2104), by which a receiver knows a notification as ours.
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut mac = Mac::new(MacHash::Sha256, key);
    mac.update(data);
    let mut octets = [0; 32];
    octets.copy_from_slice(&mac.finish());
    octets
}

const SHA1_LEN: usize = 20;

fn sha1(data: &[u8]) -> [u8; SHA1_LEN] {
    let mut octets = [0; SHA1_LEN];
    octets.copy_from_slice(digest(Hash::Sha1, data).as_ref());
    octets
}
