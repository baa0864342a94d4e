//! Lists of zones that are kept elsewhere: what is said of them in the file, and what they hold.
//!
//! A list is read as a whole or not at all. What reads it again and again keeps the last good one in
//! [`Kept`], so that a server that is down or a file half written takes no zone out of the watch.

mod catalog;
mod files;
pub mod http;
mod list;
mod transfer;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use self::list::Entry;
use super::check::{Known, labels, way, within};
use super::error::{Mistake, Step};
use super::file::{self, Group};
use super::secret::Secret;
use super::settings::Target;
use crate::agent::cli::nearest::hint;
use crate::agent::cli::values::{Scheme, Server};
use crate::dns::Name;

/// A list of zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub origin: Origin,
    /// How often it is read again.
    pub refresh: Duration,
    /// Longest wait for all of it.
    pub timeout: Duration,
    /// Group of its zones, unless it says so itself.
    pub group: String,
    /// Labels of its zones.
    pub labels: BTreeMap<String, String>,
}

/// Where a list of zones is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// The files of a directory.
    Directory(PathBuf),
    /// An address that answers GET.
    Http {
        /// The address.
        url: String,
        /// Sent as a bearer token.
        token: Option<Secret>,
    },
    /// A catalog zone.
    Catalog {
        /// Its name.
        zone: Name,
        /// Where it is transferred from.
        server: Server,
        /// Where the TSIG key is kept that signs the transfer.
        key: Option<Secret>,
    },
}

impl Origin {
    /// Whether it is on another machine, as far as can be told.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Http { .. } | Self::Catalog { .. })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::Directory(path) => write!(f, "{}", path.display()),
            Self::Http { url, .. } => f.write_str(url),
            Self::Catalog { zone, server, .. } => write!(f, "catalog {zone} at {}", server.text),
        }
    }
}

/// Why a list could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// Which list, as [`Origin`] is shown.
    pub origin: String,
    /// What is wrong, in one line.
    pub what: String,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.what)
    }
}

impl std::error::Error for SourceError {}

/// Reads a list now. Its zones are in one of `groups`.
///
/// # Errors
/// Why it cannot be read as a whole.
pub async fn read(
    source: &Source,
    groups: &BTreeMap<String, Group>,
) -> Result<Vec<Target>, SourceError> {
    let entries = entries(source).await;
    let targets = entries.and_then(|entries| source.targets(entries, groups));
    targets.map_err(|what| SourceError {
        origin: source.origin.to_string(),
        what,
    })
}

async fn entries(source: &Source) -> Result<Vec<Entry>, String> {
    match &source.origin {
        Origin::File(path) => files::file(path),
        Origin::Directory(path) => files::directory(path),
        Origin::Http { url, token } => http::fetch(url, token.as_ref(), source.timeout).await,
        Origin::Catalog { zone, server, key } => {
            let records = transfer::records(zone, server, key.as_ref(), source.timeout).await?;
            catalog::members(zone, &records)
        }
    }
}

impl Source {
    /// The zones of a list with what the file says of all of them. A zone that the list has twice is an
    /// error, as it is in the file.
    fn targets(
        &self,
        entries: Vec<Entry>,
        groups: &BTreeMap<String, Group>,
    ) -> Result<Vec<Target>, String> {
        let mut seen = BTreeSet::new();
        let mut targets = Vec::with_capacity(entries.len());
        for entry in entries {
            if !seen.insert(entry.zone.clone()) {
                return Err(format!("zone {} is named twice", entry.zone));
            }
            targets.push(self.target(entry, groups)?);
        }
        Ok(targets)
    }

    fn target(&self, entry: Entry, groups: &BTreeMap<String, Group>) -> Result<Target, String> {
        let is_catalog = matches!(self.origin, Origin::Catalog { .. });
        let group = match entry.group {
            Some(group) if groups.contains_key(&group) => group,
            // A catalog is made for name servers, whose groups are not those of this file.
            Some(group) if !is_catalog => {
                let known = groups.keys().map(String::as_str);
                let near = hint(&group, known, "the file has no such group");
                return Err(format!(
                    "no group is called {group}, for {}{near}",
                    entry.zone
                ));
            }
            _ => self.group.clone(),
        };
        let mut labels = self.labels.clone();
        labels.extend(entry.labels);
        Ok(Target {
            zone: entry.zone,
            group,
            labels,
            also: Vec::new(),
            resolvers: None,
        })
    }
}

/// The last good list of a source, and what went wrong since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Whether the list was ever read.
    pub is_known: bool,
    /// The zones of the last list that could be read.
    pub targets: Vec<Target>,
    /// Why the last reading failed, if it did.
    pub problem: Option<SourceError>,
}

impl Kept {
    /// Takes in what a reading gave; whether the zones are other ones now, or known for the first time.
    pub fn take(&mut self, read: Result<Vec<Target>, SourceError>) -> bool {
        match read {
            Ok(targets) => {
                self.problem = None;
                let is_changed = !self.is_known || targets != self.targets;
                self.is_known = true;
                self.targets = targets;
                is_changed
            }
            Err(problem) => {
                self.problem = Some(problem);
                false
            }
        }
    }
}

