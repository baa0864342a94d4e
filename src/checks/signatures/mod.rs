//! RRSIG records: missing, out of time, or not what the key made.
//!
//! Most of these checks pick one kind of fault out of [`Context::faults`]; [`state_each`] makes one
//! statement of all RRsets of a zone that have it at the same servers.

pub mod rrsig_expired;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

pub use super::faults::Fault;
use super::{Context, Statement};
use crate::crypto::Algorithm;
use crate::dns::{Name, RecordType};
use crate::policy::Reach;

/// RRsets of one zone with the same kind of fault at the same servers.
pub struct Group<'a> {
    /// The zone.
    pub zone: &'a Name,
    /// Each fault, one an RRset and signature.
    pub faults: Vec<&'a Fault>,
    /// Where they were seen.
    pub servers: &'a BTreeSet<SocketAddr>,
}

impl Group<'_> {
    /// "A, AAAA and SOA", each type once.
    pub fn types(&self) -> String {
        list_types(self.faults.iter().map(|fault| fault.rtype))
    }

    /// "key 12345 (ECDSAP256SHA256)", or "keys 1 (…), 2 (…)".
    pub fn signers(&self) -> String {
        let signers: BTreeSet<_> = self
            .faults
            .iter()
            .map(|fault| {
                format!(
                    "{} ({})",
                    fault.rrsig.key_tag,
                    Algorithm(fault.rrsig.algorithm)
                )
            })
            .collect();
        let word = if signers.len() == 1 { "key" } else { "keys" };
        let shown: Vec<_> = signers.iter().take(4).map(String::as_str).collect();
        let more = if signers.len() > 4 { ", …" } else { "" };
        format!("{word} {}{more}", shown.join(", "))
    }

    /// "RRSIG over A of www.example." or "5 RRSIGs over A, NS and SOA of example."
    pub fn subject(&self) -> String {
        let owners: BTreeSet<_> = self.faults.iter().map(|fault| &fault.owner).collect();
        let of = match owners.first().filter(|_| owners.len() == 1) {
            Some(owner) => format!("of {owner}"),
            None => format!("in {}", self.zone),
        };
        match self.faults.as_slice() {
            [one] => format!("the RRSIG over {} {of}", one.rtype),
            many => format!("{} RRSIGs over {} {of}", many.len(), self.types()),
        }
    }
}

/// "A", "A and NS", "A, NS and SOA".
pub fn list_types(types: impl IntoIterator<Item = RecordType>) -> String {
    let unique: BTreeSet<_> = types.into_iter().collect();
    let texts: Vec<_> = unique.into_iter().map(|rtype| rtype.to_string()).collect();
    match texts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// Groups the faults that `wanted` picks by zone, servers and whether they are harmless, and has each
/// group put into words by `message`; subject, facts, reach and evidence are added here.
pub fn state_each(
    context: &Context<'_>,
    wanted: impl Fn(&Fault) -> bool,
    message: impl Fn(&Group<'_>) -> (String, String),
) -> Vec<Statement> {
    let mut groups: BTreeMap<_, Group<'_>> = BTreeMap::new();
    for fault in context
        .faults
        .signatures
        .iter()
        .filter(|fault| wanted(fault))
    {
        let group = groups
            .entry((&fault.zone, &fault.servers, fault.is_harmless))
            .or_insert_with(|| Group {
                zone: &fault.zone,
                faults: Vec::new(),
                servers: &fault.servers,
            });
        group.faults.push(fault);
    }
    groups
        .into_iter()
        .map(|((zone, servers, is_harmless), group)| {
            let reach = if is_harmless {
                Reach::Harmless
            } else {
                context.reach(zone, servers)
            };
            let (message, fix) = message(&group);
            state(context, &group, reach, message).fix(fix)
        })
        .collect()
}

fn state(context: &Context<'_>, group: &Group<'_>, reach: Reach, message: String) -> Statement {
    let at = match reach {
        Reach::Everywhere => String::new(),
        _ => format!(", at {}", context.servers(group.zone, group.servers)),
    };
    let beside = match reach {
        Reach::Harmless => "; another signature beside it is valid",
        _ => "",
    };
    let first = group.faults[0];
    let mut statement = Statement::new(group.zone, format!("{message}{at}{beside}"))
        .reach(reach)
        .about("rrtype", group.types())
        .about("owner", &first.owner)
        .about("key_tag", first.rrsig.key_tag)
        .about("algorithm", Algorithm(first.rrsig.algorithm))
        .fact("inception", first.rrsig.inception.near(context.now))
        .fact("expiration", first.rrsig.expiration.near(context.now))
        .fact("signer", &first.rrsig.signer);
    for fault in &group.faults {
        statement = statement.shown_by(fault.evidence.iter().copied());
    }
    if reach != Reach::Everywhere {
        let names: Vec<_> = group
            .servers
            .iter()
            .map(|server| context.server(group.zone, *server))
            .collect();
        statement = statement.about("nameserver", names.join(", "));
    }
    statement
}
