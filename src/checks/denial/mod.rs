//! Proofs that a name or type does not exist, by NSEC, and what both kinds of proof share.
//!
//! Most of these checks pick one kind of fault out of the proofs that failed ([`state_failed`]). A proof
//! that fails because its NSEC or NSEC3 have no valid signature is left to the checks of signatures.
//! Others hold what one answer denies against what another answer of the same server shows
//! ([`conflict`]).

pub mod denial_ancestor_delegation_misused;
pub mod denial_answers_inconsistent;
pub mod denial_apex_type_list_wrong;
pub mod denial_existing_name_covered;
pub mod denial_existing_type_not_in_bitmap;
pub mod denial_missing_for_nodata;
pub mod denial_missing_for_nxdomain;
pub mod denial_missing_for_wildcard;
pub mod denial_multiple_records;
pub mod denial_nsec_nsec3_mixed;
pub mod denial_nxdomain_for_ancestor;
pub mod denial_nxdomain_inconsistent;
pub mod denial_referral_with_ds;
pub mod denial_referral_with_soa;
pub mod denial_referral_without_ns;
pub mod denial_soa_missing;
pub mod denial_soa_wrong_owner;
pub mod denial_ttl_wrong;
pub mod denial_type_in_bitmap;
pub mod denial_wildcard_covered;
pub mod denial_wildcard_not_covered;
pub mod nsec_compact_denial_incomplete;
pub mod nsec_last_next_not_apex;
pub mod nsec_name_covered_in_nodata;
pub mod nsec_name_not_covered;
pub mod nsec_no_match_for_nodata;
pub mod nsec_query_error;
pub mod nsec_wildcard_expansion_invalid;
pub mod nsec_zone_enumerable;

pub mod conflict;
mod unanswered;

pub use unanswered::state_unanswered;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::statement::list;
use super::{Context, Statement};
use crate::dns::message::Question;
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{Claim, DenialFault, JudgedRrset, JudgedZone, Status};

/// One proof that failed although its records are signed, or that has no records.
#[derive(Debug, Clone)]
pub struct Failed {
    /// The zone that answered; for a delegation without DS the parent.
    pub zone: Name,
    /// What was asked.
    pub question: Question,
    /// What was to be proven.
    pub claim: Claim,
    /// What is wrong.
    pub fault: DenialFault,
    /// Where it was seen.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
    /// Everywhere, unless another server proves the same.
    pub reach: Reach,
}

/// Failed proofs of one zone with the same reach.
#[derive(Debug)]
pub struct Group {
    /// The zone.
    pub zone: Name,
    /// At least one.
    pub failed: Vec<Failed>,
    /// Where they were seen.
    pub servers: BTreeSet<SocketAddr>,
    /// How far they reach.
    pub reach: Reach,
}

impl Group {
    /// "www.example. MX", or "example. CDS and CDNSKEY", or "a.example. A, b.example. A and 3 more".
    pub fn questions(&self) -> String {
        let mut types: BTreeMap<&Name, BTreeSet<RecordType>> = BTreeMap::new();
        for failed in &self.failed {
            let of_name = types.entry(&failed.question.name).or_default();
            of_name.insert(failed.question.rtype);
        }
        let names = types.into_iter();
        let texts: Vec<_> = names
            .map(|(name, types)| format!("{name} {}", list(types)))
            .collect();
        list(texts)
    }

    /// "missing.example." or "a.example. and b.example."
    pub fn names(&self) -> String {
        let names: BTreeSet<_> = self.failed.iter().map(|f| &f.question.name).collect();
        list(names)
    }

    /// What is wrong with the first of them.
    pub fn fault(&self) -> &DenialFault {
        &self.failed[0].fault
    }
}

/// One statement for each group of failed proofs that `wanted` picks: `words` gives the sentence, without
/// servers. In `fix`, `ZONE` stands for the apex.
pub fn state_failed(
    context: &Context<'_>,
    wanted: impl Fn(&Failed) -> bool,
    words: impl Fn(&Group) -> String,
    fix: &str,
) -> Vec<Statement> {
    let mut groups: BTreeMap<_, Group> = BTreeMap::new();
    for failed in failed(context).into_iter().filter(|failed| wanted(failed)) {
        let apart = (failed.reach == Reach::SomeServers).then(|| failed.servers.clone());
        let key = (failed.zone.clone(), failed.reach, apart);
        let group = groups.entry(key).or_insert_with(|| Group {
            zone: failed.zone.clone(),
            failed: Vec::new(),
            servers: BTreeSet::new(),
            reach: failed.reach,
        });
        group.servers.extend(&failed.servers);
        group.failed.push(failed);
    }
    let groups = groups.into_values();
    groups
        .map(|group| statement(context, &group, &words(&group), fix))
        .collect()
}

