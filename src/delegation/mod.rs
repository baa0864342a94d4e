//! A zone's DS RRset against its keys: what to publish, what to withdraw, and from when on.
//!
//! [`plan`] compares three things at one instant: the DS RRset at every server of the parent, the keys at
//! every server of the zone, and what the zone asks its parent for by CDS and CDNSKEY (RFC 7344,
//! RFC 8078). Its instants follow RFC 7583, section 3.3: a resolver may hold an old DS RRset for its TTL
//! and an old DNSKEY RRset for its own. One look cannot tell how long something has been there, so every
//! instant is the latest that may be needed, counted from the look.
//!
//! Invariant: no step before which the zone validates makes it bogus for a resolver that kept the TTLs.
//! Left out: the Hold-Down times of RFC 5011, which concern trust anchors, not DS.

mod change;
mod digest;
mod facts;
mod file;
mod render;
mod rolling;
mod steps;
mod wish;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;

use serde::Serialize;

pub use digest::{ds_of, line, may_be_used};
pub use facts::{Child, Facts, Parent, Said, data_ttl, negative_ttl};
pub use file::{FileError, FileKeys, from_records};
pub use render::{ds, file_json, file_text, json, text};

use crate::crypto::{Algorithm, DigestType};
use crate::dns::{Dnskey, Name, Timestamp};
use crate::evidence::Evidence;
use crate::evidence::topology::{Basis, Topology};
use crate::evidence::view::View;
use crate::validate::{Chain, Limits, anchor, chain};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "anchorwatch.ds/1";

/// How a delegation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing to do.
    InSync,
    /// The chain holds, and something is to be done.
    ToDo,
    /// Validating resolvers fail at some server at least.
    Broken,
    /// Too little was heard.
    Unknown,
}

impl State {
    /// 0 in sync, 1 something to do, 2 broken now, 3 could not tell.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::InSync => 0,
            Self::ToDo => 1,
            Self::Broken => 2,
            Self::Unknown => 3,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::InSync => "in sync",
            Self::ToDo => "to do",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        })
    }
}

/// How a delegation stands and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DsPlan {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Apex of the zone.
    pub zone: Name,
    /// The zone it is delegated from; none for the root.
    pub parent: Option<Name>,
    /// The instant planned from.
    pub at: Timestamp,
    /// How it stands.
    pub state: State,
    /// The same in one sentence.
    pub summary: String,
    /// Each key with the SEP flag or that signs the DNSKEY RRset, with its DS in each digest.
    pub keys: Vec<KeyRow>,
    /// Each DS that some parent server has.
    pub published: Vec<DsRow>,
    /// What each server of the parent says.
    pub parent_servers: Vec<ParentRow>,
    /// What each server of the zone says.
    pub zone_servers: Vec<ZoneRow>,
    /// Greatest TTL of the DS RRset, in seconds.
    pub ds_ttl: Option<u32>,
    /// Greatest TTL of the DNSKEY RRset, in seconds.
    pub dnskey_ttl: Option<u32>,
    /// What the zone asks its parent for.
    pub wish: String,
    /// The DS RRset to have in the end, as lines of a zone file.
    pub wanted: Vec<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
}

/// A key that is or could be an entry point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    /// Key tag.
    pub key_tag: u16,
    /// Algorithm number.
    pub algorithm: u8,
    /// Its mnemonic.
    pub mnemonic: String,
    /// Flags of the DNSKEY record.
    pub flags: u16,
    /// Whether the SEP flag is set.
    pub is_sep: bool,
    /// Whether the key is revoked.
    pub is_revoked: bool,
    /// Servers of the zone that have it.
    pub servers: usize,
    /// Servers of the zone where its signature over the DNSKEY RRset is valid.
    pub signing_at: usize,
    /// Its DS in each digest that may be used, and in others that are published.
    pub ds: Vec<DigestRow>,
}

/// A DS that a key could have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestRow {
    /// Digest type number.
    pub digest_type: u8,
    /// Its name.
    pub digest_name: String,
    /// The record, as a line of a zone file.
    pub record: String,
    /// Parent servers that have it.
    pub parent_servers: usize,
    /// Whether CDS or CDNSKEY ask for it.
    pub is_wished: bool,
}

/// A DS that some parent server has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DsRow {
    /// The record, as a line of a zone file.
    pub record: String,
    /// Parent servers that have it.
    pub parent_servers: usize,
    /// Servers of the zone where it leads to a key that signs the DNSKEY RRset.
    pub leads_at: usize,
    /// What it refers to, in words.
    pub refers_to: String,
}

/// What a server of the parent says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParentRow {
    /// Address and port.
    pub server: SocketAddr,
    /// Its DS RRset; none when it did not say.
    pub ds: Option<Vec<String>>,
    /// TTL of the DS RRset, in seconds.
    pub ttl: Option<u32>,
}

/// What a server of the zone says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZoneRow {
    /// Address and port.
    pub server: SocketAddr,
    /// Tags of its keys; none when it did not say.
    pub keys: Option<Vec<u16>>,
    /// Tags of those that sign the DNSKEY RRset.
    pub signing: Vec<u16>,
    /// TTL of the DNSKEY RRset, in seconds.
    pub ttl: Option<u32>,
    /// Its CDS records.
    pub cds: Vec<String>,
    /// Its CDNSKEY records.
    pub cdnskey: Vec<String>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Add DS records at the parent.
    Publish,
    /// Remove DS records at the parent.
    Withdraw,
    /// Take a key out of the zone.
    RemoveKey,
    /// Put the zone itself right.
    Repair,
}

