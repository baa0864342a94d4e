//! The command line as people type it: the habits that they bring from other tools, and what is said of words that
//! cannot be used.

use std::ffi::OsString;

use clap::{Command, CommandFactory};

use super::args::Cli;
use super::parse::{Parsed, parse};
use super::plan::{AuditPlan, DrillSubject, Plan};
use super::real::Real;
use super::{Failure, catalogue, manual, values};
use crate::report::render::Style;

fn read(line: &str) -> Result<Parsed, Failure> {
    let words = std::iter::once("anchorwatch").chain(line.split_whitespace());
    parse(words.map(OsString::from))
}

fn audit(line: &str) -> AuditPlan {
    match read(line) {
        Ok(Parsed::Run(Plan::Audit(plan))) => *plan,
        other => panic!("{line}: {other:?}"),
    }
}

fn problem(line: &str) -> String {
    let failure = read(line).expect_err(line);
    assert_eq!(failure.exit_code(), 64, "{line}");
    failure.to_string()
}

fn ports(line: &str) -> Vec<Option<u16>> {
    let servers = audit(line).asking.servers;
    servers.into_iter().map(|server| server.port).collect()
}

#[test]
fn the_habits_of_dig_and_delv_mean_what_they_meant() {
    for (habit, option) in [
        (
            "audit @9.9.9.9 MX example.com",
            "audit example.com -t MX --server 9.9.9.9",
        ),
        ("audit example.com IN MX", "audit example.com -t MX"),
        ("audit example.com +Short", "audit example.com --short"),
        ("audit example.com +vc", "audit example.com --tcp"),
        (
            "audit example.com +time=3",
            "audit example.com --timeout 3s",
        ),
        (
            "audit +cd +cdflag +ad +do +dnssec +multiline +trace +rtrace example.com",
            "audit example.com",
        ),
        ("audit -x 192.0.2.7", "audit 7.2.0.192.in-addr.arpa PTR"),
        (
            "audit -x 2001:db8::1f",
            "audit f.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR",
        ),
    ] {
        let (habit, option) = (audit(habit), audit(option));
        // `-t` and a word for the type are kept apart until the name is known.
        assert_eq!(habit, option);
    }
    // Behind -- nothing is a habit.
    let name = audit("audit -- -x.example").question.name;
    assert_eq!(name, "-x.example".parse().ok());
}

#[test]
fn the_port_is_that_of_who_is_asked() {
    assert_eq!(ports("audit a.example @192.0.2.1 -p 5300"), [Some(5300)]);
    assert_eq!(ports("audit a.example @192.0.2.1:53 -p 5300"), [Some(53)]);
    assert_eq!(ports("audit a.example @192.0.2.1#5300"), [Some(5300)]);
    assert_eq!(ports("audit a.example @2001:db8::1@5300"), [Some(5300)]);
    let both = "audit a.example @192.0.2.1 --iterate -p 5300";
    assert_eq!(ports(both), [None]);
    assert_eq!(audit(both).asking.port, Some(5300));
    let Ok(Parsed::Run(Plan::Drill(plan))) = read("drill @2001:db8::1 -p 5300") else {
        panic!("a drill");
    };
    let DrillSubject::Resolvers(drill) = plan.subject else {
        panic!("of resolvers");
    };
    assert_eq!(drill.whom.servers[0].text, "[2001:db8::1]:5300");
}

#[test]
fn what_is_wrong_is_said_in_one_line_with_what_to_write() {
    for (line, said) in [
        (
            "",
            "no command given; write anchorwatch audit NAME, or --help",
        ),
        (
            "@192.0.2.1 example.com MX",
            "@192.0.2.1: no such command; write anchorwatch audit @192.0.2.1 example.com MX",
        ),
        (
            "adit example.com",
            "adit: no such command; the nearest is audit",
        ),
        (
            "notify",
            "notify: no command given; write anchorwatch notify with one of test, pending, dead, replay",
        ),
        ("notify tset", "tset: no such command; the nearest is test"),
        (
            "notify test",
            "notify test: NAME is missing; see anchorwatch notify test --help",
        ),
        (
            "--color never config",
            "config: no command given; write anchorwatch config with one of check, dump, schema",
        ),
        (
            "zone --axfr ns1.example",
            "zone: FILE or NAME is missing; see anchorwatch zone --help",
        ),
        (
            "audit --zones list example.com",
            "--zones and NAME: cannot go together; leave one out",
        ),
        (
            "audit --zones list --sample 0",
            "--sample 0: out of range; give a number from 1 to 4294967295",
        ),
        (
            "audit --zones list --sample 2 --seed 99999999999999999999",
            "--seed 99999999999999999999: too great a number; give a smaller one",
        ),
        (
            "audit example.com --audits 2",
            "--audits: goes with --zones, which names a list",
        ),
        (
            "audit example.com --without-key KSK",
            "--without-key KSK: not a whole number, zero or greater",
        ),
        (
            "audit example.com +noall",
            "+noall: no such word; see anchorwatch audit --help",
        ),
        (
            "audit -x example.com",
            "-x example.com: not an address; write -x 192.0.2.1 or -x 2001:db8::1",
        ),
        (
            "ds example.com @192.0.2.1",
            "@192.0.2.1: no server is named here; audit and drill take one",
        ),
        (
            "drill 192.0.2.1",
            "192.0.2.1: a resolver is written @192.0.2.1, and a case of the lab goes with --lab",
        ),
    ] {
        assert_eq!(problem(line), said);
    }
}

