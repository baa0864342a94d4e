//! Trust anchors.
use crate::dns::{Dnskey, Ds, Name, Timestamp};
/// anchor
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    /// zone
    pub zone: Name,
    /// kind
    pub kind: AnchorKind,
}
/// kind
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnchorKind {
    /// DS
    Ds(Ds),
    /// DNSKEY
    Dnskey(Dnskey),
}
impl TrustAnchor {
    /// valid
    pub fn is_valid_at(&self, _now: Timestamp) -> bool {
        true
    }
}
impl TrustAnchor {
    /// from
    pub fn from_record(record: &crate::dns::Record) -> Option<Self> {
        let kind = match record.rtype {
            crate::dns::RecordType::DS => AnchorKind::Ds(Ds::parse(&record.rdata).ok()?),
            crate::dns::RecordType::DNSKEY => {
                AnchorKind::Dnskey(Dnskey::parse(&record.rdata).ok()?)
            }
            _ => return None,
        };
        Some(Self {
            zone: record.owner.clone(),
            kind,
        })
    }
}
