//! Resolvers that behave and misbehave in known ways, each on an address of its own.
//!
//! ```text
//! 127.53.255.1-     one for each behaviour
//! ```
//!
//! An appliance that strips signatures, a cache with an old DS or a negative trust anchor are no products
//! that could be installed; here they are. None of them validates: what a validating resolver would make
//! of a name stands in the table of cases, and data comes straight out of the lab's zones, as a resolver
//! gets it that follows every referral to a server that answers (RFC 1034, section 5.3.3). Of a zone with
//! one fault in one place, the table tells what is asked for and what is missing; other data of the zone
//! is taken to be good.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use super::answer;
use super::hierarchy::Hierarchy;
use super::key::{Key, KeyPlan, P256};
use super::plan::Mode;
use super::respond::{AD, CD, Query, RA, Sender};
use super::writer::Row;
use super::zone::{Set, Zone};
use super::{Action, Case, Expect, Lab};
use crate::dns::message::Question;
use crate::dns::{Name, Rcode, RecordType, rdata};

/// Zones that an alias leads through at most.
const MAX_ZONES: usize = 8;
/// The zone whose DS was changed, which one cache has not seen.
pub(super) const STALE_ZONE: &str = "moved.test.";
/// The zone for which one resolver has a negative trust anchor (RFC 7646).
pub(super) const EXCEPTED_ZONE: &str = "stale-ds.test.";
/// Seconds for which the old DS is still cached.
const STALE_TTL: u32 = 1_800;
/// No Reachable Authority (RFC 8914, section 4.23).
const NO_AUTHORITY: u16 = 22;

/// A resolver of the lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolver {
    /// The word it is known by.
    pub label: &'static str,
    /// Where it listens, at the port of the lab.
    pub address: IpAddr,
    /// What it does, in one sentence.
    pub does: &'static str,
    behaviour: Behaviour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    Validating,
    Plain,
    Stripping,
    Stale,
    NegativeAnchor,
    IgnoresCd,
    Refusing,
    Silent,
    Garbled,
}

const BEHAVIOURS: [(&str, Behaviour, &str); 9] = [
    (
        "validating",
        Behaviour::Validating,
        "Validates, and heeds CD.",
    ),
    (
        "plain",
        Behaviour::Plain,
        "Does not validate, and hands on signatures.",
    ),
    (
        "stripping",
        Behaviour::Stripping,
        "An appliance that knows no DNSSEC: takes away RRSIG, NSEC and OPT.",
    ),
    (
        "stale",
        Behaviour::Stale,
        "Validates, and its cache still holds the DS that moved.test. had.",
    ),
    (
        "negative-anchor",
        Behaviour::NegativeAnchor,
        "Validates, but for stale-ds.test., where it has a negative trust anchor.",
    ),
    (
        "ignores-cd",
        Behaviour::IgnoresCd,
        "Validates, and does so with CD set as well.",
    ),
    (
        "refusing",
        Behaviour::Refusing,
        "Refuses every query of this client.",
    ),
    ("silent", Behaviour::Silent, "Is down: answers nothing."),
    ("garbled", Behaviour::Garbled, "Answers another question."),
];

/// Every resolver, in a fixed order.
pub(super) fn all() -> impl Iterator<Item = Resolver> {
    let numbered = BEHAVIOURS.into_iter().zip(1..);
    numbered.map(|((label, behaviour, does), number)| Resolver {
        label,
        address: Ipv4Addr::new(127, 53, 255, number).into(),
        does,
        behaviour,
    })
}

impl Resolver {
    /// Does from now on what `other` does, under its own name and address.
    pub(super) fn become_like(&mut self, other: &Self) {
        self.behaviour = other.behaviour;
        self.does = other.does;
    }

    /// What it does with a query.
    pub(super) fn respond(&self, lab: &Lab, query: &Query) -> Action {
        let sender = self.sender(query);
        let question = match query.question() {
            _ if self.behaviour == Behaviour::Silent => return Action::Silence,
            Ok(question) => question,
            Err(rcode) => return query.reply(&sender, rcode, RA, [&[], &[], &[]]),
        };
        match self.behaviour {
            Behaviour::Refusing => query.reply(&sender, Rcode::REFUSED, RA, [&[], &[], &[]]),
            Behaviour::Garbled => query.reply_to_another(&sender, RA),
            _ => self.resolve(lab, query, question, sender),
        }
    }

