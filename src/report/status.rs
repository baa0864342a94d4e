//! What a report means to a script: one of four states, each with its exit code.
//!
//! The four are those of the monitoring plugins (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN). "Could not
//! tell" is a state of its own and never passes for a failure of the zone, nor for its health.

use super::{Report, Severity, Verdict};

/// The state of what was audited, in the words of the monitoring plugins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Nothing at or above the threshold.
    Ok,
    /// A warning, or a notice when the threshold is that low.
    Warning,
    /// Bogus, an error, or an expectation that is not met.
    Critical,
    /// The audit could not tell.
    Unknown,
}

impl Status {
    /// 0, 1, 2 or 3.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        })
    }
}

/// What counts as a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Findings below this weight are not counted.
    pub fail_on: Severity,
    /// The verdict that is wished for. It decides alone, whatever the findings.
    pub expect: Option<Verdict>,
}

impl Default for Threshold {
    /// Warnings count, notices do not, no verdict is expected.
    fn default() -> Self {
        Self {
            fail_on: Severity::Warning,
            expect: None,
        }
    }
}

impl Threshold {
    /// The state of `report` under this threshold.
    ///
    /// A bogus verdict, or a counted finding that validators fail, is critical. Short of that, an
    /// indeterminate verdict is unknown before lesser findings are looked at: they are mostly the
    /// reasons why nothing could be told.
    pub fn status(&self, report: &Report) -> Status {
        self.weigh(report.verdict, report.worst())
    }

    /// The state of a report with this verdict, whose worst finding has this weight.
    pub fn weigh(&self, verdict: Verdict, worst: Option<Severity>) -> Status {
        if let Some(expected) = self.expect {
            return expectation(expected, verdict);
        }
        let worst = worst.filter(|worst| *worst >= self.fail_on);
        match (verdict, worst) {
            (Verdict::Bogus, _) | (_, Some(Severity::Bogus)) => Status::Critical,
            (Verdict::Indeterminate, _) => Status::Unknown,
            (_, Some(Severity::Error)) => Status::Critical,
            (_, Some(Severity::Warning | Severity::Notice)) => Status::Warning,
            (_, None) => Status::Ok,
        }
    }
}

fn expectation(expected: Verdict, found: Verdict) -> Status {
    match found {
        _ if found == expected => Status::Ok,
        Verdict::Indeterminate => Status::Unknown,
        _ => Status::Critical,
    }
}

/// The exit code of an audit: 0 nothing at or above the threshold, 1 a warning, 2 bogus, an error or an
/// expectation not met, 3 could not tell.
pub fn exit_code(report: &Report, fail_on: Severity, expect: Option<Verdict>) -> u8 {
    Threshold { fail_on, expect }.status(report).exit_code()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::render::samples;

    fn report(verdict: Verdict, worst: Option<Severity>) -> Report {
        let mut report = samples::secure();
        report.verdict = verdict;
        report.findings = worst.map(samples::finding).into_iter().collect();
        report
    }

    #[test]
    fn the_exit_code_follows_verdict_findings_and_threshold() {
        use Severity::{Bogus, Error, Notice, Warning};
        for (verdict, worst, fail_on, code) in [
            (Verdict::Secure, None, Warning, 0),
            (Verdict::Secure, Some(Notice), Warning, 0),
            (Verdict::Secure, Some(Notice), Notice, 1),
            (Verdict::Secure, Some(Warning), Warning, 1),
            (Verdict::Secure, Some(Warning), Error, 0),
            (Verdict::Secure, Some(Error), Warning, 2),
            (Verdict::Secure, Some(Error), Bogus, 0),
            (Verdict::Secure, Some(Bogus), Bogus, 2),
            (Verdict::Insecure, None, Warning, 0),
            (Verdict::Insecure, Some(Warning), Warning, 1),
            (Verdict::Bogus, None, Bogus, 2),
            (Verdict::Indeterminate, None, Bogus, 3),
            (Verdict::Indeterminate, Some(Error), Warning, 3),
            (Verdict::Indeterminate, Some(Bogus), Warning, 2),
        ] {
            let found = exit_code(&report(verdict, worst), fail_on, None);
            assert_eq!(
                found, code,
                "{verdict} with {worst:?}, failing on {fail_on}"
            );
        }
    }

    #[test]
    fn folded_consequences_count() {
        let mut report = report(Verdict::Secure, None);
        report.folded = vec![samples::finding(Severity::Error)];
        assert_eq!(exit_code(&report, Severity::Warning, None), 2);
    }

    #[test]
    fn an_expectation_decides_alone() {
        let bogus = report(Verdict::Bogus, Some(Severity::Bogus));
        let unknown = report(Verdict::Indeterminate, Some(Severity::Error));
        for (report, expected, code) in [
            (&bogus, Verdict::Bogus, 0),
            (&bogus, Verdict::Secure, 2),
            (&bogus, Verdict::Insecure, 2),
            (&unknown, Verdict::Secure, 3),
        ] {
            let found = exit_code(report, Severity::Warning, Some(expected));
            assert_eq!(found, code, "{} for {expected}", report.verdict);
        }
    }
}
