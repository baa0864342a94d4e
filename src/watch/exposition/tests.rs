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

#[test]
fn a_page_of_many_pieces_is_one_page() {
    let states: Vec<ZoneState> = (0..5_000)
        .map(|number| ZoneState::new(format!("zone-{number}.example.").parse().unwrap()))
        .collect();
    let labels = BTreeMap::new();
    let watched = |state| Watched {
        state,
        group: "",
        labels: &labels,
    };
    let zones: Vec<Watched<'_>> = states.iter().map(watched).collect();
    let pieces: Vec<String> = pieces(&zones, Level::Summary).collect();
    assert!(pieces.len() > 3);
    let is_of_a_size = |piece: &String| (PIECE..PIECE + SLACK).contains(&piece.len());
    assert!(pieces[1..pieces.len() - 1].iter().all(is_of_a_size));
    let page = pieces.concat();
    for head in ["# HELP dnssec_zone_info ", "# TYPE dnssec_zone_findings "] {
        assert_eq!(page.matches(head).count(), 1);
    }
    // Each family stands in one place, and each zone in it once, in order.
    let zones_of = |family: &str| {
        let lines = page.lines().enumerate();
        let of_it = lines.filter(|(_, line)| line.starts_with(family));
        of_it.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let at = zones_of("dnssec_zone_probe_success{");
    assert_eq!(at.len(), 5_000);
    assert!(at.windows(2).all(|pair| pair[1] == pair[0] + 1));
}

#[test]
fn what_the_format_reserves_is_escaped() {
    assert_eq!(label("a\\b\"c\nd"), r#"a\\b\"c\nd"#);
    assert_eq!(label("\n"), "\\n");
    assert_eq!(label("é"), "é");
}
