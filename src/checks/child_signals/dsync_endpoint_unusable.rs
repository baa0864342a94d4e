//! DSYNC records that nobody can follow.

use std::collections::BTreeSet;

use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::validate::JudgedZone;

/// The scheme of NOTIFY; 0 is none.
const NOTIFY: u8 = 1;

declare! {
    /// # dsync-endpoint-unusable
    ///
    /// The parent says by DSYNC where it wants to be told of new CDS or CSYNC records, and the record cannot
    /// be read, or has no port or no host. It is asked for with `--thorough` alone.
    ///
    /// ## Why it matters
    ///
    /// A zone that tells its parent of new CDS has its DS changed in minutes in place of days. Where DSYNC is
    /// wrong the signer's message goes nowhere; it waits for the parent's next scan, as without DSYNC.
    /// A parent that has none is not at fault: most have none.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at DSYNC.
    ///
    /// ## How to put it right
    ///
    /// It is for the parent to correct: report it to the registry, with the record: `dig
    /// example._dsync.com DSYNC` shows it, with the labels of the zone before `_dsync`. Until then bring new
    /// DS records to the registrar (`anchorwatch ds example.com`), or wait for the scan. What a signer sends
    /// to can be set by hand: in Knot `ksk-submission` and `ds-push` of the policy, in BIND
    /// `parental-agents` tells it whether the DS is there; PowerDNS and NSD send no such messages.
    ///
    /// ## References
    ///
    /// RFC 9859, sections 2.1, 3 and 4.1. Neither DNSViz nor Zonemaster looks for it.
    "dsync-endpoint-unusable", ChildSignals, Notice,
    rfc: ["RFC 9859 section 2.1", "RFC 9859 section 4.1"],
    explained_by: [],
    summary: "The parent's DSYNC record names no usable endpoint.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let thorough = context.zones().filter(|(_, known)| known.is_thorough);
    thorough
        .filter_map(|(zone, _)| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let parent = context.chain.zone(zone.parent.as_ref()?)?;
    let question = probes::endpoint(&zone.apex, &parent.apex)?;
    let mut faults = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    for server in parent.servers.values() {
        let Some((id, answer)) = server.answers.get(&question) else {
            continue;
        };
        let sets = answer.rrsets.iter().map(|set| &set.rrset);
        let dsync = sets.filter(|set| set.rtype == RecordType::DSYNC);
        for rdata in dsync.flat_map(|set| &set.rdata) {
            if let Some(fault) = fault(rdata) {
                faults.insert(fault);
                evidence.insert(*id);
            }
        }
    }
    if faults.is_empty() {
        return None;
    }
    let message = format!(
        "DSYNC at {}, by which {} is to tell of its CDS and CSYNC, {}",
        question.name,
        zone.apex,
        list(faults)
    );
    let statement = Statement::new(&zone.apex, message)
        .about("owner", &question.name)
        .about("rrtype", "DSYNC")
        .fix(format!(
            "report it to the operator of {}; until then bring new DS records to the registrar",
            parent.apex
        ))
        .shown_by(evidence);
    Some(statement)
}

/// What is wrong with a DSYNC for NOTIFY. Other schemes are for those who know them.
fn fault(rdata: &[u8]) -> Option<String> {
    let Some((head, target)) = rdata.split_first_chunk::<5>() else {
        return Some(format!("has {} octets and cannot be read", rdata.len()));
    };
    let [high, low, scheme, port @ ..] = *head;
    let rtype = RecordType(u16::from_be_bytes([high, low]));
    if scheme != NOTIFY {
        return None;
    }
    match Name::from_wire(target) {
        Err(_) => Some(format!("for {rtype} has a target that cannot be read")),
        Ok(target) if target.is_root() => Some(format!("for {rtype} names no host")),
        Ok(_) if port == [0, 0] => Some(format!("for {rtype} has port 0")),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_are_enough() {
        let dsync = |scheme: u8, port: u8, target: &[u8]| {
            fault(&[&[0, 59, scheme, 0, port], target].concat())
        };
        assert_eq!(dsync(1, 53, b"\x01a\x00"), None);
        assert!(dsync(1, 53, b"\x00").unwrap().ends_with("names no host"));
        assert!(dsync(1, 0, b"\x01a\x00").unwrap().ends_with("has port 0"));
        assert!(dsync(1, 53, b"\x05a").unwrap().contains("cannot be read"));
        assert_eq!(dsync(0, 0, b"\x00"), None);
        assert!(fault(&[0, 59]).is_some());
    }
}
