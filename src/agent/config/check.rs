//! What the shape of the file cannot say: ranges, names that must exist, things that may be said once.

pub(in crate::agent) mod notify;

use std::collections::BTreeMap;
use std::time::Duration;

use super::error::{Mistake, Step};
use super::file::{File, Group, Resolver, Store, Watch, Zone};
use super::settings::{Settings, Target};
use super::sources;
use super::values::{Size, Word};
use crate::agent::cli::nearest::hint;
use crate::checks;
use crate::dns::Name;
use crate::report::codes;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
/// What may pass between two looks.
const PACE: (Duration, Duration) = (SECOND, Duration::from_secs(7 * 86_400));
/// How long one answer may be waited for.
const WAIT: (Duration, Duration) = (Duration::from_millis(100), MINUTE);

/// Labels that the metrics have of their own.
const TAKEN: [&str; 12] = [
    "zone",
    "group",
    "server",
    "resolver",
    "code",
    "severity",
    "verdict",
    "kind",
    "key_tag",
    "algorithm",
    "instance",
    "job",
];

/// The way to a value.
macro_rules! way {
    ($($step:expr),+) => { [$(Step::from($step)),+] };
}
pub(in crate::agent::config) use way;

pub(super) type Checked = Result<(), Mistake>;

/// Checks what was read, and turns it into settings.
///
/// # Errors
/// The first mistake.
pub(super) fn check(file: &File) -> Result<Settings, Mistake> {
    watch(&file.watch)?;
    store(&file.store)?;
    number(way!["trust", "port"], file.trust.port, 1, u16::MAX)?;
    web(file)?;
    resolvers(&file.resolvers)?;
    for (name, each) in &file.groups {
        group(name, each)?;
    }
    let zones = zones(file)?;
    let known = Known::of(file);
    notify::check(file, &known)?;
    let sources = file.sources.iter().enumerate();
    let sources = sources.map(|(index, source)| sources::check(index, source, &known));
    let sources = sources.collect::<Result<_, _>>()?;
    Ok(Settings {
        watch: file.watch.clone(),
        trust: file.trust.clone(),
        resolvers: file.resolvers.clone(),
        groups: file.groups.clone(),
        zones,
        sources,
        web: file.web.clone(),
        store: file.store.clone(),
        metrics: file.metrics.clone(),
        log: file.log.clone(),
        alerts: file.alerts.clone(),
        notify: file.notify.clone(),
        silences: file.silences.clone(),
    })
}

fn watch(watch: &Watch) -> Checked {
    within(way!["watch", "interval"], watch.interval, PACE)?;
    within(way!["watch", "least"], watch.least, PACE)?;
    if watch.least > watch.interval {
        let what = format!(
            "least, {}, is longer than the interval, {}",
            watch.least.write(),
            watch.interval.write()
        );
        return Err(Mistake::new(way!["watch", "least"], what));
    }
    within(way!["watch", "retry"], watch.retry, (SECOND, HOUR))?;
    within(way!["watch", "glance"], watch.glance, (Duration::ZERO, DAY))?;
    whole_seconds(watch)?;
    within(way!["watch", "start"], watch.start, (Duration::ZERO, DAY))?;
    let month = Duration::from_secs(30 * 86_400);
    within(
        way!["watch", "thorough"],
        watch.thorough,
        (Duration::ZERO, month),
    )?;
    within(way!["watch", "timeout"], watch.timeout, WAIT)?;
    within(
        way!["watch", "resolver-timeout"],
        watch.resolver_timeout,
        WAIT,
    )?;
    number(way!["watch", "audits"], watch.audits, 1, 10_000)?;
    let (server, network) = (
        watch.server_queries_per_second,
        watch.network_queries_per_second,
    );
    number(
        way!["watch", "server-queries-per-second"],
        server,
        0,
        1_000_000,
    )?;
    number(
        way!["watch", "network-queries-per-second"],
        network,
        0,
        1_000_000,
    )
}

