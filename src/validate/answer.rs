//! What one server's answer to one question is worth: RFC 4035, section 5.3.4 and 5.4; RFC 6672.
//!
//! An answer is first *read* (data, alias, no such name, no such type, referral, failure) and then judged
//! as what it claims to be. Only the first link of an alias is judged here: where it leads, another zone
//! answers for.

use super::denial::{self, Claim, DenialFault, Proof, Records};
use super::judge::Judge;
use super::keys::AuthenticatedKeys;
use super::signature::{self, JudgedRrset};
use super::status::Status;
use crate::dns::message::Question;
use crate::dns::{Message, Name, Rcode, RecordType, Rrset, rdata, rrset};

/// What a server answers, taken at its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerKind {
    /// Records of the type that was asked for.
    Data,
    /// A CNAME or DNAME that leads to another name.
    Alias(Name),
    /// A CNAME or DNAME that leads nowhere: no readable target, or one too long.
    BrokenAlias,
    /// The name does not exist (NXDOMAIN).
    NoName,
    /// The name exists without the type (NODATA).
    NoType,
    /// The server points to other servers.
    Referral,
    /// The server fails or refuses.
    Failure(Rcode),
}

/// What an answer must show beside its data, and whether it does.
#[derive(Debug, Clone)]
pub struct JudgedDenial {
    /// What was to be proven.
    pub claim: Claim,
    /// The name it was to be proven of.
    pub name: Name,
    /// The result.
    pub result: Result<Proof, DenialFault>,
}

/// An answer with its status and all that led to it.
#[derive(Debug, Clone)]
pub struct JudgedAnswer {
    /// What the server says.
    pub kind: AnswerKind,
    /// Its response code.
    pub rcode: Rcode,
    /// What that is worth.
    pub status: Status,
    /// The RRsets judged: those of the answer, and the SOA, NSEC and NSEC3 of the authority section.
    pub rrsets: Vec<JudgedRrset>,
    /// The proof, where one is needed.
    pub denial: Option<JudgedDenial>,
    /// The CNAME beside a DNAME is not what the DNAME gives (RFC 6672, section 2.2).
    pub is_synthesis_wrong: bool,
}

/// What a server's data is judged by.
#[derive(Debug, Clone, Copy)]
pub enum Trust<'k> {
    /// The keys that may sign the zone.
    Keys(&'k AuthenticatedKeys),
    /// No chain leads to the zone: all its data has this status.
    Ended(Status),
}

/// Reads what a server says, without judging it.
pub fn read(zone: &Name, question: &Question, message: &Message) -> AnswerKind {
    let rcode = message.rcode();
    if rcode != Rcode::NOERROR && rcode != Rcode::NXDOMAIN {
        return AnswerKind::Failure(rcode);
    }
    let has = |owner: &Name, rtype| {
        message
            .answer
            .iter()
            .any(|r| r.rtype == rtype && r.owner == *owner)
    };
    let is_synthesised = question.rtype == RecordType::CNAME
        && message
            .answer
            .iter()
            .any(|r| is_dname_above(zone, question, &r.owner, r.rtype));
    if has(&question.name, question.rtype) && !is_synthesised {
        return AnswerKind::Data;
    }
    if let Some(alias) = read_alias(zone, question, message) {
        return alias;
    }
    if rcode == Rcode::NXDOMAIN {
        return AnswerKind::NoName;
    }
    if is_referral(zone, message) {
        return AnswerKind::Referral;
    }
    AnswerKind::NoType
}

/// A DNAME above the name wins over the CNAME synthesised from it.
fn read_alias(zone: &Name, question: &Question, message: &Message) -> Option<AnswerKind> {
    let mut answer = message.answer.iter();
    let dname = answer.find(|r| is_dname_above(zone, question, &r.owner, r.rtype));
    let target = if let Some(record) = dname {
        rdata::target(&record.rdata)
            .and_then(|to| question.name.substitute(&record.owner, &to))
            .and_then(Result::ok)
    } else {
        let is_cname =
            |r: &&crate::dns::Record| r.rtype == RecordType::CNAME && r.owner == question.name;
        rdata::target(&message.answer.iter().find(is_cname)?.rdata)
    };
    Some(target.map_or(AnswerKind::BrokenAlias, AnswerKind::Alias))
}

/// Whether a record or RRset is a DNAME of the zone that redirects the name asked for. The CNAME beside it is
/// what it gives and not data, also when CNAME is asked for (RFC 6672, section 3.2).
fn is_dname_above(zone: &Name, question: &Question, owner: &Name, rtype: RecordType) -> bool {
    rtype == RecordType::DNAME && owner.is_at_or_below(zone) && question.name.is_below(owner)
}

