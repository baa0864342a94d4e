//! Changes step by step: the same zone in one state after another, each audited with the memory of those
//! before. What is right by itself and too early after the last step has to be told, and the same step
//! taken in time has not.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use crate::audit_after;
use crate::checks::tests::lab::{NOW, codes, evidence_of, straight};
use crate::dns::Timestamp;
use crate::evidence::Evidence;
use crate::history::History;
use crate::lab::Lab;
use crate::policy::Policy;
use crate::report::{Finding, Report, Verdict};

const ZONE: &str = "valid.test.";
/// TTL of everything in the lab.
pub const TTL: i64 = 3_600;
/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// From one look to the next.
pub const LOOK: i64 = 300;

/// What is heard of the zone in a state; each state is signed and asked once.
pub fn heard(state: &str) -> Evidence {
    static HEARD: LazyLock<Mutex<BTreeMap<String, Evidence>>> = LazyLock::new(Mutex::default);
    let mut heard = HEARD.lock().unwrap();
    let entry = heard.entry(state.to_owned());
    let evidence = entry.or_insert_with(|| {
        let lab = Lab::alone(&ZONE.parse().unwrap(), state, NOW).unwrap();
        evidence_of(&lab, ZONE, &["validating"], true, straight)
    });
    evidence.clone()
}

/// A zone over time.
pub struct Story {
    /// What earlier looks saw.
    pub history: History,
    /// The time of day.
    pub now: Timestamp,
    /// What is judged by.
    pub policy: Policy,
}

impl Story {
    /// The zone was watched in this state for a day.
    pub fn of(state: &str) -> Self {
        let mut story = Self {
            history: History::default(),
            now: NOW.plus(-DAY),
            policy: Policy::default(),
        };
        story.stay(state, DAY);
        story
    }

    /// Looks at this state for so long, and gives the last report.
    pub fn stay(&mut self, state: &str, seconds: i64) -> Report {
        // Few looks far apart are as good as many here, but for the first.
        for wait in [LOOK, seconds - LOOK] {
            self.now = self.now.plus(wait.max(0));
            self.look(state);
        }
        self.report(state)
    }

    /// The next look finds this state.
    pub fn then(&mut self, state: &str) -> Report {
        self.now = self.now.plus(LOOK);
        let report = self.report(state);
        self.history = self.history.after(&report);
        report
    }

    fn look(&mut self, state: &str) {
        self.history = self.history.after(&self.report(state));
    }

    /// What a look at this state tells now; it is not remembered.
    pub fn report(&self, state: &str) -> Report {
        audit_after(&heard(state), &self.policy, self.now, Some(&self.history))
    }
}

/// Findings that need memory, by what the catalogue says of them.
fn remembered(report: &Report) -> Vec<&str> {
    const MEMORY: &[&str] = &[
        "ds-changed",
        "dnskey-changed",
        "dnskey-set-replaced",
        "cds-update-overdue",
        "resolver-recovery-pending",
    ];
    let all = codes(report).into_iter();
    // That a change is under way is told for as long as it is, and held by a test of its own.
    all.filter(|code| *code != "rollover-in-progress")
        .filter(|code| code.starts_with("rollover-") || MEMORY.contains(code))
        .collect()
}

fn finding<'r>(report: &'r Report, code: &str) -> &'r Finding {
    let mut all = report.findings.iter().chain(&report.folded);
    all.find(|finding| finding.code == code)
        .unwrap_or_else(|| panic!("{code}: {:?}", codes(report)))
}

#[test]
fn a_zone_that_stays_as_it_is_has_nothing_to_tell() {
    let mut story = Story::of("valid");
    assert!(remembered(&story.then("valid")).is_empty());
    assert_eq!(story.then("valid").verdict, Verdict::Secure);
}

#[test]
fn a_double_signature_roll_in_its_own_time_is_told_as_changes_alone() {
    let mut story = Story::of("valid");
    assert_eq!(
        remembered(&story.then("step-ksk-added")),
        ["dnskey-changed"]
    );
    assert!(remembered(&story.stay("step-ksk-added", DAY)).is_empty());
    assert_eq!(remembered(&story.then("step-ds-swapped")), ["ds-changed"]);
    assert!(remembered(&story.stay("step-ds-swapped", 2 * TTL)).is_empty());
    assert_eq!(
        remembered(&story.then("step-ksk-replaced")),
        ["dnskey-changed"]
    );
    assert!(remembered(&story.stay("step-ksk-replaced", DAY)).is_empty());
}

