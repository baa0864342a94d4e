//! A DS RRset that is another one than before.

use crate::checks::rollover::{in_caches, key_name};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::history::delegation::PastDs;

declare! {
    /// # ds-changed
    ///
    /// The parent publishes another DS RRset than before. It is told until caches have forgotten the one
    /// before, and for an hour at least.
    ///
    /// ## Why it matters
    ///
    /// Expected, it is a step of a rollover and shows from when on the next is safe. Unexpected, somebody
    /// has changed who may sign the zone: at the registrar, at the registry, or with stolen credentials.
    ///
    /// ## What resolvers do
    ///
    /// They use the old DS RRset until its TTL has run out.
    ///
    /// ## How to put it right
    ///
    /// Compare with your own records and with `anchorwatch ds example.com`. What nobody has asked for: take
    /// it to the registrar at once, and have the account's access changed.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4; RFC 7583, section 3.3.
    "ds-changed", Delegation, Notice,
    rfc: ["RFC 7583 section 3.3"],
    explained_by: ["rollover-key-removed-too-early", "rollover-unsigned-too-early", "rollover-unannounced"],
    summary: "The DS RRset is another one than before.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let Some(change) = history.ds_change(look) else {
        return Vec::new();
    };
    let name = |ds: &PastDs| format!("{}, digest type {}", key_name(ds.0, ds.1), ds.2);
    let sides = [("new", &change.added), ("gone", &change.removed)];
    let sides = sides.iter().filter(|(_, ds)| !ds.is_empty());
    let words: Vec<_> = sides
        .map(|(word, ds)| format!("{word}: {}", list(ds.iter().map(name))))
        .collect();
    let message = format!(
        "the DS of {} changed at {}, {}; {}",
        zone.apex,
        change.at,
        words.join("; "),
        in_caches(&change, context.now)
    );
    let fix = format!(
        "compare with what was planned: `anchorwatch ds {}`",
        zone.apex
    );
    vec![
        Statement::new(&zone.apex, message)
            .fact("changed", change.at)
            .until(change.until)
            .fix(fix),
    ]
}
