//! What a zone of the lab shall be, and in which way it shall be wrong: plain declarations.
//!
//! A fault is put in at one of four places: in the content before it is signed ([`KeyPlan`],
//! [`Nsec3Defect`]), in the signatures ([`Bend`]), in the parent's DS ([`DsPlan`]), or in what one server
//! does ([`Mode`], or a [`CopyPlan`] of its own).

use std::net::IpAddr;

use super::key::{KeyPlan, P256};
use super::zone::NEGATIVE_TTL;
use crate::dns::{Name, RecordType};

/// Serial of the current copy of every zone.
pub(super) const SERIAL: u32 = 2_026_010_102;
/// Serial of a copy that missed an update.
pub(super) const OLDER_SERIAL: u32 = 2_026_010_101;

const DAY: i64 = 86_400;

/// Validity of signatures, in seconds from the full hour before now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Inception.
    pub inception: i64,
    /// Expiration.
    pub expiration: i64,
}

impl Window {
    const fn days(inception: i64, expiration: i64) -> Self {
        Self {
            inception: inception * DAY,
            expiration: expiration * DAY,
        }
    }

    /// As it should be.
    pub const FRESH: Self = Self::days(-1, 14);
    /// Over for two days.
    pub const EXPIRED: Self = Self::days(-30, -2);
    /// To begin in thirty days.
    pub const FUTURE: Self = Self::days(30, 60);
    /// Ends ten days ago and begins in ten days.
    pub const REVERSED: Self = Self::days(10, -10);
    /// Over in two days.
    pub const ENDING: Self = Self::days(-12, 2);
    /// Shorter than secondaries keep the zone.
    pub const SHORT: Self = Self::days(-1, 5);
    /// A day longer than secondaries keep the zone.
    pub const BRIEF: Self = Self::days(-1, 7);
    /// Of sixty days four are left.
    pub const AGED: Self = Self::days(-56, 4);
    /// A year.
    pub const LONG: Self = Self::days(-1, 365);
    /// Made for long, of which less is left.
    pub const LONG_USED: Self = Self::days(-150, 100);
    /// Less than an hour in all.
    pub const MINUTES: Self = Self {
        inception: -600,
        expiration: 2_400,
    };
}

/// The RRsets whose signatures are bent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of the zone.
    All,
    /// The A RRset at the apex.
    ApexA,
    /// DNSKEY.
    Dnskey,
    /// NSEC and NSEC3.
    Denial,
    /// The DS of delegations.
    Ds,
    /// CDS and CDNSKEY.
    ChildSignal,
}

/// What is done to signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bend {
    /// They are made with these times.
    Times(Window),
    /// They are left out.
    Drop,
    /// One bit of each is turned over.
    Corrupt,
    /// Those by the key with this label are left out.
    DropBy(&'static str),
    /// One bit of those by the key with this label is turned over.
    CorruptBy(&'static str),
    /// So many that do not verify stand before each, and so many behind it.
    Surround(u32, u32),
    /// So many that do not verify stand in place of each.
    Replace(u32),
}

/// How names and types are denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denial {
    /// NSEC (RFC 4034, section 4).
    Nsec,
    /// NSEC3 (RFC 5155).
    Nsec3 {
        /// Additional times the hash is applied.
        iterations: u16,
        /// Whether insecure delegations are left out.
        opt_out: bool,
        /// What is wrong with the chain.
        defect: Option<Nsec3Defect>,
    },
}

/// What is wrong with an NSEC3 chain. All signatures over it are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nsec3Defect {
    /// The last bit of the hash in every owner name is turned over.
    Owner,
    /// Every next hash is the successor of the own one, so that nothing is covered.
    Next,
    /// NSEC3PARAM has another salt than the chain; the server hashes with that of NSEC3PARAM.
    ParamSalt,
    /// There is no NSEC3PARAM; so the server does not find the chain.
    NoParam,
    /// There is no NSEC3.
    NoChain,
    /// There is neither.
    Nothing,
    /// NSEC3PARAM and chain have a salt; nothing else is wrong.
    Salted,
    /// NSEC3PARAM and chain have hash algorithm 2.
    HashAlgorithm,
    /// Every NSEC3 has a flag that is not assigned.
    Flags,
    /// The NSEC3 of the apex has a salt, the others have none.
    MixedSalt,
    /// Every next hash lacks its last octet.
    ShortNext,
    /// The first character of every owner name is none of base32hex.
    NoHash,
    /// Opt-Out is not flagged where insecure delegations are left out.
    NoFlag,
    /// There is no NSEC3PARAM, and the server finds the chain all the same.
    ParamUnsaid,
    /// Every record leads back to itself, so that it covers all names but its own.
    Ring,
}

/// CDS and CDNSKEY at the apex (RFC 7344).
#[derive(Debug, Clone, Copy)]
pub(super) enum ChildSignal {
    /// They ask for a DS of this key alone.
    Key(KeyPlan),
    /// CDS asks for a DS of the first key, CDNSKEY for one of the second.
    Apart(KeyPlan, KeyPlan),
    /// CDS alone asks for a DS of this key.
    Cds(KeyPlan),
    /// They ask for a DS of both keys.
    Both(KeyPlan, KeyPlan),
    /// They ask for a DS of this key, with a digest of this type.
    Digest(KeyPlan, u8),
    /// They ask that every DS be removed (RFC 8078, section 4).
    Delete,
}

