//! A DS that has outlived its key for too long.

use super::key_name;
use crate::checks::{Context, Statement};
use crate::history::delegation::past;

declare! {
    /// # rollover-ds-withdrawal-awaited
    ///
    /// The parent publishes a DS that led to a key of the zone once and has led to none for longer than
    /// parents usually need to withdraw one, beside a DS that holds.
    ///
    /// ## Why it matters
    ///
    /// It does no harm by itself, but it hides: should the other DS go, or its key, the zone is bogus with
    /// a DS that looks familiar. Whoever finds the private key of a forgotten DS can sign the zone.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: they try each DS, and one of them leads to a key.
    ///
    /// ## How to put it right
    ///
    /// Have the DS withdrawn: at the registrar, or by CDS where the parent reads it.
    ///
    /// - BIND: `rndc dnssec -checkds -key 12345 withdrawn example.com` once it is gone
    ///
    /// ## References
    ///
    /// RFC 7583, section 3.3; RFC 6781, section 4.1.2.
    "rollover-ds-withdrawal-awaited", Rollover, Warning,
    rfc: ["RFC 7583 section 3.3"],
    explained_by: ["cds-update-overdue"],
    summary: "A DS has led to no key for long.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let Some(latest) = history.delegations.last() else {
        return Vec::new();
    };
    if !look.inventory.ds.iter().any(|ds| ds.holds) {
        return Vec::new();
    }
    let idle = look.inventory.ds.iter().filter(|ds| !ds.holds);
    idle.filter_map(|ds| {
        let since = latest.idle.get(&ds.digest)?;
        // One that never led anywhere is a DS published in advance.
        let is_known = |key: &crate::history::PastKey| {
            (key.key_tag, key.algorithm) == (ds.key_tag, ds.algorithm) && key.missed > 0
        };
        let is_old = context.now.since(*since) > context.policy.parent_patience;
        let name = key_name(ds.key_tag, ds.algorithm);
        let message = format!(
            "the DS of {name} has led to no key of {} since {since}, and the parent still publishes it",
            zone.apex
        );
        let fix = format!("have the DS of {name} withdrawn: `anchorwatch ds {}`", zone.apex);
        let statement = Statement::new(&zone.apex, message).about("key_tag", past(ds).0);
        (is_old && history.keys.values().any(is_known)).then(|| statement.fact("since", since).fix(fix))
    })
    .collect()
}
