//! A change of keys or DS that nobody announced.

use super::{key_name, when};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::Timestamp;

declare! {
    /// # rollover-unannounced
    ///
    /// Keys or DS changed outside the windows that are declared for the zone. Told for zones whose
    /// configuration asks for windows.
    ///
    /// ## Why it matters
    ///
    /// Where changes are made in windows alone, one outside is an accident or an attack: a signer that
    /// rolled by itself, an account at the registrar in other hands.
    ///
    /// ## What resolvers do
    ///
    /// They follow the change like any other.
    ///
    /// ## How to put it right
    ///
    /// Find out who made it: `anchorwatch events example.com` has the instant and what came and went. If
    /// nobody did, have the DS taken back at the registrar and the account's access changed.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.1.
    "rollover-unannounced", Rollover, Warning,
    rfc: ["RFC 6781 section 4.1"],
    explained_by: [],
    summary: "Keys or DS changed outside the declared windows.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some(windows) = &context.policy.windows else {
        return Vec::new();
    };
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    // It happened at some time between two looks.
    let is_announced = |before: Timestamp, at: Timestamp| {
        windows
            .iter()
            .any(|(from, until)| *from <= at && before <= *until)
    };
    let keys = history.key_change(look).map(|change| {
        let names = change.added.iter().chain(&change.removed);
        let names = list(names.map(|key| key_name(key.0, key.1)));
        (
            format!("the keys ({names})"),
            (change.before, change.at),
            change.until,
        )
    });
    let ds = history.ds_change(look).map(|change| {
        let names = change.added.iter().chain(&change.removed);
        let names = list(names.map(|ds| key_name(ds.0, ds.1)));
        (
            format!("the DS ({names})"),
            (change.before, change.at),
            change.until,
        )
    });
    let changes = keys
        .into_iter()
        .chain(ds)
        .filter(|(_, (before, at), _)| !is_announced(*before, *at));
    changes
        .map(|(what, (_, at), until)| {
            let message = format!(
                "{what} of {} changed at {at}, outside every declared window; told until {}",
                zone.apex,
                when(until, context.now)
            );
            let fix = format!(
                "find out who made the change: `anchorwatch events {}`",
                zone.apex
            );
            Statement::new(&zone.apex, message)
                .fact("changed", at)
                .until(until)
                .fix(fix)
        })
        .collect()
}
