//! The chain as a story from the anchor down: for each zone how trust arrives, which key carries it on,
//! and what each server gives.

use std::net::SocketAddr;

use super::inventory;
use super::vantage::fault;
use super::verdict;
use crate::checks::Context;
use crate::checks::delegation::{ds_name, key_name};
use crate::dns::{RecordType, Soa, Timestamp};
use crate::evidence::probes;
use crate::report::{Link, ServerVerdict, Step};
use crate::validate::{
    AnswerKind, Arrival, End, EntryPoint, JudgedAnswer, JudgedRrset, JudgedServer, JudgedTarget,
    JudgedZone, KeysReply, Proof, Status,
};

/// A link for each zone of the chain, the answers at the last of them.
pub fn links(context: &Context<'_>) -> Vec<Link> {
    context
        .chain
        .zones
        .iter()
        .map(|zone| link(context, zone))
        .collect()
}

fn link(context: &Context<'_>, zone: &JudgedZone) -> Link {
    let mut steps = arrival(context, zone);
    steps.extend(keys(context, zone));
    let targets = context
        .chain
        .targets
        .iter()
        .filter(|target| target.zone == zone.apex);
    for target in targets {
        steps.extend(answer(context, zone, target));
    }
    Link {
        zone: zone.apex.clone(),
        status: verdict(zone.status),
        reason: reason(zone),
        steps,
        servers: server_rows(context, zone),
    }
}

/// A row for each server; none where resolvers alone were asked, behind which no server is seen.
fn server_rows(context: &Context<'_>, zone: &JudgedZone) -> Vec<ServerVerdict> {
    if context.is_resolvers_only {
        return Vec::new();
    }
    let all = zone.servers.iter();
    all.map(|(address, server)| server_row(context, zone, *address, server))
        .collect()
}

fn step(status: Status, text: String) -> Step {
    Step {
        status: verdict(status),
        text,
    }
}

fn reason(zone: &JudgedZone) -> String {
    match (&zone.arrival, zone.status) {
        (Arrival::Ended(_, End::NoAnchor), _) => {
            "no trust anchor is at or above this zone".to_owned()
        }
        (Arrival::Ended(status, End::Parent), _) => format!("the parent zone is {status}"),
        (Arrival::Ended(_, End::NoDs), _) => {
            "it is proven that the delegation has no DS".to_owned()
        }
        (Arrival::Ended(_, End::DsBogus), _) => {
            "neither DS nor a proof that there is none is valid".to_owned()
        }
        (Arrival::Ended(_, End::DsUnknown), _) => {
            "no server of the parent zone told the DS".to_owned()
        }
        (_, Status::Secure) => "keys authenticated".to_owned(),
        (_, Status::Insecure) => "no DS of a supported algorithm and digest".to_owned(),
        (_, Status::Bogus) => "no DS leads to a key that signs the DNSKEY RRset".to_owned(),
        (_, Status::Indeterminate) => "no server gave the DNSKEY RRset".to_owned(),
    }
}

/// Trust anchors, or the DS RRset and who signed it, or the proof that there is none.
fn arrival(context: &Context<'_>, zone: &JudgedZone) -> Vec<Step> {
    if let Arrival::Anchors(entries) = &zone.arrival {
        return entries
            .iter()
            .map(|entry| anchor_step(zone, entry))
            .collect();
    }
    let Some((_, best)) = best_delegation(zone) else {
        return Vec::new();
    };
    let parent = zone
        .parent
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    if let Some(set) = &best.rrset {
        let names: Vec<_> = zone
            .published_ds()
            .into_iter()
            .map(|ds| ds_name(&EntryPoint::Ds(ds)))
            .collect();
        let text = format!(
            "{} at {parent}{}",
            names.join(", "),
            signed(set, context.now)
        );
        return vec![step(best.status, text)];
    }
    let text = match &best.denial {
        Some(Ok(Proof::Shown)) => format!("{parent} proves that there is no DS"),
        Some(Ok(Proof::OptOut)) => {
            format!("{parent} has no DS; the delegation lies in an opt-out span")
        }
        Some(Ok(Proof::TooManyIterations(count))) => {
            format!("{parent} has no DS; its NSEC3 use {count} iterations, which is not computed")
        }
        Some(Err(fault)) => format!("{parent} has no DS and does not prove it: {fault}"),
        None => format!("{parent} has no DS"),
    };
    vec![step(best.status, text)]
}

