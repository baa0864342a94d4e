//! A private hierarchy of zones, good and deliberately broken, for rehearsal and for tests.
//!
//! A root, two top-level domains (`test.` with NSEC; `example.` with NSEC3 and opt-out) and one zone for
//! every fault of the [case list](Lab::cases). What signs, breaks and serves these zones shares no code
//! with what judges them: this folder uses `dns` and two hashes of `crypto`, never the validator.
//!
//! Everything but [`server`] is pure. The same instant gives the same octets: private keys come from fixed
//! seeds, ECDSA nonces from RFC 6979, and times are counted from the full hour before `now`.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::dns::{Name, Rcode, RecordType, Timestamp};
use hierarchy::Hierarchy;
use respond::{Query, Served};

pub use fault::{Fault, FaultError, read as read_faults};
pub use resolver::Resolver;

mod answer;
mod cases;
mod chain;
mod decoy;
mod export;
mod fault;
mod hierarchy;
mod key;
mod plan;
mod resolver;
mod respond;
mod rsa;
mod rsa_keys;
pub mod server;
mod sign;
mod writer;
mod zone;

#[cfg(test)]
mod tests;

const HOUR: i64 = 3_600;

/// The whole hierarchy. Zones are built, and RRsets signed, when they are first asked for.
pub struct Lab {
    zones: Arc<Zones>,
    resolvers: Vec<Resolver>,
    hour: Timestamp,
    own: Own,
}

/// What one lab has and others have not.
#[derive(Debug, Clone)]
struct Own {
    /// First labels of healthy zones beside the catalogue.
    labels: Vec<&'static str>,
    /// The longest TTL.
    most_ttl: u32,
}

impl Own {
    const NOTHING: Self = Self {
        labels: Vec::new(),
        most_ttl: u32::MAX,
    };

    fn entries(&self) -> Vec<cases::Entry> {
        let mut entries = cases::catalogue();
        let own = self.labels.iter();
        entries.extend(own.map(|label| cases::healthy_zone(label)));
        entries
    }
}

/// What labs have in common that have the same faults in their zones, so that it is signed once.
struct Zones {
    hierarchy: Hierarchy,
    cases: Vec<Case>,
    faults: Vec<Fault>,
}

impl Zones {
    fn new(
        entries: Vec<cases::Entry>,
        faults: Vec<Fault>,
        hour: Timestamp,
        most_ttl: u32,
    ) -> Arc<Self> {
        Arc::new(Self {
            hierarchy: Hierarchy::new(&entries, hour, most_ttl),
            cases: entries.into_iter().map(|entry| entry.case).collect(),
            faults,
        })
    }
}

impl Lab {
    /// The hierarchy as it stands at `now`.
    pub fn new(now: Timestamp) -> Self {
        let hour = Timestamp(now.0 - now.0.rem_euclid(HOUR));
        Self::of(cases::catalogue(), hour)
    }

    fn of(entries: Vec<cases::Entry>, hour: Timestamp) -> Self {
        Self {
            zones: Zones::new(entries, Vec::new(), hour, u32::MAX),
            resolvers: resolver::all().collect(),
            hour,
            own: Own::NOTHING,
        }
    }

