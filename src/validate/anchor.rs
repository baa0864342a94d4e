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