#[test]
fn names_are_taken_as_people_write_them() {
    for (text, name) in [
        ("bücher.example", "xn--bcher-kva.example."),
        ("BÜCHER.Example.", "xn--bcher-kva.example."),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah."),
        ("_dmarc.bücher.example", "_dmarc.xn--bcher-kva.example."),
        ("a\\@b.example", "a\\@b.example."),
    ] {
        let read = values::name(text).map(|name| name.to_string());
        assert_eq!(read.as_deref(), Ok(name));
    }
    for text in [
        "",
        "bü..example",
        "bü cher.example",
        "bü/x.example",
        "bü:53",
        "example.com@9.9.9.9",
        "192.0.2.1",
        "https://example.com",
    ] {
        assert!(values::name(text).is_err(), "{text}");
    }
}

#[test]
fn explain_takes_codes_and_alerts_in_any_case() {
    let explain = |word: &str| {
        let said = catalogue::explain(word, &Real::default(), &Style::default());
        said.map(|said| said.text)
            .map_err(|failure| failure.to_string())
    };
    assert_eq!(explain("RRSIG_EXPIRED"), explain("rrsig-expired"));
    let page = explain("dnssecchainbroken").expect("an alert");
    assert!(page.starts_with("# DnssecChainBroken\n"), "{page}");
    let several = explain("rrsig").expect_err("many codes begin so");
    assert!(
        several.contains("there are ") && several.contains(" more: "),
        "{several}"
    );
    let near = explain("DnssecChainBrokn").expect_err("no alert");
    let said = "DnssecChainBrokn: no such finding or alert; the nearest are DnssecChainBroken, ";
    assert!(near.starts_with(said), "{near}");
}

#[test]
fn the_help_keeps_its_lines_and_headings() {
    fn each(command: &Command, look: &mut dyn FnMut(&Command)) {
        look(command);
        command
            .get_subcommands()
            .for_each(|below| each(below, look));
    }
    each(&Cli::command(), &mut |command| {
        let texts = [command.get_after_help(), command.get_after_long_help()];
        for text in texts.into_iter().flatten() {
            // A paragraph is wrapped; what is indented stands in columns and must fit.
            let text = text.to_string();
            for line in text.lines().filter(|line| line.starts_with(' ')) {
                assert!(
                    line.chars().count() <= 100,
                    "{}: {line}",
                    command.get_name()
                );
            }
        }
    });
    let program = Cli::command();
    let audit = program.find_subcommand("audit").expect("audit");
    let supposed: Vec<_> = audit
        .get_opts()
        .filter(|option| option.get_help_heading().is_some())
        .collect();
    assert!(supposed.len() > 4);
    for option in supposed {
        let long = option.get_long().unwrap_or_default();
        assert!(long.starts_with("with"), "{long} supposes nothing");
    }
}

#[test]
fn every_manual_page_that_is_named_exists() {
    let page = |name: &str| {
        let plan = super::plan::ManPlan {
            command: (name != "anchorwatch").then(|| name.to_owned()),
            dir: None,
        };
        manual::man(&plan).map(|said| said.text)
    };
    for name in ["anchorwatch", "notify", "config"] {
        let text = page(name).expect(name).replace('\\', "");
        let named = text.match_indices("(1)").filter_map(|(at, _)| {
            let word = text[..at].rsplit(char::is_whitespace).next()?;
            word.strip_prefix("anchorwatch-")
        });
        let named: Vec<&str> = named.collect();
        assert!(named.len() > 2, "{name}: {named:?}");
        for below in named {
            assert!(page(below).is_ok(), "{below}, named by {name}");
        }
    }
}