/// NS records that are not the zone's own, without SOA: down to a child, or away from here.
fn is_referral(zone: &Name, message: &Message) -> bool {
    let has = |rtype| message.authority.iter().any(|record| record.rtype == rtype);
    let foreign_ns = message
        .authority
        .iter()
        .any(|record| record.rtype == RecordType::NS && record.owner != *zone);
    foreign_ns && !has(RecordType::SOA)
}

/// Judges the answer of a server of `zone` to `question`.
pub fn judge_answer(
    judge: &mut Judge,
    zone: &Name,
    trust: Trust<'_>,
    question: &Question,
    message: &Message,
) -> JudgedAnswer {
    let kind = read(zone, question, message);
    let rcode = message.rcode();
    let mut answer = JudgedAnswer {
        kind,
        rcode,
        status: Status::Indeterminate,
        rrsets: Vec::new(),
        denial: None,
        is_synthesis_wrong: false,
    };
    match trust {
        Trust::Ended(status) => take_unjudged(&mut answer, zone, question, message, status),
        Trust::Keys(keys) => judge_kind(judge, &mut answer, zone, keys, question, message),
    }
    answer
}

fn take_unjudged(
    answer: &mut JudgedAnswer,
    zone: &Name,
    question: &Question,
    message: &Message,
    status: Status,
) {
    answer.status = match answer.kind {
        AnswerKind::Referral | AnswerKind::Failure(_) => Status::Indeterminate,
        _ => status,
    };
    let sets = answer_sets(zone, question, message).chain(denial_sets(zone, message));
    answer.rrsets = sets.map(|set| JudgedRrset::unjudged(set, status)).collect();
}

fn judge_kind(
    judge: &mut Judge,
    answer: &mut JudgedAnswer,
    zone: &Name,
    keys: &AuthenticatedKeys,
    question: &Question,
    message: &Message,
) {
    let denials: Vec<_> = denial_sets(zone, message)
        .map(|set| signature::judge_rrset(judge, zone, &set, keys.keys()))
        .collect();
    let records = Records::of(&denials);
    let claim = match answer.kind {
        AnswerKind::Referral | AnswerKind::Failure(_) => return,
        AnswerKind::BrokenAlias => None,
        AnswerKind::NoName => Some(Claim::NoName),
        AnswerKind::NoType => Some(Claim::NoType(question.rtype)),
        AnswerKind::Data | AnswerKind::Alias(_) => {
            judge_data(judge, answer, zone, keys, question, message)
        }
    };
    if !matches!(answer.kind, AnswerKind::Data | AnswerKind::Alias(_)) {
        answer.status = if claim.is_some() {
            Status::Secure
        } else {
            Status::Bogus
        };
    }
    answer.rrsets.extend(denials);
    let Some(claim) = claim else {
        return;
    };
    let result = denial::prove(judge, zone, &question.name, &claim, &records);
    let proven = result
        .as_ref()
        .map_or(Status::Bogus, |proof| proof.status());
    answer.status = Status::worst([answer.status, proven]);
    answer.denial = Some(JudgedDenial {
        claim,
        name: question.name.clone(),
        result,
    });
}

/// Judges the RRsets that give the answer; returns what must be proven beside them.
fn judge_data(
    judge: &mut Judge,
    answer: &mut JudgedAnswer,
    zone: &Name,
    keys: &AuthenticatedKeys,
    question: &Question,
    message: &Message,
) -> Option<Claim> {
    let sets: Vec<_> = answer_sets(zone, question, message).collect();
    let has_dname = sets.iter().any(|set| set.rtype == RecordType::DNAME);
    let mut claim = None;
    let mut statuses = Vec::new();
    for set in sets {
        // The CNAME that a DNAME gives is not signed; it must be what the DNAME gives.
        if has_dname && set.rtype == RecordType::CNAME {
            answer.is_synthesis_wrong |= !is_synthesis(&answer.kind, &set);
            continue;
        }
        let judged = signature::judge_rrset(judge, zone, &set, keys.keys());
        if judged.status == Status::Secure {
            claim = claim.or(judged
                .expanded_from()
                .and_then(|wildcard| wildcard.parent()));
        }
        statuses.push(judged.status);
        answer.rrsets.push(judged);
    }
    answer.status = if answer.is_synthesis_wrong {
        Status::Bogus
    } else {
        Status::worst(statuses)
    };
    claim.map(|encloser| Claim::Expanded { encloser })
}

fn is_synthesis(kind: &AnswerKind, cname: &Rrset) -> bool {
    let AnswerKind::Alias(target) = kind else {
        return false;
    };
    cname
        .rdata
        .iter()
        .all(|rdata| rdata::target(rdata).as_ref() == Some(target))
}

