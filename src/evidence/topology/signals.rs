//! Signals of the operators of name servers for a zone that is to get its first DS (RFC 9615).
//!
//! A signed zone without DS that has CDS or CDNSKEY asks for one, and its parent has no chain of trust by
//! which to believe it. So the operator of each name server says the same in a zone that is secure, at
//! `_dsboot.<zone>._signal.<NS name>`. The names are looked for in exactly this case.

use super::{Zone, limits};
use crate::dns::{Name, Rcode, RecordType};
use crate::evidence::probes::question;
use crate::evidence::view::{Reply, View};

/// The names at which signals for this zone are due, each with the NS name that it is below. NS names in
/// the zone itself say nothing (RFC 9615, section 4.2).
pub(super) fn due(view: &View, zone: &Zone, parent: &Zone) -> Vec<(Name, Name)> {
    if !is_asking(view, zone) || has_ds(view, zone, parent) != Some(false) {
        return Vec::new();
    }
    let hosts = zone.ns_names.iter().take(limits::NS_NAMES);
    let foreign = hosts.filter(|host| !host.is_at_or_below(&zone.apex));
    foreign
        .filter_map(|host| Some((name(&zone.apex, host)?, host.clone())))
        .collect()
}

/// `_dsboot.<zone>._signal.<NS name>`; `None` when that is too long.
fn name(zone: &Name, host: &Name) -> Option<Name> {
    let labels = [&b"_dsboot"[..]].into_iter().chain(zone.labels());
    let labels = labels.chain([&b"_signal"[..]]).chain(host.labels());
    Name::from_labels(labels).ok()
}

/// Whether the zone has keys, and CDS or CDNSKEY.
fn is_asking(view: &View, zone: &Zone) -> bool {
    let has = |rtype| {
        let mut replies = replies(view, zone, &zone.apex, rtype);
        replies.any(|reply| has_answer(&reply, &zone.apex, rtype))
    };
    (has(RecordType::CDS) || has(RecordType::CDNSKEY)) && has(RecordType::DNSKEY)
}

/// Whether a server of the parent has a DS for the zone; `None` when none says anything.
fn has_ds(view: &View, zone: &Zone, parent: &Zone) -> Option<bool> {
    let replies = replies(view, parent, &zone.apex, RecordType::DS);
    let whole = replies
        .filter(|reply| reply.message.rcode() == Rcode::NOERROR && !reply.message.is_truncated());
    let said = whole.map(|reply| has_answer(&reply, &zone.apex, RecordType::DS));
    said.reduce(|one, other| one || other)
}

fn replies<'v>(
    view: &'v View,
    zone: &'v Zone,
    name: &Name,
    rtype: RecordType,
) -> impl Iterator<Item = Reply<'v>> {
    let replies = view.replies(&question(name, rtype));
    replies.filter(move |reply| zone.servers.contains_key(&reply.server))
}

fn has_answer(reply: &Reply<'_>, name: &Name, rtype: RecordType) -> bool {
    let mut answer = reply.message.answer.iter();
    answer.any(|record| record.rtype == rtype && record.owner == *name)
}
