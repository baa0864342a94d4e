//! Digests of which each covers other keys.

use std::collections::{BTreeMap, BTreeSet};

use super::{ds_name, list};
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, DigestType};
use crate::dns::{Ds, present};
use crate::policy::Reach;
use crate::validate::{EntryPoint, JudgedZone, KeysReply, Outcome};

declare! {
    /// # ds-digest-sets-differ
    ///
    /// The DS RRset has digests of several types, and that with the greatest number covers fewer keys
    /// than the others.
    ///
    /// ## Why it matters
    ///
    /// Validators may look at the strongest digest alone and ignore the rest. To them the keys that only
    /// have another digest are not covered: when such a key is the one that signs, the zone is bogus for
    /// some users and secure for the rest.
    ///
    /// ## What resolvers do
    ///
    /// Unbound takes the greatest digest type that it knows in the DS RRset and no other; where none of
    /// these leads to a key, SERVFAIL with extended error 9 (DNSKEY Missing). BIND tries all but SHA-1
    /// beside a better one.
    ///
    /// ## How to put it right
    ///
    /// Publish DS records with the same digest types for every key; SHA-256 for each is enough. To make
    /// them:
    ///
    /// - `anchorwatch ds example.com --digest sha-384`
    /// - BIND: `dnssec-dsfromkey -a SHA-384 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    /// - ldns: `ldns-key2ds -n -4 Kexample.com.+013+12345.key`
    ///
    /// At the registrar add what is missing before you withdraw anything.
    ///
    /// ## References
    ///
    /// RFC 4509, section 3; RFC 6840, section 5.2. SHA-1 is left out here: see `ds-sha1-ignored`.
    "ds-digest-sets-differ", Delegation, Warning,
    rfc: ["RFC 4509 section 3"],
    explained_by: ["ds-no-matching-dnskey", "ds-digest-mismatch", "ds-all-unsupported"],
    summary: "The strongest digest type does not cover every key.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(state).collect()
}

fn state(zone: &JudgedZone) -> Option<Statement> {
    let published = zone.published_ds();
    let mut keys: BTreeMap<u8, BTreeSet<(u16, u8)>> = BTreeMap::new();
    for ds in published.iter().filter(|ds| is_followed(ds)) {
        let of_type = keys.entry(ds.digest_type).or_default();
        of_type.insert((ds.key_tag, ds.algorithm));
    }
    let (greatest, covered) = keys.pop_last()?;
    let left: Vec<&Ds> = published
        .iter()
        .filter(|ds| is_followed(ds) && !covered.contains(&(ds.key_tag, ds.algorithm)))
        .collect();
    if left.is_empty() {
        return None;
    }
    let greatest = DigestType(greatest);
    let names = list(
        left.iter()
            .map(|ds| ds_name(&EntryPoint::Ds((*ds).clone()))),
    );
    let holds = holds(zone, greatest);
    let so = match holds {
        true => "validators that look at it alone do not see them",
        false => "validators that look at it alone find no way into the zone",
    };
    let lines: Vec<_> = published.iter().map(present::ds_text).collect();
    Some(
        Statement::new(
            &zone.apex,
            format!("{names} of {} have no {greatest} beside them: {so}", zone.apex),
        )
        .reach(if holds { Reach::Harmless } else { Reach::Everywhere })
        .about("rrtype", "DS")
        .fact("ds", lines.join("; "))
        .fix(format!("publish {greatest} DS records of these keys too, or withdraw all of them once SHA-256 covers every key"))
        .shown_by(zone.delegation.values().map(|(id, _)| *id)),
    )
}

fn is_followed(ds: &Ds) -> bool {
    let digest = DigestType(ds.digest_type);
    digest != DigestType::SHA1 && digest.is_supported() && Algorithm(ds.algorithm).is_supported()
}

/// Whether a DS with this digest leads into the zone at every server that has keys.
fn holds(zone: &JudgedZone, digest: DigestType) -> bool {
    zone.servers.values().all(|server| {
        let KeysReply::Given(_, keys) = &server.keys else {
            return true;
        };
        keys.entries.iter().any(|(entry, outcome)| {
            *outcome == Outcome::Holds
                && matches!(entry, EntryPoint::Ds(ds) if ds.digest_type == digest.0)
        })
    })
}
