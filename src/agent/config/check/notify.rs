//! What the shape of endpoints, times and silences cannot say.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Url;

use super::{Checked, DAY, HOUR, Known, MINUTE, SECOND, WAIT, code, named, number, way, within};
use crate::agent::config::error::{Mistake, Step};
use crate::agent::config::file::{Alerts, Endpoint, File, Format, Silence};
use crate::notify::alarm::CHAIN_BROKEN;
use crate::notify::{Pattern, format};

const WEEK: Duration = Duration::from_secs(7 * 86_400);
const YEAR: Duration = Duration::from_secs(365 * 86_400);
/// Most attempts of a message after the first.
const RETRIES: usize = 50;

/// Checks all of it.
pub(super) fn check(file: &File, known: &Known<'_>) -> Checked {
    alerts(&file.alerts)?;
    let mut seen = BTreeMap::new();
    for (index, endpoint) in file.notify.iter().enumerate() {
        let place = way!["notify", index, "name"];
        named("an endpoint", &endpoint.name, &place)?;
        if let Some(first) = seen.insert(&endpoint.name, place.clone()) {
            let what = format!("endpoint {} is named twice", endpoint.name);
            return Err(Mistake::new(place, what).after(first));
        }
        self::endpoint(index, endpoint, known)?;
    }
    for (index, silence) in file.silences.iter().enumerate() {
        self::silence(index, silence)?;
    }
    Ok(())
}