fn statement(context: &Context<'_>, group: &Group, words: &str, fix: &str) -> Statement {
    let first = &group.failed[0];
    let at = context.at(&group.zone, &group.servers, group.reach);
    let evidence = group.failed.iter().flat_map(|failed| &failed.evidence);
    Statement::new(&group.zone, format!("{words}{at}"))
        .reach(group.reach)
        .about("owner", &first.question.name)
        .about("rrtype", first.question.rtype)
        .fact("asked", group.questions())
        .fact("fault", &first.fault)
        .fix(fix.replace("ZONE", &group.zone.to_string()))
        .shown_by(evidence.copied())
        .at_servers(context, &group.servers)
}

/// Every proof that failed and has no record without a valid signature beside it.
pub fn failed(context: &Context<'_>) -> Vec<Failed> {
    let is_own = |denial: &&super::faults::Denial| {
        let mut evidence = denial.evidence.iter();
        !denial.has_bogus_records && !evidence.all(|id| is_from_below(context, *id, &denial.zone))
    };
    let mut all: Vec<_> = context
        .denials
        .iter()
        .filter(is_own)
        .filter_map(|denial| {
            let fault = denial.result.as_ref().err()?;
            Some(Failed {
                zone: denial.zone.clone(),
                question: denial.question.clone(),
                claim: denial.claim.clone(),
                fault: fault.clone(),
                servers: denial.servers.clone(),
                evidence: denial.evidence.clone(),
                reach: reach(context, &denial.zone, &denial.question, &denial.servers),
            })
        })
        .collect();
    all.extend(context.chain.zones.iter().flat_map(failed_delegations));
    all
}

/// Whether the SOA beside an answer is that of a zone below: the server has both, and nobody knew of the
/// cut, as with the address of a name server several labels down.
fn is_from_below(context: &Context<'_>, id: ExchangeId, zone: &Name) -> bool {
    let heard = context.view.get(id);
    let message = heard.and_then(|heard| heard.message.as_ref());
    let authority = message.into_iter().flat_map(|message| &message.authority);
    let mut soas = authority.filter(|record| record.rtype == RecordType::SOA);
    soas.any(|soa| soa.owner.is_below(zone))
}

fn reach(
    context: &Context<'_>,
    zone: &Name,
    question: &Question,
    servers: &BTreeSet<SocketAddr>,
) -> Reach {
    let judged = context.chain.zone(zone).into_iter();
    let mut others = judged
        .flat_map(|zone| &zone.servers)
        .filter(|(address, _)| !servers.contains(address))
        .filter_map(|(_, server)| server.answers.get(question));
    if others.any(|(_, answer)| matches!(answer.status, Status::Secure | Status::Insecure)) {
        Reach::SomeServers
    } else {
        Reach::Everywhere
    }
}

/// What parent servers fail to prove about the DS of a zone, by fault.
fn failed_delegations(zone: &JudgedZone) -> Vec<Failed> {
    let mut found: Vec<Failed> = Vec::new();
    let Some(parent) = &zone.parent else {
        return found;
    };
    let replies = zone.delegation.values();
    let is_good = |status| matches!(status, Status::Secure | Status::Insecure);
    let is_proven = replies.clone().any(|(_, ds)| is_good(ds.status));
    let reach = match is_proven {
        true => Reach::SomeServers,
        false => Reach::Everywhere,
    };
    for (server, (id, ds)) in &zone.delegation {
        let Some(Err(fault)) = &ds.denial else {
            continue;
        };
        if ds.denials.iter().any(is_bogus_proof) {
            continue;
        }
        let known = found.iter().position(|known| known.fault == *fault);
        let at = known.unwrap_or_else(|| {
            found.push(Failed {
                zone: parent.clone(),
                question: probes::question(&zone.apex, RecordType::DS),
                claim: Claim::NoDs,
                fault: fault.clone(),
                servers: BTreeSet::new(),
                evidence: BTreeSet::new(),
                reach,
            });
            found.len() - 1
        });
        found[at].servers.insert(*server);
        found[at].evidence.insert(*id);
    }
    found
}

fn is_bogus_proof(set: &JudgedRrset) -> bool {
    set.status == Status::Bogus && matches!(set.rrset.rtype, RecordType::NSEC | RecordType::NSEC3)
}