fn best_delegation(zone: &JudgedZone) -> Option<&(usize, crate::validate::JudgedDs)> {
    let best = Status::best(zone.delegation.values().map(|(_, ds)| ds.status));
    zone.delegation.values().find(|(_, ds)| ds.status == best)
}

fn anchor_step(zone: &JudgedZone, entry: &EntryPoint) -> Step {
    let outcome = zone.servers.values().find_map(|server| match &server.keys {
        KeysReply::Given(_, judged) => judged.entries.iter().find(|(own, _)| own == entry),
        _ => None,
    });
    let name = ds_name(entry);
    match outcome {
        Some((_, outcome)) => {
            let holds = *outcome == crate::validate::Outcome::Holds;
            let status = if holds { Status::Secure } else { zone.status };
            step(status, format!("trust anchor {name} {outcome}"))
        }
        None => step(zone.status, format!("trust anchor {name}")),
    }
}

/// ", signed by key 12345 until …" or what is wrong with the signatures.
fn signed(set: &JudgedRrset, now: Timestamp) -> String {
    if let Some((rrsig, key)) = set
        .valid()
        .max_by_key(|(rrsig, _)| rrsig.expiration.near(now))
    {
        return format!(
            ", signed by {} until {}",
            key_name(key),
            rrsig.expiration.near(now)
        );
    }
    match set.faults().next() {
        Some((rrsig, fault)) => format!(", RRSIG by key {}: {fault}", rrsig.key_tag),
        None if set.rrset.rrsigs.is_empty() => ", not signed".to_owned(),
        None => String::new(),
    }
}

/// The keys of the best server and who signs them.
fn keys(context: &Context<'_>, zone: &JudgedZone) -> Vec<Step> {
    let given = zone
        .servers
        .values()
        .filter_map(|server| match &server.keys {
            KeysReply::Given(_, judged) => Some((server.key_status, judged)),
            _ => None,
        });
    let best = given
        .clone()
        .find(|(status, _)| *status == zone.status)
        .or_else(|| given.clone().next());
    let Some((status, judged)) = best else {
        return vec![step(zone.status, without_keys(zone))];
    };
    let names = crate::checks::delegation::keys_in_words(&judged.dnskeys);
    let mut steps = vec![step(
        status,
        format!("{names}{}", signed(&judged.rrset, context.now)),
    )];
    let failed = judged
        .entries
        .iter()
        .filter(|(_, outcome)| *outcome != crate::validate::Outcome::Holds);
    if matches!(zone.arrival, Arrival::Delegation(_)) {
        steps.extend(
            failed.map(|(entry, outcome)| step(status, format!("{} {outcome}", ds_name(entry)))),
        );
    }
    steps
}

fn without_keys(zone: &JudgedZone) -> String {
    let said = zone.servers.values().find_map(|server| match &server.keys {
        KeysReply::Without(_, kind) => Some(kind),
        _ => None,
    });
    match said {
        Some(AnswerKind::Failure(rcode)) => format!("asked for DNSKEY, servers answer {rcode}"),
        Some(AnswerKind::Referral) => "asked for DNSKEY, servers point elsewhere".to_owned(),
        Some(_) => "no DNSKEY: the zone is not signed".to_owned(),
        None => "no server answers for DNSKEY".to_owned(),
    }
}

fn answer(context: &Context<'_>, zone: &JudgedZone, target: &JudgedTarget) -> Vec<Step> {
    let best = target
        .servers
        .iter()
        .find(|(_, status)| **status == target.status);
    let judged = best
        .and_then(|(address, _)| zone.servers.get(address))
        .and_then(|server| server.answers.get(&target.question));
    let Some((_, judged)) = judged else {
        let is_keys = target.question.rtype == RecordType::DNSKEY;
        let text = format!(
            "no server answers for {} {}",
            target.question.name, target.question.rtype
        );
        return if is_keys {
            Vec::new()
        } else {
            vec![step(target.status, text)]
        };
    };
    let mut steps: Vec<_> = judged
        .rrsets
        .iter()
        .filter(|set| !is_beside(judged, set))
        .map(|set| {
            let text = format!(
                "{} {}{}",
                set.rrset.owner,
                set.rrset.rtype,
                signed(set, context.now)
            );
            step(set.status, text)
        })
        .collect();
    steps.extend(said(judged, target));
    steps
}

