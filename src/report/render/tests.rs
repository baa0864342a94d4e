//! Golden files of every form, over reports built by hand; `INSTA_UPDATE=always` writes them anew.

use super::*;
use crate::report::status::Threshold;
use crate::report::{Severity, Verdict};

fn each() -> [(&'static str, Report); 5] {
    [
        ("secure", samples::secure()),
        ("bogus", samples::bogus()),
        ("insecure", samples::insecure()),
        ("indeterminate", samples::indeterminate()),
        ("flapping", samples::flapping()),
    ]
}

#[test]
fn text_is_golden() {
    for (case, report) in each() {
        insta::assert_snapshot!(format!("text_{case}"), text(&report, &Style::default()));
    }
}

#[test]
fn text_with_everything_is_golden() {
    let style = Style {
        all: true,
        width: Some(72),
        color: false,
    };
    insta::assert_snapshot!("text_all_narrow", text(&samples::bogus(), &style));
    insta::assert_snapshot!(
        "text_all_narrow_flapping",
        text(&samples::flapping(), &style)
    );
}

#[test]
fn json_is_golden() {
    for (case, report) in each() {
        insta::assert_snapshot!(format!("json_{case}"), json(&report));
    }
}

#[test]
fn markdown_is_golden() {
    for (case, report) in each() {
        insta::assert_snapshot!(format!("markdown_{case}"), markdown(&report, false));
    }
}

#[test]
fn nagios_is_golden() {
    let line = |(_, report): (_, Report)| nagios(&report, Threshold::default().status(&report));
    let lines: String = each().into_iter().map(line).collect();
    insta::assert_snapshot!("nagios", lines);
}

#[test]
fn one_line_forms_have_one_line() {
    for (case, report) in each() {
        let status = Threshold::default().status(&report);
        let short = short(&report, &Style::default());
        for line in [ndjson(&report), nagios(&report, status), short] {
            assert_eq!(line.matches('\n').count(), 1, "{case}: {line}");
            assert!(line.ends_with('\n'), "{case}");
        }
        let both: [serde_json::Value; 2] =
            [json(&report), ndjson(&report)].map(|text| serde_json::from_str(&text).expect("JSON"));
        assert_eq!(both[0], both[1], "{case}");
    }
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let value: serde_json::Value = serde_json::from_str(&json(&samples::bogus())).expect("JSON");
    for pointer in [
        "/schema",
        "/query/name",
        "/query/type",
        "/verdict",
        "/reason",
        "/rcode",
        "/at",
        "/chain/0/zone",
        "/chain/0/status",
        "/findings/0/code",
        "/findings/0/severity",
        "/findings/0/zone",
        "/findings/0/subject",
        "/findings/0/message",
        "/findings/0/facts",
        "/findings/0/rfc",
        "/findings/0/fix",
        "/findings/0/evidence",
        "/vantages",
        "/deadline",
    ] {
        assert!(value.pointer(pointer).is_some(), "{pointer} is missing");
    }
    assert_eq!(value["schema"], "anchorwatch.report/1");
    assert_eq!(value["at"], "2026-11-20T12:00:00Z");
    assert!(value["deadline"].is_null());
}

#[test]
fn colour_is_a_layer_that_changes_no_word() {
    let style = Style {
        color: true,
        ..Style::default()
    };
    for (case, report) in each() {
        let coloured = text(&report, &style);
        assert!(coloured.contains("\u{1b}["), "{case}");
        assert_eq!(strip(&coloured), text(&report, &Style::default()), "{case}");
    }
}

/// Removes what [`Style::paint`] adds.
fn strip(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out += before;
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out + rest
}

#[test]
fn no_server_reaches_the_terminal() {
    let report = samples::flapping();
    let told = [text(&report, &Style::default()), markdown(&report, true)];
    for text in told {
        let hidden = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(hidden), "{text:?}");
    }
    assert_eq!(plain("a\u{202e}b\u{1b}c"), "a\\u{202e}b\\u{1b}c");
}

#[test]
fn lines_stay_within_the_width() {
    for width in [1, 40, 72, 100] {
        for (case, report) in each() {
            let style = Style {
                width: Some(width),
                all: true,
                color: false,
            };
            let widest = text(&report, &style);
            // The first line is one line whatever the width; commands are never broken.
            let prose = widest
                .lines()
                .skip(1)
                .filter(|line| !line.contains(" IN DS "));
            for line in prose.filter(|line| line.contains("fix: ") || line.contains("      The ")) {
                assert!(
                    line.chars().count() <= width.max(60),
                    "{case} at {width}: {line}"
                );
            }
        }
    }
}

