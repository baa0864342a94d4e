//! Faults of signatures and proofs, gathered over all servers of a zone.
//!
//! Three servers that send the same expired signature are one fault at three servers. The checks of
//! signatures and denial each pick their own kind out of these lists.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::dns::message::Question;
use crate::dns::{Name, RecordType, Rrsig};
use crate::evidence::view::ExchangeId;
use crate::validate::{
    AnswerKind, Arrival, Chain, Claim, DenialFault, JudgedRrset, JudgedZone, KeysReply, Proof,
    SignatureFault, Status,
};

/// One signature that proves nothing.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The zone that holds the RRset (for a DS RRset the parent zone).
    pub zone: Name,
    /// Owner name of the RRset.
    pub owner: Name,
    /// Its type.
    pub rtype: RecordType,
    /// The signature.
    pub rrsig: Rrsig,
    /// What is wrong with it.
    pub fault: SignatureFault,
    /// Whether the RRset has another signature that is valid, at each server that has this fault.
    pub is_harmless: bool,
    /// Where it was seen.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

/// An RRset of a signed zone that came without any signature.
#[derive(Debug, Clone)]
pub struct Unsigned {
    /// The zone that holds the RRset.
    pub zone: Name,
    /// Owner name of the RRset.
    pub owner: Name,
    /// Its type.
    pub rtype: RecordType,
    /// Where it was seen.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

/// All faults of signatures.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Signatures that prove nothing, ordered by zone, owner and type.
    pub signatures: Vec<Fault>,
    /// RRsets without signatures, in the same order.
    pub unsigned: Vec<Unsigned>,
}

/// A proof that failed, or one that holds only because a limit or opt-out makes it insecure.
#[derive(Debug, Clone)]
pub struct Denial {
    /// The zone.
    pub zone: Name,
    /// What was asked.
    pub question: Question,
    /// What the answer said.
    pub kind: AnswerKind,
    /// What was to be proven.
    pub claim: Claim,
    /// The result.
    pub result: Result<Proof, DenialFault>,
    /// Whether some NSEC or NSEC3 beside it had no valid signature, which then is the cause.
    pub has_bogus_records: bool,
    /// Where it was seen.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

/// All proofs that are not plainly shown.
pub type Denials = Vec<Denial>;

type Key = (Name, Name, RecordType, Vec<u8>, String);

#[derive(Default)]
struct Gathering {
    signatures: BTreeMap<Key, Fault>,
    unsigned: BTreeMap<(Name, Name, RecordType), Unsigned>,
}

/// Gathers the faults of every RRset that a chain leads to or should.
pub fn gather(chain: &Chain) -> Faults {
    let mut gathering = Gathering::default();
    for zone in &chain.zones {
        gathering.delegation(chain, zone);
        if !matches!(zone.arrival, Arrival::Ended(..)) {
            gathering.servers(zone);
        }
    }
    Faults {
        signatures: gathering.signatures.into_values().collect(),
        unsigned: gathering.unsigned.into_values().collect(),
    }
}

impl Gathering {
    /// The DS RRset of a zone, and what stands in its place, belong to its parent.
    fn delegation(&mut self, chain: &Chain, zone: &JudgedZone) {
        let parent = zone.parent.as_ref().and_then(|apex| chain.zone(apex));
        let Some(parent) = parent.filter(|parent| parent.status == Status::Secure) else {
            return;
        };
        for (server, (id, ds)) in &zone.delegation {
            for set in ds.rrset.iter().chain(&ds.denials) {
                self.rrset(&parent.apex, *server, *id, set);
            }
        }
    }

    fn servers(&mut self, zone: &JudgedZone) {
        for (address, server) in &zone.servers {
            if let KeysReply::Given(id, judged) = &server.keys {
                self.rrset(&zone.apex, *address, *id, &judged.rrset);
            }
            for (id, answer) in server.answers.values() {
                for set in &answer.rrsets {
                    self.rrset(&zone.apex, *address, *id, set);
                }
            }
        }
    }

    fn rrset(&mut self, zone: &Name, server: SocketAddr, id: ExchangeId, judged: &JudgedRrset) {
        let set = &judged.rrset;
        if set.rrsigs.is_empty() {
            self.without(zone, server, id, judged);
        }
        for (rrsig, fault) in judged.faults() {
            let key = (
                zone.clone(),
                set.owner.clone(),
                set.rtype,
                [&rrsig.signed_head()[..], &rrsig.signature].concat(),
                fault.to_string(),
            );
            let is_harmless = judged.valid().next().is_some();
            let entry = self.signatures.entry(key).or_insert_with(|| Fault {
                zone: zone.clone(),
                owner: set.owner.clone(),
                rtype: set.rtype,
                rrsig: rrsig.clone(),
                fault: fault.clone(),
                is_harmless,
                servers: BTreeSet::new(),
                evidence: BTreeSet::new(),
            });
            entry.is_harmless &= is_harmless;
            entry.servers.insert(server);
            entry.evidence.insert(id);
        }
    }

    fn without(&mut self, zone: &Name, server: SocketAddr, id: ExchangeId, judged: &JudgedRrset) {
        let set = &judged.rrset;
        if judged.status != Status::Bogus {
            return;
        }
        let key = (zone.clone(), set.owner.clone(), set.rtype);
        let entry = self.unsigned.entry(key).or_insert_with(|| Unsigned {
            zone: zone.clone(),
            owner: set.owner.clone(),
            rtype: set.rtype,
            servers: BTreeSet::new(),
            evidence: BTreeSet::new(),
        });
        entry.servers.insert(server);
        entry.evidence.insert(id);
    }
}

/// Gathers the proofs that are not plainly shown: those of answers, and those of delegations without DS.
pub fn gather_denials(chain: &Chain) -> Denials {
    let mut found: BTreeMap<(Name, Question, String), Denial> = BTreeMap::new();
    for zone in &chain.zones {
        for (address, server) in &zone.servers {
            for (question, (id, answer)) in &server.answers {
                let Some(denial) = &answer.denial else {
                    continue;
                };
                if denial.result == Ok(Proof::Shown) {
                    continue;
                }
                let key = (
                    zone.apex.clone(),
                    question.clone(),
                    format!("{:?}", denial.result),
                );
                let entry = found.entry(key).or_insert_with(|| Denial {
                    zone: zone.apex.clone(),
                    question: question.clone(),
                    kind: answer.kind.clone(),
                    claim: denial.claim.clone(),
                    result: denial.result.clone(),
                    has_bogus_records: answer.rrsets.iter().any(is_bogus_proof),
                    servers: BTreeSet::new(),
                    evidence: BTreeSet::new(),
                });
                entry.servers.insert(*address);
                entry.evidence.insert(*id);
            }
        }
    }
    found.into_values().collect()
}

fn is_bogus_proof(set: &JudgedRrset) -> bool {
    set.status == Status::Bogus && matches!(set.rrset.rtype, RecordType::NSEC | RecordType::NSEC3)
}
