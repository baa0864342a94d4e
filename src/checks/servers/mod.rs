//! Name servers against one another.
//!
//! Most of these checks put servers together by what they gave ([`group_by`]) and speak up when there is
//! more than one group. Servers of different signers (RFC 8901) have different serials, keys and
//! signatures by right: they are compared only among [`peers`].

pub mod denial_mode_inconsistent;
pub mod dnskey_missing_on_server;
pub mod ds_content_inconsistent;
pub mod ds_presence_inconsistent;
pub mod multi_signer_dnskey_incomplete;
pub mod ns_set_inconsistent;
pub mod nsec3_parameters_inconsistent;
pub mod rrsig_expiry_inconsistent;
pub mod secondary_serves_expired;
pub mod serial_frozen_while_signatures_age;
pub mod signed_state_inconsistent;
pub mod soa_fields_inconsistent;
pub mod soa_serial_inconsistent;
pub mod soa_timers_unsafe;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::{Context, Statement};
use crate::dns::{Name, RecordType, Soa};
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{AnswerKind, JudgedRrset, JudgedServer, JudgedZone};

/// A server with what it gave.
pub type Server<'a> = (SocketAddr, &'a JudgedServer);

/// Tags and algorithms of those who sign at some servers, and these servers.
type Class<'a> = (BTreeSet<(u16, u8)>, Vec<Server<'a>>);

/// Servers that gave the same.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their addresses.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

/// Puts servers together by what they gave; those without a value are left out.
pub fn group_by<'a, V: Ord>(
    servers: &[Server<'a>],
    value: impl Fn(&'a JudgedServer) -> Option<(V, ExchangeId)>,
) -> BTreeMap<V, Group> {
    let mut groups: BTreeMap<V, Group> = BTreeMap::new();
    for (address, server) in servers {
        if let Some((value, id)) = value(server) {
            let group = groups.entry(value).or_default();
            group.servers.insert(*address);
            group.evidence.insert(id);
        }
    }
    groups
}

/// "X at 2 of 3 server addresses (…), Y at 1 of 3 server addresses (…)".
pub fn in_words<V: ToString>(
    context: &Context<'_>,
    zone: &Name,
    groups: &BTreeMap<V, Group>,
) -> String {
    let mut texts: Vec<_> = groups
        .iter()
        .map(|(value, group)| {
            let servers = context.servers(zone, &group.servers);
            format!("{} at {servers}", value.to_string())
        })
        .collect();
    let more = texts.len().saturating_sub(6);
    texts.truncate(6);
    if more > 0 {
        texts.push(format!("and {more} more"));
    }
    texts.join(", ")
}

/// A statement about groups that should be one; the smaller groups are the servers it is about.
pub fn state<V>(
    context: &Context<'_>,
    zone: &Name,
    groups: &BTreeMap<V, Group>,
    message: String,
) -> Statement {
    let greatest = groups.values().map(|group| group.servers.len()).max();
    let mut others: BTreeSet<SocketAddr> = BTreeSet::new();
    let mut is_met = false;
    for group in groups.values() {
        if !is_met && Some(group.servers.len()) == greatest {
            is_met = true;
        } else {
            others.extend(&group.servers);
        }
    }
    Statement::new(zone, message)
        .reach(Reach::SomeServers)
        .about("nameserver", context.servers(zone, &others))
        .shown_by(
            groups
                .values()
                .flat_map(|group| group.evidence.iter().copied()),
        )
}

/// The servers of a zone, apart by signer: two belong together when some key signed the SOA at both, or
/// one of them has no signature over it.
pub fn peers(zone: &JudgedZone) -> Vec<Vec<Server<'_>>> {
    let mut classes: Vec<Class<'_>> = Vec::new();
    for (address, server) in &zone.servers {
        let signers = signers(zone, server);
        let class = classes.iter_mut().find(|(known, _)| {
            known.is_empty() || signers.is_empty() || !known.is_disjoint(&signers)
        });
        match class {
            Some((known, members)) => {
                known.extend(signers);
                members.push((*address, server));
            }
            None => classes.push((signers, vec![(*address, server)])),
        }
    }
    classes.into_iter().map(|(_, members)| members).collect()
}

/// Tag and algorithm of each signature over the SOA.
fn signers(zone: &JudgedZone, server: &JudgedServer) -> BTreeSet<(u16, u8)> {
    let set = answer_set(zone, server, RecordType::SOA);
    let rrsigs = set.into_iter().flat_map(|(_, set)| &set.rrset.rrsigs);
    rrsigs
        .map(|rrsig| (rrsig.key_tag, rrsig.algorithm))
        .collect()
}

/// The RRset of this type at the apex, as a server gave it.
pub fn answer_set<'a>(
    zone: &JudgedZone,
    server: &'a JudgedServer,
    rtype: RecordType,
) -> Option<(ExchangeId, &'a JudgedRrset)> {
    let (id, answer) = server.answers.get(&probes::question(&zone.apex, rtype))?;
    if answer.kind != AnswerKind::Data {
        return None;
    }
    let mut sets = answer.rrsets.iter();
    let set = sets.find(|set| set.rrset.rtype == rtype && set.rrset.owner == zone.apex)?;
    Some((*id, set))
}

/// The SOA that a server gave.
pub fn soa(zone: &JudgedZone, server: &JudgedServer) -> Option<(ExchangeId, Soa)> {
    let (id, set) = answer_set(zone, server, RecordType::SOA)?;
    let soa = Soa::parse(set.rrset.rdata.first()?).ok()?;
    Some((id, soa))
}
