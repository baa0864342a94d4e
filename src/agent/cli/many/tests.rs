//! The file that a run is resumed from, and what the summary says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::report::Severity;
use crate::report::render::{ndjson, samples};
use crate::report::snapshot::Snapshot;
use crate::report::tally::Cause;

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("anchorwatch-many-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

fn names(path: &Path) -> (Vec<String>, usize) {
    let mut names = Vec::new();
    let mut take = |report: Snapshot| names.push(report.query.name.to_string());
    let log = Log::open(path, &mut take).unwrap();
    (names, log.mended)
}

#[test]
fn a_torn_last_line_is_cut_off_and_the_next_report_stands_whole() {
    let (one, other) = (ndjson(&samples::secure()), ndjson(&samples::bogus()));
    let path = scratch("torn");
    for cut in [1, 20, 40, other.len() - 1] {
        std::fs::write(&path, format!("{one}{}", &other[..cut])).unwrap();
        let mut take = |_| ();
        let mut log = Log::open(&path, &mut take).unwrap();
        assert_eq!(log.mended, cut);
        log.add(&other).unwrap();
        drop(log);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            format!("{one}{other}")
        );
        assert_eq!(names(&path).1, 0);
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(names(&path).0.len(), 0, "a new file is made");
}

#[test]
fn a_file_of_another_kind_is_left_as_it_is() {
    let path = scratch("other");
    let report = ndjson(&samples::secure());
    let newer = report.replace("anchorwatch.report/1", "anchorwatch.report/2");
    for (text, line) in [
        ("a letter to somebody", "line 1"),
        ("a letter\nto somebody\n", "line 1"),
        (&format!("{report}not this\n"), "line 2"),
        (&newer, "newer schema"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = Log::open(&path, &mut |_| ()).unwrap_err();
        assert!(error.to_string().contains(line), "{error}");
        assert_eq!(error.exit_code(), 64);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn two_runs_do_not_write_to_one_file() {
    let path = scratch("shared");
    let _log = Log::open(&path, &mut |_| ()).unwrap();
    let error = Log::open(&path, &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("another run"), "{error}");
}

fn gist(name: &str, code: &str, servers: &str) -> Gist {
    let cause = |code: &str| Cause {
        severity: Severity::Bogus,
        code: code.to_owned(),
        elsewhere: None,
    };
    let is_good = code.is_empty();
    Gist {
        name: name.parse().unwrap(),
        verdict: if is_good {
            Verdict::Secure
        } else {
            Verdict::Bogus
        },
        status: if is_good {
            Status::Ok
        } else {
            Status::Critical
        },
        causes: (!is_good)
            .then(|| cause(code))
            .into_iter()
            .collect::<BTreeSet<_>>(),
        servers: servers.to_owned(),
    }
}

#[test]
fn the_summary_tells_one_cause_from_many() {
    let mut tally = Tally::default();
    for number in 0..5 {
        let expired = gist(
            &format!("e{number}.test."),
            "rrsig-expired",
            "ns1.a. ns2.a.",
        );
        let (server, good) = (format!("ns{number}.b."), format!("g{number}.test."));
        let stale = gist(
            &format!("s{number}.test."),
            "ds-no-matching-dnskey",
            &server,
        );
        tally.add(&expired);
        tally.add(&stale);
        tally.add(&gist(&good, "", "ns1.a. ns2.a."));
    }
    insta::assert_snapshot!("summary", summary::text(&tally));
    assert_eq!(code(tally.status(), false), 2);
    assert_eq!(
        code(Status::Ok, false),
        3,
        "a bad line is a name of which nothing is known"
    );
}
