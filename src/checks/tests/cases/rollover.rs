//! Checks that look at the past: the same zone in one state after another. What is told in time, and how
//! long, is held in [`crate::checks::rollover::tests`].

use super::{Row, row, story};
use crate::checks::rollover::tests::{DAY, LOOK, Story, TTL, after_outage, ends, root};
use crate::report::Report;

pub(super) fn rows() -> Vec<Row> {
    vec![
        row(
            "ds-changed",
            story(|| then("step-ksk-added", "step-ds-swapped")),
            story(|| then("step-ds-added", "step-ksk-withdrawn")),
        ),
        row(
            "dnskey-changed",
            story(|| then("valid", "step-ksk-added")),
            story(|| then("step-ksk-added", "step-ds-swapped")),
        ),
        row(
            "dnskey-set-replaced",
            story(|| then("valid", "step-keys-replaced")),
            story(|| then("valid", "step-zsk-replaced")),
        ),
        row(
            "rrsig-refresh-stalled",
            story(|| aged(5 * DAY, 4 * DAY)),
            story(|| aged(2 * DAY, 4 * DAY)),
        ),
        row(
            "serial-frozen-while-signatures-age",
            story(|| frozen(14 * DAY)),
            story(|| frozen(DAY)),
        )
        .beneath("rrsig-expiring-soon"),
        row(
            "cds-signature-replayed",
            story(|| signed_before(2 * DAY)),
            story(|| signed_before(DAY / 2)),
        ),
        row(
            "cds-update-overdue",
            story(|| waited("step-cds", 8 * DAY)),
            story(|| waited("step-cds", 6 * DAY)),
        ),
        row(
            "csync-update-overdue",
            story(|| waited("step-csync", 8 * DAY)),
            story(|| waited("step-csync", 6 * DAY)),
        ),
        row(
            "trust-anchor-new-key-pending",
            story(|| root(29 * DAY)),
            story(|| root(31 * DAY)),
        ),
        row(
            "resolver-recovery-pending",
            story(|| after_outage(LOOK)),
            story(|| after_outage(DAY)),
        ),
        row(
            "rollover-in-progress",
            story(|| waited("step-ksk-added", DAY)),
            story(|| then("step-ksk-added", "step-ksk-added")),
        ),
        row(
            "rollover-algorithm-out-of-order",
            story(|| then("valid", "step-algorithm-ds")),
            story(|| then("alg-roll", "step-algorithm-ds")),
        ),
        row(
            "timing-refresh-vs-expire-and-ttl",
            story(|| refreshed(7 * DAY)),
            story(|| refreshed(8 * DAY)),
        ),
        row(
            "rollover-ds-awaited",
            story(|| waited("step-ksk-added", 8 * DAY)),
            story(|| waited("step-ksk-added", 6 * DAY)),
        ),
        row(
            "rollover-ds-withdrawal-awaited",
            story(|| withdrawn(8 * DAY)),
            story(|| withdrawn(6 * DAY)),
        ),
        row(
            "rollover-key-removed-too-early",
            story(|| rolled(LOOK)),
            story(|| rolled(2 * TTL)),
        ),
        row(
            "rollover-signing-too-early",
            story(|| then("valid", "step-zsk-switched")),
            story(|| then("step-zsk-added", "step-zsk-switched")),
        ),
        row(
            "rollover-unannounced",
            story(|| announced(-DAY)),
            story(|| announced(LOOK)),
        ),
        row(
            "rollover-unsigned-too-early",
            story(|| then("valid", "step-unsigned")),
            story(|| unsigned(2 * TTL)),
        ),
        row(
            "rollover-zsk-removed-too-early",
            story(|| then("valid", "step-zsk-replaced")),
            story(|| switched(2 * TTL)),
        ),
    ]
}

/// A zone that was in one state for a day is in another.
fn then(before: &str, after: &str) -> Report {
    Story::of(before).then(after)
}

/// A zone that went into a state stays there.
fn waited(state: &str, seconds: i64) -> Report {
    let mut story = Story::of("valid");
    story.then(state);
    story.stay(state, seconds)
}

fn withdrawn(seconds: i64) -> Report {
    let mut story = Story::of("step-ds-added");
    story.then("step-ksk-withdrawn");
    story.stay("step-ksk-withdrawn", seconds)
}

/// The old key goes so long after its DS.
fn rolled(seconds: i64) -> Report {
    let mut story = Story::of("step-ksk-added");
    story.stay("step-ds-swapped", seconds);
    story.then("step-ksk-replaced")
}

/// The old ZSK goes so long after it signed last.
fn switched(seconds: i64) -> Report {
    let mut story = Story::of("step-zsk-added");
    story.stay("step-zsk-switched", seconds);
    story.then("step-zsk-replaced")
}

/// The zone was unsigned for so long.
fn unsigned(seconds: i64) -> Report {
    let mut story = Story::of("valid");
    story.stay("step-unsigned", seconds)
}

/// So much is left of signatures whose signer leaves a margin.
fn aged(margin: i64, left: i64) -> Report {
    let mut story = Story::of("valid");
    for signer in story.history.signers.values_mut() {
        signer.margins = vec![margin; 2];
    }
    story.now = ends(&story).plus(-left);
    story.report("valid")
}

/// The signer leaves so much of a signature.
fn refreshed(margin: i64) -> Report {
    let mut story = Story::of("valid");
    for signer in story.history.signers.values_mut() {
        signer.margins = vec![margin; 2];
    }
    story.report("valid")
}

/// A day is left, and the serial has been the same for so long.
fn frozen(seconds: i64) -> Report {
    let mut story = Story::of("valid");
    story.now = ends(&story).plus(-DAY);
    let since = story.now.plus(-seconds);
    for signer in story.history.signers.values_mut() {
        signer.serial_since = Some(since);
    }
    story.report("valid")
}

/// CDS so much younger than those that are there were seen.
fn signed_before(seconds: i64) -> Report {
    let mut story = Story::of("step-cds");
    let signed = story.history.cds_signed.unwrap();
    story.history.cds_signed = Some(signed.plus(seconds));
    story.report("step-cds")
}

/// Keys change at the next look, and the window is so far from it.
fn announced(seconds: i64) -> Report {
    let mut story = Story::of("valid");
    let at = story.now.plus(seconds);
    story.policy.windows = Some(vec![(at, at)]);
    story.then("step-ksk-added")
}
