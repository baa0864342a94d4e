//! What a policy silences, and what it silences in vain, a line each.

use super::layout::counted;
use crate::report::{Report, UnusedSilence};

/// The lines, without an end.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.unused_silences.iter().map(unused).collect();
    if !report.silenced.is_empty() {
        let mut codes: Vec<&str> = report
            .silenced
            .iter()
            .map(|one| one.code.as_str())
            .collect();
        codes.dedup();
        let count = counted(report.silenced.len(), "finding");
        lines.insert(
            0,
            format!("{count} silenced by policy: {}", codes.join(", ")),
        );
    }
    lines
}

/// A silence that matched nothing, in one line.
pub fn unused(silence: &UnusedSilence) -> String {
    let UnusedSilence {
        zones,
        codes,
        until,
        why,
    } = silence;
    let codes = match codes.is_empty() {
        true => "everything".to_owned(),
        false => codes.join(", "),
    };
    format!("the silence of {codes} for {zones} until {until} ({why}) matched nothing")
}
