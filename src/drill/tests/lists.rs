//! Lists of names, and what is asked for them.

use super::names::{MAX_NAMES, NamesProblem, built_in, built_in_text, read, write};
use super::*;

#[test]
fn the_built_in_list_can_judge() {
    let names = built_in();
    let count = |expect| {
        let controls = names.iter().filter(|name| name.tests == Tests::Validation);
        controls.filter(|name| name.expect == expect).count()
    };
    assert!(
        count(Expect::Bogus) >= 4 && count(Expect::Secure) >= 3 && count(Expect::Insecure) >= 1
    );
    assert_eq!(
        names
            .iter()
            .filter(|name| name.tests == Tests::RootKeys)
            .count(),
        1
    );
    assert!(names.iter().all(|name| !name.about.is_empty()));
    assert!(built_in_text().starts_with('#'));
}

#[test]
fn what_is_written_can_be_read() {
    assert_eq!(read(&write(&built_in())), Ok(built_in()));
}

#[test]
fn a_line_that_is_wrong_is_named() {
    let problem = |text: &str| read(text).map_err(|error| (error.line, error.problem));
    let word = |text: &str| text.to_owned();
    for (text, line, wanted) in [
        ("", None, NamesProblem::None),
        ("# nothing\n\n", None, NamesProblem::None),
        ("a. A bogus", Some(1), NamesProblem::TooFewWords),
        (
            "a. A bogus validation\n.. A bogus validation",
            Some(2),
            NamesProblem::Name(word("..")),
        ),
        (
            "a. ADDRESS bogus validation",
            Some(1),
            NamesProblem::Type(word("ADDRESS")),
        ),
        (
            "a. A broken validation",
            Some(1),
            NamesProblem::Expect(word("broken")),
        ),
        (
            "a. A bogus ED2551",
            Some(1),
            NamesProblem::Tests(word("ED2551")),
        ),
        (
            "a. TXT secure root-keys",
            Some(1),
            NamesProblem::NotForRootKeys,
        ),
        (
            "a. A bogus root-keys",
            Some(1),
            NamesProblem::NotForRootKeys,
        ),
    ] {
        assert_eq!(problem(text), Err((line, wanted)), "{text}");
    }
    let many = "a. A bogus validation\n".repeat(MAX_NAMES + 1);
    assert_eq!(
        problem(&many),
        Err((Some(MAX_NAMES + 1), NamesProblem::TooMany))
    );
}

#[test]
fn words_may_be_apart_in_any_way_and_case() {
    let names = read("\u{FEFF}  a.test\taaaa  BOGUS Sha-384   a digest # a comment\r\n").unwrap();
    let name = &names[0];
    assert_eq!((name.rtype, name.expect), (RecordType::AAAA, Expect::Bogus));
    assert_eq!(name.tests, Tests::Digest(crate::crypto::DigestType::SHA384));
    assert_eq!(name.about, "a digest");
}

#[test]
fn nothing_is_asked_with_cd_before_all_is_answered_without() {
    let plan = errands(&names(), &keys());
    let disabled: Vec<bool> = plan
        .iter()
        .map(|errand| errand.is_checking_disabled)
        .collect();
    let first = disabled.iter().position(|cd| *cd).unwrap();
    let last = disabled.iter().rposition(|cd| *cd).unwrap();
    assert!(disabled[first..=last].iter().all(|cd| *cd));
    let afterwards = &plan[last + 1..];
    assert_eq!(afterwards.len(), 4);
    assert!(
        afterwards
            .iter()
            .all(|errand| matches!(errand.subject, Subject::Afterwards(_)))
    );
    let times = |name: &str| {
        plan.iter()
            .filter(|errand| errand.question.name == name.parse().unwrap())
            .count()
    };
    assert_eq!(
        [
            times("a.bad."),
            times("a.good."),
            times("ed.bad."),
            times("sentinel.")
        ],
        [5, 2, 2, 0]
    );
    let sentinel = "root-key-sentinel-is-ta-20326.sentinel.";
    assert_eq!(times(sentinel), 2);
}
