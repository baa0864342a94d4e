//! The alert rules: each has cases in which it fires and in which it must not, a page that says what to do,
//! and names only metrics that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anchorwatch::checks::{CHECKS, rows};
use serde_json::Value;

use crate::golden;
use crate::real::support::process::{in_parallel, run};

const RULES: &str = "alerts/anchorwatch.rules.yml";
const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(path: impl AsRef<Path>) -> Value {
    serde_saphyr::from_str(&text(path)).unwrap()
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// An alerting rule.
struct Alert {
    name: String,
    expression: String,
    severity: String,
    wait: Option<String>,
    summary: String,
    description: String,
    runbook: String,
}

fn all_rules() -> Vec<Value> {
    let document = yaml(RULES);
    let groups = array(&document["groups"]);
    groups
        .flat_map(|group| array(&group["rules"]))
        .cloned()
        .collect()
}

fn alerts() -> Vec<Alert> {
    let rules = all_rules();
    let rules = rules.iter().filter(|rule| !rule["alert"].is_null());
    rules
        .map(|rule| {
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            Alert {
                name: word(&rule["alert"]),
                expression: word(&rule["expr"]),
                severity: word(&rule["labels"]["severity"]),
                wait: rule["for"].as_str().map(str::to_owned),
                summary: word(&rule["annotations"]["summary"]),
                description: word(&rule["annotations"]["description"]),
                runbook: word(&rule["annotations"]["runbook_url"]),
            }
        })
        .collect()
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("alerts/tests")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Names of metrics in an expression that are not made by a recording rule.
pub fn metrics(expression: &str) -> BTreeSet<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    let words = expression.split(|c| !is_name(c));
    words
        .filter(|word| !word.contains(':'))
        .filter(|word| {
            ["dnssec_", "anchorwatch_", "process_"]
                .iter()
                .any(|prefix| word.starts_with(prefix))
        })
        .collect()
}

#[test]
fn the_rules_and_the_example_for_alertmanager_are_well_formed() {
    run(root(), "promtool", &["check", "rules", RULES]);
    run(
        root(),
        "amtool",
        &["check-config", "alerts/alertmanager.yml"],
    );
}

#[test]
fn every_alert_says_what_it_should() {
    for alert in alerts() {
        let name = &alert.name;
        assert!(
            name.starts_with("Dnssec") || name.starts_with("Anchorwatch"),
            "{name}"
        );
        assert!(
            ["critical", "warning", "info"].contains(&&*alert.severity),
            "{name}"
        );
        let (summary, description) = (&alert.summary, &alert.description);
        assert!(
            summary.ends_with('.') && !summary.contains("{{"),
            "{name}: {summary}"
        );
        assert!(
            description.contains("{{"),
            "{name} does not say what it is about: {description}"
        );
        assert_eq!(alert.runbook, format!("alerts/runbooks/{name}.md"));
    }
}

#[test]
fn every_alert_has_a_case_that_fires_and_one_that_must_not() {
    let mut fires = BTreeSet::new();
    let mut rests = BTreeSet::new();
    for file in cases() {
        let document = yaml(&file);
        let tests = array(&document["tests"]);
        for case in tests.flat_map(|test| array(&test["alert_rule_test"])) {
            let name = case["alertname"].as_str().unwrap().to_owned();
            let expected = array(&case["exp_alerts"]);
            let mut severities =
                expected.map(|one| one["exp_labels"]["severity"].as_str().unwrap().to_owned());
            match severities.next() {
                None => drop(rests.insert(name)),
                Some(first) => {
                    fires.insert((name.clone(), first));
                    fires.extend(severities.map(|next| (name.clone(), next)));
                }
            }
        }
    }
    for alert in alerts() {
        let (name, severity) = (alert.name, alert.severity);
        assert!(rests.contains(&name), "{name}: no case that must not fire");
        assert!(
            fires.contains(&(name.clone(), severity.clone())),
            "{name}: no case that fires as {severity}"
        );
    }
}

#[test]
fn the_cases_hold() {
    in_parallel(&cases(), |file| {
        run(
            root(),
            "promtool",
            &[Path::new("test"), Path::new("rules"), file],
        )
    });
}

#[test]
fn every_metric_in_a_rule_is_exported() {
    let sources = [
        "src/watch/exposition/family/zone.rs",
        "src/watch/exposition/family/server.rs",
        "src/watch/exposition/family/resolver.rs",
        "src/watch/exposition.rs",
        "src/agent/daemon/meters.rs",
        "src/agent/notify/meters.rs",
    ];
    let sources = sources.map(text).concat();
    for rule in all_rules() {
        let expression = rule["expr"].as_str().unwrap();
        for metric in metrics(expression) {
            let is_own = !metric.starts_with("process_");
            assert!(
                !is_own || sources.contains(&format!("\"{metric}\"")),
                "{metric} is in a rule and not exported"
            );
        }
    }
}

#[test]
fn the_alert_for_denials_is_about_every_finding_of_that_kind() {
    let alerts = alerts();
    let alert = alerts.iter().find(|one| one.name == "DnssecDenialWrong");
    let expression = &alert.unwrap().expression;
    assert!(
        expression.contains("code=~\"(denial|nsec|nsec3|nsec3param)-.+\""),
        "{expression}"
    );
    for row in rows::rows().filter(|row| row.area.starts_with("denial")) {
        let beginning = row.code.split('-').next().unwrap();
        assert!(
            ["denial", "nsec", "nsec3", "nsec3param"].contains(&beginning),
            "{} is not in the rule",
            row.code
        );
    }
    assert!(rows::find("cds-delete-requested").is_some());
}

#[test]
fn the_runbooks_are_up_to_date() {
    let sources: BTreeMap<String, toml::Value> =
        toml::from_str(&text("alerts/runbooks.toml")).unwrap();
    let mut rules: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
    for alert in alerts() {
        rules.entry(alert.name.clone()).or_default().push(alert);
    }
    let (written, wanted): (Vec<_>, Vec<_>) = (sources.keys().collect(), rules.keys().collect());
    assert_eq!(written, wanted, "alerts/runbooks.toml and the rules");
    for (name, alerts) in &rules {
        let path = format!("alerts/runbooks/{name}.md");
        golden::is_up_to_date(&path, &runbook(name, alerts, &sources[name]));
    }
    for entry in fs::read_dir(root().join("alerts/runbooks")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.trim_end_matches(".md");
        assert!(
            rules.contains_key(name),
            "{name} is a runbook without alert"
        );
    }
}

fn listed<'v>(source: &'v toml::Value, key: &str) -> Vec<&'v str> {
    let list = source[key].as_array().unwrap();
    list.iter().map(|one| one.as_str().unwrap()).collect()
}