/// One version of a zone; servers may have different ones.
#[derive(Debug, Clone)]
pub(super) struct CopyPlan {
    /// SOA serial.
    pub serial: u32,
    /// All keys; none when the zone is unsigned.
    pub keys: Vec<KeyPlan>,
    /// How names are denied.
    pub denial: Denial,
    /// What is done to signatures.
    pub bends: Vec<(Scope, Bend)>,
    /// CDS and CDNSKEY.
    pub signal: Option<ChildSignal>,
    /// A type at the apex that the chain lists and the server denies.
    pub withheld: Option<RecordType>,
    /// A label relative to the apex and a type there that the chain does not list.
    pub unlisted: Option<(&'static str, RecordType)>,
    /// A label relative to the apex that the last NSEC leads to, in place of the apex.
    pub last_next: Option<&'static str>,
    /// A label relative to the apex that the chain leaves out.
    pub unchained: Option<&'static str>,
    /// The Minimum field of the SOA, in seconds.
    pub minimum: u32,
    /// More records of this version, in master file syntax relative to the apex.
    pub text: &'static str,
    /// The DS of every zone below, where they are not those of its plan.
    pub delegations: Option<Vec<DsPlan>>,
}

impl CopyPlan {
    /// A zone signed with P-256 keys and NSEC.
    pub fn signed() -> Self {
        Self {
            serial: SERIAL,
            keys: vec![KeyPlan::ksk(P256), KeyPlan::zsk(P256)],
            denial: Denial::Nsec,
            bends: Vec::new(),
            signal: None,
            withheld: None,
            unlisted: None,
            last_next: None,
            unchained: None,
            minimum: NEGATIVE_TTL,
            text: "",
            delegations: None,
        }
    }
}

/// What is wrong with a DS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DsBend {
    /// The tag is one too great.
    Tag,
    /// It has this algorithm.
    Algorithm(u8),
    /// It has this digest type.
    DigestType(u8),
    /// One bit of the digest is turned over.
    Digest,
    /// The digest lacks its first octet.
    Short,
}

/// A DS at the parent.
#[derive(Debug, Clone, Copy)]
pub(super) struct DsPlan {
    /// The key it refers to, which need not be in the zone.
    pub key: KeyPlan,
    /// Digest type.
    pub digest_type: u8,
    /// What is wrong with it.
    pub bend: Option<DsBend>,
}

impl DsPlan {
    /// A right DS with SHA-256.
    pub const fn of(key: KeyPlan) -> Self {
        Self {
            key,
            digest_type: 2,
            bend: None,
        }
    }

    /// The same, bent.
    pub const fn bent(self, bend: DsBend) -> Self {
        Self {
            bend: Some(bend),
            ..self
        }
    }

    /// The same with this digest type.
    pub const fn digest_type(self, digest_type: u8) -> Self {
        Self {
            digest_type,
            ..self
        }
    }
}

/// What a server does with queries for the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It answers.
    Answer,
    /// It answers with REFUSED.
    Refuse,
    /// It refers to the root, as one that was never told of the zone.
    ReferUp,
    /// It says nothing.
    Silent,
    /// It answers as if it knew no DNSSEC: no RRSIG, NSEC or NSEC3 beside what was asked for.
    StripDnssec,
}

/// One name server of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServerPlan {
    /// What it does.
    pub mode: Mode,
    /// Which copy of the zone it has.
    pub copy: usize,
    /// Its address, if it shall not get one of its own.
    pub address: Option<IpAddr>,
}

impl ServerPlan {
    /// A server that answers from the first copy.
    pub const GOOD: Self = Self {
        mode: Mode::Answer,
        copy: 0,
        address: None,
    };
}

/// A zone of the lab.
#[derive(Debug, Clone)]
pub(super) struct ZonePlan {
    /// Its apex.
    pub apex: Name,
    /// Whether it has the content of a leaf zone: addresses, a text, `www`, an empty non-terminal.
    pub has_hosts: bool,
    /// More records, in master file syntax relative to the apex.
    pub text: &'static str,
    /// Its versions; the first is that of most servers.
    pub copies: Vec<CopyPlan>,
    /// Its servers `ns1`, `ns2` and so on.
    pub servers: Vec<ServerPlan>,
    /// Whether anything listens at the servers' addresses.
    pub is_served: bool,
    /// The DS records at the parent.
    pub ds: Vec<DsPlan>,
    /// What is done to the parent's signatures over them.
    pub ds_bend: Option<Bend>,
}

impl ZonePlan {
    /// A healthy signed leaf zone with two servers.
    pub fn leaf(apex: Name) -> Self {
        Self {
            apex,
            has_hosts: true,
            text: "",
            copies: vec![CopyPlan::signed()],
            servers: vec![ServerPlan::GOOD; 2],
            is_served: true,
            ds: vec![DsPlan::of(KeyPlan::ksk(P256))],
            ds_bend: None,
        }
    }

    /// A healthy signed zone that holds little but delegations.
    pub fn registry(apex: Name, denial: Denial) -> Self {
        let mut plan = Self::leaf(apex);
        plan.has_hosts = false;
        plan.copies[0].denial = denial;
        plan
    }
}
