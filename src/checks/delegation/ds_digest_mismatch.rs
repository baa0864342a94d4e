//! A DS whose digest is not that of the key it names.

use data_encoding::HEXUPPER;

use super::{Followed, ds_name, followed, key_name};
use crate::checks::{Context, Statement};
use crate::crypto::{self, DigestType};
use crate::validate::{EntryPoint, Outcome};

declare! {
    /// # ds-digest-mismatch
    ///
    /// A DS names a key of the zone by tag and algorithm, and its digest is not that of this key.
    ///
    /// ## Why it matters
    ///
    /// Either the digest was copied wrongly on its way to the parent, or the key was replaced by another
    /// that happens to have the same tag. As the only DS it makes the zone bogus; beside one that holds
    /// it protects nothing.
    ///
    /// ## What resolvers do
    ///
    /// They treat the DS as one that matches no key: SERVFAIL when there is no other. A SHA-1 digest
    /// beside a stronger one is not looked at (RFC 4509, section 3), so a wrong one stays unseen until
    /// the stronger one is withdrawn.
    ///
    /// ## How to put it right
    ///
    /// Compute the digest from the key that signs now and have the registrar replace the DS:
    ///
    /// - `anchorwatch ds example.com` prints the DS of each live key
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    ///
    /// Some registrars want the DNSKEY and compute the digest themselves. Then compare the key given to
    /// them with the one in the zone; a missing or added character in the Base64 is enough.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 4034, section 5.1.4. DNSViz: DIGEST_INVALID. Zonemaster:
    /// DS02_NO_MATCH_DS_DNSKEY.
    "ds-digest-mismatch", Delegation, Error,
    rfc: ["RFC 4035 section 5.2", "RFC 4034 section 5.1.4"],
    explained_by: ["ds-digest-length-wrong"],
    summary: "The digest of a DS is not that of the key it names.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted =
        |outcome: &Outcome| matches!(outcome, Outcome::DigestMismatch(_) | Outcome::Sha1Ignored);
    followed(context, wanted)
        .iter()
        .filter_map(|found| state(context, found))
        .collect()
}

fn state(context: &Context<'_>, found: &Followed<'_>) -> Option<Statement> {
    let EntryPoint::Ds(ds) = found.entry else {
        return None;
    };
    let mut candidates = found
        .keys
        .iter()
        .filter(|key| key.key_tag() == ds.key_tag && key.algorithm == ds.algorithm)
        .peekable();
    let key = *candidates.peek()?;
    let owner = found.zone.apex.canonical_wire();
    let digest = |key: &crate::dns::Dnskey| {
        crypto::ds_digest(DigestType(ds.digest_type), &owner, &key.rdata())
    };
    let own = digest(key)?;
    // An ignored SHA-1 digest was not compared yet.
    if candidates.any(|key| digest(key).is_some_and(|own| own[..] == ds.digest[..])) {
        return None;
    }
    let (has, computed) = (HEXUPPER.encode(&ds.digest), HEXUPPER.encode(&own));
    let message = format!(
        "{} of {} has digest {has}, and that of {} is {computed}",
        ds_name(found.entry),
        found.zone.apex,
        key_name(key)
    );
    Some(
        found
            .statement(context, message)
            .fact("digest_published", has)
            .fact("digest_of_key", computed)
            .fix(found.replace_ds()),
    )
}
