//! What the rest of the program reads: checked settings, and the zones to watch.

use std::collections::BTreeMap;

use super::file::{
    Alerts, Endpoint, Group, Log, Metrics, Resolver, Silence, Store, Trust, Watch, Web,
};
use super::sources::Source;
use crate::dns::{Name, RecordType};
use crate::policy::Policy;
use crate::watch::schedule::Pace;

/// Settings in effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How often zones are looked at, and how gently.
    pub watch: Watch,
    /// Where chains of trust begin.
    pub trust: Trust,
    /// Resolvers, each with a name of its own.
    pub resolvers: Vec<Resolver>,
    /// Groups by name, `default` among them.
    pub groups: BTreeMap<String, Group>,
    /// The zones that the file names, each once and in its order.
    pub zones: Vec<Target>,
    /// Lists of zones kept elsewhere, in the order of the file.
    pub sources: Vec<Source>,
    /// The web interface.
    pub web: Web,
    /// What is remembered.
    pub store: Store,
    /// How much the metrics tell.
    pub metrics: Metrics,
    /// What is logged.
    pub log: Log,
    /// When something that is wrong is told.
    pub alerts: Alerts,
    /// Who is told.
    pub notify: Vec<Endpoint>,
    /// What is not told.
    pub silences: Vec<Silence>,
}

/// A zone to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its apex.
    pub zone: Name,
    /// Its group, one of [`Settings::groups`].
    pub group: String,
    /// Its own labels.
    pub labels: BTreeMap<String, String>,
    /// What is audited beside the apex.
    pub also: Vec<(Name, RecordType)>,
    /// Names of the resolvers it is seen through; all of them when `None`.
    pub resolvers: Option<Vec<String>>,
}

impl Settings {
    /// The group of a zone.
    pub fn group(&self, target: &Target) -> Option<&Group> {
        self.groups.get(&target.group)
    }

    /// The labels of a zone: those of its group, and its own in their place where both have one.
    pub fn labels(&self, target: &Target) -> BTreeMap<String, String> {
        let group = self.group(target).map(|group| group.labels.clone());
        let mut labels = group.unwrap_or_default();
        labels.extend(target.labels.clone());
        labels
    }

    /// How often a zone is looked at: as its group says, and as the file says where that says nothing.
    pub fn pace(&self, target: &Target) -> Pace {
        let interval = self.group(target).and_then(|group| group.interval.as_ref());
        Pace {
            interval: interval.map_or(self.watch.interval, |interval| interval.0),
            least: self.watch.least,
            retry: self.watch.retry,
            glance: self.watch.glance,
            start: self.watch.start,
            thorough: self.watch.thorough,
        }
    }

    /// The resolvers a zone is seen through.
    pub fn resolvers<'a>(&'a self, target: &'a Target) -> impl Iterator<Item = &'a Resolver> {
        let is_wanted = |name: &String| match &target.resolvers {
            Some(wanted) => wanted.contains(name),
            None => true,
        };
        self.resolvers
            .iter()
            .filter(move |resolver| is_wanted(&resolver.name))
    }
}

impl Group {
    /// How the zones of the group are judged.
    pub fn policy(&self) -> Policy {
        let weights = self.severities.iter();
        Policy {
            expiring_soon: i64::try_from(self.expiring_soon.as_secs()).unwrap_or(i64::MAX),
            severities: weights
                .map(|(code, weight)| (code.clone(), (*weight).into()))
                .collect(),
            ..Policy::default()
        }
    }
}
