//! What somebody expects is not told, and an expectation that nothing met is.

use crate::dns::Timestamp;
use crate::policy::Silence;
use crate::report::{Finding, UnusedSilence};

/// Findings that are told, and those that a silence covers.
pub(super) fn part(
    findings: Vec<Finding>,
    silences: &[Silence],
    now: Timestamp,
) -> (Vec<Finding>, Vec<Finding>) {
    let is_told = |finding: &Finding| !silences.iter().any(|one| covers(one, finding, now));
    findings.into_iter().partition(is_told)
}

fn covers(silence: &Silence, finding: &Finding, now: Timestamp) -> bool {
    silence.lasts(now) && silence.covers(&finding.code, finding.severity)
}

/// Silences that cover none of these. One that does not last yet has met nothing so far, and is left out; one
/// that is over can go.
pub(super) fn unused(
    silenced: &[Finding],
    silences: &[Silence],
    now: Timestamp,
) -> Vec<UnusedSilence> {
    let has_begun = |one: &&Silence| one.from.is_none_or(|from| from <= now);
    let is_used = |one: &Silence| silenced.iter().any(|finding| covers(one, finding, now));
    let unused = silences
        .iter()
        .filter(has_begun)
        .filter(|one| !is_used(one));
    let told = unused.map(|one| UnusedSilence {
        zones: one.zones.clone(),
        codes: one.codes.clone(),
        until: one.until,
        why: one.why.clone(),
    });
    told.collect()
}
