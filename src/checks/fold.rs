//! Root cause first: consequences of one fault fold beneath the finding that explains them.
//!
//! A finding is a consequence when its check says that another code explains it and a finding with that
//! code stands in the same zone; the verdict on the whole chain is explained from any zone above too. A
//! cause takes over the weight of what is folded beneath it, so that nothing is played down.

use std::cmp::Reverse;

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

/// The finding that explains finding `at`: of several the weightiest, then the one nearest to it, then the
/// one whose code is named first. A warning far above does not explain why a zone is bogus when something
/// in the zone does.
fn explanation(findings: &[Finding], at: usize) -> Option<usize> {
    let finding = &findings[at];
    let causes = checks::find(&finding.code)?.explained_by;
    let on_chain = finding.code.starts_with("chain-");
    let is_near = |other: &Finding| {
        finding.zone == other.zone || (on_chain && finding.zone.is_at_or_below(&other.zone))
    };
    let near = findings
        .iter()
        .enumerate()
        .filter(|(found, other)| *found != at && is_near(other));
    near.filter_map(|(found, other)| {
        let named = causes.iter().position(|code| *code == other.code)?;
        let depth = other.zone.label_count();
        Some((Reverse(other.severity), Reverse(depth), named, found))
    })
    .min()
    .map(|(_, _, _, found)| found)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn finding(code: &str, zone: &str, severity: Severity) -> Finding {
        Finding {
            code: code.to_owned(),
            severity,
            zone: zone.parse().unwrap(),
            subject: BTreeMap::new(),
            message: String::new(),
            until: None,
            facts: BTreeMap::new(),
            rfc: Vec::new(),
            fix: String::new(),
            evidence: Vec::new(),
        }
    }

    fn codes(findings: &[Finding]) -> Vec<(&str, Severity)> {
        findings
            .iter()
            .map(|finding| (finding.code.as_str(), finding.severity))
            .collect()
    }

    #[test]
    fn a_cause_takes_over_the_weight_of_its_consequences() {
        let (shown, folded) = fold(vec![
            finding("chain-bogus", "a.test.", Severity::Bogus),
            finding("ds-no-secure-entry-point", "a.test.", Severity::Bogus),
            finding("ds-no-matching-dnskey", "a.test.", Severity::Warning),
        ]);
        assert_eq!(codes(&shown), [("ds-no-matching-dnskey", Severity::Bogus)]);
        assert_eq!(folded.len(), 2);
    }

    #[test]
    fn a_lighter_finding_far_above_is_no_cause() {
        let (shown, _) = fold(vec![
            finding("chain-bogus", "a.test.", Severity::Bogus),
            finding("rrsig-expired", "test.", Severity::Warning),
            finding("ds-no-secure-entry-point", "a.test.", Severity::Bogus),
        ]);
        assert_eq!(
            codes(&shown),
            [
                ("ds-no-secure-entry-point", Severity::Bogus),
                ("rrsig-expired", Severity::Warning)
            ]
        );
    }

    #[test]
    fn what_explains_nothing_else_stays() {
        let (shown, folded) = fold(vec![finding("chain-bogus", "a.test.", Severity::Bogus)]);
        assert_eq!((shown.len(), folded.len()), (1, 0));
    }
}
