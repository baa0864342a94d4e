//! The next instant at which the chain ends if nobody signs again.

use std::collections::BTreeMap;

use crate::dns::{Name, RecordType, Timestamp};
use crate::report::Deadline;
use crate::validate::{Chain, JudgedRrset, JudgedZone, KeysReply, Status};

/// The first expiry among the RRsets that a secure chain stands on, each taken at the server where it
/// ends first.
pub fn next(chain: &Chain, now: Timestamp) -> Option<Deadline> {
    let mut ends: BTreeMap<Timestamp, (Name, RecordType)> = BTreeMap::new();
    for zone in chain
        .zones
        .iter()
        .filter(|zone| zone.status == Status::Secure)
    {
        for set in standing(zone) {
            if let Some(end) = set.valid_until(now) {
                ends.entry(end)
                    .or_insert((set.rrset.owner.clone(), set.rrset.rtype));
            }
        }
    }
    let (at, (owner, rtype)) = ends.pop_first()?;
    Some(Deadline {
        at,
        what: format!("the signature over {rtype} of {owner} expires"),
    })
}

fn standing(zone: &JudgedZone) -> impl Iterator<Item = &JudgedRrset> {
    let delegation = zone
        .delegation
        .values()
        .flat_map(|(_, ds)| ds.rrset.iter().chain(&ds.denials));
    let servers = zone.servers.values().flat_map(|server| {
        let keys = match &server.keys {
            KeysReply::Given(_, judged) => Some(&judged.rrset),
            _ => None,
        };
        let answers = server
            .answers
            .values()
            .flat_map(|(_, answer)| &answer.rrsets);
        keys.into_iter().chain(answers)
    });
    delegation.chain(servers)
}
