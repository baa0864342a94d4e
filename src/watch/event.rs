//! What happened to a zone between two looks, one line each: the log that a post-mortem is written from.
//!
//! A comparison of two states, so that the same two give the same events. What one look could not see is
//! no change: a server that is silent has not lost its keys.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::state::ZoneState;
use crate::crypto::{Algorithm, DigestType};
use crate::dns::time::humane;
use crate::dns::{Name, Timestamp};
use crate::report::{Inventory, Verdict};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was seen.
    pub at: Timestamp,
    /// Whose.
    pub zone: Name,
    /// What kind of thing.
    pub kind: Kind,
    /// One sentence.
    pub text: String,
    /// Tag and number of the algorithm of the key that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<(u16, u8)>,
}

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What is called of the zone is another verdict.
    VerdictChanged,
    /// A finding that was not there.
    FindingAppeared,
    /// A finding that is gone.
    FindingEnded,
    /// A DNSKEY that no server had.
    KeyAdded,
    /// A DNSKEY that no server has any more.
    KeyRemoved,
    /// A DS that no parent server had.
    DsAdded,
    /// A DS that no parent server has any more.
    DsRemoved,
    /// The DS of a key is at every parent server now.
    DsPublished,
    /// The DS of a key was at every parent server and is at none now.
    DsWithdrawn,
    /// A resolver that failed during an outage is right again.
    ResolverRecovered,
    /// An NS name that the zone did not have.
    NsAdded,
    /// An NS name that the zone no longer has.
    NsRemoved,
    /// A TTL is another one.
    TtlChanged,
    /// A server no longer answers.
    ServerSilent,
    /// A server answers again.
    ServerBack,
    /// A resolver deals with the zone in another way.
    ResolverChanged,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::VerdictChanged => "verdict-changed",
            Self::FindingAppeared => "finding-appeared",
            Self::FindingEnded => "finding-ended",
            Self::KeyAdded => "key-added",
            Self::KeyRemoved => "key-removed",
            Self::DsAdded => "ds-added",
            Self::DsRemoved => "ds-removed",
            Self::DsPublished => "ds-published",
            Self::DsWithdrawn => "ds-withdrawn",
            Self::ResolverRecovered => "resolver-recovered",
            Self::NsAdded => "ns-added",
            Self::NsRemoved => "ns-removed",
            Self::TtlChanged => "ttl-changed",
            Self::ServerSilent => "server-silent",
            Self::ServerBack => "server-back",
            Self::ResolverChanged => "resolver-changed",
        })
    }
}

/// What happened from one state to the next. Before the first look there is nothing to compare with: only
/// what is called then is told.
pub fn between(before: &ZoneState, after: &ZoneState) -> Vec<Event> {
    let Some(at) = after.probed else {
        return Vec::new();
    };
    let mut told = Teller {
        at,
        zone: after.zone.clone(),
        events: Vec::new(),
    };
    verdict(&mut told, before, after);
    if before.probed.is_some() {
        findings(&mut told, before, after);
        if let (Some(old), Some(new)) = (&before.inventory, &after.inventory)
            && after.verdict != Some(Verdict::Indeterminate)
        {
            inventory(&mut told, old, new);
        }
        published(&mut told, before, after);
        servers(&mut told, before, after);
        resolvers(&mut told, before, after);
    }
    told.events
}

struct Teller {
    at: Timestamp,
    zone: Name,
    events: Vec<Event>,
}

impl Teller {
    fn tell(&mut self, kind: Kind, text: impl Into<String>) {
        self.events.push(Event {
            at: self.at,
            zone: self.zone.clone(),
            kind,
            text: text.into(),
            key: None,
        });
    }

    /// Tells something about the DS of a key.
    fn tell_key(&mut self, kind: Kind, key: (u16, u8), text: &str) {
        self.tell(
            kind,
            format!("the DS of key {} ({}) {text}", key.0, Algorithm(key.1)),
        );
        if let Some(event) = self.events.last_mut() {
            event.key = Some(key);
        }
    }

    /// Tells what is only in one of two sets.
    fn tell_sets(&mut self, old: &BTreeSet<String>, new: &BTreeSet<String>, kinds: [Kind; 2]) {
        for added in new.difference(old) {
            self.tell(kinds[0], format!("{added} is new"));
        }
        for removed in old.difference(new) {
            self.tell(kinds[1], format!("{removed} is gone"));
        }
    }
}

fn verdict(told: &mut Teller, before: &ZoneState, after: &ZoneState) {
    let (Some(new), old) = (after.called.verdict, before.called.verdict) else {
        return;
    };
    if old == Some(new) {
        return;
    }
    let from = old.map_or_else(String::new, |old| format!(", before {old}"));
    told.tell(
        Kind::VerdictChanged,
        format!("{new}{from}: {}", after.summary),
    );
}

