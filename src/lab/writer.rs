//! Writing responses, with the name compression of RFC 1035, section 4.1.4.
//!
//! Owner names are compressed, and names in the RDATA of the types of RFC 1035 (RFC 3597, section 4).

use crate::dns::edns::{EXTENDED_ERROR, NSID};
use crate::dns::message::Question;
use crate::dns::{Name, RecordType};

/// Greatest UDP payload that a lab server sends or takes, in octets: fits an IPv6 path of 1280 octets.
pub(super) const UDP_PAYLOAD: u16 = 1_232;

/// A record to be written.
#[derive(Clone)]
pub(super) struct Row<'z> {
    /// Owner name.
    pub owner: Name,
    /// RR type.
    pub rtype: RecordType,
    /// TTL in seconds.
    pub ttl: u32,
    /// RDATA.
    pub rdata: std::borrow::Cow<'z, [u8]>,
}

/// The OPT record of a response.
pub(super) struct Opt<'a> {
    /// The high bits of the response code.
    pub extended_rcode: u8,
    /// DNSSEC OK.
    pub dnssec_ok: bool,
    /// The server's identifier, when it was asked for (RFC 5001).
    pub nsid: Option<&'a str>,
    /// INFO-CODE of an extended error (RFC 8914).
    pub extended_error: Option<u16>,
}

/// A response but for its records.
pub(super) struct Frame<'a> {
    /// ID of the query.
    pub id: u16,
    /// Flags and response code.
    pub flags: u16,
    /// The question as it came.
    pub question: Option<&'a Question>,
    /// OPT.
    pub opt: Option<Opt<'a>>,
}

/// Writes a response; `sections` are answer, authority and additional.
pub(super) fn write(frame: &Frame<'_>, sections: [&[Row<'_>]; 3]) -> Vec<u8> {
    let mut writer = Writer::default();
    let [answer, authority, additional] = sections.map(<[Row<'_>]>::len);
    for field in [
        usize::from(frame.id),
        usize::from(frame.flags),
        usize::from(frame.question.is_some()),
        answer,
        authority,
        additional + usize::from(frame.opt.is_some()),
    ] {
        // The lab's responses hold at most some hundreds of records.
        writer.u16(field as u16);
    }
    if let Some(question) = frame.question {
        writer.name(&question.name);
        writer.u16(question.rtype.0);
        writer.u16(question.class.0);
    }
    sections
        .into_iter()
        .flatten()
        .for_each(|row| writer.row(row));
    if let Some(opt) = &frame.opt {
        writer.opt(opt);
    }
    writer.octets
}

#[derive(Default)]
struct Writer {
    octets: Vec<u8>,
    /// Lower-cased names written so far, with the offsets they begin at.
    seen: Vec<(Vec<u8>, u16)>,
}

impl Writer {
    fn u16(&mut self, value: u16) {
        self.octets.extend(value.to_be_bytes());
    }

    fn name(&mut self, name: &Name) {
        let lower = name.canonical_wire();
        let mut at = 0;
        while lower[at] != 0 {
            if let Some((_, offset)) = self.seen.iter().find(|(known, _)| *known == lower[at..]) {
                let pointer = 0xC000 | *offset;
                return self.u16(pointer);
            }
            if let Ok(offset @ ..=0x3FFF) = u16::try_from(self.octets.len()) {
                self.seen.push((lower[at..].to_vec(), offset));
            }
            let end = at + 1 + usize::from(lower[at]);
            self.octets.extend_from_slice(&name.wire()[at..end]);
            at = end;
        }
        self.octets.push(0);
    }

    fn row(&mut self, row: &Row<'_>) {
        self.name(&row.owner);
        self.u16(row.rtype.0);
        self.u16(1);
        self.octets.extend(row.ttl.to_be_bytes());
        let length_at = self.octets.len();
        self.u16(0);
        self.rdata(row.rtype, &row.rdata);
        let length = self.octets.len() - length_at - 2;
        self.octets[length_at..length_at + 2].copy_from_slice(&(length as u16).to_be_bytes());
    }

    fn rdata(&mut self, rtype: RecordType, rdata: &[u8]) {
        let names = match rtype {
            RecordType::NS | RecordType::CNAME | RecordType::PTR => 1,
            RecordType::SOA => 2,
            _ => 0,
        };
        let mut rest = rdata;
        for _ in 0..names {
            let (name, after) = rest.split_at(name_length(rest));
            match Name::from_wire(name) {
                Ok(name) => self.name(&name),
                Err(_) => self.octets.extend_from_slice(name),
            }
            rest = after;
        }
        self.octets.extend_from_slice(rest);
    }

    fn opt(&mut self, opt: &Opt<'_>) {
        self.octets.push(0);
        self.u16(RecordType::OPT.0);
        self.u16(UDP_PAYLOAD);
        let dnssec_ok = u8::from(opt.dnssec_ok) << 7;
        self.octets.extend([opt.extended_rcode, 0, dnssec_ok, 0]);
        let nsid = opt.nsid.map(|nsid| (NSID, nsid.as_bytes().to_vec()));
        let error = opt.extended_error;
        let error = error.map(|code| (EXTENDED_ERROR, code.to_be_bytes().to_vec()));
        let length_at = self.octets.len();
        self.u16(0);
        for (code, data) in nsid.into_iter().chain(error) {
            self.u16(code);
            // A server's name is far below 65,000 octets.
            self.u16(data.len() as u16);
            self.octets.extend(data);
        }
        let length = self.octets.len() - length_at - 2;
        self.octets[length_at..length_at + 2].copy_from_slice(&(length as u16).to_be_bytes());
    }
}

/// The length of the uncompressed name that `octets` begin with.
fn name_length(octets: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&length) = octets.get(at) {
        at += 1 + usize::from(length);
        if length == 0 {
            break;
        }
    }
    at.min(octets.len())
}
