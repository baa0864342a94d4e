//! Ledgers: tab-separated files that list what is known to differ, each with its reason.
//!
//! A ledger holds in both directions: a disagreement that it does not list is a fault, and so is a line
//! to which no disagreement belongs any more.

use std::path::Path;

use super::tools::Verdict;

/// Verdicts of another tool and of ours on one case.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// `suite/zone/question`.
    pub case: String,
    /// `delv`, or the label of a resolver.
    pub tool: &'static str,
    /// Its verdict.
    pub theirs: Verdict,
    /// Our verdict.
    pub ours: Verdict,
    /// What the tool printed.
    pub text: String,
}

/// An expected disagreement.
struct Line {
    case: String,
    tool: String,
    theirs: String,
    ours: String,
}

/// The expected disagreements of one suite.
pub struct Ledger(Vec<Line>);

impl Ledger {
    /// Reads the lines of `suite` from a file: case, tool, their verdict (`varies` for any), ours, reason.
    pub fn read(path: &Path, suite: &str) -> Self {
        let text = std::fs::read_to_string(path).expect("the ledger can be read");
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        let lines = rows.filter(|line| !line.is_empty()).map(|row| {
            let fields: Vec<&str> = row.split('\t').collect();
            let [case, tool, theirs, ours, reason] = fields[..] else {
                panic!("a ledger line has five fields: {row}");
            };
            assert!(!reason.is_empty(), "a ledger line says why: {row}");
            Line {
                case: case.into(),
                tool: tool.into(),
                theirs: theirs.into(),
                ours: ours.into(),
            }
        });
        let prefix = format!("{suite}/");
        Self(
            lines
                .filter(|line| line.case.starts_with(&prefix))
                .collect(),
        )
    }

    /// What the comparisons say against the ledger, a line each; empty if they agree.
    pub fn complaints(&self, found: &[Comparison]) -> Vec<String> {
        let mut complaints = self.disagreements(found);
        let is_stale = |line: &&Line| !found.iter().any(|comparison| line.is_about(comparison));
        let stale = self.0.iter().filter(is_stale);
        complaints.extend(stale.map(|line| {
            format!(
                "{} {}: in the ledger, but not compared",
                line.case, line.tool
            )
        }));
        complaints
    }

    /// The same for our columns, which a `varies` of the ledger excuses whatever they say.
    pub fn complaints_of_columns(&self, found: &[Comparison]) -> Vec<String> {
        let is_excused = |one: &&Comparison| !self.varies(one);
        let kept: Vec<_> = found.iter().filter(is_excused).cloned().collect();
        let mut complaints = self.disagreements(&kept);
        let is_stale = |line: &&Line| !found.iter().any(|comparison| line.is_about(comparison));
        let stale = self.0.iter().filter(is_stale);
        complaints.extend(stale.map(|line| format!("{} {}: not compared", line.case, line.tool)));
        complaints
    }

    /// The same for comparisons of only some cases of the suite.
    pub fn disagreements(&self, found: &[Comparison]) -> Vec<String> {
        found.iter().filter_map(|c| self.judge(c)).collect()
    }

    /// Whether any verdict of theirs is expected.
    pub fn varies(&self, comparison: &Comparison) -> bool {
        let mut lines = self.0.iter().filter(|line| line.is_about(comparison));
        lines.any(|line| line.theirs == "varies")
    }

    fn judge(&self, comparison: &Comparison) -> Option<String> {
        let Comparison {
            case,
            tool,
            theirs,
            ours,
            text,
        } = comparison;
        let verdicts = format!(
            "{case} {tool}: they say {}, we say {}",
            theirs.word(),
            ours.word()
        );
        let expected = self.0.iter().find(|line| line.is_about(comparison));
        match expected {
            None if theirs == ours => None,
            None => Some(format!(
                "{verdicts}, and the ledger has no line for it\n{text}"
            )),
            Some(line) if line.ours != ours.word() => Some(format!(
                "{verdicts}, where the ledger has {} for us",
                line.ours
            )),
            Some(line) if line.theirs == "varies" => None,
            Some(_) if theirs == ours => Some(format!(
                "{verdicts}: an agreement that the ledger does not expect"
            )),
            Some(line) if line.theirs != theirs.word() => {
                Some(format!("{verdicts}, where the ledger has {}", line.theirs))
            }
            Some(_) => None,
        }
    }
}

impl Line {
    fn is_about(&self, comparison: &Comparison) -> bool {
        self.case == comparison.case && self.tool == comparison.tool
    }
}
