//! Findings in SARIF 2.1.0 (OASIS), which code scanners and pipelines read: a rule for each check, a result
//! for each root cause. The place of a result is the name that was audited, as a URI (RFC 4501).

use serde_json::{Value, json};

use super::plain;
use crate::report::{Finding, Report, Severity};

/// A check, as far as a pipeline shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Code.
    pub code: String,
    /// What it finds, in one sentence.
    pub summary: String,
    /// Weight without policy.
    pub severity: Severity,
}

/// What stands behind the last result.
pub(super) const FOOT: &str = "\n]}]}\n";

/// What stands before the first result.
pub(super) fn head(rules: &[Rule]) -> String {
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    let driver = json!({
        "name": "anchorwatch",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\
         \"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"utf16CodeUnits\",\"results\":[\n"
    )
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.summary },
        "help": { "text": format!("anchorwatch explain {}", rule.code) },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

/// The results of one report, with commas between them.
pub(super) fn results(report: &Report) -> String {
    let results = report
        .findings
        .iter()
        .map(|finding| result(report, finding).to_string());
    results.collect::<Vec<_>>().join(",\n")
}

fn result(report: &Report, finding: &Finding) -> Value {
    let (name, rtype) = (&report.query.name, &report.query.rtype);
    // Blanks and all that a URI cannot hold are escaped in the text of a name, but for these.
    let text = name
        .to_string()
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('\\', "%5C");
    json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": plain(&finding.message) },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": format!("dns:{text}?type={rtype}") } },
            "logicalLocations": [{ "fullyQualifiedName": finding.zone.to_string(), "kind": "resource" }],
        }],
        "partialFingerprints": { "finding/1": fingerprint(finding) },
        "properties": {
            "severity": finding.severity.to_string(),
            "verdict": report.verdict.to_string(),
            "subject": finding.subject,
            "fix": finding.fix,
            "rfc": finding.rfc,
        },
    })
}

/// What stays the same while a finding stands.
fn fingerprint(finding: &Finding) -> String {
    let subject = finding
        .subject
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    let subject: Vec<_> = subject.collect();
    let zone = finding.zone.to_lowercase();
    plain(&format!("{} {zone} {}", finding.code, subject.join(" ")))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "note",
        Severity::Warning => "warning",
        Severity::Error | Severity::Bogus => "error",
    }
}