/// The schedule counts in whole seconds.
fn whole_seconds(watch: &Watch) -> Checked {
    for (key, length) in [
        ("interval", watch.interval),
        ("least", watch.least),
        ("retry", watch.retry),
        ("glance", watch.glance),
        ("start", watch.start),
        ("thorough", watch.thorough),
    ] {
        if length.subsec_nanos() > 0 {
            return Err(Mistake::new(way!["watch", key], "not whole seconds"));
        }
    }
    Ok(())
}

fn store(store: &Store) -> Checked {
    number(way!["store", "evidences"], store.evidences, 0, 1000)?;
    number(way!["store", "failures"], store.failures, 0, 1000)?;
    number(way!["store", "events"], store.events, 1, 100_000)?;
    let (size, least) = (store.size.0, Size(16 << 20));
    if size < least {
        let what = format!(
            "{} is out of range; at least {}",
            size.write(),
            least.write()
        );
        return Err(Mistake::new(way!["store", "size"], what));
    }
    Ok(())
}

fn web(file: &File) -> Checked {
    number(
        way!["web", "probe", "per-minute"],
        file.web.probe.per_minute,
        1,
        60_000,
    )?;
    let listen = &file.web.listen;
    if let Some(index) = (1..listen.len()).find(|index| listen[..*index].contains(&listen[*index]))
    {
        let what = format!("{} is named twice", listen[index]);
        return Err(Mistake::new(way!["web", "listen", index], what));
    }
    Ok(())
}

fn resolvers(resolvers: &[Resolver]) -> Checked {
    let mut seen = BTreeMap::new();
    for (index, resolver) in resolvers.iter().enumerate() {
        let place = way!["resolvers", index, "name"];
        named("a resolver", &resolver.name, &place)?;
        if let Some(first) = seen.insert(&resolver.name, place.clone()) {
            let what = format!("resolver {} is named twice", resolver.name);
            return Err(Mistake::new(place, what).after(first));
        }
    }
    Ok(())
}

/// Greatest length of a name of ours, in octets.
const NAME_LIMIT: usize = 100;

fn named(what: &str, name: &str, place: &[Step]) -> Checked {
    let problem = match name {
        "" => format!("{what} has a name"),
        _ if name.len() > NAME_LIMIT => format!("longer than {NAME_LIMIT} octets"),
        _ if name.contains(char::is_control) => "a control character in a name".to_owned(),
        _ => return Ok(()),
    };
    Err(Mistake::new(place, problem))
}

fn group(name: &str, group: &Group) -> Checked {
    named("a group", name, &way!["groups", name])?;
    labels(&way!["groups", name, "labels"], &group.labels)?;
    for code in group.severities.keys() {
        let place = way!["groups", name, "severities", code.as_str()];
        self::code(code).map_err(|what| Mistake::new(place, what))?;
    }
    if let Some(interval) = &group.interval {
        within(way!["groups", name, "interval"], interval.0, PACE)?;
    }
    let soon = (HOUR, Duration::from_secs(30 * 86_400));
    within(
        way!["groups", name, "expiring-soon"],
        group.expiring_soon,
        soon,
    )
}

/// Whether a finding has this code.
pub(super) fn code(code: &str) -> Result<(), String> {
    let known = || checks::CHECKS.iter().map(|check| check.code);
    match known().any(|known| known == codes::current(code)) {
        true => Ok(()),
        false => {
            let near = hint(code, known(), "anchorwatch catalogue lists them all");
            Err(format!("no finding has the code {code}{near}"))
        }
    }
}

/// Checks names of labels as metrics have them.
pub(super) fn labels(place: &[Step], labels: &BTreeMap<String, String>) -> Checked {
    for label in labels.keys() {
        if let Err(what) = label_name(label) {
            let mut place = place.to_vec();
            place.push(Step::from(label.as_str()));
            return Err(Mistake::new(place, what));
        }
    }
    Ok(())
}

