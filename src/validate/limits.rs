//! How much work one audit may cost, whatever servers send.
//!
//! Every search over foreign data draws on one of these. Running out ends the search, is remembered in
//! [`Reached`], and becomes a finding: it is never a silent verdict.

use std::collections::BTreeSet;
use std::fmt;

/// DS records of one zone that are read, over all servers of its parent. BIND keeps no more than 100 records of
/// a name and type (`max-records-per-type`, CVE-2024-1737); zones in use have fewer than ten.
pub const DS_RECORDS: usize = 100;

/// Budgets of one audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Signature checks tried for one RRset. BIND 9.18.24 stops a whole fetch after 16
    /// (`max-validations-per-fetch`), Unbound 1.19.1 an RRset after 8: 32 sees beyond both, so that a good
    /// signature among many bad ones is still found, and KeyTrap (CVE-2023-50387) stays cheap.
    pub signatures_per_rrset: u32,
    /// Signature checks computed in one audit, repeated ones not counted and those with a long RSA
    /// exponent counted once for each octet of it. A zone with 13 servers that all
    /// send different signatures over 20 RRsets needs 260; KeyTrap needs millions.
    pub signatures_per_audit: u32,
    /// NSEC3 iterations above which a negative answer counts as insecure: 150 is the limit of Unbound,
    /// BIND and PowerDNS Recursor of 2021 to 2024 (RFC 9276, section 3.2 and appendix A).
    pub nsec3_iterations: u16,
    /// NSEC3 hashes computed in one audit (CVE-2023-50868). A name has at most 127 ancestors, and one
    /// answer needs no more than two hashes for each.
    pub nsec3_hashes_per_audit: u32,
    /// Keys of one DNSKEY RRset that are read. A response of 64 KiB holds fewer than 1,000 keys of
    /// algorithm 13; the greatest sets seen in use have about 20.
    pub keys_per_rrset: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            signatures_per_rrset: 32,
            signatures_per_audit: 2_048,
            nsec3_iterations: 150,
            nsec3_hashes_per_audit: 4_096,
            keys_per_rrset: 256,
        }
    }
}

/// A limit that ended a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// [`Limits::signatures_per_rrset`].
    SignaturesPerRrset,
    /// [`Limits::signatures_per_audit`].
    SignaturesPerAudit,
    /// [`Limits::nsec3_hashes_per_audit`].
    Nsec3Hashes,
    /// [`Limits::keys_per_rrset`].
    KeysPerRrset,
    /// [`DS_RECORDS`].
    DsRecords,
}

/// The limits that ended a search in this audit.
pub type Reached = BTreeSet<Limit>;

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignaturesPerRrset => "signature checks for one RRset",
            Self::SignaturesPerAudit => "signature checks in all",
            Self::Nsec3Hashes => "NSEC3 hashes in all",
            Self::KeysPerRrset => "keys in one DNSKEY RRset",
            Self::DsRecords => "DS records of one zone",
        })
    }
}
