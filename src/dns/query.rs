//! Writing a query.

use super::edns::NSID;
use super::message::Question;
use super::probe::Probe;

/// The UDP payload size that is advertised, in octets: what passes every path without fragments
/// (DNS Flag Day 2020; RFC 9715, section 3).
pub const UDP_SIZE: u16 = 1232;

/// EDNS of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QueryEdns {
    /// The UDP payload size advertised, in octets.
    pub udp_size: u16,
    /// DNSSEC OK.
    pub dnssec_ok: bool,
    /// Whether the server's identifier is asked for (RFC 5001).
    pub nsid: bool,
}

/// A query to be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// What is asked.
    pub question: Question,
    /// RD.
    pub recursion_desired: bool,
    /// CD.
    pub checking_disabled: bool,
    /// AD: ask for the AD bit without DO (RFC 6840, section 5.7).
    pub authentic_data: bool,
    /// OPT record; none when absent.
    pub edns: Option<QueryEdns>,
    /// What is odd about it; `None` for an ordinary query, whose reply tells about the zone.
    pub probe: Option<Probe>,
}

impl Query {
    /// The octets with message ID `id`.
    pub fn to_wire(&self, id: u16) -> Vec<u8> {
        let flags = u16::from(self.recursion_desired) << 8
            | u16::from(self.authentic_data) << 5
            | u16::from(self.checking_disabled) << 4
            | self.probe.as_ref().map_or(0, Probe::header_bits);
        let mut octets = Vec::with_capacity(64);
        for field in [id, flags, 1, 0, 0, u16::from(self.edns.is_some())] {
            octets.extend(field.to_be_bytes());
        }
        octets.extend_from_slice(self.question.name.wire());
        octets.extend(self.question.rtype.0.to_be_bytes());
        octets.extend(self.question.class.0.to_be_bytes());
        if let Some(edns) = &self.edns {
            push_opt(&mut octets, edns, self.probe.as_ref());
        }
        octets
    }
}

fn push_opt(octets: &mut Vec<u8>, edns: &QueryEdns, probe: Option<&Probe>) {
    let flags = u16::from(edns.dnssec_ok) << 15 | probe.map_or(0, Probe::edns_flags);
    let nsid = edns.nsid.then_some((NSID, Vec::new()));
    let options = nsid.into_iter().chain(probe.and_then(Probe::edns_option));
    let mut data = Vec::new();
    for (code, value) in options {
        // No option of a query has more than 40 octets (RFC 7873, section 4).
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        data.extend([code.to_be_bytes(), length.to_be_bytes()].concat());
        data.extend(&value[..usize::from(length)]);
    }
    octets.extend([0, 0, 41]);
    octets.extend(edns.udp_size.to_be_bytes());
    octets.extend([0, probe.map_or(0, Probe::edns_version)]);
    octets.extend(flags.to_be_bytes());
    // NSID and a cookie have 48 octets together.
    octets.extend(u16::try_from(data.len()).unwrap_or(0).to_be_bytes());
    octets.extend(data);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Class, Message, RecordType};

    #[test]
    fn what_is_written_can_be_read() {
        let query = Query {
            question: Question {
                name: "Www.Example".parse().unwrap(),
                rtype: RecordType::AAAA,
                class: Class::IN,
            },
            recursion_desired: true,
            checking_disabled: true,
            authentic_data: false,
            edns: Some(QueryEdns {
                udp_size: 1232,
                dnssec_ok: true,
                nsid: true,
            }),
            probe: None,
        };
        let message = Message::parse(&query.to_wire(7)).unwrap();
        assert_eq!((message.id, message.flags), (7, 0x0110));
        assert_eq!(message.questions, [query.question]);
        let edns = message.edns().unwrap();
        assert!(edns.dnssec_ok && edns.udp_size == 1232 && edns.options == [(3, vec![])]);
        assert!(message.faults.is_empty());
    }
}