/// Whether an RRset stands beside the answer rather than in it.
fn is_beside(answer: &JudgedAnswer, set: &JudgedRrset) -> bool {
    let has_data = matches!(answer.kind, AnswerKind::Data | AnswerKind::Alias(_));
    let is_proof = matches!(
        set.rrset.rtype,
        RecordType::NSEC | RecordType::NSEC3 | RecordType::SOA
    );
    is_proof && (!has_data || answer.denial.is_some()) && set.rrset.rtype != RecordType::SOA
        || set.rrset.rtype == RecordType::SOA && !has_data
}

fn said(answer: &JudgedAnswer, target: &JudgedTarget) -> Option<Step> {
    let name = &target.question.name;
    let claim = match &answer.kind {
        AnswerKind::Data if answer.denial.is_none() => return None,
        AnswerKind::Data => format!("{name} is expanded from a wildcard"),
        AnswerKind::Alias(to) => format!("{name} is an alias of {to}"),
        AnswerKind::BrokenAlias => format!("{name} is an alias that leads nowhere"),
        AnswerKind::NoName => format!("{name} does not exist"),
        AnswerKind::NoType => format!("{name} has no {}", target.question.rtype),
        AnswerKind::Referral => format!("the server points elsewhere for {name}"),
        AnswerKind::Failure(rcode) => format!("the server answers {rcode} for {name}"),
    };
    let proof = match answer.denial.as_ref().map(|denial| &denial.result) {
        Some(Ok(Proof::Shown)) => ", proven".to_owned(),
        Some(Ok(Proof::OptOut)) => ", but in an opt-out span, so not proven".to_owned(),
        Some(Ok(Proof::TooManyIterations(count))) => {
            format!(", not computed with {count} NSEC3 iterations")
        }
        Some(Err(fault)) => format!(", not proven: {fault}"),
        None => String::new(),
    };
    Some(step(answer.status, format!("{claim}{proof}")))
}

fn server_row(
    context: &Context<'_>,
    zone: &JudgedZone,
    address: SocketAddr,
    server: &JudgedServer,
) -> ServerVerdict {
    let questions: Vec<_> = context
        .chain
        .targets
        .iter()
        .map(|target| target.question.clone())
        .collect();
    let known = context
        .topology
        .zones
        .get(&zone.apex)
        .and_then(|known| known.servers.get(&address));
    let names: Vec<_> = known
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    let status = server.status(&questions);
    let now = context.now;
    let sets = || server.rrsets();
    ServerVerdict {
        name: names.join(" "),
        address: address.to_string(),
        verdict: verdict(status),
        reason: (status != Status::Secure).then(|| why(server)).flatten(),
        serial: serial(context, zone, address),
        expires: sets().filter_map(|set| inventory::expiry(set, now)).min(),
        signed: sets()
            .filter_map(|set| inventory::inception(set, now))
            .max(),
        rtt_ms: rtt(context, address),
    }
}

fn why(server: &JudgedServer) -> Option<String> {
    match &server.keys {
        KeysReply::Silent if server.answers.is_empty() => return Some("no answer".to_owned()),
        KeysReply::Without(_, AnswerKind::Failure(rcode)) => return Some(rcode.to_string()),
        KeysReply::Without(_, AnswerKind::Referral) => return Some("points elsewhere".to_owned()),
        KeysReply::Without(..) => return Some("no DNSKEY".to_owned()),
        KeysReply::Given(_, judged) if server.key_status == Status::Bogus => {
            let failed = judged.entries.first();
            return failed.map(|(entry, outcome)| format!("{} {outcome}", ds_name(entry)));
        }
        _ => {}
    }
    server
        .answers
        .values()
        .find_map(|(_, answer)| fault(answer))
}

fn serial(context: &Context<'_>, zone: &JudgedZone, address: SocketAddr) -> Option<u32> {
    let reply = context
        .view
        .reply(address, &probes::question(&zone.apex, RecordType::SOA))?;
    let record = reply
        .message
        .answer
        .iter()
        .find(|record| record.rtype == RecordType::SOA)?;
    Soa::parse(&record.rdata).ok().map(|soa| soa.serial.0)
}

fn rtt(context: &Context<'_>, address: SocketAddr) -> Option<f64> {
    let heard = context.view.heard().iter();
    let answered =
        heard.filter(|heard| heard.exchange.server == address && heard.message.is_some());
    let least = answered.map(|heard| heard.exchange.elapsed).min()?;
    Some((least.as_secs_f64() * 1e5).round() / 100.0)
}
