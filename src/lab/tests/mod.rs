//! The lab must be what its catalogue says, before anyone judges by it.

mod answers;
mod catalogue;
mod resolvers;
mod server;
mod signatures;

use std::net::IpAddr;

use super::{Action, Lab, Transport};
use crate::dns::message::Question;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Class, Message, Name, RecordType, Timestamp};

/// An instant that is no full hour.
const NOW: Timestamp = Timestamp(1_800_000_777);

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn query(text: &str, rtype: RecordType) -> Query {
    Query {
        question: Question {
            name: name(text),
            rtype,
            class: Class::IN,
        },
        recursion_desired: false,
        checking_disabled: false,
        authentic_data: false,
        probe: None,
        edns: Some(QueryEdns {
            udp_size: 1232,
            dnssec_ok: true,
            nsid: true,
        }),
    }
}

/// The address of server `number`, from 1, of the zone `apex`.
fn address(lab: &Lab, apex: &str, number: usize) -> IpAddr {
    let site = lab.zones.hierarchy.find(&name(apex)).unwrap();
    lab.zones.hierarchy.sites[site].servers[number - 1].1
}

fn reply(lab: &Lab, server: IpAddr, transport: Transport, query: &Query) -> Message {
    match lab.respond(server, transport, &query.to_wire(7)) {
        Action::Reply(octets) => {
            let message = Message::parse(&octets).unwrap();
            assert!(message.faults.is_empty(), "{:?}", message.faults);
            assert!(message.is_response() && message.id == 7);
            message
        }
        Action::Silence => panic!("no response to {query:?}"),
    }
}

/// What the first server of `apex` answers over TCP.
fn ask(lab: &Lab, apex: &str, text: &str, rtype: RecordType) -> Message {
    let server = address(lab, apex, 1);
    reply(lab, server, Transport::Tcp, &query(text, rtype))
}

/// Owner and type of each record of a section, one a line, RRSIGs left out.
fn outline(section: &[crate::dns::Record]) -> Vec<String> {
    section
        .iter()
        .filter(|record| ![RecordType::RRSIG, RecordType::OPT].contains(&record.rtype))
        .map(|record| format!("{} {}", record.owner, record.rtype))
        .collect()
}

fn count(section: &[crate::dns::Record], rtype: RecordType) -> usize {
    let same = section.iter().filter(|record| record.rtype == rtype);
    same.count()
}