#[test]
fn what_caches_hold_is_told_by_their_ttl_and_not_by_how_long_it_is_told() {
    let mut story = Story::of("valid");
    let at_once = story.then("step-ksk-added");
    story.history.ttls.dnskey = Some(60);
    story.now = story.now.plus(LOOK);
    let later = story.report("step-ksk-added");
    let told = |report: &Report| finding(report, "dnskey-changed").message.clone();
    assert!(
        told(&at_once).contains("caches may hold"),
        "{}",
        told(&at_once)
    );
    assert!(
        told(&later).contains("no cache has held"),
        "{}",
        told(&later)
    );
}

#[test]
fn a_key_that_goes_before_the_old_ds_has_expired_is_bogus_in_caches() {
    let mut story = Story::of("valid");
    story.stay("step-ksk-added", DAY);
    story.then("step-ds-swapped");
    let swapped = story.now;
    let report = story.then("step-ksk-replaced");
    assert_eq!(
        report.verdict,
        Verdict::Secure,
        "at the servers all is well"
    );
    let found = finding(&report, "rollover-key-removed-too-early");
    assert_eq!(found.until, Some(swapped.plus(TTL)));
    assert_eq!(report.findings[0].code, "rollover-key-removed-too-early");
    assert!(
        !codes(&story.stay("step-ksk-replaced", TTL)).contains(&"rollover-key-removed-too-early")
    );
}

#[test]
fn a_zone_signing_key_is_rolled_by_publishing_it_first() {
    let mut story = Story::of("valid");
    story.stay("step-zsk-added", 2 * TTL);
    assert!(remembered(&story.then("step-zsk-switched")).is_empty());
    story.stay("step-zsk-switched", 2 * TTL);
    assert_eq!(
        remembered(&story.then("step-zsk-replaced")),
        ["dnskey-changed"]
    );
}

#[test]
fn signing_with_a_key_that_caches_do_not_have_is_too_early() {
    let mut story = Story::of("valid");
    let seen = story.now;
    let report = story.then("step-zsk-switched");
    let found = finding(&report, "rollover-signing-too-early");
    assert_eq!(found.until, Some(story.now.plus(TTL)));
    assert!(remembered(&story.then("step-zsk-switched")).contains(&"rollover-signing-too-early"));
    story.now = seen.plus(TTL);
    assert!(!codes(&story.report("step-zsk-switched")).contains(&"rollover-signing-too-early"));
}

#[test]
fn a_key_that_goes_while_its_signatures_are_cached_is_too_early() {
    let mut story = Story::of("valid");
    story.stay("step-zsk-added", 2 * TTL);
    story.then("step-zsk-switched");
    let report = story.then("step-zsk-replaced");
    finding(&report, "rollover-zsk-removed-too-early");
    assert!(remembered(&story.stay("step-zsk-replaced", 2 * TTL)).is_empty());
}

#[test]
fn another_signer_with_keys_of_its_own_shares_nothing_with_the_last() {
    let mut story = Story::of("valid");
    let report = story.then("step-keys-replaced");
    assert_eq!(
        report.verdict,
        Verdict::Secure,
        "at the servers all is well"
    );
    assert_eq!(report.findings[0].code, "dnskey-set-replaced");
    assert!(remembered(&story.stay("step-keys-replaced", 2 * TTL)).is_empty());
}

#[test]
fn a_change_keeps_the_instant_at_which_it_was_seen() {
    let mut story = Story::of("valid");
    story.then("step-keys-replaced");
    let seen = story.now;
    for _ in 0..3 {
        let report = story.then("step-keys-replaced");
        assert_eq!(
            finding(&report, "dnskey-set-replaced").until,
            Some(seen.plus(TTL))
        );
    }
}

#[test]
fn unsigned_while_the_ds_is_cached_is_bogus_in_caches() {
    let mut story = Story::of("valid");
    let report = story.then("step-unsigned");
    let last = story.now;
    assert_eq!(report.verdict, Verdict::Insecure);
    let found = finding(&report, "rollover-unsigned-too-early");
    assert_eq!(found.until, Some(last.plus(TTL)));
    assert!(remembered(&story.stay("step-unsigned", 2 * TTL)).is_empty());
}

#[test]
fn a_key_waits_for_its_ds_and_a_ds_for_its_end_no_longer_than_parents_need() {
    let mut story = Story::of("valid");
    story.then("step-ksk-added");
    assert!(remembered(&story.stay("step-ksk-added", 6 * DAY)).is_empty());
    assert_eq!(
        remembered(&story.stay("step-ksk-added", 2 * DAY)),
        ["rollover-ds-awaited"]
    );
    let mut story = Story::of("step-ds-added");
    story.then("step-ksk-withdrawn");
    assert!(remembered(&story.stay("step-ksk-withdrawn", 6 * DAY)).is_empty());
    let late = story.stay("step-ksk-withdrawn", 2 * DAY);
    assert_eq!(remembered(&late), ["rollover-ds-withdrawal-awaited"]);
}