fn findings(told: &mut Teller, before: &ZoneState, after: &ZoneState) {
    for (code, finding) in &after.findings {
        if !before.findings.contains_key(code) {
            let (severity, message) = (finding.severity, &finding.message);
            told.tell(
                Kind::FindingAppeared,
                format!("{severity} {code}: {message}"),
            );
        }
    }
    for (code, finding) in &before.findings {
        if !after.findings.contains_key(code) {
            let since = finding.since;
            told.tell(Kind::FindingEnded, format!("{code}, there since {since}"));
        }
    }
}

fn inventory(told: &mut Teller, old: &Inventory, new: &Inventory) {
    told.tell_sets(&keys(old), &keys(new), [Kind::KeyAdded, Kind::KeyRemoved]);
    told.tell_sets(&ds(old), &ds(new), [Kind::DsAdded, Kind::DsRemoved]);
    told.tell_sets(&ns(old), &ns(new), [Kind::NsAdded, Kind::NsRemoved]);
    let (a, b) = (&old.ttls, &new.ttls);
    let pairs = [
        ("the DS RRset", a.ds, b.ds),
        ("the DNSKEY RRset", a.dnskey, b.dnskey),
        ("the SOA record", a.soa, b.soa),
        ("denials", a.negative, b.negative),
    ];
    for (what, was, is) in pairs {
        if let (Some(was), Some(is)) = (was, is)
            && was != is
        {
            told.tell(Kind::TtlChanged, format!("{what}: {is} s, before {was} s"));
        }
    }
}

/// What a signer that waits for the parent wants to hear (RFC 7583, section 3.3): only when every server of
/// the parent was asked and says the same.
fn published(told: &mut Teller, before: &ZoneState, after: &ZoneState) {
    for key in after.published.difference(&before.published) {
        told.tell_key(
            Kind::DsPublished,
            *key,
            "is at every server of the parent now",
        );
    }
    for key in before.published.difference(&after.published) {
        told.tell_key(
            Kind::DsWithdrawn,
            *key,
            "is gone from every server of the parent",
        );
    }
}

fn keys(inventory: &Inventory) -> BTreeSet<String> {
    let all = inventory.keys.iter();
    all.map(|key| {
        let (tag, algorithm, sep) = (key.key_tag, Algorithm(key.algorithm), key.is_sep());
        let sep = if sep { ", SEP" } else { "" };
        let revoked = if key.is_revoked() { ", revoked" } else { "" };
        format!("DNSKEY {tag} ({algorithm}{sep}{revoked}, {})", key.identity)
    })
    .collect()
}

fn ds(inventory: &Inventory) -> BTreeSet<String> {
    let all = inventory.ds.iter();
    all.map(|ds| {
        let (algorithm, digest) = (Algorithm(ds.algorithm), DigestType(ds.digest_type));
        format!("DS {} ({algorithm}, {digest}, {})", ds.key_tag, ds.digest)
    })
    .collect()
}

fn ns(inventory: &Inventory) -> BTreeSet<String> {
    let all = inventory.name_servers.iter();
    all.map(|name| format!("NS {name}")).collect()
}

fn servers(told: &mut Teller, before: &ZoneState, after: &ZoneState) {
    for new in &after.servers {
        let old = before.servers.iter().find(|old| old.address == new.address);
        let was = old.is_some_and(|old| old.is_answering);
        let server = format!("{} {}", new.name, new.address);
        match (was, new.is_answering) {
            (true, false) => told.tell(Kind::ServerSilent, format!("{server} does not answer")),
            (false, true) if old.is_some() => {
                told.tell(Kind::ServerBack, format!("{server} answers again"));
            }
            _ => {}
        }
    }
}

/// Resolvers that are right again for the first time since the end of an outage that they failed in.
fn recovered(told: &mut Teller, before: &ZoneState, after: &ZoneState) {
    let Some(outage) = &after.history.outage else {
        return;
    };
    let known = before
        .history
        .outage
        .as_ref()
        .map(|outage| &outage.recovered);
    for (resolver, at) in &outage.recovered {
        let is_new = known.is_none_or(|known| !known.contains_key(resolver));
        let mut failing = before
            .resolvers
            .iter()
            .filter(|one| one.verdict == Verdict::Bogus);
        let has_failed = failing.any(|one| one.resolver == *resolver);
        if let Some(until) = outage.until.filter(|_| is_new && has_failed) {
            let took = humane(at.since(until));
            told.tell(
                Kind::ResolverRecovered,
                format!("{resolver} is right again, {took} after the servers"),
            );
        }
    }
}

fn resolvers(told: &mut Teller, before: &ZoneState, after: &ZoneState) {
    recovered(told, before, after);
    for new in &after.resolvers {
        let old = before
            .resolvers
            .iter()
            .find(|old| old.resolver == new.resolver);
        if let Some(old) = old.filter(|old| old.conduct != new.conduct) {
            let text = format!("{}: {}, before {}", new.resolver, new.conduct, old.conduct);
            told.tell(Kind::ResolverChanged, text);
        }
    }
}
