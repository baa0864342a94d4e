//! Who is told of what: by weight, by group, by zone.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dns::Name;
use crate::report::Severity;
use crate::watch::Event;
use crate::watch::event::Kind;

/// Which zones: one by its name, those below a name (`*.example.com`), or every one (`*`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Pattern {
    /// Every zone.
    Any,
    /// This one.
    Zone(Name),
    /// Those below this one.
    Below(Name),
}

impl Pattern {
    /// Whether a zone is meant.
    pub fn matches(&self, zone: &Name) -> bool {
        match self {
            Self::Any => true,
            Self::Zone(name) => name == zone,
            Self::Below(name) => zone.is_below(name),
        }
    }
}

impl std::str::FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = |text: &str| text.parse::<Name>().map_err(|error| error.to_string());
        match text {
            "*" => Ok(Self::Any),
            _ => match text.strip_prefix("*.") {
                Some(rest) => Ok(Self::Below(name(rest)?)),
                None => Ok(Self::Zone(name(text)?)),
            },
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Zone(name) => name.fmt(f),
            Self::Below(name) => write!(f, "*.{name}"),
        }
    }
}

/// What an endpoint wants to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The endpoint's name.
    pub endpoint: String,
    /// The least weight.
    pub least: Severity,
    /// Groups; every one when empty.
    pub groups: Vec<String>,
    /// Zones; every one when empty.
    pub zones: Vec<Pattern>,
    /// Kinds of events that are told.
    pub events: BTreeSet<Kind>,
    /// Whether rehearsals are told.
    pub has_drills: bool,
}

impl Route {
    /// Whether something of this weight about a zone of this group goes there.
    pub fn takes(&self, severity: Severity, group: &str, zone: &Name, is_drill: bool) -> bool {
        match is_drill {
            // What is rehearsed is the path, whatever zones it is for.
            true => self.has_drills,
            false => severity >= self.least && self.is_for(group, zone),
        }
    }

    /// Whether an event of a zone of this group goes there.
    pub fn takes_event(&self, event: &Event, group: &str) -> bool {
        self.events.contains(&event.kind) && self.is_for(group, &event.zone)
    }

    fn is_for(&self, group: &str, zone: &Name) -> bool {
        let is_of = |groups: &[String]| groups.is_empty() || groups.iter().any(|one| one == group);
        let is_in = |zones: &[Pattern]| {
            zones.is_empty() || zones.iter().any(|pattern| pattern.matches(zone))
        };
        is_of(&self.groups) && is_in(&self.zones)
    }
}

/// The least weight that anybody wants to be told of; notices when nobody says.
pub fn least(routes: &[Route]) -> Severity {
    let all = routes.iter().map(|route| route.least);
    all.min().unwrap_or(Severity::Bogus)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Timestamp;

    #[test]
    fn an_event_goes_where_its_kind_its_group_and_its_zone_are_wanted() {
        let route = Route {
            endpoint: "hook".to_owned(),
            least: Severity::Bogus,
            groups: vec!["customers".to_owned()],
            zones: vec![Pattern::Below("example".parse().unwrap())],
            events: [Kind::DsPublished].into(),
            has_drills: false,
        };
        let event = |kind, zone: &str| Event {
            at: Timestamp(0),
            zone: zone.parse().unwrap(),
            kind,
            text: String::new(),
            key: None,
        };
        let published = event(Kind::DsPublished, "a.example");
        assert!(route.takes_event(&published, "customers"));
        assert!(!route.takes_event(&published, "default"));
        assert!(!route.takes_event(&event(Kind::DsWithdrawn, "a.example"), "customers"));
        assert!(!route.takes_event(&event(Kind::DsPublished, "a.test"), "customers"));
    }
}