#[test]
fn wrapping_keeps_every_word_and_breaks_none() {
    let digest = "A".repeat(64);
    let text = format!("a digest {digest} in the middle");
    let wrapped = wrap(&text, Some(30), "  ", 4);
    assert!(
        wrapped.lines().any(|line| line.trim() == digest),
        "{wrapped}"
    );
    let words: Vec<&str> = wrapped.split_whitespace().collect();
    assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn markdown_reads_nothing_of_a_zone_as_its_own() {
    assert_eq!(escape_markdown("_a|b<i>`x`"), "\\_a\\|b\\<i\\>\\`x\\`");
    let mut report = samples::bogus();
    report.findings[0].fix = "```\nend".to_owned();
    assert!(markdown(&report, false).contains("````text"));
}

fn sheets() -> [(&'static str, Sheet); 5] {
    let rule = Rule {
        code: "rrsig-expired".to_owned(),
        summary: "A signature has expired.".to_owned(),
        severity: crate::report::Severity::Bogus,
    };
    [
        ("headlines", Sheet::Headlines(Style::default())),
        ("ndjson", Sheet::Ndjson),
        ("csv", Sheet::Csv),
        ("sarif", Sheet::Sarif(vec![rule])),
        ("junit", Sheet::Junit(Threshold::default())),
    ]
}

/// All reports in one document, as a run over many names writes it.
fn document(sheet: &Sheet) -> String {
    let pieces = each().map(|(_, report)| {
        let status = Threshold::default().status(&report);
        sheet.piece(&report, status)
    });
    let pieces: Vec<_> = pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .collect();
    sheet.head() + &pieces.join(sheet.between()) + sheet.foot()
}

#[test]
fn documents_of_many_are_golden() {
    for (form, sheet) in sheets() {
        if form != "ndjson" {
            insta::assert_snapshot!(format!("many_{form}"), document(&sheet));
        }
    }
}

#[test]
fn documents_of_many_can_be_read() {
    for (form, sheet) in sheets() {
        let text = document(&sheet);
        match form {
            "junit" => {
                let document = roxmltree::Document::parse(&text).unwrap();
                let suites = document
                    .descendants()
                    .filter(|node| node.has_tag_name("testsuite"));
                let mut count = 0;
                for suite in suites {
                    count += 1;
                    let number =
                        |name: &str| suite.attribute(name).unwrap().parse::<usize>().unwrap();
                    let of = |tag: &str| {
                        suite
                            .descendants()
                            .filter(|node| node.has_tag_name(tag))
                            .count()
                    };
                    assert_eq!(number("tests"), of("testcase"));
                    assert_eq!(number("failures"), of("failure"));
                    assert_eq!(number("errors"), of("error"));
                }
                assert_eq!(count, each().len());
            }
            "sarif" => {
                let document: serde_json::Value = serde_json::from_str(&text).unwrap();
                let results = document["runs"][0]["results"].as_array().unwrap();
                let findings = each().map(|(_, report)| report.findings.len());
                assert_eq!(results.len(), findings.iter().sum::<usize>());
            }
            "csv" => assert_eq!(text.matches("\r\n").count(), each().len() + 1),
            _ => assert_eq!(text.lines().count(), each().len()),
        }
        let (_, report) = &each()[0];
        assert!(
            !sheet
                .whole(report, Threshold::default().status(report))
                .is_empty()
        );
    }
}

#[test]
fn what_fails_in_junit_is_what_counts_under_the_threshold() {
    let failing = |report: &Report, threshold: Threshold| {
        let text = Sheet::Junit(threshold).whole(report, threshold.status(report));
        text.matches("<failure ").count()
    };
    let mut report = samples::secure();
    report.findings = vec![samples::finding(Severity::Warning)];
    let under = |fail_on| Threshold {
        fail_on,
        expect: None,
    };
    assert_eq!(failing(&report, under(Severity::Warning)), 1);
    assert_eq!(failing(&report, under(Severity::Error)), 0);
    report.findings = vec![samples::finding(Severity::Notice)];
    assert_eq!(failing(&report, under(Severity::Notice)), 1);
    // An expectation decides alone.
    let expected = Threshold {
        expect: Some(Verdict::Bogus),
        ..Threshold::default()
    };
    assert_eq!(failing(&samples::bogus(), expected), 0);
    assert_eq!(failing(&samples::secure(), expected), 1);
}
