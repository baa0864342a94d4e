//! Aliases that lead in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::{Context, Statement};
use crate::dns::Name;
use crate::evidence::view::ExchangeId;
use crate::validate::AnswerKind;

declare! {
    /// # cname-loop
    ///
    /// A CNAME or DNAME leads, over any number of steps, back to a name that was passed already.
    ///
    /// ## Why it matters
    ///
    /// The name has no answer at all, for anybody, whether he validates or not.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL, or the CNAME records alone without data.
    ///
    /// ## How to put it right
    ///
    /// Correct one of the CNAME records so that the chain ends at a name with records of the wanted type.
    /// Each step is to be seen with `dig www.example.com CNAME +short`. A CNAME to its own name in a zone
    /// file is often a target without its final dot.
    ///
    /// ## References
    ///
    /// RFC 1034, sections 3.6.2 and 5.2.2. DNSViz: CNAME_LOOP.
    "cname-loop", Transport, Error,
    rfc: ["RFC 1034 section 3.6.2"],
    explained_by: [],
    summary: "Aliases lead in a circle.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state(context).into_iter().collect()
}

fn state(context: &Context<'_>) -> Option<Statement> {
    let steps = steps(context);
    let start = &context.chain.targets.first()?.question.name;
    let way = circle(start, &steps)?;
    let evidence = way
        .iter()
        .filter_map(|name| steps.get(name))
        .map(|(_, id)| *id);
    let evidence: BTreeSet<_> = evidence.collect();
    let last = way.last()?;
    let zones = context.chain.zones.iter();
    let holding = zones.filter(|zone| last.is_at_or_below(&zone.apex));
    let zone = &holding.max_by_key(|zone| zone.apex.label_count())?.apex;
    let texts: Vec<_> = way.iter().map(Name::to_string).collect();
    let (to, _) = steps.get(last)?;
    let message = format!("aliases lead in a circle: {} -> {to}", texts.join(" -> "));
    Some(
        Statement::new(zone, message)
            .about("owner", last)
            .fix(format!(
                "let {last} lead to a name that has records, not to {to}"
            ))
            .shown_by(evidence),
    )
}

type Steps = BTreeMap<Name, (Name, ExchangeId)>;

/// Where each name of the alias chain leads, by the first server that said so.
fn steps(context: &Context<'_>) -> Steps {
    let mut steps = Steps::new();
    for target in &context.chain.targets {
        let servers = context.chain.zone(&target.zone).into_iter();
        for server in servers.flat_map(|zone| zone.servers.values()) {
            if let Some((id, answer)) = server.answers.get(&target.question)
                && let AnswerKind::Alias(to) = &answer.kind
            {
                let step = steps.entry(target.question.name.clone());
                step.or_insert((to.clone(), *id));
            }
        }
    }
    steps
}

/// The names passed, the first one once, when the last leads back to one of them.
fn circle(start: &Name, steps: &Steps) -> Option<Vec<Name>> {
    let mut way = vec![start.clone()];
    // Each turn passes another name of the steps, so that it ends.
    while let Some((to, _)) = steps.get(way.last()?) {
        if way.contains(to) {
            return Some(way);
        }
        way.push(to.clone());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(start: &str, steps: &[(&str, &str)]) -> Option<usize> {
        let name = |text: &str| text.parse::<Name>().unwrap();
        let steps = steps.iter().map(|(from, to)| (name(from), (name(to), 0)));
        circle(&name(start), &steps.collect()).map(|way| way.len())
    }

    #[test]
    fn only_a_way_back_is_a_circle() {
        assert_eq!(way("a.", &[("a.", "b."), ("b.", "c.")]), None);
        assert_eq!(way("a.", &[("a.", "b."), ("b.", "a.")]), Some(2));
        assert_eq!(way("a.", &[("a.", "a.")]), Some(1));
        assert_eq!(
            way("a.", &[("a.", "b."), ("b.", "c."), ("c.", "b.")]),
            Some(3)
        );
    }
}
