//! What a look leaves in the store.

use super::look::Looked;
use crate::agent::store::{Audited, Kind, Seen, StoredEvent};
use crate::crypto::{Algorithm, DigestType};
use crate::watch::ZoneState;

/// The record of a look.
pub fn record(looked: Looked) -> Option<Audited> {
    let is_failure = looked.is_failure();
    let state = looked.state;
    Some(Audited {
        zone: state.zone.clone(),
        at: state.probed?,
        // A state is made of texts and numbers, which are always JSON.
        state: serde_json::to_string(&state).ok()?,
        report: Some(looked.report),
        evidence: Some(looked.evidence),
        is_failure,
        events: looked.events.into_iter().map(stored).collect(),
        seen: seen(&state),
    })
}

fn stored(event: crate::watch::Event) -> StoredEvent {
    StoredEvent {
        at: event.at,
        zone: event.zone,
        kind: event.kind.to_string(),
        text: event.text,
    }
}

/// Every item of the inventory at every server that has it.
fn seen(state: &ZoneState) -> Vec<Seen> {
    let mut all = Vec::new();
    let mut add = |kind, item: String, server: &str| {
        all.push(Seen {
            kind,
            item,
            server: server.to_owned(),
        });
    };
    for server in &state.servers {
        if let Some(serial) = server.serial {
            add(Kind::Serial, serial.to_string(), &server.address);
        }
    }
    let Some(inventory) = &state.inventory else {
        return all;
    };
    for key in &inventory.keys {
        let (tag, algorithm) = (key.key_tag, Algorithm(key.algorithm));
        for server in &key.servers {
            add(
                Kind::Key,
                format!("{tag} {algorithm} {}", key.identity),
                server,
            );
        }
    }
    for ds in &inventory.ds {
        let (algorithm, digest) = (Algorithm(ds.algorithm), DigestType(ds.digest_type));
        for server in &ds.servers {
            add(
                Kind::Ds,
                format!("{} {algorithm} {digest} {}", ds.key_tag, ds.digest),
                server,
            );
        }
    }
    for name in &inventory.name_servers {
        add(Kind::Ns, name.to_string(), "");
    }
    let ttls = [
        ("DS", inventory.ttls.ds),
        ("DNSKEY", inventory.ttls.dnskey),
        ("SOA", inventory.ttls.soa),
        ("negative", inventory.ttls.negative),
    ];
    for (rrset, ttl) in ttls {
        if let Some(ttl) = ttl {
            add(Kind::Ttl, format!("{rrset} {ttl}"), "");
        }
    }
    all
}
