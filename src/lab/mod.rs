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

use crate::dns::{Name, RecordType, Timestamp};

pub mod server;

/// The whole hierarchy. Zones are built, and RRsets signed, when they are first asked for.
pub struct Lab;

impl Lab {
    /// The hierarchy as it stands at `now`.
    pub fn new(now: Timestamp) -> Self {
        let _ = now;
        Self
    }

    /// The root's name servers and their addresses, in the syntax of `named.root`.
    pub fn root_hints(&self) -> String {
        String::new()
    }

    /// The DS records of the root's key-signing key, in master file syntax.
    pub fn trust_anchor(&self) -> String {
        String::new()
    }

    /// All cases, in the order of the catalogue.
    pub fn cases(&self) -> &[Case] {
        &[]
    }

    /// The cases as tab-separated values with a header line.
    pub fn cases_tsv(&self) -> String {
        String::new()
    }

    /// Every address that must be bound, sorted.
    pub fn addresses(&self) -> Vec<IpAddr> {
        Vec::new()
    }

    /// The first server's copy of a zone in master file syntax; `None` when no server has such a zone.
    pub fn zone_file(&self, apex: &Name) -> Option<String> {
        let _ = apex;
        None
    }

    /// What the server at `server` does with the octets of a query.
    pub fn respond(&self, server: IpAddr, transport: Transport, query: &[u8]) -> Action {
        let _ = (server, transport, query);
        Action::Silence
    }
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