#[test]
fn a_standby_key_that_was_always_there_waits_for_nothing() {
    let mut story = Story::of("step-ksk-added");
    assert!(remembered(&story.stay("step-ksk-added", 9 * DAY)).is_empty());
    let mut story = Story::of("standby-ds");
    assert!(remembered(&story.stay("standby-ds", 9 * DAY)).is_empty());
}

#[test]
fn a_parent_that_does_not_act_on_cds_is_told_after_its_time() {
    let mut story = Story::of("valid");
    story.then("step-cds");
    assert!(!codes(&story.stay("step-cds", 6 * DAY)).contains(&"cds-update-overdue"));
    let late = story.stay("step-cds", 2 * DAY);
    assert!(
        codes(&late).contains(&"cds-update-overdue"),
        "{:?}",
        codes(&late)
    );
}

#[test]
fn changes_outside_the_declared_windows_are_told_where_windows_are_asked_for() {
    let mut story = Story::of("valid");
    let soon = story.now.plus(LOOK);
    story.policy.windows = Some(vec![(soon, soon)]);
    assert_eq!(
        remembered(&story.then("step-ksk-added")),
        ["dnskey-changed"]
    );
    assert!(!codes(&story.stay("step-ksk-added", DAY)).contains(&"rollover-unannounced"));
    let report = story.then("step-ds-swapped");
    assert_eq!(report.findings[0].code, "rollover-unannounced");
}

#[test]
fn one_server_that_is_silent_has_lost_no_key() {
    let mut story = Story::of("valid");
    let mut evidence = heard("step-zsk-replaced");
    let of_zone = evidence.exchanges.iter().filter(|exchange| {
        exchange.query.question.name == evidence.name && !exchange.query.recursion_desired
    });
    let silent = of_zone.map(|exchange| exchange.server).max().unwrap();
    for exchange in evidence
        .exchanges
        .iter_mut()
        .filter(|exchange| exchange.server == silent)
    {
        exchange.outcome = crate::evidence::Outcome::Timeout;
    }
    story.now = story.now.plus(LOOK);
    let report = audit_after(&evidence, &story.policy, story.now, Some(&story.history));
    assert!(
        !codes(&report).contains(&"rollover-zsk-removed-too-early"),
        "{:?}",
        codes(&report)
    );
}

/// The zone was bogus and is right again for so long; the resolver still has what it heard in between.
pub fn after_outage(seconds: i64) -> Report {
    let mut story = Story::of("valid");
    story.then("stale-ds");
    story.then("stale-ds");
    let mut evidence = heard("valid");
    let is_through = |exchange: &crate::evidence::Exchange| exchange.query.recursion_desired;
    evidence.exchanges.retain(|exchange| !is_through(exchange));
    let failing = heard("stale-ds");
    let through = failing
        .exchanges
        .iter()
        .filter(|exchange| is_through(exchange));
    evidence.exchanges.extend(through.cloned());
    let look =
        |story: &Story| audit_after(&evidence, &story.policy, story.now, Some(&story.history));
    story.now = story.now.plus(LOOK);
    story.history = story.history.after(&look(&story));
    story.now = story.now.plus(seconds);
    look(&story)
}

#[test]
fn a_resolver_that_lags_behind_the_repair_has_until_every_ttl_is_over() {
    let report = after_outage(LOOK);
    assert_eq!(report.verdict, Verdict::Secure);
    let found = finding(&report, "resolver-recovery-pending");
    assert!(found.until > Some(report.at.plus(TTL - LOOK)));
}

/// The root with a key that is there for so long.
pub fn root(seconds: i64) -> Report {
    let lab = Lab::alone(&ZONE.parse().unwrap(), "valid", NOW).unwrap();
    let evidence = evidence_of(&lab, ".", &[], true, straight);
    let look = |history: &History| audit_after(&evidence, &Policy::default(), NOW, Some(history));
    let mut history = History::default().after(&look(&History::default()));
    for key in history.keys.values_mut() {
        key.first = NOW.plus(-seconds);
        key.unseen = Some(key.first.plus(-LOOK));
    }
    look(&history)
}

#[test]
fn margins_are_learned_from_refreshes_that_were_watched() {
    let mut signer = crate::history::Signer::default();
    let at = |days: i64| NOW.plus(days * DAY);
    let mut see = |look: Timestamp, end: i64| signer.see(Some(at(end)), Some(at(end - 14)), look);
    see(at(0), 14);
    see(at(9).plus(-LOOK), 14);
    see(at(9), 23);
    // Nobody looked for days: what was left then is not known.
    see(at(15), 23);
    see(at(20), 34);
    assert_eq!(signer.margin(), None);
    let mut see = |look: Timestamp, end: i64| signer.see(Some(at(end)), Some(at(end - 14)), look);
    see(at(28).plus(-LOOK), 34);
    see(at(28), 42);
    assert_eq!(signer.margins, [5 * DAY, 6 * DAY]);
    assert_eq!(signer.margin(), Some(5 * DAY));
}

