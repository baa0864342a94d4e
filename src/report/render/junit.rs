//! Reports as the XML that JUnit made common: a suite for each name, a case for its chain of trust and one
//! for each finding. What counts under the threshold is a failure; what could not be told is an error.

use std::fmt::Write;

use super::{because, plain, subject};
use crate::report::status::{Status, Threshold};
use crate::report::{Finding, Report, Verdict};

/// What stands before the first suite.
pub(super) const HEAD: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"anchorwatch\">\n";

/// What stands behind the last.
pub(super) const FOOT: &str = "</testsuites>\n";

/// One report, with its state under the threshold.
pub(super) fn suite(report: &Report, status: Status, threshold: &Threshold) -> String {
    let is_failure =
        |finding: &Finding| threshold.expect.is_none() && finding.severity >= threshold.fail_on;
    let failing = report
        .findings
        .iter()
        .filter(|finding| is_failure(finding))
        .count();
    let is_unknown = report.verdict == Verdict::Indeterminate && status != Status::Ok;
    let is_broken =
        status == Status::Critical && (report.verdict == Verdict::Bogus || failing == 0);
    let mut out = format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" timestamp=\"{}\">\n",
        escape(&subject(report)),
        report.findings.len() + 1,
        failing + usize::from(is_broken && !is_unknown),
        usize::from(is_unknown),
        report.at
    );
    let outcome = match (is_unknown, is_broken) {
        (true, _) => Some("error"),
        (false, true) => Some("failure"),
        (false, false) => None,
    };
    let name = report.query.name.to_string();
    let verdict = report.verdict.to_string();
    case(
        &mut out,
        &name,
        "chain of trust",
        outcome,
        &verdict,
        &because(report),
    );
    for finding in &report.findings {
        let outcome = is_failure(finding).then_some("failure");
        let (severity, text) = (finding.severity.to_string(), told(finding));
        case(&mut out, &name, &finding.code, outcome, &severity, &text);
    }
    out + "  </testsuite>\n"
}

fn told(finding: &Finding) -> String {
    let subject = finding
        .subject
        .iter()
        .map(|(key, value)| format!(" {key}={value}"));
    let subject: String = subject.collect();
    format!("{}:{subject}: {}", finding.zone, finding.message)
}

fn case(out: &mut String, of: &str, name: &str, outcome: Option<&str>, kind: &str, text: &str) {
    let (of, name, text) = (escape(of), escape(name), escape(text));
    let _ = write!(out, "    <testcase classname=\"{of}\" name=\"{name}\"");
    let _ = match outcome {
        Some(outcome) => writeln!(
            out,
            "><{outcome} type=\"{kind}\" message=\"{text}\"/></testcase>"
        ),
        None => writeln!(out, "><system-out>{kind}: {text}</system-out></testcase>"),
    };
}

/// Text for an element or an attribute. Control characters, which XML cannot have, are written out by
/// [`plain`].
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no such characters (section 2.2).
            '\u{fffe}' | '\u{ffff}' => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}