fn alerts(alerts: &Alerts) -> Checked {
    let any = (Duration::ZERO, WEEK);
    within(way!["alerts", "for"], alerts.r#for, any)?;
    within(way!["alerts", "bogus-for"], alerts.bogus_for, any)?;
    within(
        way!["alerts", "keep-firing-for"],
        alerts.keep_firing_for,
        any,
    )?;
    within(
        way!["alerts", "group-wait"],
        alerts.group_wait,
        (Duration::ZERO, HOUR),
    )?;
    within(
        way!["alerts", "group-interval"],
        alerts.group_interval,
        (SECOND, WEEK),
    )?;
    if let Some(drill) = &alerts.drill {
        within(way!["alerts", "drill"], drill.0, (MINUTE, YEAR))?;
    }
    for (index, wait) in alerts.retries.iter().enumerate() {
        within(way!["alerts", "retries", index], wait.0, (SECOND, WEEK))?;
    }
    number(way!["alerts", "retries"], alerts.retries.len(), 0, RETRIES)?;
    match &alerts.external_url {
        Some(url) => self::url(way!["alerts", "external-url"], url),
        None => Ok(()),
    }
}

fn endpoint(index: usize, endpoint: &Endpoint, known: &Known<'_>) -> Checked {
    let at = |key: &str| way!["notify", index, key];
    target(index, endpoint)?;
    signs(index, endpoint)?;
    let has_events = format::Format::from(endpoint.format).takes_events();
    if !endpoint.events.is_empty() && !has_events {
        let what = "an event is no alert, it has no end; give it to an endpoint of another format";
        return Err(Mistake::new(at("events"), what));
    }
    for (item, group) in endpoint.groups.iter().enumerate() {
        let found = known.group(group);
        found.map_err(|what| Mistake::new(way!["notify", index, "groups", item], what))?;
    }
    if let Err((item, what)) = endpoint.patterns() {
        let what = format!("\"{}\": {what}", endpoint.zones[item].escape_debug());
        return Err(Mistake::new(way!["notify", index, "zones", item], what));
    }
    for secret in endpoint.all_secrets() {
        let checked = secret.check();
        checked.map_err(|what| Mistake::new(at("name"), format!("secret {secret}: {what}")))?;
    }
    within(
        at("timeout"),
        endpoint.timeout.0,
        (WAIT.0, Duration::from_secs(300)),
    )?;
    let Some(heartbeat) = &endpoint.heartbeat else {
        return Ok(());
    };
    within(at("heartbeat"), heartbeat.0, (SECOND, DAY))?;
    match endpoint.format {
        Format::Standard | Format::Alertmanager | Format::AlertmanagerApi | Format::Exec => Ok(()),
        _ => {
            let what =
                "people would read every sign of life; give it to an endpoint that is a program";
            Err(Mistake::new(at("heartbeat"), what))
        }
    }
}

/// Whether it is said in one way where messages go.
fn target(index: usize, endpoint: &Endpoint) -> Checked {
    let at = |key: &str| way!["notify", index, key];
    let (has_url, has_secret) = (endpoint.url.is_some(), endpoint.url_secret.is_some());
    if endpoint.format == Format::Exec {
        return match (&endpoint.command[..], has_url || has_secret) {
            ([], _) => Err(Mistake::new(
                at("name"),
                "no command; the format exec starts one",
            )),
            (_, true) => Err(Mistake::new(
                at("url"),
                "the format exec has no address, but a command",
            )),
            _ => Ok(()),
        };
    }
    if !endpoint.command.is_empty() {
        let what = "a command belongs to the format exec alone";
        return Err(Mistake::new(at("command"), what));
    }
    match (&endpoint.url, has_secret) {
        (Some(url), false) => self::url(at("url"), url),
        (None, true) => Ok(()),
        (None, false) if endpoint.format == Format::Pagerduty => Ok(()),
        (None, false) => Err(Mistake::new(
            at("name"),
            "no url; say where messages are sent",
        )),
        (Some(_), true) => Err(Mistake::new(
            at("url"),
            "both url and url-secret; leave one out",
        )),
    }
}

fn signs(index: usize, endpoint: &Endpoint) -> Checked {
    let at = |key: &str| way!["notify", index, key];
    let count = endpoint.secrets.len();
    if count == 0 && endpoint.format == Format::Standard {
        let what = "no secrets; the format standard signs what it sends, write secrets = [{ file = \"PATH\" }]";
        return Err(Mistake::new(at("name"), what));
    }
    if count > 2 {
        let what = format!("{count} secrets; one signs, and two while they are exchanged");
        return Err(Mistake::new(at("secrets"), what));
    }
    let is_pagerduty = endpoint.format == Format::Pagerduty;
    match (&endpoint.routing_key, is_pagerduty) {
        (None, true) => Err(Mistake::new(
            at("name"),
            "no routing-key; PagerDuty has one for each service",
        )),
        (Some(_), false) => Err(Mistake::new(
            at("routing-key"),
            "only the format pagerduty has a routing key",
        )),
        _ => Ok(()),
    }
}

fn url(place: impl Into<Vec<Step>>, text: &str) -> Checked {
    read_url(text)
        .map(drop)
        .map_err(|what| Mistake::new(place, what))
}

/// Reads the address of an endpoint.
///
/// # Errors
/// What is wrong with it, without repeating it.
pub fn read_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("not an address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("not an address of HTTP; write https://HOST/PATH".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "a name or password in an address; write token = { file = \"PATH\" }".to_owned(),
        );
    }
    Ok(url)
}

/// Checks a silence, of which a policy has the same.
pub(in crate::agent::config) fn silence(index: usize, silence: &Silence) -> Checked {
    let at = |key: &str| way!["silences", index, key];
    if let Err(what) = silence.zone.parse::<Pattern>() {
        return Err(Mistake::new(
            at("zone"),
            format!("\"{}\": {what}", silence.zone.escape_debug()),
        ));
    }
    for (item, word) in silence.codes.iter().enumerate() {
        let place = way!["silences", index, "codes", item];
        if word == CHAIN_BROKEN {
            let what = "a zone that is bogus is told whatever is silenced";
            return Err(Mistake::new(place, what));
        }
        code(word).map_err(|what| Mistake::new(place, what))?;
    }
    match &silence.from {
        Some(from) if from.0 >= silence.until.0 => {
            let what = "it ends before it begins";
            Err(Mistake::new(at("until"), what))
        }
        _ if silence.why.trim().is_empty() => Err(Mistake::new(at("why"), "say why")),
        _ => Ok(()),
    }
}
