//! What a zone of the hierarchy is: who signs it, how, who serves it, what is wrong with it.

use super::fault::Fault;
use super::server::Kind;

/// Whose tools sign a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signer {
    /// `dnssec-keygen` and `dnssec-signzone`.
    Bind,
    /// `ldns-keygen` and `ldns-signzone`.
    Ldns,
    /// `knotd` with automatic signing.
    Knot,
    /// `pdns_server`, which signs what it sends: the zone can be served by it alone.
    PowerDns,
}

impl Signer {
    /// Those that sign files.
    pub const ALL: [Self; 3] = [Self::Bind, Self::Ldns, Self::Knot];

    /// A label for the zones it signs.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Ldns => "ldns",
            Self::Knot => "knot",
            Self::PowerDns => "pdns",
        }
    }
}

/// How a zone denies existence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Denial {
    /// RFC 4034, section 4.
    Nsec,
    /// RFC 5155, no salt and no extra iterations.
    Nsec3,
    /// RFC 5155 with opt-out.
    OptOut,
    /// RFC 5155 with records made for each answer, which cover nothing but the hash asked for (RFC 7129,
    /// appendix B). Only PowerDNS does so; others take it for [`Denial::Nsec3`].
    Narrow,
}

impl Denial {
    /// A label for the zones that have it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nsec => "nsec",
            Self::Nsec3 => "nsec3",
            Self::OptOut => "optout",
            Self::Narrow => "narrow",
        }
    }
}

/// The algorithm of a zone's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// 8, with 2048 bits.
    RsaSha256,
    /// 13.
    EcdsaP256,
    /// 14.
    EcdsaP384,
    /// 15.
    Ed25519,
}

impl Algorithm {
    /// As BIND and ldns name it; Knot takes the same word in any case.
    pub fn mnemonic(self) -> &'static str {
        match self {
            Self::RsaSha256 => "RSASHA256",
            Self::EcdsaP256 => "ECDSAP256SHA256",
            Self::EcdsaP384 => "ECDSAP384SHA384",
            Self::Ed25519 => "ED25519",
        }
    }
}

/// Who serves the unsigned zones below zones of the hierarchy. Not NSD: where it has a zone, its parent and
/// its grandparent, version 4.6 answers for the DS of the zone with the grandparent's referral to the parent.
pub const CHILD_SERVERS: [Kind; 2] = [Kind::Knot, Kind::Named];

/// A zone to be made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Apex, with the final dot.
    pub name: String,
    /// `None` leaves it unsigned.
    pub signer: Option<Signer>,
    /// Of its keys.
    pub algorithm: Algorithm,
    /// How it denies existence.
    pub denial: Denial,
    /// Who serves it.
    pub servers: Vec<Kind>,
    /// What is wrong with it.
    pub fault: Fault,
    /// The one server that serves it with the fault; `None` if all do.
    pub only_at: Option<Kind>,
    /// Labels of unsigned zones delegated from it.
    pub unsigned_children: Vec<String>,
    /// Who serves these.
    pub child_servers: Vec<Kind>,
}

impl Plan {
    /// A good zone.
    pub fn good(name: &str, signer: Signer, denial: Denial, servers: &[Kind]) -> Self {
        Self {
            name: name.to_owned(),
            signer: Some(signer),
            algorithm: Algorithm::EcdsaP256,
            denial,
            servers: servers.to_vec(),
            fault: Fault::None,
            only_at: None,
            unsigned_children: Vec::new(),
            child_servers: CHILD_SERVERS.to_vec(),
        }
    }

    /// An unsigned zone.
    pub fn unsigned(name: &str, servers: &[Kind]) -> Self {
        Self {
            signer: None,
            ..Self::good(name, Signer::Bind, Denial::Nsec, servers)
        }
    }

    /// The same with another algorithm.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    /// The same with a fault at every server.
    pub fn with_fault(self, fault: Fault) -> Self {
        Self { fault, ..self }
    }
}
