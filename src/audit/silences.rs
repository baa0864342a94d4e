//! What somebody expects is not told, and an expectation that nothing met is.

use crate::checks::fold;
use crate::dns::Timestamp;
use crate::policy::Silence;
use crate::report::{Finding, UnusedSilence};

/// Findings that are told, and those that a silence covers.
///
/// A cause weighs what its consequences weigh, so that the cause of a bogus zone is told whatever is
/// silenced. A consequence of something expected is told itself.
pub(super) fn part(
    findings: Vec<Finding>,
    silences: &[Silence],
    now: Timestamp,
) -> (Vec<Finding>, Vec<Finding>) {
    if silences.is_empty() {
        return (findings, Vec::new());
    }
    let (causes, consequences) = fold::fold(findings.clone());
    let is_covered = |finding: &Finding| silences.iter().any(|one| covers(one, finding, now));
    let weighed = causes.into_iter().chain(consequences);
    let silenced: Vec<Finding> = weighed.filter(is_covered).collect();
    let is_told = |finding: &Finding| !silenced.iter().any(|one| is_same(one, finding));
    (findings.into_iter().filter(is_told).collect(), silenced)
}

/// Whether both are one finding, whatever each weighs.
fn is_same(one: &Finding, other: &Finding) -> bool {
    one.code == other.code
        && one.zone == other.zone
        && one.subject == other.subject
        && one.message == other.message
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
