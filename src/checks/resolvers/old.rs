//! DS and DNSKEY RRsets of a resolver's cache that no authoritative server gives.

use std::collections::BTreeSet;

use crate::checks::Context;
use crate::dns::{Name, RecordType, Timestamp};
use crate::evidence::probes::question;
use crate::evidence::view::{ExchangeId, Reply, records};
use crate::validate::JudgedResolver;

/// An RRset that a resolver holds and no server gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Old {
    /// The zone whose DS or DNSKEY it is.
    pub zone: Name,
    /// DS or DNSKEY.
    pub rtype: RecordType,
    /// When its TTL in the cache runs out.
    pub until: Timestamp,
    /// The exchange that shows it.
    pub exchange: ExchangeId,
}

/// What a resolver holds that differs from what every server gives; nothing where no server was asked.
pub fn old(context: &Context<'_>, resolver: &JudgedResolver) -> Vec<Old> {
    let Some(address) = resolver
        .resolver
        .address
        .filter(|_| !context.is_resolvers_only)
    else {
        return Vec::new();
    };
    let apexes = resolver.chain.zones.iter().map(|zone| &zone.apex);
    let pairs = apexes.flat_map(|apex| [(apex, RecordType::DS), (apex, RecordType::DNSKEY)]);
    let held = pairs.filter_map(|(apex, rtype)| {
        let reply = resolver.view.reply(address, &question(apex, rtype))?;
        old_at(context, apex, rtype, &reply)
    });
    held.collect()
}

fn old_at(context: &Context<'_>, apex: &Name, rtype: RecordType, reply: &Reply<'_>) -> Option<Old> {
    let held = rdata(reply, apex, rtype);
    let asked = question(apex, rtype);
    let given: Vec<_> = context
        .view
        .replies(&asked)
        .map(|reply| rdata(&reply, apex, rtype))
        .filter(|given| !given.is_empty())
        .collect();
    if held.is_empty() || given.is_empty() || given.contains(&held) {
        return None;
    }
    let ttl = records(&reply.message.answer, apex, rtype)
        .map(|record| record.ttl)
        .min()?;
    let sent = context.view.get(reply.id)?.exchange.sent;
    Some(Old {
        zone: apex.clone(),
        rtype,
        until: Timestamp(sent.0.saturating_add(i64::from(ttl))),
        exchange: reply.id,
    })
}

fn rdata<'m>(reply: &Reply<'m>, apex: &Name, rtype: RecordType) -> BTreeSet<&'m [u8]> {
    records(&reply.message.answer, apex, rtype)
        .map(|record| &*record.rdata)
        .collect()
}
