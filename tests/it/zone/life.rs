//! When signatures begin and end, wherever in the zone they are: every one is counted, with its line and owner.

use std::collections::BTreeSet;

use anchorwatch::dns::Timestamp;
use anchorwatch::zone::{Grievance, Settings};

use super::signed::{Chain, NOW, Scratch, UNSIGNED, codes, keys, sign_between, signed, verified};

/// Owner and line of each RRSIG.
fn signatures(text: &str) -> BTreeSet<(String, Option<u32>)> {
    let lines = (1..).zip(text.lines());
    let words = lines.map(|(line, text)| (line, text.split_whitespace().collect::<Vec<_>>()));
    let all = words.filter(|(_, words)| words.get(3) == Some(&"RRSIG"));
    all.map(|(line, words)| (words[0].to_ascii_lowercase(), Some(line)))
        .collect()
}

fn told(text: &str, code: &str, change: impl FnOnce(&mut Settings)) -> Option<Grievance> {
    let outcome = verified(text, |settings| {
        settings.kept = 1_000;
        change(settings);
    });
    let faults = outcome.unwrap().faults;
    faults.into_iter().find(|fault| fault.code == code)
}

#[track_caller]
fn all_are_told(text: &str, code: &str, change: impl FnOnce(&mut Settings)) {
    let fault = told(text, code, change).unwrap_or_else(|| panic!("{code} is not told"));
    let places = fault
        .first
        .iter()
        .map(|fault| (fault.owner.clone(), fault.line));
    assert_eq!(places.collect::<BTreeSet<_>>(), signatures(text));
    assert_eq!(fault.total, signatures(text).len() as u64);
}

/// From December 1st to January 2nd, the day after [`NOW`].
fn short() -> String {
    let scratch = Scratch::new();
    keys(&scratch.0);
    sign_between(&scratch.0, UNSIGNED, "20261201000000", "20270102000000")
}

#[test]
fn ends_and_beginnings_are_told_of_everywhere() {
    let text = short();
    all_are_told(&text, "rrsig-expiring-soon", |_| {});
    all_are_told(&text, "rrsig-expired", |settings| {
        settings.at = NOW.plus(2 * 86_400)
    });
    all_are_told(&text, "rrsig-not-yet-valid", |settings| {
        settings.at = Timestamp(NOW.0 - 40 * 86_400)
    });
    let early = |settings: &mut Settings| settings.policy.expiring_soon = 3_600;
    assert!(told(&text, "rrsig-expiring-soon", early).is_none());
}

/// What is left out of a sample is the arithmetic.
#[test]
fn times_are_looked_at_outside_a_sample_too() {
    let text = short();
    let sample = |settings: &mut Settings| settings.sample = Some((1, 7));
    all_are_told(&text, "rrsig-expiring-soon", sample);
    all_are_told(&text, "rrsig-expired", |settings| {
        sample(settings);
        settings.at = NOW.plus(2 * 86_400);
    });
}

#[test]
fn a_life_that_is_too_long_is_told_of_where_somebody_says_what_that_is() {
    // For seventeen years.
    let long = signed(Chain::Nsec3);
    assert_eq!(codes(&verified(long, |_| {}).unwrap()), [""; 0]);
    let lifetime = |most| move |settings: &mut Settings| settings.max_lifetime = Some(most);
    let remaining = |most| move |settings: &mut Settings| settings.max_remaining = Some(most);
    all_are_told(long, "rrsig-lifetime-too-long", lifetime(180 * 86_400));
    all_are_told(long, "rrsig-remaining-too-long", remaining(180 * 86_400));
    all_are_told(long, "rrsig-lifetime-too-long", |settings| {
        lifetime(60)(settings);
        settings.sample = Some((1, 7));
    });
    // The whole life is 32 days, of which one is left.
    let text = short();
    let day = 86_400;
    all_are_told(&text, "rrsig-lifetime-too-long", lifetime(32 * day - 1));
    assert!(told(&text, "rrsig-lifetime-too-long", lifetime(32 * day)).is_none());
    all_are_told(&text, "rrsig-remaining-too-long", remaining(day - 1));
    assert!(told(&text, "rrsig-remaining-too-long", remaining(day)).is_none());
    // The longer life is the cause of what is left.
    let both = |settings: &mut Settings| {
        lifetime(1)(settings);
        remaining(1)(settings);
    };
    assert!(told(&text, "rrsig-remaining-too-long", both).is_none());
}
