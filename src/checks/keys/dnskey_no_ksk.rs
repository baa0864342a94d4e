//! Keys without an entry point among them.

use super::of_zone;
use crate::checks::delegation::keys_in_words;
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;
use crate::validate::{JudgedZone, KeysReply, Outcome};

declare! {
    /// # dnskey-no-ksk
    ///
    /// The zone has keys, none of them has the SEP flag, and no DS leads to one of them.
    ///
    /// ## Why it matters
    ///
    /// The key-signing key is missing: there is no key for a DS to belong to, and no chain can reach the
    /// zone. It happens when a signer has no access to its key-signing key, or the key was deleted by a
    /// rollover that did not finish.
    ///
    /// ## What resolvers do
    ///
    /// With a DS at the parent, SERVFAIL; without one the zone is insecure like any other.
    ///
    /// ## How to put it right
    ///
    /// Restore the key that the DS belongs to, or make a new one and publish its DS:
    ///
    /// - BIND: `rndc dnssec -status example.com`; put the key files back, then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com list`; `keymgr example.com import-bind Kexample.com.+013+12345`, or
    ///   `keymgr example.com generate algorithm=ecdsap256sha256 ksk=yes`
    /// - PowerDNS: `pdnsutil show-zone example.com`; `pdnsutil add-zone-key example.com ksk active ecdsa256`
    /// - ldns: name the key to `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.1; RFC 6781, section 3.1.
    "dnskey-no-ksk", Keys, Warning,
    rfc: ["RFC 4034 section 2.1.1"],
    explained_by: [
        "ds-dnskey-zone-bit-clear",
        "ds-no-matching-dnskey",
        "ds-digest-mismatch",
        "dnskey-flags-invalid",
        "ds-all-unsupported",
    ],
    summary: "No key of the zone has the SEP flag.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    context.chain.zones.iter().filter_map(state).collect()
}

fn state(zone: &JudgedZone) -> Option<Statement> {
    let all = of_zone(zone);
    let has_sep = all.iter().any(|one| one.key.is_sep());
    if all.is_empty() || has_sep || has_entry(zone) {
        return None;
    }
    let keys: Vec<Dnskey> = all.iter().map(|one| one.key.clone()).collect();
    let message = format!(
        "no key of {} has the SEP flag: it has {}",
        zone.apex,
        keys_in_words(&keys)
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "DNSKEY")
            .fact("keys", keys_in_words(&keys))
            .fix("restore the key-signing key, or make a new one and publish its DS")
            .shown_by(all.iter().flat_map(|one| one.evidence.iter().copied())),
    )
}

fn has_entry(zone: &JudgedZone) -> bool {
    zone.servers.values().any(|server| match &server.keys {
        KeysReply::Given(_, judged) => {
            let mut entries = judged.entries.iter();
            entries.any(|(_, outcome)| *outcome == Outcome::Holds)
        }
        _ => false,
    })
}
