//! A DS whose key is revoked.

use super::{Followed, ds_name, followed};
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;
use crate::validate::Outcome;

/// Bit 8 of the flags field (RFC 5011, section 2.1).
const REVOKE: u16 = 0x0080;

declare! {
    /// # ds-dnskey-revoked
    ///
    /// A DS stands for a key that the zone publishes with its REVOKE flag set.
    ///
    /// ## Why it matters
    ///
    /// A revoked key signs nothing but its own revocation. The flag changes the key tag (by 128) and the
    /// digest, so the DS made before no longer matches either. When no other DS holds, the zone is bogus:
    /// revocation is meant for keys that are trust anchors, and DS records must have moved on before.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL when no other DS holds. They differ where the DS was made from the key with the flag
    /// set: Unbound 1.17 accepts it, BIND, Knot Resolver and PowerDNS Recursor do not.
    ///
    /// ## How to put it right
    ///
    /// Have the registrar publish the DS of a key that is not revoked and signs the DNSKEY RRset, and
    /// withdraw this one; `anchorwatch ds example.com` prints what to publish. A revocation cannot be
    /// taken back (RFC 5011, section 2.1), but a zone whose keys are trusted through DS alone may publish
    /// the key without the flag again to end an outage:
    ///
    /// - BIND: `dnssec-settime -R none -D none Kexample.com.+013+12345`, then `rndc loadkeys
    ///   example.com`, where a time revoked it; what `dnssec-revoke` has marked stays so: put the
    ///   files of before back
    /// - elsewhere, restore the key as it was before and sign the DNSKEY RRset
    ///
    /// ## References
    ///
    /// RFC 5011, section 2.1; RFC 6781, section 4.2. DNSViz: DNSKEY_REVOKED_DS.
    "ds-dnskey-revoked", Delegation, Error,
    rfc: ["RFC 5011 section 2.1"],
    explained_by: [],
    summary: "A DS stands for a key that is revoked.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |outcome: &Outcome| matches!(outcome, Outcome::Revoked | Outcome::NoKey);
    followed(context, wanted)
        .iter()
        .filter_map(|found| Some(state(context, found, culprit(found)?)))
        .collect()
}

/// The key that the DS leads to, or led to before it was revoked.
fn culprit<'a>(found: &Followed<'a>) -> Option<&'a Dnskey> {
    let is_revoked = |key: &&Dnskey| key.is_revoked();
    if *found.outcome == Outcome::Revoked {
        let mut keys = found.keys.iter().filter(is_revoked);
        return keys.find(|key| super::vouches(&found.zone.apex, found.entry, key));
    }
    found.key_without_flag(REVOKE).filter(is_revoked)
}

fn state(context: &Context<'_>, found: &Followed<'_>, key: &Dnskey) -> Statement {
    let message = format!(
        "{} of {} stands for a key that is revoked: it is published as DNSKEY {} with flags {}",
        ds_name(found.entry),
        found.zone.apex,
        key.key_tag(),
        key.flags
    );
    found
        .statement(context, message)
        .fact("flags", key.flags)
        .fix(found.replace_ds())
}
