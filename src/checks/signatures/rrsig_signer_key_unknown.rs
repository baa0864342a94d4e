//! Signatures by a key that is not published.

use super::{Fault, state_faults};
use crate::checks::delegation::keys_in_words;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::{JudgedKeys, KeysReply, Outcome, SignatureFault, Status};

declare! {
    /// # rrsig-signer-key-unknown
    ///
    /// The only signatures over an RRset name a key, by tag and algorithm, that is not in the DNSKEY
    /// RRset.
    ///
    /// ## Why it matters
    ///
    /// Nobody can verify such a signature, so validating resolvers refuse the RRset. It happens when a
    /// zone-signing key is taken out of the zone before its signatures are, when signer and DNSKEY RRset
    /// come from different places, or when a secondary has an old copy. Beside a valid signature it is a
    /// normal step of a key rollover, and not reported.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL; extended errors are 9 (DNSKEY Missing) or 6 (DNSSEC Bogus) and often change with the
    /// next query.
    ///
    /// ## How to put it right
    ///
    /// Publish the key again, or sign with a key that is published. If the key is gone for good, sign
    /// again:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows the keys it uses; then `rndc sign example.com`
    /// - Knot: `keymgr example.com. list`; then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil show-zone example.com`; `pdnsutil publish-zone-key example.com KEY-ID` for a
    ///   key that is active and not published
    /// - ldns: sign the unsigned zone again with the keys that are to be published
    ///
    /// In a rollover leave the old key in the DNSKEY RRset until its last signature has left all caches.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 6781, section 4.1.1; RFC 7583, section 3.2. Zonemaster:
    /// DS08_NO_MATCHING_DNSKEY, DS09_NO_MATCHING_DNSKEY.
    "rrsig-signer-key-unknown", Signatures, Bogus,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: [
        "algorithm-unassigned",
        "dnskey-unparsable",
        "dnskey-bad-length",
        "multi-signer-dnskey-incomplete",
        "dnskey-zero-length",
        "algorithm-not-for-zone-signing",
    ],
    summary: "An RRset is signed only by a key that is not in the DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &Fault| fault.fault == SignatureFault::NoKey && is_lost(context, fault);
    state_faults(context, wanted, |group| {
        let keys = given_keys(context, group.zone, group.servers.iter());
        let message = format!(
            "{} {} by {}, which the DNSKEY RRset does not hold; it holds {}",
            group.subject(),
            group.verb("is", "are"),
            group.signers(),
            keys.map_or_else(
                || "no keys".to_owned(),
                |judged| keys_in_words(&judged.dnskeys)
            ),
        );
        let fix = format!(
            "publish that key again, or sign with a published one: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}

/// Whether the signature is missed. Over the DNSKEY RRset it is when no DS leads to another key; a DS
/// that refers to this very key is a finding of its own and says it better.
fn is_lost(context: &Context<'_>, fault: &Fault) -> bool {
    if fault.rtype != RecordType::DNSKEY {
        return !fault.is_harmless;
    }
    let keys = given_keys(context, &fault.zone, fault.servers.iter());
    keys.is_some_and(|keys| {
        let is_told = keys.entries.iter().any(|(entry, outcome)| {
            *outcome == Outcome::NoKey && entry.key_tag() == fault.rrsig.key_tag
        });
        keys.status != Status::Secure && !is_told
    })
}

/// The DNSKEY RRset of the first of these servers that gave one.
fn given_keys<'a>(
    context: &Context<'a>,
    zone: &crate::dns::Name,
    mut servers: impl Iterator<Item = &'a std::net::SocketAddr>,
) -> Option<&'a JudgedKeys> {
    let zone = context.chain.zone(zone)?;
    servers.find_map(|server| match &zone.servers.get(server)?.keys {
        KeysReply::Given(_, judged) => Some(&**judged),
        _ => None,
    })
}