/// When the signatures of the zone end at its first server.
pub fn ends(story: &Story) -> Timestamp {
    let report = story.report("valid");
    report.chain.last().unwrap().servers[0].expires.unwrap()
}

/// Knot from 3.3 on leaves some two days of fourteen: less than the threshold, and each time.
#[test]
fn what_a_signer_always_leaves_is_not_soon() {
    let told = |margin: i64, left: i64| {
        let mut story = Story::of("valid");
        for signer in story.history.signers.values_mut() {
            signer.margins = vec![margin; 2];
        }
        story.policy.expiring_soon = 3 * DAY;
        story.now = ends(&story).plus(-left);
        let report = story.report("valid");
        let codes = ["rrsig-expiring-soon", "rrsig-refresh-stalled"];
        let is_told = |code| {
            let mut all = report.findings.iter();
            all.any(|finding| finding.code == code && finding.zone.to_string() == ZONE)
        };
        codes.map(is_told)
    };
    assert_eq!(told(5 * DAY / 2, 5 * DAY / 2), [false, false]);
    // Late, which the first two look at: what was usual no longer excuses it.
    assert_eq!(told(5 * DAY / 2, 2 * DAY), [true, true]);
    // Two hours are no margin, be they usual.
    assert_eq!(told(DAY / 12, 2 * DAY), [true, false]);
}

/// Events of the watch from one state of the zone to the next, by kind and key tag.
fn events(states: &[&str]) -> Vec<(String, Option<u16>)> {
    let mut state = crate::watch::ZoneState::new(ZONE.parse().unwrap());
    let mut told = Vec::new();
    for (look, name) in (0..).zip(states) {
        let now = NOW.plus(look * LOOK);
        let report = audit_after(&heard(name), &Policy::default(), now, Some(&state.history));
        let after = state.after(&report, std::time::Duration::ZERO);
        let events = crate::watch::event::between(&state, &after);
        told.extend(
            events
                .into_iter()
                .map(|event| (event.kind.to_string(), event.key.map(|key| key.0))),
        );
        state = after;
    }
    told
}

#[test]
fn a_signer_hears_when_a_ds_is_at_every_server_of_the_parent_and_when_at_none() {
    let told = events(&[
        "step-ksk-added",
        "step-ds-added",
        "step-ds-swapped",
        "step-ds-swapped",
    ]);
    let of_ds: Vec<_> = told.iter().filter(|(_, key)| key.is_some()).collect();
    let [(published, new), (withdrawn, old)] = of_ds[..] else {
        panic!("{told:?}");
    };
    assert_eq!(
        (published.as_str(), withdrawn.as_str()),
        ("ds-published", "ds-withdrawn")
    );
    assert_ne!(new, old);
    assert!(
        events(&["valid", "valid"])
            .iter()
            .all(|(kind, _)| kind == "verdict-changed")
    );
}

/// Whoever can forge a DS must not be able to make a signer give up its key.
#[test]
fn a_signer_hears_nothing_while_the_zone_is_bogus() {
    let told = events(&["valid", "stale-ds", "stale-ds", "valid"]);
    assert!(told.iter().any(|(kind, _)| kind == "ds-added"), "{told:?}");
    assert!(told.iter().all(|(_, key)| key.is_none()), "{told:?}");
}

#[test]
fn a_resolver_that_is_right_again_is_told_with_its_time() {
    let told = events(&["valid", "stale-ds", "stale-ds", "valid"]);
    assert!(
        told.iter().any(|(kind, _)| kind == "resolver-recovered"),
        "{told:?}"
    );
    let told = events(&["valid", "valid"]);
    assert!(
        !told.iter().any(|(kind, _)| kind == "resolver-recovered"),
        "{told:?}"
    );
}

#[test]
fn a_ds_set_that_no_validator_can_use_makes_nothing_bogus_in_caches() {
    let mut story = Story::of("valid");
    story.stay("step-ksk-added", DAY);
    story.then("step-ds-swapped");
    for past in &mut story.history.delegations {
        for ds in &mut past.ds {
            ds.1 = 253;
        }
    }
    let report = story.then("step-ksk-replaced");
    assert!(
        !codes(&report).contains(&"rollover-key-removed-too-early"),
        "{:?}",
        codes(&report)
    );
}
