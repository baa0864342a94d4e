//! Bodies that endpoints understand. Each is a template, data like any other; a template of the user's
//! own can stand in the place of each.
//!
//! What a template makes must be JSON. A body is always below [`limits::BODY`] octets: fewer zones are
//! named until it is, and every text keeps to what the receiver takes.

pub mod limits;
mod samples;

use std::fmt;

use data_encoding::HEXLOWER;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde_json::{Value, json};

use super::alarm::{CHAIN_BROKEN, ENDPOINT_FAILING};
use super::notice::{Happening, Notice, TOP};
use crate::crypto::sha256;
use crate::report::Severity;
pub use samples::samples;

/// A form of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Standard Webhooks 1.0.0.
    Standard,
    /// What Alertmanager sends to webhooks, version 4.
    Alertmanager,
    /// What Alertmanager takes at `/api/v2/alerts`.
    AlertmanagerApi,
    /// Slack.
    Slack,
    /// Mattermost.
    Mattermost,
    /// Microsoft Teams, through Workflows.
    Teams,
    /// PagerDuty, Events API v2.
    Pagerduty,
    /// Discord.
    Discord,
    /// JSON on the standard input of a program.
    Exec,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Standard,
        Self::Alertmanager,
        Self::AlertmanagerApi,
        Self::Slack,
        Self::Mattermost,
        Self::Teams,
        Self::Pagerduty,
        Self::Discord,
        Self::Exec,
    ];

    /// The template that is built in.
    fn template(self) -> &'static str {
        match self {
            Self::Standard => include_str!("templates/standard.json"),
            Self::Alertmanager => include_str!("templates/alertmanager.json"),
            Self::AlertmanagerApi => include_str!("templates/alertmanager-api.json"),
            Self::Slack => include_str!("templates/slack.json"),
            Self::Mattermost => include_str!("templates/mattermost.json"),
            Self::Teams => include_str!("templates/teams.json"),
            Self::Pagerduty => include_str!("templates/pagerduty.json"),
            Self::Discord => include_str!("templates/discord.json"),
            Self::Exec => include_str!("templates/exec.json"),
        }
    }

    /// The same for events. None where what is told is an alert, which an event is not: it has no end.
    fn event_template(self) -> Option<&'static str> {
        match self {
            Self::Standard | Self::Exec => Some(include_str!("templates/event.json")),
            Self::Slack | Self::Mattermost => Some(include_str!("templates/event-slack.json")),
            Self::Teams => Some(include_str!("templates/event-teams.json")),
            Self::Discord => Some(include_str!("templates/event-discord.json")),
            Self::Alertmanager | Self::AlertmanagerApi | Self::Pagerduty => None,
        }
    }

    /// Whether events can be told in it.
    pub fn takes_events(self) -> bool {
        self.event_template().is_some()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Standard => "standard",
            Self::Alertmanager => "alertmanager",
            Self::AlertmanagerApi => "alertmanager-api",
            Self::Slack => "slack",
            Self::Mattermost => "mattermost",
            Self::Teams => "teams",
            Self::Pagerduty => "pagerduty",
            Self::Discord => "discord",
            Self::Exec => "exec",
        })
    }
}

/// A body, and what was wrong with the user's template if the one that is built in had to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// JSON in one line.
    pub text: String,
    /// Why the user's template was not used.
    pub problem: Option<String>,
}

/// What makes the bodies for one endpoint.
#[derive(Debug)]
pub struct Formatter {
    format: Format,
    endpoint: String,
    routing_key: Option<String>,
    environment: Environment<'static>,
    has_own: bool,
}

const BUILT_IN: &str = "built-in";
const EVENT: &str = "event";
const OWN: &str = "own";
/// Greatest length of a text that a template makes, in octets, before it is looked at.
const LONGEST: usize = 1 << 20;

