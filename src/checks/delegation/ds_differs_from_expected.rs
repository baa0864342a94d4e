//! A DS RRset that is not the one that was pinned.

use super::{ds_name, list, parent_name};
use crate::checks::{Context, Statement};
use crate::dns::{Ds, present};
use crate::validate::{EntryPoint, JudgedZone};

declare! {
    /// # ds-differs-from-expected
    ///
    /// The DS records at the parent are not those that the operator has pinned. Without a pin nothing is
    /// compared.
    ///
    /// ## Why it matters
    ///
    /// Who may change the DS decides who may sign the zone. A DS that nobody asked for is what a stolen
    /// account at the registrar looks like; one that is missing is a change that was lost on its way. Both
    /// can leave the chain whole.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: they know of no pin.
    ///
    /// ## How to put it right
    ///
    /// If the change was meant, pin the new records. `anchorwatch ds example.com` prints those of the live
    /// keys, and so do
    ///
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    /// - ldns: `ldns-key2ds -n -2 Kexample.com.+013+12345.key`
    ///
    /// If not, have the registrar undo it at once, change the password and the second factor of the
    /// account, and look at what else was changed in it: name servers first. A registry lock keeps it from
    /// happening again.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4. The pin is given by `audit --expect-ds FILE`, or by the setting
    /// `expected_ds`. Neither DNSViz nor Zonemaster has one.
    "ds-differs-from-expected", Delegation, Error,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: [],
    summary: "The DS records are not those that are pinned.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some(expected) = &context.policy.expected_ds else {
        return Vec::new();
    };
    // The pin is that of the zone that was asked for, not of those that aliases lead to.
    let own = context.chain.targets.first();
    let zone = own.and_then(|target| context.chain.zone(&target.zone));
    let zone = zone.filter(|zone| !zone.delegation.is_empty());
    zone.and_then(|zone| state(zone, expected))
        .into_iter()
        .collect()
}

fn state(zone: &JudgedZone, expected: &[Ds]) -> Option<Statement> {
    let published = zone.published_ds();
    let only = |one: &[Ds], other: &[Ds]| -> Vec<Ds> {
        one.iter()
            .filter(|ds| !other.contains(ds))
            .cloned()
            .collect()
    };
    let (extra, missing) = (only(&published, expected), only(expected, &published));
    let sides = [
        (&extra, "publishes and nobody pinned"),
        (&missing, "lacks although pinned"),
    ];
    let texts: Vec<_> = sides
        .iter()
        .filter(|(ds, _)| !ds.is_empty())
        .map(|(ds, what)| format!("{} {what} {}", parent_name(zone), names(ds)))
        .collect();
    if texts.is_empty() {
        return None;
    }
    let lines = |all: &[Ds]| {
        let lines: Vec<_> = all.iter().map(present::ds_text).collect();
        lines.join("; ")
    };
    let message = format!(
        "the DS records of {} are not those pinned: {}",
        zone.apex,
        texts.join("; ")
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "DS")
            .fact("published", lines(&published))
            .fact("expected", lines(expected))
            .fix("if the change was meant, pin the new records; if not, have the registrar undo it and look for who made it")
            .shown_by(zone.delegation.values().map(|(id, _)| *id)),
    )
}

fn names(all: &[Ds]) -> String {
    list(all.iter().map(|ds| ds_name(&EntryPoint::Ds(ds.clone()))))
}
