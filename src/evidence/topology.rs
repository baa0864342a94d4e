//! Zones, their servers and the way to each name, as far as the replies tell.
//!
//! A [`Topology`] is a pure function of a [`View`] and the [`Basis`] of the audit: the walk plans by it
//! and the validator judges by it, so that a replay sees the same zone cuts. It tells *where* to look,
//! never whether what is found there is right.
//!
//! Words (RFC 9499): a *zone cut* is where a parent zone ends and a child zone begins; a *delegation* is
//! the NS RRset there on the parent side; *glue* is the addresses that come with it. A *trail* is the way
//! from the root to the zone that answers for one name.

mod build;
mod dependencies;
mod descent;
pub mod limits;
mod servers;
mod signals;
pub mod special;
pub mod through;

pub use descent::Frontier;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use super::Evidence;
use super::view::View;
use crate::dns::{Name, Record, RecordType};

/// What an audit was asked and given, as far as it decides which zones are on the way.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The name that is audited.
    pub name: &'a Name,
    /// The type that is audited.
    pub rtype: RecordType,
    /// The root servers: NS, A and AAAA records.
    pub hints: &'a [Record],
    /// The port of authoritative servers.
    pub port: u16,
    /// Whether addresses that cannot be global are asked. Those of a kind that the hints hold always are.
    pub allow_private: bool,
    /// Whether the zone of the name is looked at thoroughly.
    pub is_thorough: bool,
}

impl<'a> Basis<'a> {
    /// The basis of saved evidence.
    pub fn of(evidence: &'a Evidence) -> Self {
        Self {
            name: &evidence.name,
            rtype: evidence.rtype,
            hints: &evidence.hints,
            port: evidence.port,
            allow_private: evidence.allow_private,
            is_thorough: evidence.is_thorough,
        }
    }
}

/// All zones found and all trails through them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Zones by apex. The root is always there.
    pub zones: BTreeMap<Name, Zone>,
    /// The target's trail first, then aliases in the order of the chain, hosts that it depends on, and then
    /// name servers.
    pub trails: Vec<Trail>,
    /// Limits that cut the search short.
    pub limits: BTreeSet<Limit>,
}

/// One zone with all that is known about where it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its apex.
    pub apex: Name,
    /// The zone it is delegated from; `None` for the root.
    pub parent: Option<Name>,
    /// Whether it is on the trail of the target or of an alias, and so is audited itself.
    pub is_main: bool,
    /// Whether its servers are asked more than an audit needs. Without it, what such questions would have
    /// told was not asked; it did not go unanswered. Only the zone of the audited name itself is looked at
    /// so, and the root or a top-level domain only when it is that name.
    pub is_thorough: bool,
    /// Every address that is asked, with the NS names it is known by.
    pub servers: BTreeMap<SocketAddr, BTreeSet<Name>>,
    /// NS names of the parent side and of the child side.
    pub ns_names: BTreeSet<Name>,
    /// NS names of the delegation; those of the hints for the root. Empty when the servers of the parent
    /// serve the child too and so never refer.
    pub parent_ns: BTreeSet<Name>,
    /// NS names that the zone itself has at its apex, as any server gave them.
    pub child_ns: BTreeSet<Name>,
    /// Addresses beside the delegation (glue), by NS name; those of the hints for the root.
    pub parent_addresses: BTreeMap<Name, BTreeSet<IpAddr>>,
    /// Addresses the zone's own servers gave for NS names that lie in the zone.
    pub child_addresses: BTreeMap<Name, BTreeSet<IpAddr>>,
    /// Addresses found by a trail of their own, for NS names outside the zone.
    pub resolved_addresses: BTreeMap<Name, BTreeSet<IpAddr>>,
    /// NS names for which no address is known.
    pub addressless: BTreeSet<Name>,
    /// Addresses that are not asked because they cannot be global or cannot be a destination at all.
    pub not_asked: BTreeMap<IpAddr, BTreeSet<Name>>,
    /// Addresses that cannot be global, whether they are asked or not.
    pub special_addresses: BTreeSet<SpecialAddress>,
}

/// An address that cannot be global, and the NS name it was given for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpecialAddress {
    /// The address.
    pub address: IpAddr,
    /// The NS name.
    pub ns_name: Name,
    /// What the address is for, such as "loopback" or "documentation".
    pub why: &'static str,
}

/// The way from the root to the zone that answers for one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// The name.
    pub name: Name,
    /// The type; A stands for A and AAAA on the trail of a name server, CDS for CDS and CDNSKEY on that of a
    /// signal.
    pub rtype: RecordType,
    /// The apexes on the way, the root first, the zone that answers (as far as known) last.
    pub zones: Vec<Name>,
    /// What the trail is for.
    pub purpose: Purpose,
    /// Whether a server of the last zone answered the question itself, with data or without.
    pub is_complete: bool,
    /// What is to be asked at the last zone.
    pub frontier: Frontier,
}

/// What a trail is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The name that is audited.
    Target,
    /// The target of a CNAME or DNAME.
    Alias {
        /// The name whose answer holds the CNAME or DNAME.
        from: Name,
    },
    /// The addresses of a name server that came without any, or of any outside the zone in a thorough look.
    NameServer,
    /// A host that records of the audited name point to, in a thorough look.
    Dependency {
        /// The owner of these records.
        from: Name,
        /// Their type.
        rtype: RecordType,
    },
    /// What the operator of a name server says of a zone without DS, in another zone (RFC 9615).
    Signal {
        /// The zone.
        child: Name,
        /// The NS name below which it is said.
        ns_name: Name,
    },
}

/// A limit that cut the search short. The numbers, each with its source, stand beside the code that
/// counts: in `limits` here and in the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Zones on one trail.
    Zones,
    /// CNAMEs and DNAMEs followed.
    Aliases,
    /// NS names of one zone.
    NsNames,
    /// Addresses of one zone.
    Addresses,
    /// Hosts that records of the name point to.
    Dependencies,
    /// Trails to name servers without addresses.
    NameServerTrails,
    /// Trails to name servers that need further such trails.
    NameServerDepth,
    /// Labels added one by one below one zone without finding a cut.
    MinimisedLabels,
    /// Exchanges of one audit.
    Exchanges,
    /// Octets of responses of one audit.
    Octets,
}

impl Purpose {
    /// Whether the zones on the way are audited themselves. Others serve to find something.
    pub fn is_main(&self) -> bool {
        matches!(self, Self::Target | Self::Alias { .. })
    }

    /// The types beside the first that are asked for at the end.
    pub fn second_type(&self) -> Option<RecordType> {
        match self {
            Self::Target | Self::Alias { .. } | Self::Dependency { .. } => None,
            Self::NameServer => Some(RecordType::AAAA),
            Self::Signal { .. } => Some(RecordType::CDNSKEY),
        }
    }
}

impl Topology {
    /// Reads the topology out of the replies. The order of exchanges has no influence on it.
    pub fn new(view: &View, basis: &Basis<'_>) -> Self {
        build::Builder::new(view, basis).build()
    }

    /// The zones whose servers are asked more than an audit needs.
    pub fn thorough_zones(&self) -> impl Iterator<Item = &Zone> {
        self.zones.values().filter(|zone| zone.is_thorough)
    }

    /// The zones of the target's and the aliases' trails.
    pub fn main_zones(&self) -> impl Iterator<Item = &Zone> {
        self.zones.values().filter(|zone| zone.is_main)
    }
}
