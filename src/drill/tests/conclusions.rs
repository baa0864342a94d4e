//! From answers to standing, support, trust and findings.

use super::*;

#[test]
fn one_that_validates_is_known_by_its_failures() {
    let judged = drill(validating);
    assert_eq!(judged.standing, Standing::Validates, "{}", judged.sentence);
    assert_eq!(codes(&judged), [""; 0]);
    assert!(judged.sentence.contains("fails on 4 of 4") && judged.sentence.contains("2 of 2"));
    let support: Vec<_> = judged
        .support
        .iter()
        .map(|one| (one.tested.number(), one.support))
        .collect();
    assert_eq!(support, [(1, Support::Insecure), (15, Support::Validated)]);
    assert!(
        judged
            .root_keys
            .iter()
            .all(|key| key.trust == KeyTrust::Trusted)
    );
    let signing: Vec<_> = judged.root_keys.iter().map(|key| key.is_signing).collect();
    assert_eq!(signing, [true, false]);
}

#[test]
fn each_standing_has_its_answers() {
    type Bend = fn(&Asked<'_>) -> Reply;
    let cases: [(Standing, Bend); 13] = [
        (Standing::NotValidating, plain),
        // AD is handed on from somewhere, and what is broken too.
        (Standing::NotValidating, |asked| {
            Some(if asked.is_bad() {
                RESPONSE
            } else {
                RESPONSE | AD
            })
        }),
        (Standing::Behind, |asked| {
            Some(if asked.is_bad() {
                RESPONSE | SERVFAIL
            } else {
                RESPONSE | AD
            })
        }),
        (Standing::Behind, |asked| {
            validating(asked).map(|flags| flags & !AD)
        }),
        (Standing::Leaks, |asked| {
            let is_kept = asked.times == errands::ROUNDS;
            if is_kept {
                Some(RESPONSE)
            } else {
                validating(asked).map(|flags| flags & !AD)
            }
        }),
        (Standing::Partial, |asked| {
            let is_passed = ["a.bad.", "b.bad."].contains(&asked.name);
            if is_passed {
                Some(RESPONSE)
            } else {
                validating(asked)
            }
        }),
        (Standing::Mixed, |asked| {
            if asked.times == 1 {
                Some(RESPONSE)
            } else {
                validating(asked)
            }
        }),
        (Standing::Broken, |asked| {
            Some(if asked.cd {
                RESPONSE
            } else {
                RESPONSE | SERVFAIL
            })
        }),
        (Standing::Untold, |_| Some(RESPONSE | SERVFAIL)),
        (Standing::Down, |_| None),
        (Standing::Refuses, |_| Some(RESPONSE | 5)),
        (Standing::NoRecursion, |_| Some(0x8105)),
        // Nothing comes for what is broken.
        (Standing::Untold, |asked| {
            if asked.is_bad() {
                None
            } else {
                validating(asked)
            }
        }),
    ];
    for (standing, bend) in cases {
        let judged = drill(bend);
        assert_eq!(judged.standing, standing, "{}", judged.sentence);
        let code = match standing {
            Standing::NotValidating | Standing::Leaks | Standing::Mixed => {
                Some("resolver-not-validating")
            }
            Standing::Down => Some("resolver-unreachable"),
            Standing::Refuses => Some("resolver-refuses"),
            Standing::NoRecursion => Some("recursion-not-available"),
            // Of the two here, one ignores CD and the other keeps AD back.
            Standing::Behind => codes(&judged).first().copied(),
            _ => None,
        };
        assert_eq!(codes(&judged), Vec::from_iter(code), "{standing:?}");
    }
    let ignoring = drill(|asked| {
        Some(if asked.is_bad() {
            RESPONSE | SERVFAIL
        } else {
            RESPONSE | AD
        })
    });
    assert_eq!(codes(&ignoring), ["resolver-ignores-cd"]);
}

#[test]
fn a_name_of_a_resolver_without_address_is_told() {
    let mut interview = interview(plain, true);
    interview.resolver.address = None;
    interview.heard.iter_mut().for_each(Vec::clear);
    let drilled = judge_all(&names(), &keys(), &[interview]);
    assert_eq!(drilled.resolvers[0].standing, Standing::NotFound);
}

#[test]
fn one_that_strips_is_told_from_one_that_does_not_validate() {
    for (reply, code) in [
        (plain as fn(&Asked<'_>) -> Reply, 1),
        (
            |asked| {
                Some(if asked.is_bad() {
                    RESPONSE | SERVFAIL
                } else {
                    RESPONSE
                })
            },
            1,
        ),
    ] {
        let drilled = judge_all(&names(), &keys(), &[interview(reply, false)]);
        let judged = &drilled.resolvers[0];
        assert_eq!(judged.standing, Standing::Strips, "{}", judged.sentence);
        assert_eq!(codes(judged).len(), code);
    }
}

#[test]
fn one_name_that_was_put_right_condemns_nobody() {
    let repaired = |asked: &Asked<'_>| {
        if asked.name == "a.bad." {
            Some(RESPONSE | AD)
        } else {
            validating(asked)
        }
    };
    let drilled = judge_all(
        &names(),
        &keys(),
        &[interview(repaired, true), interview(plain, true)],
    );
    assert_eq!(drilled.resolvers[0].standing, Standing::Validates);
    assert_eq!(drilled.resolvers[1].standing, Standing::NotValidating);
    assert_eq!(drilled.left_out.keys().collect::<Vec<_>>(), [&0]);
}

#[test]
fn a_name_that_fails_elsewhere_is_still_broken() {
    let passing = |asked: &Asked<'_>| {
        if asked.name == "a.bad." {
            Some(RESPONSE)
        } else {
            validating(asked)
        }
    };
    let drilled = judge_all(
        &names(),
        &keys(),
        &[interview(passing, true), interview(validating, true)],
    );
    assert_eq!(drilled.resolvers[0].standing, Standing::Partial);
    let sentence = &drilled.resolvers[0].sentence;
    assert!(sentence.contains("answers a.bad. each time"), "{sentence}");
    assert_eq!(drilled.resolvers[1].standing, Standing::Validates);
    assert!(drilled.left_out.is_empty());
}

#[test]
fn a_good_name_that_is_good_nowhere_condemns_nobody() {
    let lapsed = |asked: &Asked<'_>| match asked.name {
        "a.good." if !asked.cd => Some(RESPONSE | SERVFAIL),
        _ => validating(asked),
    };
    let drilled = judge_all(&names(), &keys(), &[interview(lapsed, true)]);
    assert_eq!(drilled.resolvers[0].standing, Standing::Validates);
    assert_eq!(drilled.left_out.keys().collect::<Vec<_>>(), [&4]);
}