    /// The same with healthy zones of these names below `test.`, and no TTL above `seconds`, so that what caches
    /// may hold is soon over.
    pub fn for_drill(now: Timestamp, labels: &[&'static str], seconds: u32) -> Self {
        let hour = Timestamp(now.0 - now.0.rem_euclid(HOUR));
        let own = Own {
            labels: labels.to_vec(),
            most_ttl: seconds,
        };
        Self {
            zones: Zones::new(own.entries(), Vec::new(), hour, seconds),
            own,
            ..Self::of(Vec::new(), hour)
        }
    }

    /// The same with zones whose faults are so rare that nobody rehearses them, and with near misses of
    /// faults: the tests of checks ask for them.
    pub fn with_rarities(now: Timestamp) -> Self {
        let hour = Timestamp(now.0 - now.0.rem_euclid(HOUR));
        let mut entries = cases::catalogue();
        entries.extend(cases::rarities());
        Self::of(entries, hour)
    }

    /// The same hierarchy with these faults in it and no others.
    ///
    /// # Errors
    /// The first fault that cannot be put in.
    pub fn with_faults(&self, faults: &[Fault]) -> Result<Self, FaultError> {
        let mut entries = self.own.entries();
        let mut resolvers: Vec<Resolver> = resolver::all().collect();
        for fault in faults {
            fault::put(&mut entries, &mut resolvers, fault)?;
        }
        let in_zones = faults
            .iter()
            .filter(|fault| matches!(fault, Fault::Zone { .. }));
        let in_zones: Vec<Fault> = in_zones.cloned().collect();
        let zones = match in_zones == self.zones.faults {
            true => Arc::clone(&self.zones),
            false => Zones::new(entries, in_zones, self.hour, self.own.most_ttl),
        };
        Ok(Self {
            zones,
            resolvers,
            hour: self.hour,
            own: self.own.clone(),
        })
    }

    /// One zone of the lab alone, in the state of a case or a step, where the whole would take long to sign.
    ///
    /// # Errors
    /// A case that cannot be put into the zone.
    #[cfg(test)]
    pub(crate) fn alone(zone: &Name, case: &str, now: Timestamp) -> Result<Self, FaultError> {
        let mut entries = cases::catalogue();
        let mut resolvers: Vec<Resolver> = resolver::all().collect();
        let fault = Fault::Zone {
            zone: zone.clone(),
            case: case.to_owned(),
        };
        fault::put(&mut entries, &mut resolvers, &fault)?;
        entries.retain(|entry| entry.case.zone == *zone);
        let hour = Timestamp(now.0 - now.0.rem_euclid(HOUR));
        Ok(Self {
            zones: Zones::new(entries, vec![fault], hour, u32::MAX),
            resolvers,
            hour,
            own: Own::NOTHING,
        })
    }

    /// The root's name servers and their addresses, in the syntax of `named.root`.
    pub fn root_hints(&self) -> String {
        export::root_hints(&self.zones.hierarchy)
    }

    /// The DS record of the root's key-signing key, in master file syntax.
    pub fn trust_anchor(&self) -> String {
        export::trust_anchor(&self.zones.hierarchy)
    }

    /// All cases, in the order of the catalogue.
    pub fn cases(&self) -> &[Case] {
        &self.zones.cases
    }

    /// The cases as tab-separated values with a header line; lists of codes are separated by commas.
    pub fn cases_tsv(&self) -> String {
        export::cases_tsv(&self.zones.cases)
    }

    /// Resolvers that behave and misbehave in known ways, in a fixed order.
    pub fn resolvers(&self) -> Vec<Resolver> {
        self.resolvers.clone()
    }

    /// The resolvers as tab-separated values with a header line.
    pub fn resolvers_tsv(&self) -> String {
        export::resolvers_tsv(self.resolvers.iter().copied())
    }

    /// What a case or a step is, in one sentence.
    pub fn story(&self, label: &str) -> Option<&'static str> {
        let (known, steps) = (cases::catalogue(), cases::steps());
        let mut all = known.iter().chain(&steps);
        let found = all.find(|entry| entry.label() == label);
        found.map(|entry| entry.case.fault)
    }