/// A zone that is named in two places, of which the first counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The zone.
    pub zone: Name,
    /// The place that does not count.
    pub origin: String,
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: zone {} is watched already; the first place counts",
            self.origin, self.zone
        )
    }
}

/// All zones, each once: those of the file, then those of each list in the order of the file.
pub fn merge<'a>(
    zones: &'a [Target],
    lists: impl IntoIterator<Item = (&'a Origin, &'a [Target])>,
) -> (Vec<&'a Target>, Vec<Duplicate>) {
    let mut merged: Vec<&Target> = zones.iter().collect();
    let mut seen: BTreeSet<&Name> = zones.iter().map(|target| &target.zone).collect();
    let mut duplicates = Vec::new();
    for (origin, targets) in lists {
        for target in targets {
            match seen.insert(&target.zone) {
                true => merged.push(target),
                false => duplicates.push(Duplicate {
                    zone: target.zone.clone(),
                    origin: origin.to_string(),
                }),
            }
        }
    }
    (merged, duplicates)
}

/// Checks what the file says of a source.
pub(super) fn check(
    index: usize,
    source: &file::Source,
    known: &Known<'_>,
) -> Result<Source, Mistake> {
    let refused = |key: &str, what: String| Mistake::new(way!["sources", index, key], what);
    let origin = origin(source).map_err(|(key, what)| refused(key, what))?;
    known
        .group(&source.group)
        .map_err(|what| refused("group", what))?;
    labels(&way!["sources", index, "labels"], &source.labels)?;
    let pace = (Duration::from_secs(1), Duration::from_secs(7 * 86_400));
    within(way!["sources", index, "refresh"], source.refresh.0, pace)?;
    let wait = (Duration::from_millis(100), Duration::from_secs(300));
    within(way!["sources", index, "timeout"], source.timeout.0, wait)?;
    Ok(Source {
        origin,
        refresh: source.refresh.0,
        timeout: source.timeout.0,
        group: source.group.clone(),
        labels: source.labels.clone(),
    })
}

/// The key that is wrong, and what is.
type Wrong = (&'static str, String);

const KINDS: &str = "file, directory, http and catalog";

fn origin(source: &file::Source) -> Result<Origin, Wrong> {
    let file::Source {
        file,
        directory,
        http,
        catalog,
        server,
        token,
        tsig_key,
        ..
    } = source;
    let given = [
        ("file", file.is_some()),
        ("directory", directory.is_some()),
        ("http", http.is_some()),
        ("catalog", catalog.is_some()),
    ];
    let mut given = given
        .iter()
        .filter(|(_, is_given)| *is_given)
        .map(|(key, _)| *key);
    if let (Some(first), Some(second)) = (given.next(), given.next()) {
        return Err((
            second,
            format!("{second} beside {first}; a source has one of {KINDS}"),
        ));
    }
    if server.is_some() && catalog.is_none() {
        return Err(("server", "server is for a catalog alone".to_owned()));
    }
    if token.is_some() && http.is_none() {
        return Err(("token", "token is for http alone".to_owned()));
    }
    if tsig_key.is_some() && catalog.is_none() {
        return Err(("tsig-key", "tsig-key is for a catalog alone".to_owned()));
    }
    match (file, directory, http, catalog) {
        (Some(path), ..) => Ok(Origin::File(path.clone())),
        (_, Some(path), ..) => Ok(Origin::Directory(path.clone())),
        (_, _, Some(url), _) => web(url, token.as_ref()),
        (.., Some(zone)) => transfer(zone, server.as_deref(), tsig_key.as_ref()),
        _ => Err(("", format!("a source has one of {KINDS}"))),
    }
}

fn web(url: &str, token: Option<&Secret>) -> Result<Origin, Wrong> {
    let parsed = url.parse::<reqwest::Url>();
    let is_web = parsed.is_ok_and(|url| {
        let is_bare = url.username().is_empty() && url.password().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare
    });
    if !is_web {
        let what = "not an address; write https://HOST/PATH, without user and password";
        return Err(("http", what.to_owned()));
    }
    if let Some(Err(what)) = token.map(Secret::check) {
        return Err(("token", what));
    }
    let token = token.cloned();
    Ok(Origin::Http {
        url: url.to_owned(),
        token,
    })
}

fn transfer(zone: &Name, server: Option<&Server>, key: Option<&Secret>) -> Result<Origin, Wrong> {
    if let Some(Err(what)) = key.map(Secret::check) {
        return Err(("tsig-key", what));
    }
    match server {
        None => Err((
            "catalog",
            "no server to transfer it from; write server = \"192.0.2.1\"".to_owned(),
        )),
        Some(Server {
            scheme: Scheme::Https(_),
            ..
        }) => {
            let what =
                "no zone is transferred over HTTPS; write an address, a host name or tls://HOST";
            Err(("server", what.to_owned()))
        }
        Some(server) => Ok(Origin::Catalog {
            zone: zone.clone(),
            server: server.clone(),
            key: key.cloned(),
        }),
    }
}
