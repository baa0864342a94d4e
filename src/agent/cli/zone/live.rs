//! What the parent and the servers of a zone say, beside its file.

use std::net::SocketAddr;

use crate::agent::cli::args::ZoneArgs;
use crate::agent::cli::audit;
use crate::agent::cli::console::Console;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::plan::{Asking, AuditPlan, Source};
use crate::agent::cli::question::Question;
use crate::agent::cli::works::Works;
use crate::dns::{Ds, Name, Rcode, RecordType, Timestamp};
use crate::evidence::Evidence;
use crate::evidence::probes::question;
use crate::evidence::topology::{Basis, Topology, Zone};
use crate::evidence::view::{View, records};
use crate::validate::{Limits, Status, anchor, chain};
use crate::zone::Served;

/// What of the apex is compared.
const COMPARED: [RecordType; 6] = [
    RecordType::SOA,
    RecordType::NS,
    RecordType::DNSKEY,
    RecordType::NSEC3PARAM,
    RecordType::CDS,
    RecordType::CDNSKEY,
];

/// What was heard of a zone.
pub struct Heard {
    /// The DS RRset of its parent, empty where it is proven that there is none.
    pub ds: Vec<Ds>,
    /// What its servers have at the apex.
    pub served: Vec<Served>,
    /// Those that did not answer.
    pub silent: Vec<String>,
}

/// Asks from the root down.
pub fn hear(
    args: &ZoneArgs,
    apex: &Name,
    at: Timestamp,
    works: &dyn Works,
    console: &Console,
) -> Result<Heard, Failure> {
    let evidence = audit::collect(&plan(args, apex), works, console)?;
    let view = View::new(evidence.exchanges.clone());
    let topology = Topology::new(&view, &Basis::of(&evidence));
    let zone = topology.zones.get(apex);
    let zone = zone.ok_or_else(|| Failure::trouble(apex, "no delegation of it was found"))?;
    let ds = delegation(&view, &topology, &evidence, zone, at)?;
    let mut heard = Heard {
        ds,
        served: Vec::new(),
        silent: Vec::new(),
    };
    for (server, names) in &zone.servers {
        let name = names.first().map_or_else(String::new, Name::to_string);
        let label = format!("{name} ({})", server.ip());
        let sets = sets(&view, *server, apex);
        match sets.iter().any(|(rtype, _)| *rtype == RecordType::SOA) {
            true => heard.served.push(Served {
                server: label,
                sets,
            }),
            false => heard.silent.push(label),
        }
    }
    Ok(heard)
}

/// The audit whose evidence this rests on: that of the SOA.
fn plan(args: &ZoneArgs, apex: &Name) -> AuditPlan {
    let question = Question {
        name: Some(apex.clone()),
        rtype: Some(RecordType::SOA),
    };
    AuditPlan {
        asking: Asking {
            port: args.port,
            allow_private: args.allow_private,
            ..Asking::default()
        },
        root_hints: args.root_hints.clone(),
        trust_anchor: args.trust_anchor.clone(),
        ..AuditPlan::of(question, Source::Network)
    }
}

/// The DS RRset, as far as it is secure or the parent itself is not signed.
fn delegation(
    view: &View,
    topology: &Topology,
    evidence: &Evidence,
    zone: &Zone,
    at: Timestamp,
) -> Result<Vec<Ds>, Failure> {
    let anchors = anchor::from_records(&evidence.anchors).unwrap_or_default();
    let chain = chain::judge(view, topology, &anchors, Limits::default(), at);
    let unknown = |why: &str| Failure::trouble(&zone.apex, format!("the DS at its parent: {why}"));
    let judged = chain.zones.iter().find(|judged| judged.apex == zone.apex);
    let judged = judged.ok_or_else(|| unknown("the chain of zones does not lead to it"))?;
    let said = judged.delegation.values().map(|(_, said)| said);
    let sure = said.filter(|said| matches!(said.status, Status::Secure | Status::Insecure));
    let sets = sure.map(|said| {
        let rdata = said.rrset.iter().flat_map(|set| &set.rrset.rdata);
        rdata.filter_map(|rdata| Ds::parse(rdata).ok()).collect()
    });
    agreed(sets).map_err(unknown)
}

/// The DS RRset that all servers of the parent have. Where they differ, as while an update is on its way, a zone
/// may be good for who asks one of them, and not for who asks another.
fn agreed(sets: impl Iterator<Item = Vec<Ds>>) -> Result<Vec<Ds>, &'static str> {
    let mut sets = sets.map(|mut set| {
        set.sort_by_key(Ds::rdata);
        set.dedup();
        set
    });
    let none = "no server of the parent gave one, or proved that there is none";
    let first = sets.next().ok_or(none)?;
    match sets.all(|set| set == first) {
        true => Ok(first),
        false => Err("the servers of the parent have different ones"),
    }
}

/// What a server answered for the apex itself.
fn sets(view: &View, server: SocketAddr, apex: &Name) -> Vec<(RecordType, Vec<Vec<u8>>)> {
    let answered = COMPARED.into_iter().filter_map(|rtype| {
        let reply = view.reply(server, &question(apex, rtype))?;
        let message = reply.message;
        if message.rcode() != Rcode::NOERROR
            || !message.is_authoritative()
            || message.is_truncated()
        {
            return None;
        }
        let set = records(&message.answer, apex, rtype).map(|record| record.rdata.to_vec());
        Some((rtype, set.collect()))
    });
    answered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_of_the_parent_have_to_agree() {
        let ds = |key_tag| Ds {
            key_tag,
            algorithm: 13,
            digest_type: 2,
            digest: [0; 32].into(),
        };
        let both = vec![ds(1), ds(2)];
        let turned = vec![ds(2), ds(1), ds(2)];
        assert_eq!(agreed([both.clone(), turned].into_iter()), Ok(both.clone()));
        assert_eq!(agreed([vec![], vec![]].into_iter()), Ok(vec![]));
        assert!(agreed([both.clone(), vec![ds(1)]].into_iter()).is_err());
        assert!(agreed([both, vec![]].into_iter()).is_err());
        assert!(agreed(std::iter::empty()).is_err());
    }
}
