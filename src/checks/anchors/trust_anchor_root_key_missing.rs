//! Root keys that IANA publishes and that are not configured.

use crate::checks::{Context, Statement};
use crate::crypto::{DigestType, ds_digest};
use crate::dns::Name;
use crate::validate::anchor::{self, AnchorKind, TrustAnchor};

declare! {
    /// # trust-anchor-root-key-missing
    ///
    /// The configured trust anchors of the root hold one of IANA's keys, and lack another that is in use or
    /// will be: KSK-2017 (20326) or KSK-2024 (38696).
    ///
    /// ## Why it matters
    ///
    /// When the root signs with the key that is missing, every name becomes bogus behind whoever has these
    /// anchors. KSK-2024 has been published since January 2025, to sign from October 2026 on.
    ///
    /// ## What resolvers do
    ///
    /// Those that manage anchors by RFC 5011 learn a new key once it has been published for thirty days, if
    /// they ran meanwhile and could write their file. Images and packages with anchors of old, and
    /// configurations with fixed anchors, do not.
    ///
    /// ## How to put it right
    ///
    /// - here: without `--trust-anchor` both keys are built in; or fetch IANA's `root-anchors.xml`
    /// - Unbound: `unbound-anchor -a /var/lib/unbound/root.key`
    /// - BIND: `initial-ds` for both in `trust-anchors`; `rndc managed-keys status`
    ///
    /// ## References
    ///
    /// RFC 9718; RFC 5011, section 2.2; RFC 8509.
    "trust-anchor-root-key-missing", Anchors, Warning,
    rfc: ["RFC 9718 section 2"],
    explained_by: ["trust-anchor-expired"],
    summary: "The trust anchors lack a key that IANA publishes for the root.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let published = anchor::built_in();
    let own: Vec<_> = context
        .anchors
        .iter()
        .filter(|anchor| anchor.zone.is_root())
        .collect();
    let has = |one: &&TrustAnchor| own.iter().any(|anchor| is_same(anchor, one));
    let is_used = |one: &&TrustAnchor| one.is_valid_at(context.now);
    // A private root has none of these keys, and is none of IANA's.
    if !published.iter().any(|one| has(&one)) {
        return Vec::new();
    }
    let missing = published.iter().filter(is_used).filter(|one| !has(one));
    let told = missing.map(|one| {
        let tag = one.key_tag();
        let message = format!(
            "the configured trust anchors of the root lack the key {tag}, which IANA publishes"
        );
        let fix =
            "take IANA's root-anchors.xml, or leave `--trust-anchor` out: its keys are built in";
        Statement::new(&Name::root(), message)
            .about("key_tag", tag)
            .fix(fix)
    });
    told.collect()
}

/// Whether an anchor is for the key of one that IANA publishes, as far as digests of two types tell.
fn is_same(own: &TrustAnchor, published: &TrustAnchor) -> bool {
    if own.key_tag() != published.key_tag() || own.algorithm() != published.algorithm() {
        return false;
    }
    match (&own.kind, &published.kind) {
        (AnchorKind::Ds(own), AnchorKind::Ds(published)) => {
            own.digest_type != published.digest_type || own.digest == published.digest
        }
        (AnchorKind::Dnskey(key), AnchorKind::Ds(published)) => {
            let digest = DigestType(published.digest_type);
            ds_digest(digest, Name::root().wire(), &key.rdata())
                .is_some_and(|made| made[..] == published.digest[..])
        }
        (own, published) => own == published,
    }
}
