//! The built-in validator on known cases: what is found beside what is expected.

use super::row::Row;
use super::table::{json, markdown, text};
use crate::agent::cli::Said;
use crate::agent::cli::console::Console;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::nearest::hint;
use crate::agent::cli::plan::DrillPlan;
use crate::agent::cli::progress::Progress;
use crate::agent::cli::values::TableFormat;
use crate::agent::cli::works::{Case, Works};

/// Runs the cases of the lab that the words name.
pub fn run(
    plan: &DrillPlan,
    words: &[String],
    works: &dyn Works,
    console: &Console,
) -> Result<Said, Failure> {
    let lab = works.start_lab(None)?;
    let cases = pick(lab.cases(), words)?;
    let mut rows: Vec<Option<Row>> = cases.iter().map(|_| None).collect();
    let progress = Progress::of(cases.len(), console);
    let mut count = 0;
    lab.drill(&cases, &mut |index, outcome| {
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
    let rows: Vec<Row> = rows.collect();
    let text = match plan.format {
        TableFormat::Text => text(&rows, &console.style(plan.color)),
        TableFormat::Json => json(&rows),
        TableFormat::Markdown => markdown(&rows),
    };
    let code = exit_code(&rows);
    Ok(Said { text, code })
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
