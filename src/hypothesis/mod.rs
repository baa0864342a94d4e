//! What if: a change to a delegation or a zone that nobody has made yet, judged before it is made.
//!
//! A [`Hypothesis`] is laid over evidence, and the result is judged as evidence is. Three things are changed,
//! each where servers would say it: the DS RRset and the delegation at the parent's servers, the DNSKEY RRset
//! at the zone's own, and, when the name servers or the whole zone are others, everything these say. What the
//! zones would have to sign anew counts as signed ([`crate::validate::Supposed`]); what they would not is
//! validated as ever, so a zone file with a bad signature stays one.
//!
//! Resolvers do not see a change at once: for its TTL each may hold the old DS RRset, the old DNSKEY RRset or
//! the old delegation beside the new rest. Every such mix is a world of its own and judged like the others
//! (the file `worlds`), at the best servers and at those that are not in step (`standing`); an order of steps is
//! one in which nobody fails in any mix on the way. What one look cannot tell is said beside it (`cautions`).
//!
//! Invariant: the evidence that was collected is never changed, and an overlay never gets into an archive.

mod base;
mod cautions;
mod edit;
mod file;
mod given;
mod outlook;
mod stage;
mod standing;
mod words;
mod worlds;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

pub use file::ZoneFile;
pub use given::{Given, Source, Wrong};
pub use outlook::weigh;
pub use stage::Stage;

use crate::dns::{Dnskey, Ds, Name};
use crate::evidence::Evidence;

/// A change that is supposed to be made.
#[derive(Debug, Clone)]
pub struct Hypothesis {
    /// The zone that it is about.
    pub zone: Name,
    /// DS records published beside those that are there.
    pub ds_added: Vec<Ds>,
    /// Tags of DS records withdrawn.
    pub ds_removed: Vec<u16>,
    /// Keys put into the DNSKEY RRset. One with the SEP flag signs it, as signers do.
    pub keys_added: Vec<Dnskey>,
    /// Tags of keys taken out of it. Signatures that these made over other RRsets stay as they are.
    pub keys_removed: Vec<u16>,
    /// Name servers in place of those of the delegation.
    pub servers: Option<NameServers>,
    /// A zone file in place of what the servers have.
    pub file: Option<ZoneFile>,
}

/// Name servers with the addresses given for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameServers {
    /// Their names.
    pub names: BTreeSet<Name>,
    /// Addresses by name; those of the others are looked up.
    pub addresses: BTreeMap<Name, BTreeSet<IpAddr>>,
}

impl Hypothesis {
    /// Whether servers are asked that an ordinary audit does not ask, or say what they do not say.
    pub fn is_elsewhere(&self) -> bool {
        self.servers.is_some() || self.file.is_some()
    }
}

/// What was heard as things are, and as they would be with other servers or another zone.
#[derive(Debug, Clone)]
pub struct Heard {
    /// As things are.
    pub now: Evidence,
    /// With the servers or the zone file supposed; none when the hypothesis has neither.
    pub then: Option<Evidence>,
}
