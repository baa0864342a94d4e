//! Tests of the page that Prometheus scrapes.

use super::*;

#[test]
fn a_zone_that_is_known_has_series_before_its_first_audit() {
    let state = ZoneState::new("a.example.".parse().unwrap());
    let labels = BTreeMap::from([("team".to_owned(), "a\"b".to_owned())]);
    let zones = [Watched {
        state: &state,
        group: "shops",
        labels: &labels,
    }];
    let page: String = pieces(&zones, Level::Detail).collect();
    for line in [
        r#"dnssec_zones{group="shops",verdict="unknown"} 1"#,
        r#"dnssec_zones{group="shops",verdict="bogus"} 0"#,
        r#"dnssec_zone_info{zone="a.example",group="shops",parent="",team="a\"b"} 1"#,
        r#"dnssec_zone_probe_timestamp_seconds{zone="a.example"} 0"#,
        r#"dnssec_zone_probe_success{zone="a.example"} 0"#,
        r#"dnssec_zone_findings{zone="a.example",severity="bogus"} 0"#,
    ] {
        assert!(
            page.lines().any(|had| had == line),
            "{line} is not in\n{page}"
        );
    }
}

#[test]
fn each_level_tells_less() {
    let state = ZoneState::new("a.example.".parse().unwrap());
    let labels = BTreeMap::new();
    let zones = [Watched {
        state: &state,
        group: "",
        labels: &labels,
    }];
    let lines = |level| pieces(&zones, level).collect::<String>().lines().count();
    assert!(lines(Level::Aggregate) < lines(Level::Summary));
    assert!(lines(Level::Summary) < lines(Level::Detail));
    assert_eq!(lines(Level::Aggregate), 7);
}

#[test]
fn the_level_follows_the_number_of_zones() {
    let levels = [1, 1_000, 1_001, 100_000, 100_001].map(Level::for_zones);
    use Level::{Aggregate, Detail, Summary};
    assert_eq!(levels, [Detail, Detail, Summary, Summary, Aggregate]);
}