/// The RRsets of the answer section that answer the question itself: the type at the name, or the alias.
fn answer_sets<'m>(
    zone: &'m Name,
    question: &'m Question,
    message: &'m Message,
) -> impl Iterator<Item = Rrset> + 'm {
    let sets = rrset::group(&message.answer);
    let is_dname = move |set: &Rrset| is_dname_above(zone, question, &set.owner, set.rtype);
    let is_synthesised = question.rtype == RecordType::CNAME && sets.iter().any(is_dname);
    let is_data = |set: &Rrset| {
        set.owner == question.name && set.rtype == question.rtype && !set.rdata.is_empty()
    };
    let has_data = !is_synthesised && sets.iter().any(is_data);
    sets.into_iter().filter(move |set| {
        let at_name = set.owner == question.name;
        !set.rdata.is_empty()
            && if has_data {
                at_name && set.rtype == question.rtype
            } else {
                is_dname(set) || (at_name && set.rtype == RecordType::CNAME)
            }
    })
}

/// The RRsets of the authority section that a proof may rest on, and the SOA beside them.
fn denial_sets<'m>(zone: &'m Name, message: &'m Message) -> impl Iterator<Item = Rrset> + 'm {
    rrset::group(&message.authority)
        .into_iter()
        .filter(move |set| {
            let is_proof = matches!(set.rtype, RecordType::NSEC | RecordType::NSEC3);
            let is_soa = set.rtype == RecordType::SOA && set.owner == *zone;
            !set.rdata.is_empty() && set.owner.is_at_or_below(zone) && (is_proof || is_soa)
        })
}

/// What the parent side says of a delegation's DS.
#[derive(Debug, Clone)]
pub struct JudgedDs {
    /// The DS RRset, when there is one.
    pub rrset: Option<JudgedRrset>,
    /// The NSEC and NSEC3 RRsets beside it or in its place.
    pub denials: Vec<JudgedRrset>,
    /// The proof that there is none.
    pub denial: Option<Result<Proof, DenialFault>>,
    /// Secure: the DS RRset is. Insecure: it is proven that there is none. Bogus: neither.
    pub status: Status,
}

impl JudgedDs {
    /// Whether neither the DS RRset nor the proof in its place has a signature.
    pub(super) fn is_unsigned(&self) -> bool {
        let mut sets = self.rrset.iter().chain(&self.denials);
        sets.all(|set| set.signatures.is_empty())
    }
}

impl JudgedAnswer {
    /// Whether nothing in it has a signature.
    pub(super) fn is_unsigned(&self) -> bool {
        self.rrsets.iter().all(|set| set.signatures.is_empty())
    }
}

/// Judges what a server of `parent` says of the DS at `child`: in the answer, or beside a referral.
/// `None` when the message says nothing about it.
pub fn judge_ds(
    judge: &mut Judge,
    parent: &Name,
    trust: Trust<'_>,
    child: &Name,
    message: &Message,
) -> Option<JudgedDs> {
    let rcode = message.rcode();
    if rcode != Rcode::NOERROR && rcode != Rcode::NXDOMAIN {
        return None;
    }
    let is_ds =
        |set: &Rrset| set.rtype == RecordType::DS && set.owner == *child && !set.rdata.is_empty();
    let answer = rrset::group(&message.answer).into_iter().find(is_ds);
    let found = answer.or_else(|| rrset::group(&message.authority).into_iter().find(is_ds));
    let sets: Vec<_> = denial_sets(parent, message).collect();
    let keys = match trust {
        Trust::Keys(keys) => keys,
        Trust::Ended(status) => {
            return Some(JudgedDs {
                rrset: found.map(|set| JudgedRrset::unjudged(set, status)),
                denials: Vec::new(),
                denial: None,
                status,
            });
        }
    };
    let judged =
        |judge: &mut Judge, set: &Rrset| signature::judge_rrset(judge, parent, set, keys.keys());
    let denials: Vec<_> = sets.iter().map(|set| judged(judge, set)).collect();
    if let Some(set) = found {
        let rrset = judged(judge, &set);
        // Out of a wildcard it would need a proof that nothing is at the name of the delegation, and there is one
        // (RFC 4035, section 5.3.4; RFC 4592, section 4.6).
        let status = match rrset.expanded_from() {
            Some(_) => Status::Bogus,
            None => rrset.status,
        };
        return Some(JudgedDs {
            status,
            rrset: Some(rrset),
            denials,
            denial: None,
        });
    }
    let result = denial::prove(judge, parent, child, &Claim::NoDs, &Records::of(&denials));
    Some(JudgedDs {
        rrset: None,
        denials,
        status: if result.is_ok() {
            Status::Insecure
        } else {
            Status::Bogus
        },
        denial: Some(result),
    })
}