/// Whether metrics can have a label of this name beside their own.
///
/// # Errors
/// What is wrong with it.
pub(super) fn label_name(label: &str) -> Result<(), String> {
    let is_plain = label
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let begins_well = label.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !is_plain || !begins_well || label.starts_with("__") {
        return Err(format!(
            "{label} cannot be the name of a label; use letters, digits and _, and no digit or __ first"
        ));
    }
    match TAKEN.contains(&label) {
        true => Err(format!(
            "the metrics have a label {label} of their own; choose another name"
        )),
        false => Ok(()),
    }
}

fn zones(file: &File) -> Result<Vec<Target>, Mistake> {
    let known = Known::of(file);
    let mut seen: BTreeMap<&Name, usize> = BTreeMap::new();
    let mut targets = Vec::with_capacity(file.zones.len());
    for (index, zone) in file.zones.iter().enumerate() {
        if let Some(first) = seen.insert(&zone.name, index) {
            let what = format!("zone {} is named twice", zone.name);
            let mistake = Mistake::new(way!["zones", index, "name"], what);
            return Err(mistake.after(way!["zones", first, "name"]));
        }
        targets.push(target(index, zone, &known)?);
    }
    Ok(targets)
}

fn target(index: usize, zone: &Zone, known: &Known<'_>) -> Result<Target, Mistake> {
    known
        .group(&zone.group)
        .map_err(|what| Mistake::new(way!["zones", index, "group"], what))?;
    labels(&way!["zones", index, "labels"], &zone.labels)?;
    for (item, name) in zone.resolvers.iter().flatten().enumerate() {
        let place = way!["zones", index, "resolvers", item];
        known
            .resolver(name)
            .map_err(|what| Mistake::new(place, what))?;
    }
    let also = zone.also.iter().enumerate().map(|(item, also)| {
        let within = also.within(&zone.name);
        within.map_err(|what| Mistake::new(way!["zones", index, "also", item], what))
    });
    Ok(Target {
        zone: zone.name.0.clone(),
        group: zone.group.clone(),
        labels: zone.labels.clone(),
        also: also.collect::<Result<_, _>>()?,
        resolvers: zone.resolvers.clone(),
    })
}

/// The names that others refer to.
pub(super) struct Known<'a> {
    groups: Vec<&'a str>,
    resolvers: Vec<&'a str>,
}

impl<'a> Known<'a> {
    fn of(file: &'a File) -> Self {
        Self {
            groups: file.groups.keys().map(String::as_str).collect(),
            resolvers: file
                .resolvers
                .iter()
                .map(|resolver| resolver.name.as_str())
                .collect(),
        }
    }

    /// Whether there is a group of this name.
    pub(super) fn group(&self, name: &str) -> Result<(), String> {
        let otherwise = format!("begin one with [groups.{name}]");
        exists("group", name, &self.groups, &otherwise)
    }

    fn resolver(&self, name: &str) -> Result<(), String> {
        exists(
            "resolver",
            name,
            &self.resolvers,
            "name it in [[resolvers]]",
        )
    }
}

fn exists(what: &str, name: &str, known: &[&str], otherwise: &str) -> Result<(), String> {
    match known.contains(&name) {
        true => Ok(()),
        false => Err(format!(
            "no {what} is called {name}{}",
            hint(name, known.iter().copied(), otherwise)
        )),
    }
}

/// Whether a length of time is in its range.
pub(super) fn within(
    place: impl Into<Vec<Step>>,
    length: Duration,
    range: (Duration, Duration),
) -> Checked {
    let (least, most) = range;
    match (least..=most).contains(&length) {
        true => Ok(()),
        false => {
            let what = format!(
                "{} is out of range; from {} to {}",
                length.write(),
                least.write(),
                most.write()
            );
            Err(Mistake::new(place, what))
        }
    }
}

pub(super) fn number<N: PartialOrd + std::fmt::Display>(
    place: impl Into<Vec<Step>>,
    number: N,
    least: N,
    most: N,
) -> Checked {
    match (&least..=&most).contains(&&number) {
        true => Ok(()),
        false => {
            let what = format!("{number} is out of range; from {least} to {most}");
            Err(Mistake::new(place, what))
        }
    }
}