impl Formatter {
    /// For an endpoint of this name. `own` is the user's template.
    ///
    /// # Errors
    /// Why the user's template cannot be used: it is tried with messages of every kind.
    pub fn new(
        format: Format,
        endpoint: &str,
        routing_key: Option<String>,
        own: Option<String>,
    ) -> Result<Self, String> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.add_filter("marked", marked);
        environment.add_filter("tojson", json_of);
        let built_in = [
            (BUILT_IN, Some(format.template())),
            (EVENT, format.event_template()),
        ];
        for (name, text) in built_in {
            let added = text.map_or(Ok(()), |text| environment.add_template(name, text));
            added.expect("the templates that are built in are tested");
        }
        let has_own = own.is_some();
        if let Some(own) = own {
            let added = environment.add_template_owned(OWN, own);
            added.map_err(|error| told(&error))?;
        }
        let formatter = Self {
            format,
            endpoint: endpoint.to_owned(),
            routing_key,
            environment,
            has_own,
        };
        formatter.try_own()?;
        Ok(formatter)
    }

    /// The body of a notice.
    pub fn body(&self, notice: &Notice) -> Body {
        self.body_of(notice, TOP)
    }

    /// The same without naming any zone: for a receiver that found the body too long.
    pub fn brief(&self, notice: &Notice) -> Body {
        self.body_of(notice, 0)
    }

    fn body_of(&self, notice: &Notice, most: usize) -> Body {
        let mut problem = None;
        if self.has_own {
            match self.fitting(OWN, notice, most) {
                Ok(text) => return Body { text, problem },
                Err(why) => problem = Some(why),
            }
        }
        let built_in = match notice.event {
            Happening::Event => EVENT,
            _ => BUILT_IN,
        };
        let text = self.fitting(built_in, notice, most);
        let text = text.unwrap_or_else(|why| {
            problem.get_or_insert(why);
            // A notice whose texts alone are too long still has a title, which is clipped.
            json!({ "text": notice.title }).to_string()
        });
        Body { text, problem }
    }

    fn try_own(&self) -> Result<(), String> {
        if !self.has_own {
            return Ok(());
        }
        let is_told =
            |notice: &Notice| notice.event != Happening::Event || self.format.takes_events();
        for notice in samples().into_iter().filter(is_told) {
            let text = self.fitting(OWN, &notice, TOP);
            text.map_err(|problem| {
                format!("for a message of the kind {}: {problem}", kind(&notice))
            })?;
        }
        Ok(())
    }

    /// The text with as many zones as there is room for.
    fn fitting(&self, template: &str, notice: &Notice, most: usize) -> Result<String, String> {
        let mut rows = most.min(notice.zones.len());
        loop {
            let text = self.render(template, notice, rows)?;
            if text.len() < limits::BODY {
                return Ok(text);
            }
            if rows == 0 {
                return Err(format!("{} octets without a single zone", text.len()));
            }
            rows /= 2;
        }
    }

    fn render(&self, template: &str, notice: &Notice, rows: usize) -> Result<String, String> {
        let template = self.environment.get_template(template);
        let template = template.map_err(|error| told(&error))?;
        let text = template.render(self.context(notice, rows));
        let text = text.map_err(|error| told(&error))?;
        if text.len() > LONGEST {
            return Err(format!("longer than {LONGEST} octets"));
        }
        let mut body: Value = serde_json::from_str(&text)
            .map_err(|error| format!("what it makes is not JSON: {error}"))?;
        limits::keep(self.format, &mut body);
        Ok(body.to_string())
    }

    /// What a template can speak of.
    fn context(&self, notice: &Notice, rows: usize) -> minijinja::Value {
        let mut named = notice.clone();
        named.zones.truncate(rows);
        let omitted = notice.count.saturating_sub(named.zones.len());
        let mut lines: Vec<String> = named.zones.iter().map(line).collect();
        if omitted > 0 {
            lines.push(format!("and {omitted} more"));
        }
        // A single zone is in the title, and its sentence is the summary.
        if notice.count <= 1 {
            lines.clear();
        }
        let (color, card_color) = colors(notice);
        let mut alerts: Vec<Value> = named.zones.iter().map(|row| alert(&named, row)).collect();
        if alerts.is_empty() {
            alerts.push(whole(&named));
        }
        context! {
            kind => kind(notice),
            status => status(notice),
            explain => explain(notice),
            omitted,
            lines,
            rows => plain(&alerts),
            color => format!("#{color:06x}"),
            color_number => color,
            card_color,
            endpoint => self.endpoint.clone(),
            routing_key => self.routing_key.clone().unwrap_or_default(),
            notice => plain(&named),
        }
    }
}

