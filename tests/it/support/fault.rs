//! One fault each, made in a zone that is whole: what is wrong is one sentence long.

use super::zonefile::{Line, ZoneFile};

/// What is wrong with a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nothing.
    None,
    /// Every signature of the zone has expired.
    Expired,
    /// The signature over the address of `www` has expired.
    ExpiredAddress,
    /// The digest of the DS record differs from that of the key.
    DsDigest,
    /// The DS record was made from a key that the zone never had.
    DsOfOtherKey,
    /// The zone has no DNSKEY records.
    NoDnskey,
    /// The key that the DS record points at is not in the DNSKEY RRset.
    NoKsk,
    /// The address of `www` has no signature.
    NoSignature,
    /// The address of `www` was changed after signing.
    BentAddress,
    /// The signature over the address of `www` names a key that does not exist.
    UnknownKey,
    /// The zone has no NSEC or NSEC3 records.
    NoDenial,
    /// The NSEC or NSEC3 records have no signatures.
    NoDenialSignature,
    /// The type bitmap of the apex's NSEC or NSEC3 record was changed after signing.
    BentDenial,
}

impl Fault {
    /// All but `None`.
    pub const ALL: [Self; 12] = [
        Self::Expired,
        Self::ExpiredAddress,
        Self::DsDigest,
        Self::DsOfOtherKey,
        Self::NoDnskey,
        Self::NoKsk,
        Self::NoSignature,
        Self::BentAddress,
        Self::UnknownKey,
        Self::NoDenial,
        Self::NoDenialSignature,
        Self::BentDenial,
    ];

    /// A label for the zone that has it.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "good",
            Self::Expired => "expired",
            Self::ExpiredAddress => "expired-a",
            Self::DsDigest => "ds-digest",
            Self::DsOfOtherKey => "ds-other-key",
            Self::NoDnskey => "no-dnskey",
            Self::NoKsk => "no-ksk",
            Self::NoSignature => "no-rrsig-a",
            Self::BentAddress => "bent-a",
            Self::UnknownKey => "unknown-key",
            Self::NoDenial => "no-denial",
            Self::NoDenialSignature => "no-rrsig-denial",
            Self::BentDenial => "bent-denial",
        }
    }

    /// Whether it needs the zone signed a second time, in the past.
    pub fn needs_past(self) -> bool {
        matches!(self, Self::Expired | Self::ExpiredAddress)
    }

    /// Whether named as an authoritative server takes the zone for an unsigned one and sends no signatures
    /// at all, which is another fault: it wants to see a DNSKEY RRset and signed NSEC or NSEC3PARAM records
    /// at the apex.
    pub fn turns_named_unsigned(self) -> bool {
        matches!(
            self,
            Self::NoDenial | Self::NoDenialSignature | Self::NoDnskey
        )
    }

    /// Makes the fault in the zone file. `past` is the same zone signed in the past.
    pub fn apply(self, zone: &str, file: &mut ZoneFile, past: Option<&ZoneFile>) {
        let www = format!("www.{zone}");
        let is_address = |line: &Line| line.owner == www && line.rtype == "A";
        let signs_address = |line: &Line| line.owner == www && line.signs("A");
        match self {
            Self::None | Self::DsDigest | Self::DsOfOtherKey => {}
            Self::Expired => *file = past.expect("it was signed in the past").clone(),
            Self::ExpiredAddress => {
                file.take_from(past.expect("it was signed in the past"), signs_address);
            }
            Self::NoDnskey => {
                file.drop_records(|line| line.rtype == "DNSKEY" || line.signs("DNSKEY"));
            }
            Self::NoKsk => {
                file.drop_records(|line| line.rtype == "DNSKEY" && line.rdata.starts_with("257 "));
            }
            Self::NoSignature => file.drop_records(signs_address),
            Self::BentAddress => file.bend(is_address, |_| "192.0.2.99".into()),
            Self::UnknownKey => file.bend(signs_address, other_key_tag),
            Self::NoDenial => file.drop_records(|line| {
                line.is_denial() || line.signs_denial() || is_nsec3param(line)
            }),
            Self::NoDenialSignature => file.drop_records(Line::signs_denial),
            Self::BentDenial => file.bend(is_apex_denial, |rdata| format!("{rdata} TYPE65280")),
        }
    }

    /// Makes the fault in the DS record: tag, algorithm, digest type, digest. `other` is the DS record
    /// of a key that the zone does not have.
    pub fn apply_to_ds(self, ds: &str, other: &str) -> String {
        match self {
            Self::DsDigest => {
                let last = if ds.ends_with('0') { "1" } else { "0" };
                format!("{}{last}", &ds[..ds.len() - 1])
            }
            Self::DsOfOtherKey => other.to_owned(),
            _ => ds.to_owned(),
        }
    }
}

fn is_nsec3param(line: &Line) -> bool {
    line.rtype == "NSEC3PARAM" || line.signs("NSEC3PARAM")
}

/// Only the apex has an SOA record, also among hashed owner names.
fn is_apex_denial(line: &Line) -> bool {
    line.is_denial() && line.rdata.split_whitespace().any(|field| field == "SOA")
}

/// The RRSIG fields with another key tag, the seventh.
fn other_key_tag(rdata: &str) -> String {
    let mut fields: Vec<String> = rdata.split_whitespace().map(str::to_owned).collect();
    let tag: u16 = fields[6].parse().expect("a key tag is a number");
    fields[6] = tag.wrapping_add(1).to_string();
    fields.join(" ")
}
