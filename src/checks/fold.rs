//! Root cause first: consequences of one fault fold beneath the finding that explains them.
//!
//! A finding is a consequence when its check says that another code explains it and a finding with that
//! code stands in the same zone; the verdict on the whole chain is explained from any zone above too. A
//! cause takes over the weight of what is folded beneath it, so that nothing is played down.

use crate::checks;
use crate::report::{Finding, Severity};

/// Splits findings into causes, the weightiest first, and consequences.
///
/// A finding that is explained only by findings which it explains itself stays a cause.
pub fn fold(findings: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    let causes: Vec<Option<usize>> = (0..findings.len()).map(|at| root(&findings, at)).collect();
    let mut weight: Vec<Severity> = findings.iter().map(|finding| finding.severity).collect();
    for (at, cause) in causes.iter().enumerate() {
        if let Some(cause) = cause {
            weight[*cause] = weight[*cause].max(findings[at].severity);
        }
    }
    let mut shown = Vec::new();
    let mut folded = Vec::new();
    for (at, mut finding) in findings.into_iter().enumerate() {
        if causes[at].is_some() {
            folded.push(finding);
        } else {
            finding.severity = weight[at];
            shown.push(finding);
        }
    }
    shown.sort_by(order);
    folded.sort_by(order);
    (shown, folded)
}

/// The finding at the end of the explanations of finding `at`; `None` when nothing explains it.
fn root(findings: &[Finding], at: usize) -> Option<usize> {
    let mut current = explanation(findings, at)?;
    // Each step goes to another finding; more steps than findings would be a circle.
    for _ in 0..findings.len() {
        match explanation(findings, current) {
            Some(next) if next != at => current = next,
            Some(_) => return None,
            None => return Some(current),
        }
    }
    None
}

fn explanation(findings: &[Finding], at: usize) -> Option<usize> {
    let finding = &findings[at];
    let causes = checks::find(&finding.code)?.explained_by;
    let on_chain = finding.code.starts_with("chain-");
    let is_near = |other: &Finding| {
        finding.zone == other.zone || (on_chain && finding.zone.is_at_or_below(&other.zone))
    };
    causes.iter().find_map(|code| {
        findings
            .iter()
            .position(|other| other.code == *code && is_near(other))
            .filter(|found| *found != at)
    })
}

/// By weight, then from the top of the chain down, then by code and text.
fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| {
        (
            finding.zone.label_count(),
            finding.code.clone(),
            finding.message.clone(),
        )
    };
    b.severity
        .cmp(&a.severity)
        .then_with(|| key(a).cmp(&key(b)))
}