/// The command that tells more. Only findings have a page.
fn explain(notice: &Notice) -> String {
    let zone = notice.zones.first().map(|row| row.zone.as_str());
    match (&notice.reason, notice.event, notice.code.as_str()) {
        (Some(reason), ..) => format!("anchorwatch explain {reason}"),
        (None, Happening::Test | Happening::Heartbeat, _) | (None, _, ENDPOINT_FAILING) => {
            "anchorwatch notify pending".to_owned()
        }
        (None, Happening::Event, _) => format!("anchorwatch events {}", zone.unwrap_or_default()),
        (None, _, CHAIN_BROKEN) => format!("anchorwatch audit {}", zone.unwrap_or_default()),
        (None, _, code) => format!("anchorwatch explain {code}"),
    }
}

/// The innermost cause in one line.
fn told(error: &minijinja::Error) -> String {
    let line = error
        .line()
        .map_or_else(String::new, |line| format!("line {line}: "));
    let what = error.to_string();
    let what = what.lines().next().unwrap_or_default().to_owned();
    format!("{line}{what}")
}

/// A value as JSON. What is not defined is a mistake here as elsewhere, and no null.
fn json_of(value: minijinja::Value) -> Result<String, minijinja::Error> {
    if value.is_undefined() {
        return Err(minijinja::ErrorKind::UndefinedError.into());
    }
    let json = serde_json::to_string(&value);
    json.map_err(|error| {
        minijinja::Error::new(minijinja::ErrorKind::BadSerialization, error.to_string())
    })
}

/// Slack takes `&`, `<` and `>` for marks of its own.
fn marked(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn kind(notice: &Notice) -> String {
    match notice.event {
        Happening::Firing => "incident.firing".to_owned(),
        Happening::Updated => "incident.updated".to_owned(),
        Happening::Resolved => "incident.resolved".to_owned(),
        Happening::Event => format!("event.{}", notice.code),
        Happening::Test => "test".to_owned(),
        Happening::Heartbeat => "heartbeat".to_owned(),
    }
}

fn status(notice: &Notice) -> &'static str {
    match notice.event {
        Happening::Resolved => "resolved",
        _ => "firing",
    }
}

fn line(row: &super::notice::Row) -> String {
    let reason = row
        .reason
        .as_ref()
        .map_or_else(String::new, |reason| format!(" ({reason})"));
    format!("• {}{reason}: {}", row.zone, row.message)
}

/// As a number of red, green and blue, and in the words of Adaptive Cards.
fn colors(notice: &Notice) -> (u32, &'static str) {
    match (notice.event, notice.severity) {
        (Happening::Resolved, _) => (0x2e_7d32, "good"),
        (_, Severity::Bogus) => (0xb7_1c1c, "attention"),
        (_, Severity::Error | Severity::Warning) => (0xe6_5100, "warning"),
        (_, Severity::Notice) => (0x15_65c0, "accent"),
    }
}

/// Data as templates have it.
fn plain(data: &impl serde::Serialize) -> minijinja::Value {
    minijinja::Value::from(minijinja::value::Serde(data))
}

/// The incident as one alert.
fn whole(notice: &Notice) -> Value {
    json!({
        "labels": notice.labels,
        "message": notice.summary,
        "since": notice.began,
        "fingerprint": notice.fingerprint,
    })
}

/// A zone as an alert of its own.
fn alert(notice: &Notice, row: &super::notice::Row) -> Value {
    let mut labels = notice.labels.clone();
    labels.remove("nameservers");
    labels.insert("zone".to_owned(), row.zone.clone());
    for (name, value) in &row.labels {
        labels.entry(name.clone()).or_insert_with(|| value.clone());
    }
    let named = format!("{}\n{}", notice.fingerprint, row.zone);
    json!({
        "labels": labels,
        "message": row.message,
        "since": row.since,
        "fingerprint": HEXLOWER.encode(&sha256(named.as_bytes())[..8]),
    })
}
