//! Resolvers against one another.

use std::collections::BTreeMap;

use super::{counts, is_excused, told, zone};
use crate::checks::{Context, Statement};
use crate::report::Verdict;

declare! {
    /// # resolver-verdicts-differ
    ///
    /// Of the resolvers that were asked, some call the name authentic, some answer it without saying so,
    /// some fail on it.
    ///
    /// ## Why it matters
    ///
    /// Users see different things depending on where they ask: the report that it works for me is true
    /// and helps nobody.
    ///
    /// ## What resolvers do
    ///
    /// Each answers from its own cache, with its own anchors, limits and exceptions. Around a change of
    /// keys they differ until the longest TTL has passed.
    ///
    /// ## How to put it right
    ///
    /// Look at the findings for each resolver. If the zone has just been put right, wait for the time
    /// that `resolver-serves-old-ds` names, or flush the caches that lag behind.
    ///
    /// ## References
    ///
    /// RFC 4035, section 4.3 and 5; RFC 6781, section 4.1.
    "resolver-verdicts-differ", Resolvers, Warning,
    rfc: ["RFC 4035 section 5"],
    explained_by: ["encrypted-transport-differs", "resolver-cd-differential", "resolver-strips-dnssec", "resolver-ad-missing", "resolver-not-validating"],
    summary: "Resolvers disagree with one another on the name.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut by_verdict: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
    for resolver in context.resolvers {
        let verdict = told(resolver);
        let is_heard = counts(context, resolver) && !is_excused(context, resolver);
        if is_heard && verdict != Verdict::Indeterminate {
            by_verdict.entry(verdict).or_default().push(resolver.name());
        }
    }
    let (Some(first), true) = (context.resolvers.first(), by_verdict.len() > 1) else {
        return Vec::new();
    };
    let groups = by_verdict.iter();
    let groups: Vec<_> = groups
        .map(|(verdict, names)| format!("{verdict} to clients of {}", names.join(", ")))
        .collect();
    let evidence = context.resolvers.iter().flat_map(|r| r.exchanges());
    let statement = Statement::new(
        &zone(context, first),
        format!("resolvers differ: {}", groups.join("; ")),
    );
    let fix = "see the findings on each resolver; after a repair, flush the caches that lag behind";
    vec![statement.fix(fix).shown_by(evidence)]
}
