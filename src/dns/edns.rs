//! EDNS: the OPT record, its options, and extended errors (RFC 6891, RFC 5001, RFC 8914).

use super::message::Record;
use super::wire::Reader;

/// Option code of the name server identifier (RFC 5001).
pub const NSID: u16 = 3;
/// Option code of DNS cookies (RFC 7873).
pub const COOKIE: u16 = 10;
/// Option code of extended DNS errors (RFC 8914).
pub const EXTENDED_ERROR: u16 = 15;

/// What one OPT record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edns {
    /// Greatest UDP payload the sender takes, in octets.
    pub udp_size: u16,
    /// The high eight bits of the response code.
    pub extended_rcode: u8,
    /// EDNS version.
    pub version: u8,
    /// Whether DNSSEC OK is set.
    pub dnssec_ok: bool,
    /// All flags, DNSSEC OK among them as the highest bit.
    pub flags: u16,
    /// Options in order: code and data.
    pub options: Vec<(u16, Vec<u8>)>,
    /// Whether the option list was cut off; the options before the cut are kept.
    pub is_malformed: bool,
}

/// An extended DNS error (RFC 8914).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExtendedError {
    /// INFO-CODE.
    pub code: u16,
    /// EXTRA-TEXT; octets that are not UTF-8 are replaced.
    pub text: String,
}

impl ExtendedError {
    /// The purpose that IANA's registry gives for the code; `None` for one that is not in it.
    pub fn purpose(&self) -> Option<&'static str> {
        PURPOSES.get(usize::from(self.code)).copied()
    }

    /// Code, purpose and text on one line: `EDE 7 (Signature Expired): …`.
    pub fn in_words(&self) -> String {
        let purpose = self.purpose().map(|purpose| format!(" ({purpose})"));
        let text = match self.text.as_str() {
            "" => String::new(),
            text => format!(": {text}"),
        };
        format!("EDE {}{}{text}", self.code, purpose.unwrap_or_default())
    }
}

/// Purposes by INFO-CODE (RFC 8914, section 4, and IANA's registry of extended DNS error codes).
const PURPOSES: [&str; 31] = [
    "Other Error",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value",
    "Unable to conform to policy",
    "Synthesized",
    "Invalid Query Type",
];

impl Edns {
    /// Reads an OPT record.
    pub fn of(record: &Record) -> Self {
        let [extended_rcode, version, high, low] = record.ttl.to_be_bytes();
        let mut reader = Reader::new(&record.rdata);
        let mut options = Vec::new();
        while let Some(option) = next_option(&mut reader) {
            options.push(option);
        }
        Self {
            udp_size: record.class.0,
            extended_rcode,
            version,
            dnssec_ok: high & 0x80 != 0,
            flags: u16::from_be_bytes([high, low]),
            options,
            is_malformed: reader.remaining() > 0,
        }
    }

    /// The extended errors, in order. One too short to hold a code is left out.
    pub fn extended_errors(&self) -> Vec<ExtendedError> {
        self.options
            .iter()
            .filter(|(code, data)| *code == EXTENDED_ERROR && data.len() >= 2)
            .map(|(_, data)| ExtendedError {
                code: u16::from_be_bytes([data[0], data[1]]),
                text: String::from_utf8_lossy(&data[2..]).into_owned(),
            })
            .collect()
    }

    /// The data of the first option with this code.
    pub fn option(&self, code: u16) -> Option<&[u8]> {
        let mut options = self.options.iter();
        let found = options.find(|(known, _)| *known == code);
        found.map(|(_, data)| data.as_slice())
    }

    /// The name server identifier, if one was sent that is not empty.
    pub fn nsid(&self) -> Option<&[u8]> {
        self.options
            .iter()
            .find(|(code, data)| *code == NSID && !data.is_empty())
            .map(|(_, data)| data.as_slice())
    }
}

/// Takes one option; `None`, with the cursor where it was, when none is left or it is cut off.
fn next_option(reader: &mut Reader<'_>) -> Option<(u16, Vec<u8>)> {
    let mut ahead = reader.clone();
    let code = ahead.u16().ok()?;
    let length = ahead.u16().ok()?;
    let data = ahead.take(usize::from(length)).ok()?.to_vec();
    *reader = ahead;
    Some((code, data))
}