/// One step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it does.
    pub action: Action,
    /// What to do, in words.
    pub text: String,
    /// The records it is about, as lines of a zone file.
    pub records: Vec<String>,
    /// The instant from which it is safe, if the steps before it are carried out at once.
    pub earliest: Timestamp,
    /// Why it is safe then.
    pub because: String,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlan {
    /// The name lies in this zone and is not its apex.
    NotApex(Name),
    /// The servers on the way did not say whether the name is an apex; the deepest zone that they told of.
    NotFound(Name),
}

impl fmt::Display for NoPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotApex(zone) => write!(
                f,
                "not the apex of a zone, so it has no DS; it lies in {zone}"
            ),
            Self::NotFound(zone) => write!(
                f,
                "no server told whether it is a zone; the search ended in {zone}"
            ),
        }
    }
}

/// Plans for the zone that `evidence` is about, as of `at`.
///
/// # Errors
/// As [`plan`].
pub fn plan_evidence(
    evidence: &Evidence,
    digests: &[DigestType],
    at: Timestamp,
) -> Result<DsPlan, NoPlan> {
    let view = View::new(evidence.exchanges.clone());
    let topology = Topology::new(&view, &Basis::of(evidence));
    // Anchors that cannot be read cover nothing; keys and DS are compared all the same.
    let anchors = anchor::from_records(&evidence.anchors).unwrap_or_default();
    let chain = chain::judge(&view, &topology, &anchors, Limits::default(), at);
    plan(&view, &topology, &chain, &evidence.name, digests, at)
}

/// Plans for the zone `name` with what was heard, as of `at`. `digests` are those wished for; those in
/// use, or SHA-256, when empty.
///
/// # Errors
/// [`NoPlan`] when `name` is not the apex of a zone as far as is known.
pub fn plan(
    view: &View,
    topology: &Topology,
    chain: &Chain,
    name: &Name,
    digests: &[DigestType],
    at: Timestamp,
) -> Result<DsPlan, NoPlan> {
    let facts = facts::gather(view, topology, chain, name)?;
    Ok(of_facts(&facts, digests, at))
}

/// Plans with facts that were gathered.
pub fn of_facts(facts: &Facts, digests: &[DigestType], at: Timestamp) -> DsPlan {
    let wish = wish::Wish::of(facts);
    let decided = steps::decide(facts, &wish, digests, at);
    DsPlan {
        schema: SCHEMA,
        zone: facts.zone.clone(),
        parent: facts.parent.clone(),
        at,
        state: decided.state,
        summary: decided.summary,
        keys: facts
            .entry_keys()
            .into_iter()
            .map(|key| key_row(facts, &wish, key))
            .collect(),
        published: facts
            .published_anywhere()
            .iter()
            .map(|ds| ds_row(facts, ds))
            .collect(),
        parent_servers: facts.parents.iter().map(|p| parent_row(facts, p)).collect(),
        zone_servers: facts.children.iter().map(|c| zone_row(facts, c)).collect(),
        ds_ttl: facts.ds_ttl(),
        dnskey_ttl: facts.dnskey_ttl(),
        wish: wish.to_string(),
        wanted: decided.wanted,
        steps: decided.steps,
    }
}

fn key_row(facts: &Facts, wish: &wish::Wish, key: &Dnskey) -> KeyRow {
    let published = facts.published_anywhere();
    let forms = digest::all_forms(&facts.zone, key);
    let shown = forms.into_iter().filter(|ds| {
        may_be_used(DigestType(ds.digest_type)) || published.contains(ds) || wish.asks_for(ds)
    });
    KeyRow {
        key_tag: key.key_tag(),
        algorithm: key.algorithm,
        mnemonic: Algorithm(key.algorithm).to_string(),
        flags: key.flags,
        is_sep: key.is_sep(),
        is_revoked: key.is_revoked(),
        servers: facts.children.iter().filter(|c| c.has(key)).count(),
        signing_at: facts
            .children
            .iter()
            .filter(|c| c.is_signed_by(key))
            .count(),
        ds: shown
            .map(|ds| DigestRow {
                digest_type: ds.digest_type,
                digest_name: DigestType(ds.digest_type).to_string(),
                record: line(&facts.zone, &ds),
                parent_servers: facts.parents_with(&ds),
                is_wished: wish.asks_for(&ds),
            })
            .collect(),
    }
}

fn ds_row(facts: &Facts, ds: &crate::dns::Ds) -> DsRow {
    DsRow {
        record: line(&facts.zone, ds),
        parent_servers: facts.parents_with(ds),
        leads_at: facts.children.iter().filter(|c| facts.leads(ds, c)).count(),
        refers_to: facts.refers_to(ds),
    }
}

fn parent_row(facts: &Facts, parent: &Parent) -> ParentRow {
    ParentRow {
        server: parent.server,
        ds: parent
            .ds
            .as_ref()
            .map(|set| set.iter().map(|ds| line(&facts.zone, ds)).collect()),
        ttl: parent.ttl,
    }
}

fn zone_row(facts: &Facts, child: &Child) -> ZoneRow {
    let tags = |keys: &[Dnskey]| keys.iter().map(Dnskey::key_tag).collect();
    let record = |rtype, text: String| format!("{} IN {rtype} {text}", facts.zone);
    ZoneRow {
        server: child.server,
        keys: match &child.said {
            Said::Silent => None,
            Said::Unsigned => Some(Vec::new()),
            Said::Keys(keys) => Some(tags(keys)),
        },
        signing: tags(&child.signers),
        ttl: child.ttl,
        cds: child
            .cds
            .iter()
            .map(|ds| record("CDS", crate::dns::present::ds_text(ds)))
            .collect(),
        cdnskey: child
            .cdnskey
            .iter()
            .map(|key| record("CDNSKEY", crate::dns::present::dnskey(key)))
            .collect(),
    }
}
