//! The cheap questions between two audits: the SOA of one server of the zone, and the DS at one server of
//! the parent. When the serial or the DS RRset is not what the last audit saw there, the zone is audited
//! at once.
//!
//! The servers take turns, so that each is seen within some minutes. Silence tells nothing here: a server
//! that is down is for the audit to find.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use data_encoding::HEXLOWER;

use super::fleet::Member;
use super::look::Means;
use crate::agent::probe;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Ds, Message, Name, Rcode, RecordType, Soa, Timestamp};
use crate::evidence::probes::question;
use crate::evidence::{Exchange, Outcome, Transport};
use crate::walk::{Ask, UDP_SIZE};

/// Whether something is not as the last audit saw it.
pub async fn is_changed(means: &Means, member: &Member, now: Timestamp) -> bool {
    let state = &member.state;
    let (Some(inventory), Some(turn)) = (&state.inventory, usize::try_from(now.0 / 60).ok()) else {
        return false;
    };
    let serials = state.servers.iter().filter_map(|server| {
        let address: SocketAddr = server.address.parse().ok()?;
        Some((address, server.serial?))
    });
    let serials: Vec<_> = serials.collect();
    let parents: Vec<SocketAddr> = state
        .parents
        .iter()
        .filter_map(|at| at.parse().ok())
        .collect();
    let zone = &member.target.zone;
    let soa = async {
        let (server, seen) = *serials.get(turn.checked_rem(serials.len())?)?;
        let serial = serial(&ask(means, server, zone, RecordType::SOA).await)?;
        Some(serial != seen)
    };
    let ds = async {
        let server = *parents.get(turn.checked_rem(parents.len())?)?;
        let now = ds(&ask(means, server, zone, RecordType::DS).await)?;
        let text = server.to_string();
        let at_server = inventory.ds.iter().filter(|ds| ds.servers.contains(&text));
        let seen: BTreeSet<_> = at_server
            .map(|ds| (ds.key_tag, ds.algorithm, ds.digest_type, ds.digest.clone()))
            .collect();
        Some(now != seen)
    };
    let (soa, ds) = tokio::join!(soa, ds);
    soa.unwrap_or(false) || ds.unwrap_or(false)
}

async fn ask(means: &Means, server: SocketAddr, zone: &Name, rtype: RecordType) -> Exchange {
    let ask = Ask {
        server,
        transport: Transport::Udp,
        query: Query {
            question: question(zone, rtype),
            recursion_desired: false,
            checking_disabled: true,
            authentic_data: false,
            probe: None,
            edns: Some(QueryEdns {
                udp_size: UDP_SIZE,
                dnssec_ok: true,
                nsid: false,
            }),
        },
    };
    probe::send(ask, &means.probe).await
}

/// The message that came back when it answers the question at all.
fn answer(exchange: &Exchange) -> Option<Message> {
    let Outcome::Response(octets) = &exchange.outcome else {
        return None;
    };
    let message = Message::parse(octets).ok()?;
    let is_usable = message.rcode() == Rcode::NOERROR
        && !message.is_truncated()
        && message.questions.first() == Some(exchange.question());
    is_usable.then_some(message)
}

fn serial(exchange: &Exchange) -> Option<u32> {
    let message = answer(exchange)?;
    let mut soas = message
        .answer
        .iter()
        .filter(|record| record.rtype == RecordType::SOA);
    Some(Soa::parse(&soas.next()?.rdata).ok()?.serial.0)
}

type DsSet = BTreeSet<(u16, u8, u8, String)>;

fn ds(exchange: &Exchange) -> Option<DsSet> {
    let message = answer(exchange)?;
    let records = message
        .answer
        .iter()
        .filter(|record| record.rtype == RecordType::DS);
    let all = records.filter_map(|record| Ds::parse(&record.rdata).ok());
    let all = all.map(|ds| {
        (
            ds.key_tag,
            ds.algorithm,
            ds.digest_type,
            HEXLOWER.encode(&ds.digest),
        )
    });
    Some(all.collect())
}
