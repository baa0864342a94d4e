//! The built-in validator on known cases: what is found beside what is expected.
//!
//! Where no verdict was reached although one was expected, answers came too late: such cases are drilled once
//! more, without the others beside them. A wrong verdict stands.

use super::row::Row;
use super::table::{json, markdown, text};
use crate::agent::cli::Said;
use crate::agent::cli::console::Console;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::nearest::hint;
use crate::agent::cli::plan::DrillPlan;
use crate::agent::cli::progress::Progress;
use crate::agent::cli::values::TableFormat;
use crate::agent::cli::works::{Case, Hierarchy, Works};

/// Runs the cases of the lab that the words name.
pub fn run(
    plan: &DrillPlan,
    words: &[String],
    works: &dyn Works,
    console: &Console,
) -> Result<Said, Failure> {
    let lab = works.start_lab(None)?;
    let cases = pick(lab.cases(), words)?;
    let rows = drill(lab.as_ref(), &cases, console)?;
    let text = match plan.format {
        TableFormat::Text => text(&rows, &console.style(plan.color)),
        TableFormat::Json => json(&rows),
        TableFormat::Markdown => markdown(&rows),
    };
    let code = exit_code(&rows);
    Ok(Said { text, code })
}

/// Drills cases, those again that were left untold.
fn drill(lab: &dyn Hierarchy, cases: &[Case], console: &Console) -> Result<Vec<Row>, Failure> {
    let mut rows = play(lab, cases, console)?;
    let untold = cases.iter().zip(&rows).filter(|(_, row)| row.is_untold());
    let untold: Vec<Case> = untold.map(|(case, _)| case.clone()).collect();
    if !untold.is_empty() {
        let again = play(lab, &untold, console)?;
        let places = rows.iter_mut().filter(|row| row.is_untold());
        places.zip(again).for_each(|(place, row)| {
            *place = Row {
                is_second: true,
                ..row
            };
        });
    }
    Ok(rows)
}

/// Drills cases side by side: a row for each, in their order.
fn play(lab: &dyn Hierarchy, cases: &[Case], console: &Console) -> Result<Vec<Row>, Failure> {
    let mut rows: Vec<Option<Row>> = cases.iter().map(|_| None).collect();
    let progress = Progress::of(cases.len(), console);
    let mut count = 0;
    lab.drill(cases, &mut |index, outcome| {
        count += 1;
        if let (Some(case), Some(row)) = (cases.get(index), rows.get_mut(index)) {
            progress.tell(count, &case.label);
            *row = Some(Row::new(case, outcome));
        }
    })?;
    drop(progress);
    let rows = cases.iter().zip(rows).map(|(case, row)| {
        row.unwrap_or_else(|| Row::new(case, Err(Failure::trouble("drill", "did not run"))))
    });
    Ok(rows.collect())
}

/// 0 when every case came out as expected, else 2.
pub fn exit_code(rows: &[Row]) -> u8 {
    if rows.iter().all(|row| row.is_as_expected) {
        0
    } else {
        2
    }
}

/// The cases that the words name, by label or by domain name; all when there are no words.
fn pick(all: Vec<Case>, words: &[String]) -> Result<Vec<Case>, Failure> {
    if words.is_empty() {
        return Ok(all);
    }
    let mut picked = Vec::new();
    for word in words {
        let name = word.parse().ok();
        let is_meant = |case: &&Case| case.label == *word || Some(&case.name) == name.as_ref();
        let case = all.iter().find(is_meant).ok_or_else(|| {
            let labels = all.iter().map(|case| case.label.as_str());
            let near = hint(
                word,
                labels,
                "anchorwatch lab --dir DIR lists them in cases.tsv",
            );
            Failure::usage(word, format!("no such case{near}"))
        })?;
        picked.push(case.clone());
    }
    Ok(picked)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::path::Path;

    use super::*;
    use crate::agent::cli::real::Real;
    use crate::agent::cli::works::{LabResolver, Outcome};
    use crate::dns::Record;
    use crate::report::Verdict;

    /// A lab of which the first verdicts about some cases are others.
    struct Late<'l> {
        lab: &'l dyn Hierarchy,
        first: RefCell<Vec<(&'static str, Verdict)>>,
    }

    impl Hierarchy for Late<'_> {
        fn port(&self) -> u16 {
            self.lab.port()
        }

        fn hints(&self) -> Vec<Record> {
            self.lab.hints()
        }

        fn anchors(&self) -> Vec<Record> {
            self.lab.anchors()
        }

        fn resolvers(&self) -> Vec<LabResolver> {
            self.lab.resolvers()
        }

        fn files(&self) -> Vec<(&'static str, String)> {
            self.lab.files()
        }

        fn cases(&self) -> Vec<Case> {
            self.lab.cases()
        }

        fn drill(
            &self,
            cases: &[Case],
            done: &mut dyn FnMut(usize, Result<Outcome, Failure>),
        ) -> Result<(), Failure> {
            let first = self.first.take();
            self.lab.drill(cases, &mut |index, outcome| {
                let other = first.iter().find(|(label, _)| *label == cases[index].label);
                let outcome = outcome.map(|mut outcome| {
                    outcome.report.verdict = other.map_or(outcome.report.verdict, |other| other.1);
                    outcome
                });
                done(index, outcome);
            })
        }

        fn wait(
            &mut self,
            _: Option<&Path>,
            _: &mut dyn FnMut(Result<usize, String>),
        ) -> Result<(), Failure> {
            Ok(())
        }
    }

    #[test]
    fn what_was_not_told_is_asked_again_and_a_wrong_verdict_is_not() {
        let real = Real::default();
        let lab = real.start_lab(None).unwrap();
        let words = ["valid", "stale-ds", "unsigned"].map(str::to_owned);
        let cases = pick(lab.cases(), &words).unwrap();
        let first = vec![
            ("valid", Verdict::Indeterminate),
            ("stale-ds", Verdict::Secure),
        ];
        let late = Late {
            lab: lab.as_ref(),
            first: RefCell::new(first),
        };
        let console = Console::of_process();
        let rows = drill(&late, &cases, &console).unwrap();
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.case.as_str(), row.is_as_expected, row.is_second))
            .collect();
        let expected = [
            ("valid", true, true),
            ("stale-ds", false, false),
            ("unsigned", true, false),
        ];
        assert_eq!(told, expected);
    }
}
