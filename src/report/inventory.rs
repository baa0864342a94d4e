//! What the zone that answers has: its keys, the DS that stand for them, its name servers, its TTLs and
//! how long its signatures last, with the servers that show each.
//!
//! Findings say what is wrong; this says what is there, so that memory can tell what changed.

use serde::{Deserialize, Serialize};

use crate::dns::{Name, RecordType, Timestamp};

/// The inventory of one zone at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// Apex.
    pub zone: Name,
    /// The zone it is delegated from; `None` for the root.
    pub parent: Option<Name>,
    /// Its DNSKEY records by algorithm and tag, those of all servers together.
    pub keys: Vec<Key>,
    /// The DS records of all servers of the parent together.
    pub ds: Vec<DelegationSigner>,
    /// NS names that the zone has at its apex.
    pub name_servers: Vec<Name>,
    /// How long signatures last, by type, at the server where each ends first.
    pub signatures: Vec<Horizon>,
    /// TTLs of the RRsets that a change has to wait for.
    pub ttls: Ttls,
    /// Whether every address of the zone's servers answered for its keys, if only that it has none.
    #[serde(default, rename = "keys_whole")]
    pub is_keys_whole: bool,
    /// Whether every address of the parent's servers answered for the DS.
    #[serde(default, rename = "ds_whole")]
    pub is_ds_whole: bool,
    /// Iterations of the zone's NSEC3 records (RFC 5155, section 3.1.3); `None` without any.
    pub nsec3_iterations: Option<u16>,
}

/// A DNSKEY record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Key tag (RFC 4034, appendix B). Two keys can have the same.
    pub key_tag: u16,
    /// Number of the algorithm.
    pub algorithm: u8,
    /// Flags of the record.
    pub flags: u16,
    /// The first 16 hexadecimal digits of the SHA-256 of its RDATA: what tells it from every other key.
    pub identity: String,
    /// Whether it validly signs the DNSKEY RRset somewhere.
    pub signs_keys: bool,
    /// Whether it validly signs something else somewhere; CDS and CDNSKEY do not count.
    pub signs_data: bool,
    /// Whether a DS at the parent leads to it.
    pub has_ds: bool,
    /// Addresses of the servers that have it.
    pub servers: Vec<String>,
}

impl Key {
    /// Whether the SEP flag is set (RFC 4034, section 2.1.1).
    pub fn is_sep(&self) -> bool {
        self.flags & 1 == 1
    }

    /// Whether the key is revoked (RFC 5011, section 2.1).
    pub fn is_revoked(&self) -> bool {
        self.flags & 0x80 != 0
    }
}

/// A DS record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationSigner {
    /// Tag of the key it stands for.
    pub key_tag: u16,
    /// Number of that key's algorithm.
    pub algorithm: u8,
    /// Number of the digest type.
    pub digest_type: u8,
    /// The digest in hexadecimal digits.
    pub digest: String,
    /// Whether a chain leads through it at some server of the zone.
    pub holds: bool,
    /// Addresses of the parent's servers that have it.
    pub servers: Vec<String>,
}

/// How long the signatures over RRsets of one type last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Horizon {
    /// The type signed.
    pub rrtype: RecordType,
    /// When the first RRset is left without a signature in force; in the past when one is already.
    pub expires: Timestamp,
    /// The latest inception among these signatures: when the signer last did its work.
    pub signed: Timestamp,
    /// Address of the server where it expires first.
    pub server: String,
}

/// TTLs in seconds, the longest that a server gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ttls {
    /// Of the DS RRset at the parent.
    pub ds: Option<u32>,
    /// Of the DNSKEY RRset.
    pub dnskey: Option<u32>,
    /// Of the SOA record.
    pub soa: Option<u32>,
    /// For how long a denial is kept: the lesser of the SOA's TTL and its MINIMUM (RFC 2308, section 5).
    pub negative: Option<u32>,
}
