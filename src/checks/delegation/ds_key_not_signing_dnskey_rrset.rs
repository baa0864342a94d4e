//! A DS whose key is there and does not sign the DNSKEY RRset.

use super::{Followed, ds_name, followed};
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::{KeysReply, Outcome};

declare! {
    /// # ds-key-not-signing-dnskey-rrset
    ///
    /// A DS leads to a key of the zone, and the DNSKEY RRset carries no signature by that key.
    ///
    /// ## Why it matters
    ///
    /// A DS vouches for the keys of a zone only through a signature that its own key made over the
    /// DNSKEY RRset. When it is the only DS, the zone is bogus: usually a key-signing key that is
    /// published and not active, or not readable for the signer. Beside a DS that holds it is a key in
    /// waiting, and withdrawing the other DS now would end the zone.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL when no other DS leads to a signature. With one that does they ignore this DS.
    ///
    /// ## How to put it right
    ///
    /// Let the signer use the key:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows the state of each key; keys with timing metadata:
    ///   `dnssec-settime -A now Kexample.com.+013+12345`, then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com list`, `keymgr example.com set 12345 active=+0`, then
    ///   `knotc zone-keys-load example.com`
    /// - PowerDNS: `pdnsutil show-zone example.com`, then `pdnsutil activate-zone-key example.com ID`
    /// - ldns: name the key to `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// If the key is not meant to sign, have the registrar withdraw its DS once another DS holds.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2. Zonemaster: DS02_NO_MATCHING_DNSKEY_RRSIG.
    "ds-key-not-signing-dnskey-rrset", Delegation, Warning,
    rfc: ["RFC 4035 section 5.2"],
    explained_by: [],
    summary: "The key that a DS names does not sign the DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    followed(context, |outcome| *outcome == Outcome::NotSigning)
        .iter()
        .filter(|found| {
            let is_elsewhere = found.reach == Reach::Harmless && found.holds_elsewhere();
            is_signed(found) && !is_elsewhere
        })
        .map(|found| state(context, found))
        .collect()
}

/// A DNSKEY RRset without any signature is another finding.
fn is_signed(found: &Followed<'_>) -> bool {
    found.servers.iter().any(|server| {
        let keys = found.zone.servers.get(server).map(|server| &server.keys);
        matches!(keys, Some(KeysReply::Given(_, judged)) if !judged.rrset.rrset.rrsigs.is_empty())
    })
}

fn state(context: &Context<'_>, found: &Followed<'_>) -> Statement {
    let message = format!(
        "{} of {} leads to a key that does not sign the DNSKEY RRset",
        ds_name(found.entry),
        found.zone.apex
    );
    found
        .statement(context, message)
        .about("rrtype", "DNSKEY")
        .fix(format!(
            "have key {} sign the DNSKEY RRset, or withdraw at the parent:\n{}",
            found.entry.key_tag(),
            found.entry_line()
        ))
}
