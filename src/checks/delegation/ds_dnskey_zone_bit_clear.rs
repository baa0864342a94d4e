//! A DS whose key lacks the Zone Key flag.

use super::{Followed, ds_name, followed};
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;
use crate::validate::Outcome;

/// Bit 7 of the flags field (RFC 4034, section 2.1.1).
const ZONE_KEY: u16 = 0x0100;

declare! {
    /// # ds-dnskey-zone-bit-clear
    ///
    /// A DS leads to a DNSKEY whose Zone Key flag is 0.
    ///
    /// ## Why it matters
    ///
    /// Such a record is not a key of the zone: it must not be used to verify signatures, however good
    /// they are. When no other DS holds, the zone is bogus. The flag also counts into the key tag and
    /// the digest, so a key whose flag was lost no longer matches the DS made from it.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL when no other DS holds: with extended error 11 (No Zone Key Bit Set) from Unbound, 6
    /// (DNSSEC Bogus) from Knot Resolver and PowerDNS Recursor.
    ///
    /// ## How to put it right
    ///
    /// The flags field of a zone-signing key is 256 and that of a key-signing key 257. Publish the key
    /// with the right flags, and sign the DNSKEY RRset again:
    ///
    /// - BIND: correct the `.key` file, then `rndc loadkeys example.com` and `rndc sign example.com`
    /// - Knot: `keymgr example.com import-bind Kexample.com.+013+12345`, then
    ///   `knotc zone-keys-load example.com`
    /// - ldns: correct the `.key` file, then `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// If the DS was made from the record with the wrong flags, have the registrar replace it by the DS
    /// of the corrected key.
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.1. Zonemaster: DS02_DNSKEY_NOT_FOR_ZONE_SIGNING.
    "ds-dnskey-zone-bit-clear", Delegation, Bogus,
    rfc: ["RFC 4034 section 2.1.1", "RFC 4035 section 5.2"],
    explained_by: [],
    summary: "A DS leads to a DNSKEY whose Zone Key flag is 0.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |outcome: &Outcome| matches!(outcome, Outcome::NotZoneKey | Outcome::NoKey);
    followed(context, wanted)
        .iter()
        .filter_map(|found| Some(state(context, found, culprit(found)?)))
        .collect()
}

/// The key that the DS leads to, or would lead to had the flag not been cleared.
fn culprit<'a>(found: &Followed<'a>) -> Option<&'a Dnskey> {
    let is_cleared = |key: &&Dnskey| !key.is_zone_key();
    if *found.outcome == Outcome::NotZoneKey {
        let mut keys = found.keys.iter().filter(is_cleared);
        return keys.find(|key| super::vouches(&found.zone.apex, found.entry, key));
    }
    found.key_without_flag(ZONE_KEY).filter(is_cleared)
}

fn state(context: &Context<'_>, found: &Followed<'_>, key: &Dnskey) -> Statement {
    let corrected = key.flags | ZONE_KEY;
    let message = format!(
        "{} of {} stands for a key whose Zone Key flag is 0: DNSKEY {} has flags {}, not {corrected}",
        ds_name(found.entry),
        found.zone.apex,
        key.key_tag(),
        key.flags
    );
    found
        .statement(context, message)
        .fact("flags", key.flags)
        .fix(format!(
            "publish DNSKEY {} with flags {corrected} and sign the DNSKEY RRset again",
            key.key_tag()
        ))
}
