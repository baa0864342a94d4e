//! The DS of a key (RFC 4034, section 5.1.4), and which of a DS RRset a validator looks at.

use crate::crypto::{self, Algorithm, DigestType, Requirement};
use crate::dns::{Dnskey, Ds, Name, present};

/// The digests that can be computed, in the order they are shown.
const COMPUTED: [DigestType; 3] = [DigestType::SHA1, DigestType::SHA256, DigestType::SHA384];

/// Whether a DS may be published with this digest (RFC 9904, column "Use for DNSSEC Delegation"), and
/// can be computed here.
pub fn may_be_used(digest: DigestType) -> bool {
    let is_allowed = |entry: &crypto::DigestTypeEntry| {
        !matches!(
            entry.advice.use_delegation,
            Requirement::MustNot | Requirement::NotRecommended
        )
    };
    digest.is_supported() && digest.entry().is_some_and(is_allowed)
}

/// The DS of `key` in `zone`; `None` for a digest that cannot be computed.
pub fn ds_of(zone: &Name, key: &Dnskey, digest: DigestType) -> Option<Ds> {
    let octets = crypto::ds_digest(digest, &zone.canonical_wire(), &key.rdata())?;
    Some(Ds {
        key_tag: key.key_tag(),
        algorithm: key.algorithm,
        digest_type: digest.0,
        digest: octets.into(),
    })
}

/// The DS of `key` in every digest that can be computed.
pub(super) fn all_forms(zone: &Name, key: &Dnskey) -> Vec<Ds> {
    let forms = COMPUTED.iter().filter_map(|&d| ds_of(zone, key, d));
    forms.collect()
}

/// The record as a line of a zone file, as `dnssec-dsfromkey` writes it: without a TTL.
pub fn line(zone: &Name, ds: &Ds) -> String {
    format!("{zone} IN DS {}", present::ds_text(ds))
}

/// Whether `ds` was made of `key`.
pub(super) fn is_of(zone: &Name, ds: &Ds, key: &Dnskey) -> bool {
    ds.key_tag == key.key_tag()
        && ds.algorithm == key.algorithm
        && ds_of(zone, key, DigestType(ds.digest_type)).as_ref() == Some(ds)
}

/// The DS records a validator looks at: of a known algorithm and digest, and none with SHA-1 beside a
/// stronger one (RFC 4509, section 3).
pub(super) fn usable(set: &[Ds]) -> Vec<&Ds> {
    let is_known = |ds: &&Ds| {
        Algorithm(ds.algorithm).is_supported() && DigestType(ds.digest_type).is_supported()
    };
    let is_sha1 = |ds: &Ds| ds.digest_type == DigestType::SHA1.0;
    let mut known: Vec<&Ds> = set.iter().filter(is_known).collect();
    if known.iter().any(|ds| !is_sha1(ds)) {
        known.retain(|ds| !is_sha1(ds));
    }
    known
}