    fn resolve(&self, lab: &Lab, query: &Query, question: &Question, sender: Sender<'_>) -> Action {
        let fail = |error| {
            let sender = Sender {
                extended_error: Some(error),
                ..sender
            };
            query.reply(&sender, Rcode::SERVFAIL, RA, [&[], &[], &[]])
        };
        let Some(found) = self.look_up(&lab.zones.hierarchy, question, sender.dnssec_ok) else {
            return fail(NO_AUTHORITY);
        };
        let (worth, hint) = self.worth(lab, question, &found);
        let heeds_cd = self.behaviour != Behaviour::IgnoresCd;
        let is_checking = self.validates() && !(heeds_cd && query.has_flag(CD));
        match worth {
            Expect::Indeterminate => return fail(NO_AUTHORITY),
            Expect::Bogus if is_checking => return fail(hint),
            _ => {}
        }
        let wants_ad = sender.dnssec_ok || query.has_flag(AD);
        let is_authentic = is_checking && worth == Expect::Secure && wants_ad;
        let flags = if is_authentic { RA | AD } else { RA };
        let sections: [&[Row<'_>]; 3] = [&found.answer, &found.authority, &[]];
        query.reply(&sender, found.rcode, flags, sections)
    }

    fn sender(&self, query: &Query) -> Sender<'static> {
        let is_stripping = self.behaviour == Behaviour::Stripping;
        Sender {
            server: self.label,
            has_edns: !is_stripping,
            dnssec_ok: query.is_dnssec_ok() && !is_stripping,
            copies_cd: !is_stripping && self.behaviour != Behaviour::IgnoresCd,
            extended_error: None,
        }
    }

    fn validates(&self) -> bool {
        matches!(
            self.behaviour,
            Behaviour::Validating
                | Behaviour::Stale
                | Behaviour::NegativeAnchor
                | Behaviour::IgnoresCd
        )
    }

    /// What is found by following referrals and aliases; `None` when no server answers.
    fn look_up<'l>(
        &self,
        hierarchy: &'l Hierarchy,
        question: &Question,
        has_dnssec: bool,
    ) -> Option<Found<'l>> {
        let mut found = Found {
            rcode: Rcode::NOERROR,
            answer: Vec::new(),
            authority: Vec::new(),
            zones: Vec::new(),
            is_denied: false,
        };
        let mut asked = question.clone();
        for _ in 0..MAX_ZONES {
            let site = site(hierarchy, &asked)?;
            let (zone, knows_dnssec) = served(hierarchy, site)?;
            found.zones.push(zone.apex.clone());
            if self.holds_old(&asked) {
                found.answer = old_ds(zone, &asked, has_dnssec);
                return Some(found);
            }
            let draft = answer::draft(zone, &asked, has_dnssec && knows_dnssec);
            let end = end_of_aliases(&draft.answer, &asked);
            found.rcode = draft.rcode;
            found.answer.extend(draft.answer);
            asked.name = end;
            let next = self::site(hierarchy, &asked);
            if next == Some(site) || draft.rcode != Rcode::NOERROR {
                found.authority.extend(draft.authority);
                found.is_denied = !found.answer.iter().any(|row| row.rtype == asked.rtype);
                return Some(found);
            }
            // Of a zone that was left by an alias, the proof of a wildcard is kept.
            found
                .authority
                .extend(draft.authority.into_iter().filter(is_denial));
        }
        None
    }

    fn holds_old(&self, asked: &Question) -> bool {
        let is_ds = asked.rtype == RecordType::DS;
        self.behaviour == Behaviour::Stale && is_ds && asked.name == name(STALE_ZONE)
    }

    /// What this resolver makes of what it found, and the extended error that goes with it.
    fn worth(&self, lab: &Lab, question: &Question, found: &Found<'_>) -> (Expect, u16) {
        let in_zone = |apex: &str| found.zones.contains(&name(apex));
        if self.behaviour == Behaviour::Stale && in_zone(STALE_ZONE) {
            return (Expect::Bogus, extended_error("ds-no-matching-dnskey"));
        }
        let (worth, code) = worth(lab, question, found);
        let is_excepted = self.behaviour == Behaviour::NegativeAnchor && in_zone(EXCEPTED_ZONE);
        match worth {
            Expect::Bogus | Expect::Secure if is_excepted => (Expect::Insecure, 0),
            _ => (worth, extended_error(code)),
        }
    }
}

/// The records of an answer, out of every zone on the way.
struct Found<'z> {
    rcode: Rcode,
    answer: Vec<Row<'z>>,
    authority: Vec<Row<'z>>,
    /// Apexes of the zones that were asked.
    zones: Vec<Name>,
    /// Whether the last of them denies the name or the type.
    is_denied: bool,
}

/// The zone that answers a question: for DS the one above (RFC 4035, section 3.1.4.1).
fn site(hierarchy: &Hierarchy, asked: &Question) -> Option<usize> {
    let mut at = match asked.rtype {
        RecordType::DS => asked.name.parent().or_else(|| Some(Name::root())),
        _ => Some(asked.name.clone()),
    };
    while let Some(name) = at {
        if let Some(site) = hierarchy.find(&name) {
            return Some(site);
        }
        at = name.parent();
    }
    None
}

