//! The verdict in one sentence, and the code that explains it.

use std::collections::BTreeSet;

use crate::checks::{Context, resolvers};
use crate::dns::Name;
use crate::report::{Finding, Severity};
use crate::validate::{AnswerKind, Chain, JudgedZone, Status};

/// Resolvers that the summary has room for; the table has them all.
const SHOWN_RESOLVERS: usize = 6;

/// The zone where the chain turned into what it ends as.
fn turning(chain: &Chain) -> Option<&JudgedZone> {
    let mut targets = chain.targets.iter();
    let found = targets.find(|target| target.status == chain.status);
    // When aliases go on behind the last that was followed, none of the targets is the worst.
    let worst = found.or(chain.targets.last())?;
    let on_way = |zone: &&JudgedZone| worst.zone.is_at_or_below(&zone.apex);
    let turned = chain
        .zones
        .iter()
        .filter(on_way)
        .find(|zone| zone.status == chain.status);
    turned.or_else(|| chain.zone(&worst.zone))
}

/// The code that explains a verdict other than secure: the weightiest finding in the zone where the chain
/// turned, or at the question itself.
///
/// Where resolvers alone were asked and none handed out data, it is the weightiest finding on them.
pub fn reason(context: &Context<'_>, findings: &[Finding]) -> Option<String> {
    let chain = context.chain;
    if chain.status == Status::Secure {
        return None;
    }
    let first = || {
        let is_untold = context.is_resolvers_only && chain.zones.is_empty();
        findings.first().filter(|_| is_untold)
    };
    let cause = cause(chain, findings).or_else(first);
    cause.map(|finding| finding.code.clone())
}

fn cause<'f>(chain: &Chain, findings: &'f [Finding]) -> Option<&'f Finding> {
    let apex = &turning(chain)?.apex;
    let here = findings.iter().filter(|finding| finding.zone == *apex);
    let parent = chain.zone(apex).and_then(|zone| zone.parent.as_ref());
    let above = findings
        .iter()
        .filter(|finding| Some(&finding.zone) == parent);
    let heavy = |finding: &&Finding| finding.severity == Severity::Bogus;
    match chain.status {
        Status::Bogus => here
            .clone()
            .find(heavy)
            .or_else(|| above.clone().find(heavy))
            .or_else(|| here.clone().next()),
        _ => here.clone().next(),
    }
}

/// What the verdict rests on, and what each resolver makes of it.
pub fn sentence(context: &Context<'_>, findings: &[Finding]) -> String {
    let is_untold = context.is_resolvers_only && context.chain.zones.is_empty();
    let first = (!is_untold).then(|| of_chain(context, findings));
    let all = context.resolvers.iter();
    let each: Vec<_> = match context.resolvers {
        [one] => vec![resolvers::in_words(context, one)],
        _ => all
            .take(SHOWN_RESOLVERS)
            .map(|one| format!("{}: {}", one.resolver.label, one.conduct.word()))
            .collect(),
    };
    let parts: Vec<_> = first.into_iter().chain(each).collect();
    parts.join("; ")
}

/// One sentence that says what the verdict rests on.
fn of_chain(context: &Context<'_>, findings: &[Finding]) -> String {
    let chain = context.chain;
    match chain.status {
        Status::Secure => secure(context),
        status => match cause(chain, findings) {
            Some(finding) => finding.message.clone(),
            None => format!(
                "the chain ends {status} at {}",
                turning(chain).map_or(Name::root(), |z| z.apex.clone())
            ),
        },
    }
}

fn secure(context: &Context<'_>) -> String {
    let Some(target) = context.chain.targets.first() else {
        return "nothing was asked".to_owned();
    };
    let what = match kind_of(context.chain) {
        Some(AnswerKind::NoName) => "the proof that the name does not exist".to_owned(),
        Some(AnswerKind::NoType) => format!("the proof that there is no {}", target.question.rtype),
        _ => format!("{} {}", target.question.name, target.question.rtype),
    };
    let chain = format!("a chain of signatures leads from the trust anchor to {what}");
    let bad = differing(context);
    if bad.is_empty() {
        chain
    } else {
        format!("{chain}, but not at {}: clients will flap", bad.join(", "))
    }
}

/// The servers of zones on the way whose own data is bogus although the zone is secure.
fn differing(context: &Context<'_>) -> Vec<String> {
    let questions: Vec<_> = context
        .chain
        .targets
        .iter()
        .map(|target| target.question.clone())
        .collect();
    let mut bad = BTreeSet::new();
    for zone in context
        .chain
        .zones
        .iter()
        .filter(|zone| zone.status == Status::Secure)
    {
        for (address, server) in &zone.servers {
            if server.status(&questions) == Status::Bogus {
                bad.insert(context.server(&zone.apex, *address));
            }
        }
    }
    bad.into_iter().collect()
}

fn kind_of(chain: &Chain) -> Option<&AnswerKind> {
    let target = chain.targets.first()?;
    let zone = chain.zone(&target.zone)?;
    let best = target
        .servers
        .iter()
        .find(|(_, status)| **status == target.status)?;
    let (_, answer) = zone.servers.get(best.0)?.answers.get(&target.question)?;
    Some(&answer.kind)
}

/// The response code of the first server whose answer has the status of the target.
pub fn rcode(chain: &Chain) -> Option<String> {
    let target = chain.targets.last()?;
    let zone = chain.zone(&target.zone)?;
    let mut servers = zone.servers.iter();
    let answer = servers.find_map(|(address, server)| {
        let status = target.servers.get(address)?;
        let (_, answer) = server.answers.get(&target.question)?;
        (*status == target.status).then_some(answer)
    });
    answer.map(|answer| answer.rcode.to_string())
}
