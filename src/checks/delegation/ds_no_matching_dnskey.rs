//! A DS without its key.

use super::{Followed, ds_name, followed, has_digest, key_name, parent_name};
use crate::checks::{Context, Statement};
use crate::validate::{EntryPoint, Outcome};

declare! {
    /// # ds-no-matching-dnskey
    ///
    /// A DS at the parent refers to a key, by tag and algorithm, that no server of the zone has in its
    /// DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// When no other DS leads to a key, the zone is gone for every validating resolver: this is what is
    /// left behind when a domain moves to another operator, or unsigned hosting, with its old DS. Beside
    /// a DS that works it is a key published in advance or a leftover of a key rollover, and then only
    /// means that this DS protects nothing.
    ///
    /// ## What resolvers do
    ///
    /// They answer SERVFAIL when no other DS works, with extended error 9 (DNSKEY Missing) from Unbound
    /// and PowerDNS Recursor and 6 (DNSSEC Bogus) from Knot Resolver. With another DS that works they
    /// ignore this one.
    ///
    /// ## How to put it right
    ///
    /// At the registrar, withdraw this DS; if it is the only one, first publish the DS of a key that
    /// signs the zone now. `anchorwatch ds NAME` prints it; so do these, run where the keys are:
    ///
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com. ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    /// - ldns: `ldns-key2ds -n -2 Kexample.com.+013+12345.key`
    ///
    /// If the key was lost on the signer's side and the DS is the right one, restore the key.
    /// Caches keep the old DS for its TTL after the change.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 2.4 and 5.2; RFC 6781, section 4.1.2. Zonemaster: DS02_NO_DNSKEY_FOR_DS.
    "ds-no-matching-dnskey", Delegation, Warning,
    rfc: ["RFC 4035 section 5.2", "RFC 4035 section 2.4"],
    explained_by: [
        "ds-present-zone-unsigned",
        "ds-dnskey-zone-bit-clear",
        "ds-dnskey-revoked",
        "dnskey-unparsable",
    ],
    summary: "A DS at the parent refers to a key that the zone does not have.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    followed(context, |outcome| *outcome == Outcome::NoKey)
        .into_iter()
        // A key that only some servers have, as with several signers, is another finding.
        .filter(|found| !found.holds_elsewhere())
        .map(|found| state(context, &found))
        .collect()
}

fn state(context: &Context<'_>, found: &Followed<'_>) -> Statement {
    let zone = &found.zone.apex;
    let message = format!(
        "{} at {} matches no key of {zone}: {}",
        ds_name(found.entry),
        parent_name(found.zone),
        instead(found)
    );
    found.statement(context, message).fix(found.replace_ds())
}

/// What the zone has, or what is wrong with the DS when its digest is that of a key.
fn instead(found: &Followed<'_>) -> String {
    let EntryPoint::Ds(ds) = found.entry else {
        return found.keys_in_words();
    };
    let mut keys = found.keys.iter();
    let Some(key) = keys.find(|key| has_digest(&found.zone.apex, ds, key)) else {
        return format!("the zone has {}", found.keys_in_words());
    };
    let field = if key.key_tag() == ds.key_tag {
        "algorithm"
    } else {
        "key tag"
    };
    format!(
        "its digest is that of {}, and its {field} is not",
        key_name(key)
    )
}
