//! The dashboards: they can be provisioned anywhere, and every query of every panel finds something in a
//! real Prometheus that scrapes the lab.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Daemon, Prometheus};
use crate::alerts::metrics;
use crate::real::support::scratch::Scratch;

const DASHBOARDS: [(&str, &str); 3] = [
    ("dashboards/fleet.json", "anchorwatch-fleet"),
    ("dashboards/zone.json", "anchorwatch-zone"),
    ("dashboards/agent.json", "anchorwatch-agent"),
];

/// What the variable `zone` is set to, until a query finds something.
const ZONES: [&str; 2] = ["stale-ds.test", "nsec3-iter-200.test"];

/// Why a query may find nothing: a metric that has no series in the lab, and the reason.
const ABSENT: [(&str, &str); 2] = [
    ("dnssec_resolver_", "no resolver is asked over the lab"),
    (
        "anchorwatch_source_up",
        "the zones of the lab are no list that is read",
    ),
];

/// How long queries may take to find something: rates need two scrapes, and audits between them.
const LIMIT: Duration = Duration::from_secs(300);

fn read(path: &str) -> Value {
    serde_json::from_str(&super::file(path)).unwrap()
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn panels(dashboard: &Value) -> impl Iterator<Item = &Value> {
    array(&dashboard["panels"]).filter(|panel| panel["type"] != "row")
}

#[test]
fn they_can_be_provisioned_anywhere() {
    for (path, uid) in DASHBOARDS {
        let dashboard = read(path);
        assert_eq!(dashboard["uid"], uid);
        assert!(dashboard.get("__inputs").is_none() && dashboard.get("id").is_none());
        let variables: Vec<_> = array(&dashboard["templating"]["list"]).collect();
        assert_eq!(variables[0]["type"], "datasource", "{path}");
        for panel in panels(&dashboard) {
            let title = panel["title"].as_str().unwrap();
            let description = panel["description"].as_str().unwrap();
            assert!(
                !title.is_empty() && description.ends_with('.'),
                "{path}: {title}"
            );
            assert!(panel["fieldConfig"]["defaults"]["unit"].is_string());
            for target in array(&panel["targets"]) {
                assert_eq!(
                    target["datasource"]["uid"], "${datasource}",
                    "{path}: {title}"
                );
            }
        }
        for variable in &variables[1..] {
            assert_eq!(variable["datasource"]["uid"], "${datasource}");
        }
    }
}

/// Panel and expression of each query, those of the variables included.
fn queries(path: &str) -> Vec<(String, String)> {
    let dashboard = read(path);
    let of_panels = panels(&dashboard).flat_map(|panel| {
        let title = panel["title"].as_str().unwrap();
        array(&panel["targets"]).map(move |target| (title, target["expr"].as_str().unwrap()))
    });
    let variables = array(&dashboard["templating"]["list"]);
    let of_variables = variables.filter_map(|variable| {
        let query = variable["query"]["query"].as_str()?;
        let inner = query.strip_prefix("label_values(")?.strip_suffix(')')?;
        Some((variable["name"].as_str()?, inner.rsplit_once(',')?.0))
    });
    let all = of_panels.chain(of_variables);
    all.map(|(title, expression)| (format!("{path}: {title}"), expression.to_owned()))
        .collect()
}

fn with_values(expression: &str, zone: &str) -> String {
    let values = [
        ("$__rate_interval", "30s"),
        ("$instance", ".*"),
        ("$group", ".*"),
        ("$resolver", ".*"),
        ("$zone", zone),
    ];
    let mut text = expression.to_owned();
    for (variable, value) in values {
        text = text.replace(variable, value);
    }
    assert!(!text.contains('$'), "a variable without a value: {text}");
    text
}

fn finds_something(prometheus: &Prometheus, expression: &str) -> bool {
    ZONES.iter().any(|zone| {
        let values = prometheus.query(&with_values(expression, zone));
        values.iter().any(|value| value.is_finite())
    })
}

/// Whether it is about a metric that is known to be absent, and is so.
fn is_excused(page: &str, expression: &str) -> bool {
    let about = metrics(expression);
    ABSENT.iter().any(|(absent, _)| {
        about.iter().any(|metric| metric.starts_with(absent))
            && !page.lines().any(|line| line.starts_with(absent))
    })
}

#[test]
fn every_query_of_every_panel_finds_something() {
    let scratch = Scratch::new();
    let daemon = Daemon::start(scratch.path());
    let prometheus = Prometheus::start(scratch.path(), &daemon, None, |rules| rules);
    let mut open: Vec<_> = DASHBOARDS
        .iter()
        .flat_map(|(path, _)| queries(path))
        .collect();
    let count = open.len();
    let page = daemon.metrics();
    open.retain(|(_, expression)| !is_excused(&page, expression));
    let begun = Instant::now();
    while !open.is_empty() && begun.elapsed() < LIMIT {
        std::thread::sleep(Duration::from_secs(1));
        open.retain(|(_, expression)| !finds_something(&prometheus, expression));
    }
    assert!(
        open.is_empty(),
        "of {count} queries these find nothing: {open:#?}"
    );
    assert!(count > 60, "{count}");
}
