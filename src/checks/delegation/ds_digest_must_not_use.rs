//! A DS with a digest type that is no longer to be used.

use super::{Published, state_published};
use crate::checks::{Context, Statement};
use crate::crypto::{DigestType, Requirement};
use crate::policy::Reach;
use crate::validate::{EntryPoint, KeysReply};

declare! {
    /// # ds-digest-must-not-use
    ///
    /// A DS has a digest type that must not be used for delegation: SHA-1 or GOST R 34.11-94.
    ///
    /// ## Why it matters
    ///
    /// Collisions of SHA-1 can be computed, and systems whose crypto policy forbids it cannot follow the
    /// DS: to their validators a zone with nothing but SHA-1 is insecure. Beside a SHA-256 DS of the
    /// same key the record is not looked at and only in the way.
    ///
    /// ## What resolvers do
    ///
    /// Most still validate through a SHA-1 DS when it is the only one; validators on systems without
    /// SHA-1 (such as RHEL 9 with its default policy) treat the zone as insecure. GOST R 34.11-94 is
    /// supported nowhere any more.
    ///
    /// ## How to put it right
    ///
    /// Have the registrar publish the SHA-256 DS of the same key, and then withdraw this one. The key
    /// stays, nothing is signed again:
    ///
    /// - `anchorwatch ds example.com`
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com` (digest type 2)
    /// - ldns: `ldns-key2ds -n -2 Kexample.com.+013+12345.key`
    ///
    /// ## References
    ///
    /// RFC 9904; RFC 9905, section 5; RFC 9906. DNSViz: DIGEST_ALGORITHM_PROHIBITED. Zonemaster:
    /// DS01_DS_ALGO_DEPRECATED.
    "ds-digest-must-not-use", Delegation, Error,
    rfc: ["RFC 9904", "RFC 9905 section 5", "RFC 9906"],
    explained_by: ["ds-all-unsupported", "ds-digest-mismatch"],
    summary: "A DS has a digest type that must not be used.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_published(
        context,
        |one| {
            let has_better = one.siblings().any(is_good);
            // What leads to no key is to be withdrawn for another reason.
            if !is_prohibited(one.ds.digest_type) || leads_nowhere(one) {
                return None;
            }
            let digest = DigestType(one.ds.digest_type);
            Some(if has_better {
                let text = format!("{digest} must not be used; a better digest stands beside it");
                (Reach::Harmless, text)
            } else {
                let text =
                    format!("{digest} must not be used, and no better digest stands beside it");
                (Reach::Everywhere, text)
            })
        },
        |one| match replacement(one) {
            Some(line) if !one.siblings().any(is_good) => {
                format!(
                    "publish at the parent, and withdraw the {} DS:\n{line}",
                    DigestType(one.ds.digest_type)
                )
            }
            _ => format!(
                "withdraw the {} DS at the parent",
                DigestType(one.ds.digest_type)
            ),
        },
    )
}

fn is_prohibited(digest_type: u8) -> bool {
    let digest = DigestType(digest_type);
    digest != DigestType::NULL
        && digest
            .entry()
            .is_some_and(|entry| entry.advice.use_delegation == Requirement::MustNot)
}

fn is_good(ds: &crate::dns::Ds) -> bool {
    DigestType(ds.digest_type).is_supported() && !is_prohibited(ds.digest_type)
}

fn keys<'a>(one: &Published<'a>) -> impl Iterator<Item = &'a crate::dns::Dnskey> {
    let zone = one.zone;
    let given = zone
        .servers
        .values()
        .filter_map(|server| match &server.keys {
            KeysReply::Given(_, judged) => Some(&judged.dnskeys),
            _ => None,
        });
    given.flatten()
}

fn leads_nowhere(one: &Published<'_>) -> bool {
    let ds = EntryPoint::Ds(one.ds.clone());
    let is_named = |key: &crate::dns::Dnskey| {
        key.key_tag() == ds.key_tag() && key.algorithm == one.ds.algorithm
    };
    keys(one).next().is_some() && !keys(one).any(is_named)
}

fn replacement(one: &Published<'_>) -> Option<String> {
    let ds = EntryPoint::Ds(one.ds.clone());
    let key = keys(one).find(|key| super::vouches(&one.zone.apex, &ds, key))?;
    super::ds_line(one.zone, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sha1_and_gost_are_prohibited() {
        let prohibited: Vec<_> = (0..=255).filter(|number| is_prohibited(*number)).collect();
        assert_eq!(prohibited, [1, 3]);
    }
}
