//! No DS leads to a key that signs.

use super::{at, ds_name, list};
use crate::checks::{Context, Statement};
use crate::validate::{Arrival, JudgedKeys, JudgedServer, JudgedZone, KeysReply, Outcome, Status};

declare! {
    /// # ds-no-secure-entry-point
    ///
    /// The parent publishes DS records, the zone has keys, and none of the DS records leads to a key that
    /// validly signs the DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// The chain of trust ends here: nothing in the zone, and nothing below it, resolves for clients of
    /// validating resolvers. Clients of resolvers that do not validate notice nothing, which is why such
    /// an outage is often taken for somebody else's fault.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for every name in the zone once the old keys have left their caches. The extended error
    /// depends on the cause: 9 (DNSKEY Missing) or 6 (DNSSEC Bogus) when no key matches, 7 or 8 when the
    /// signature is out of time.
    ///
    /// ## How to put it right
    ///
    /// Another finding of this zone usually names the cause: look there first. In general, see what the
    /// parent publishes and what the zone has:
    ///
    /// - `anchorwatch ds example.com` compares every DS with every key
    /// - `dig +norecurse @ns1.example.com example.com DNSKEY +dnssec +multiline` shows keys with their tags
    ///
    /// Then either put the key back that the DS names and sign with it, or have the registrar publish the
    /// DS of a key that signs now. Withdrawing all DS records makes the zone insecure and reachable; it
    /// takes effect when the TTL of the old DS has run out.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2. DNSViz: NO_SEP. Zonemaster: DS02_NO_VALID_DNSKEY_FOR_ANY_DS.
    "ds-no-secure-entry-point", Delegation, Bogus,
    rfc: ["RFC 4035 section 5.2"],
    explained_by: [
        "ds-digest-length-wrong",
        "ds-digest-mismatch",
        "ds-dnskey-zone-bit-clear",
        "ds-dnskey-revoked",
        "dnskey-protocol-not-3",
        "dnskey-zero-length",
        "dnskey-bad-length",
        "dnskey-unparsable",
        "dnskey-rsa-too-small",
        "dnskey-rsa-too-large",
        "dnskey-rsa-weak-exponent",
        "ds-key-not-signing-dnskey-rrset",
        "ds-no-matching-dnskey",
        "rrsig-expired",
        "rrsig-not-yet-valid",
        "rrsig-expiration-before-inception",
        "rrsig-invalid",
        "rrsig-signer-not-zone",
        "rrsig-missing",
        "rrsig-validation-budget",
        "dnskey-missing-on-server",
        "ds-content-inconsistent",
        "soa-serial-inconsistent",
        "ds-algorithm-without-signing-key",
    ],
    summary: "No DS leads to a key that validly signs the DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    // Where another server leads on, what is wrong at this one has a finding of its own.
    if zone.status != Status::Bogus || !matches!(zone.arrival, Arrival::Delegation(_)) {
        return None;
    }
    let failed: Vec<_> = zone
        .servers
        .iter()
        .filter_map(|(server, judged)| Some((*server, failing(judged)?)))
        .collect();
    // Where only some servers fail, and that for their signatures, those findings say it all.
    let is_told =
        |judged: &JudgedKeys| !judged.entries.iter().any(|(_, o)| is_own_fault(judged, o));
    if zone.status == Status::Secure && failed.iter().all(|(_, (_, judged))| is_told(judged)) {
        return None;
    }
    let (_, (_, first)) = failed.first()?;
    let servers = failed.iter().map(|(server, _)| *server).collect();
    let ends: Vec<_> = first
        .entries
        .iter()
        .map(|(entry, outcome)| format!("{} {outcome}", ds_name(entry)))
        .collect();
    let message = format!(
        "no DS of {} leads to a key that signs its DNSKEY RRset: {}{}",
        zone.apex,
        list(&ends),
        at(context, &zone.apex, &servers)
    );
    Some(
        Statement::new(&zone.apex, message)
            .reach(context.reach(&zone.apex, &servers))
            .about("rrtype", "DNSKEY")
            .fact("keys", super::keys_in_words(&first.dnskeys))
            .fix(fix(zone))
            .shown_by(failed.iter().map(|(_, (id, _))| *id))
            .shown_by(zone.delegation.values().map(|(id, _)| *id)),
    )
}

/// Whether an entry point fails for what DS and key are, not for a signature.
fn is_own_fault(judged: &JudgedKeys, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Signature(_) => false,
        Outcome::NotSigning => !judged.rrset.rrset.rrsigs.is_empty(),
        _ => true,
    }
}

fn failing(server: &JudgedServer) -> Option<(usize, &JudgedKeys)> {
    match &server.keys {
        KeysReply::Given(id, judged) if judged.status == Status::Bogus => Some((*id, judged)),
        _ => None,
    }
}

fn fix(zone: &JudgedZone) -> String {
    match super::ds_lines(zone).as_slice() {
        [] => "sign the DNSKEY RRset with a key that a DS names, or withdraw the DS records"
            .to_owned(),
        lines => format!("publish at the parent:\n{}", lines.join("\n")),
    }
}