#[test]
fn one_broken_name_is_not_enough() {
    let names: Vec<_> = names()
        .into_iter()
        .filter(|name| !["b.bad.", "c.bad.", "d.bad."].contains(&name.name.to_string().as_str()))
        .collect();
    let plan = errands(&names, &keys());
    let whole = interview(plain, true);
    let all = errands(&super::names(), &keys());
    let of = |errand: &Errand| {
        let place = all.iter().position(|other| {
            other.question == errand.question
                && other.is_checking_disabled == errand.is_checking_disabled
        });
        whole.heard[place.unwrap()].clone()
    };
    let interview = Interview {
        heard: plan.iter().map(of).collect(),
        resolver: whole.resolver.clone(),
    };
    let drilled = judge_all(&names, &keys(), &[interview]);
    assert_eq!(drilled.resolvers[0].standing, Standing::Untold);
    assert!(drilled.resolvers[0].sentence.contains("there is one"));
}

#[test]
fn algorithms_are_told_from_both_names() {
    type Bend = fn(&Asked<'_>) -> Reply;
    let cases: [(Support, Bend, bool); 3] = [
        (
            Support::Insecure,
            |asked| {
                if asked.name.starts_with("ed.") {
                    Some(RESPONSE)
                } else {
                    validating(asked)
                }
            },
            true,
        ),
        (
            Support::Fails,
            |asked| {
                let fails = asked.name.starts_with("ed.") && !asked.cd;
                if fails {
                    Some(RESPONSE | SERVFAIL)
                } else {
                    validating(asked)
                }
            },
            true,
        ),
        (
            Support::Untold,
            |asked| {
                if asked.name.starts_with("ed.") {
                    None
                } else {
                    validating(asked)
                }
            },
            false,
        ),
    ];
    for (support, bend, is_gap) in cases {
        let judged = drill(bend);
        assert_eq!(judged.standing, Standing::Validates);
        assert_eq!(judged.support[1].support, support);
        assert_eq!(
            codes(&judged).contains(&"resolver-algorithm-gap"),
            is_gap,
            "{support:?}"
        );
    }
    // Without AD, the broken name alone tells.
    let judged = drill(|asked| validating(asked).map(|flags| flags & !AD));
    assert_eq!(judged.support[1].support, Support::Validated);
}

#[test]
fn root_keys_are_told_by_both_labels() {
    /// What comes for is-ta and not-ta of each key.
    fn with(asked: &Asked<'_>, failing: &[&str]) -> Reply {
        match asked.name.contains("sentinel") {
            true if failing.iter().any(|label| asked.name.contains(label)) && !asked.cd => {
                Some(RESPONSE | SERVFAIL)
            }
            true => Some(RESPONSE | AD),
            false => validating(asked),
        }
    }
    let told = |failing: &[&str]| {
        let judged = drill(|asked| with(asked, failing));
        let trust: Vec<_> = judged.root_keys.iter().map(|key| key.trust).collect();
        (
            trust,
            codes(&judged).contains(&"resolver-trust-anchor-missing"),
        )
    };
    use KeyTrust::{NotTrusted, Trusted, Unsaid, Untold};
    assert_eq!(
        told(&["not-ta-20326", "not-ta-38696"]),
        (vec![Trusted, Trusted], false)
    );
    assert_eq!(
        told(&["not-ta-20326", "is-ta-38696"]),
        (vec![Trusted, NotTrusted], true)
    );
    // A key that a newer one has taken the place of may be gone.
    assert_eq!(
        told(&["is-ta-20326", "not-ta-38696"]),
        (vec![NotTrusted, Trusted], false)
    );
    assert_eq!(told(&[]), (vec![Unsaid, Unsaid], false));
    assert_eq!(told(&["sentinel"]), (vec![Untold, Untold], false));
    assert!(drill(plain).root_keys.iter().all(|key| key.trust == Untold));
}