fn runbook(name: &str, alerts: &[Alert], source: &toml::Value) -> String {
    let mut out = format!(
        "<!-- Made by tests/it/alerts.rs from runbooks.toml, the rules and the checks: do not edit. \
         `UPDATE_GOLDEN=1 cargo test --test it alerts` writes it anew. -->\n\n# {name}\n"
    );
    for alert in alerts {
        let wait = alert.wait.as_deref().unwrap_or("no time");
        let _ = write!(
            out,
            "\n**{}** after {wait}. {}\n",
            alert.severity, alert.summary
        );
    }
    let _ = write!(
        out,
        "\n{}\n\n## Look\n\n```sh\n",
        source["means"].as_str().unwrap()
    );
    for line in listed(source, "type") {
        is_a_command(name, line);
        let _ = writeln!(out, "{line}");
    }
    out += "```\n\n## Do\n\n";
    for step in listed(source, "then") {
        let _ = writeln!(out, "- {step}");
    }
    out += &findings(name, &listed(source, "codes"));
    out += "\n## Rule\n";
    for alert in alerts {
        let _ = write!(out, "\n```promql\n{}\n```\n", alert.expression.trim());
    }
    out
}

/// What of our own is to be typed must be a command with these options.
fn is_a_command(name: &str, line: &str) {
    let Some(words) = line.strip_prefix("anchorwatch ") else {
        return;
    };
    let command = words.split(' ').next().unwrap();
    let output = Command::new(PROGRAM).args([command, "--help"]).output();
    let help = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(!help.is_empty(), "{name}: {command} is no command");
    for option in words.split(' ').filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{name}: {command} has no {option}");
    }
}

/// The findings behind an alert, with what their checks say.
fn findings(alert: &str, codes: &[&str]) -> String {
    let mut out = String::new();
    let rows: Vec<_> = codes.iter().flat_map(|code| named(alert, code)).collect();
    if !rows.is_empty() {
        out += "\n## Findings behind it\n\n`anchorwatch explain CODE` shows the whole page.\n\n| code | severity | finds |\n|---|---|---|\n";
    }
    for row in rows {
        let check = CHECKS.iter().find(|check| check.code == row.code);
        let finds = check.map_or_else(
            || format!("{} (not checked yet)", row.meaning.trim_end_matches('.')),
            |check| check.summary.to_owned(),
        );
        let finds = finds.replace('|', "\\|");
        let _ = writeln!(out, "| `{}` | {} | {finds} |", row.code, row.severity);
    }
    out
}

/// The rows of a code; of a whole area, those that are checked and weigh something.
fn named(alert: &str, code: &str) -> Vec<rows::Row> {
    let Some(area) = code.strip_suffix("/*") else {
        let row = rows::find(code);
        return vec![row.unwrap_or_else(|| panic!("{alert}: {code} is no code"))];
    };
    let checked = |row: &rows::Row| CHECKS.iter().any(|check| check.code == row.code);
    let rows = rows::rows().filter(|row| row.area == area);
    rows.filter(|row| checked(row) && matches!(row.severity, "bogus" | "error"))
        .collect()
}