    /// Every address that must be bound, sorted.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let servers = self.zones.hierarchy.by_address.keys().copied();
        let resolvers = self.resolvers.iter().map(|resolver| resolver.address);
        let mut addresses: Vec<IpAddr> = servers.chain(resolvers).collect();
        addresses.sort_unstable();
        addresses
    }

    /// The apexes of all zones that some server has, the root first.
    pub fn zones(&self) -> impl Iterator<Item = &Name> {
        let sites = self.zones.hierarchy.sites.iter();
        sites
            .filter(|site| site.plan.is_served)
            .map(|site| &site.plan.apex)
    }

    /// The first server's version of a zone in master file syntax, signed; `None` when no server has
    /// such a zone.
    pub fn zone_file(&self, apex: &Name) -> Option<String> {
        let site = self.zones.hierarchy.find(apex)?;
        let is_served = self.zones.hierarchy.sites[site].plan.is_served;
        is_served.then(|| export::zone_file(self.zones.hierarchy.zone(site, 0)))
    }

    /// What the server or resolver at `server` does with the octets of a query.
    pub fn respond(&self, server: IpAddr, transport: Transport, query: &[u8]) -> Action {
        let Some(query) = Query::read(query, transport) else {
            return Action::Silence;
        };
        if let Some(served) = self.zones.hierarchy.by_address.get(&server) {
            return self.respond_from(served, &query);
        }
        match self
            .resolvers
            .iter()
            .find(|resolver| resolver.address == server)
        {
            Some(resolver) => resolver.respond(self, &query),
            None => Action::Silence,
        }
    }

    /// What a server does that has these zones, each with the index of the server among those of the zone.
    fn respond_from(&self, served: &[(usize, usize)], query: &Query) -> Action {
        let hierarchy = &self.zones.hierarchy;
        let (first_site, first_server) = served[0];
        let fallback = server_id(&hierarchy.sites[first_site].servers[first_server].0);
        let question = match query.question() {
            Ok(question) => question,
            Err(rcode) => return query.fail(rcode, &fallback),
        };
        let apex = |site: usize| &hierarchy.sites[site].plan.apex;
        let best = served
            .iter()
            .filter(|(site, _)| question.name.is_at_or_below(apex(*site)))
            .max_by_key(|(site, _)| {
                // The DS is the parent's to tell, where a server has both (RFC 4035, section 3.1.4.1).
                let is_parents = question.rtype == RecordType::DS && question.name == *apex(*site);
                (!is_parents, apex(*site).label_count())
            });
        let Some(&(site, server)) = best else {
            return query.fail(Rcode::REFUSED, &fallback);
        };
        let plan = hierarchy.sites[site].plan.servers[server];
        query.answer(
            question,
            &Served {
                server: &server_id(&hierarchy.sites[site].servers[server].0),
                mode: plan.mode,
                zone: hierarchy.zone(site, plan.copy),
                root: &hierarchy.sites[0].servers,
            },
        )
    }
}

/// What a server answers to NSID: its name without the final dot.
fn server_id(name: &Name) -> String {
    name.to_string().trim_end_matches('.').to_owned()
}

/// How a query came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// In a datagram.
    Udp,
    /// Over a connection.
    Tcp,
}

/// What a server does with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Sends these octets.
    Reply(Vec<u8>),
    /// Sends nothing, ever.
    Silence,
}

/// A name to ask for, and what must be found.
#[derive(Debug, Clone)]
pub struct Case {
    /// Apex of the zone that the case is about.
    pub zone: Name,
    /// The name to audit, at or below `zone`.
    pub name: Name,
    /// The type to audit.
    pub rtype: RecordType,
    /// Where the case comes from.
    pub group: Group,
    /// What is wrong, in one sentence.
    pub fault: &'static str,
    /// The verdict for `name` and `rtype`.
    pub expect: Expect,
    /// The verdict for a name below `zone` that does not exist.
    pub expect_missing: Expect,
    /// Codes of findings that must appear, the root cause first.
    pub codes: &'static [&'static str],
    /// Codes of findings that must not appear.
    pub not_codes: &'static [&'static str],
}

/// Where a case comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The subdomains of "Extended DNS Errors: Unlocking the Full Potential of DNS Troubleshooting"
    /// (Nosyk, Korczyński, Duda; IMC 2023), by their names there.
    Published,
    /// Those of the same paper whose glue cannot work.
    Glue,
    /// Incidents and transitions that operators meet.
    Operations,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Published => "published",
            Self::Glue => "glue",
            Self::Operations => "operations",
        })
    }
}

/// One of the four statuses of RFC 4035, section 4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expect {
    /// A chain of signatures leads from the anchor to the data.
    Secure,
    /// It is proven that there is no such chain.
    Insecure,
    /// There should be a chain, and it does not hold.
    Bogus,
    /// The data could not be had.
    Indeterminate,
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Secure => "secure",
            Self::Insecure => "insecure",
            Self::Bogus => "bogus",
            Self::Indeterminate => "indeterminate",
        })
    }
}
