//! CSYNC: what a zone asks its parent to copy (RFC 7477).
//!
//! It is asked for where the list of types at the apex has it, and in a thorough look.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::dns::{Name, RecordType, Serial, TypeBitmap};
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::validate::{AnswerKind, JudgedZone};

/// What a server says of CSYNC: the exchange and the RDATA, sorted; none where it says that there is none.
pub type Said = (ExchangeId, Vec<Vec<u8>>);

/// What each server of a zone says; those that were not asked, or gave no answer, are left out.
pub fn said(zone: &JudgedZone) -> BTreeMap<SocketAddr, Said> {
    let question = probes::question(&zone.apex, RecordType::CSYNC);
    let servers = zone.servers.iter();
    let said = servers.filter_map(|(address, server)| {
        let (id, answer) = server.answers.get(&question)?;
        let rdata = match answer.kind {
            AnswerKind::NoType => Vec::new(),
            AnswerKind::Data => {
                let mut sets = answer.rrsets.iter().map(|set| &set.rrset);
                let set = sets.find(|set| set.rtype == RecordType::CSYNC)?;
                set.canonical_rdata()
            }
            _ => return None,
        };
        Some((*address, (*id, rdata)))
    });
    said.collect()
}

/// "serial 5, flags 3, for A NS AAAA", or what is there.
pub fn in_words(apex: &Name, rdata: &[Vec<u8>]) -> String {
    let texts: Vec<_> = rdata.iter().map(|rdata| one_in_words(rdata)).collect();
    match texts.is_empty() {
        true => format!("no CSYNC of {apex}"),
        false => format!("CSYNC with {}", texts.join(" and ")),
    }
}

fn one_in_words(rdata: &[u8]) -> String {
    let parsed = parsed(rdata);
    parsed.unwrap_or_else(|| format!("{} octets that are no CSYNC", rdata.len()))
}

fn parsed(rdata: &[u8]) -> Option<String> {
    let (serial, rest) = rdata.split_first_chunk::<4>()?;
    let (flags, types) = rest.split_first_chunk::<2>()?;
    let types = TypeBitmap::from_wire(types).ok()?;
    let (serial, flags) = (
        Serial(u32::from_be_bytes(*serial)),
        u16::from_be_bytes(*flags),
    );
    Some(format!("serial {}, flags {flags}, for {types}", serial.0))
}
