//! A signed zone that its secure parent has no DS for.

use crate::checks::{Context, Statement};
use crate::validate::{Arrival, End, JudgedZone, KeysReply};

declare! {
    /// # ds-missing-for-signed-zone
    ///
    /// The zone has keys, its parent is secure, and the parent publishes no DS: an island of security.
    ///
    /// ## Why it matters
    ///
    /// All the work of signing protects nobody, because no validator has a reason to trust the keys. It
    /// is the last step that is missing, or a DS that was withdrawn and forgotten.
    ///
    /// ## What resolvers do
    ///
    /// They treat the zone as insecure and answer without AD.
    ///
    /// ## How to put it right
    ///
    /// Give the registrar the DS of the key-signing key, or its DNSKEY where they ask for that. Before,
    /// make sure that every server of the zone serves it signed and valid:
    ///
    /// - `anchorwatch ds example.com` prints the DS of each live key
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`; once it is published,
    ///   `rndc dnssec -checkds published example.com`
    /// - Knot: `keymgr example.com ds`; once it is published, `knotc zone-ksk-submitted example.com`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    ///
    /// Where the registry looks for CDS records (RFC 8078), publishing these is enough.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4; RFC 6781, section 4.3.1. Zonemaster: DS07_NO_DS_FOR_SIGNED_ZONE.
    "ds-missing-for-signed-zone", Delegation, Warning,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: ["signed-state-inconsistent"],
    summary: "A signed zone has no DS at its secure parent.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(state).collect()
}

fn state(zone: &JudgedZone) -> Option<Statement> {
    let Arrival::Ended(_, End::NoDs) = zone.arrival else {
        return None;
    };
    let given = zone
        .servers
        .values()
        .filter_map(|server| match &server.keys {
            KeysReply::Given(id, judged) => Some((*id, judged)),
            _ => None,
        });
    let given: Vec<_> = given.collect();
    let (_, first) = given.first()?;
    let message = format!(
        "{} is signed ({}), and {} publishes no DS for it",
        zone.apex,
        super::keys_in_words(&first.dnskeys),
        super::parent_name(zone)
    );
    let fix = match super::ds_lines(zone).as_slice() {
        [] => "sign the DNSKEY RRset with a key-signing key (flags 257) and publish its DS at the parent".to_owned(),
        lines => format!("publish at the parent:\n{}", lines.join("\n")),
    };
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "DS")
            .fix(fix)
            .shown_by(given.iter().map(|(id, _)| *id))
            .shown_by(zone.delegation.values().map(|(id, _)| *id)),
    )
}