/// What the best server of a zone has, and whether it knows DNSSEC.
fn served(hierarchy: &Hierarchy, site: usize) -> Option<(&Zone, bool)> {
    let plan = &hierarchy.sites[site].plan;
    let with = |mode| plan.servers.iter().find(move |server| server.mode == mode);
    let server = with(Mode::Answer).or_else(|| with(Mode::StripDnssec));
    let server = server.filter(|_| plan.is_served)?;
    let zone = hierarchy.zone(site, server.copy);
    Some((zone, server.mode == Mode::Answer))
}

/// Where the aliases of an answer lead.
fn end_of_aliases(rows: &[Row<'_>], asked: &Question) -> Name {
    let mut end = asked.name.clone();
    if asked.rtype == RecordType::CNAME {
        return end;
    }
    for _ in rows {
        let is_alias = |row: &&Row<'_>| row.rtype == RecordType::CNAME && row.owner == end;
        match rows
            .iter()
            .find(is_alias)
            .and_then(|row| rdata::target(&row.rdata))
        {
            Some(target) => end = target,
            None => break,
        }
    }
    end
}

/// Whether a row is an NSEC or NSEC3 record, or a signature over one.
fn is_denial(row: &Row<'_>) -> bool {
    let covered = match (row.rtype, &*row.rdata) {
        (RecordType::RRSIG, [high, low, ..]) => RecordType(u16::from_be_bytes([*high, *low])),
        (rtype, _) => rtype,
    };
    matches!(covered, RecordType::NSEC | RecordType::NSEC3)
}

/// The DS of the key that the zone had before, as its parent signed it.
fn old_ds(parent: &Zone, asked: &Question, has_dnssec: bool) -> Vec<Row<'static>> {
    let key = Key::new(&asked.name, KeyPlan::ksk(P256).named("old-ksk"));
    let ds: Box<[u8]> = key.ds(2).rdata().into();
    let set = Set::new(
        asked.name.clone(),
        RecordType::DS,
        super::zone::TTL,
        vec![ds.clone()],
    );
    let row = |rtype, rdata: &[u8]| Row {
        owner: asked.name.clone(),
        rtype,
        ttl: STALE_TTL,
        rdata: Cow::Owned(rdata.to_vec()),
    };
    let rrsigs = parent.rrsigs(&set).iter().filter(|_| has_dnssec);
    let signatures = rrsigs.map(|rdata| row(RecordType::RRSIG, rdata));
    std::iter::once(row(RecordType::DS, &ds))
        .chain(signatures)
        .collect()
}

/// What a validator makes of an answer by the table of cases, and the code of the fault behind it.
fn worth(lab: &Lab, question: &Question, found: &Found<'_>) -> (Expect, &'static str) {
    let code = |case: &Case| case.codes.first().copied().unwrap_or_default();
    let is_asked = |case: &&Case| case.name == question.name && case.rtype == question.rtype;
    if let Some(case) = lab.zones.cases.iter().find(is_asked) {
        return (case.expect, code(case));
    }
    let last = found.zones.len().saturating_sub(1);
    let each = found.zones.iter().enumerate();
    let each = each.map(|(at, apex)| {
        let is_denied = at == last && found.is_denied;
        // What a case asks of a top-level domain says nothing of the rest of it.
        let is_about = |case: &&Case| case.zone == *apex && apex.label_count() > 1;
        match lab.zones.cases.iter().find(is_about) {
            Some(case) => (of_case(case, is_denied), code(case)),
            None => (between_cases(lab, apex, is_denied), ""),
        }
    });
    each.max_by_key(|(worth, _)| *worth)
        .unwrap_or((Expect::Secure, ""))
}

fn of_case(case: &Case, is_denied: bool) -> Expect {
    let (name, missing) = (case.expect, case.expect_missing);
    match (name, missing) {
        _ if is_denied => missing,
        (Expect::Bogus, other) | (other, Expect::Bogus) => other,
        _ => name.max(missing),
    }
}

/// A zone that no case is about: what it denies is not secure when it opts out (RFC 5155, section 9.2).
fn between_cases(lab: &Lab, apex: &Name, is_denied: bool) -> Expect {
    let opts_out = is_denied && *apex == name("example.");
    let site = lab.zones.hierarchy.find(apex);
    let is_unsigned = site.is_some_and(|site| {
        lab.zones.hierarchy.sites[site].plan.copies[0]
            .keys
            .is_empty()
    });
    match opts_out || is_unsigned {
        true => Expect::Insecure,
        false => Expect::Secure,
    }
}

/// The INFO-CODE that goes with a fault (RFC 8914, section 4.7 to 4.13).
fn extended_error(code: &str) -> u16 {
    match code {
        "rrsig-expired" => 7,
        "rrsig-not-yet-valid" => 8,
        "ds-dnskey-zone-bit-clear" => 11,
        "rrsig-missing" => 10,
        code if code.starts_with("ds-") => 9,
        code if code.starts_with("nsec") || code.starts_with("denial") => 12,
        _ => 6,
    }
}

fn name(text: &str) -> Name {
    text.parse().expect("the names here are well formed")
}
