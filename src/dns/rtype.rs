//! Record types and classes: numbers with their registered mnemonics.
//!
//! A number without a mnemonic here is written `TYPE123` or `CLASS32` (RFC 3597, section 5) and is
//! handled like any other.

use std::fmt;
use std::str::FromStr;

/// An RR type (IANA registry "Resource Record (RR) TYPEs").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordType(pub u16);

/// A DNS class; in practice IN.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(pub u16);

impl Class {
    /// The Internet class.
    pub const IN: Self = Self(1);
    /// Every class, in a question; also that of a TSIG record.
    pub const ANY: Self = Self(255);
}

macro_rules! record_types {
    ($($name:ident = $number:literal $text:literal,)*) => {
        #[allow(missing_docs, reason = "each constant is the mnemonic it carries")]
        impl RecordType {
            $(pub const $name: Self = Self($number);)*
        }
        /// Every type with a mnemonic, by number.
        const MNEMONICS: &[(u16, &str)] = &[$(($number, $text),)*];
    };
}

record_types! {
    A = 1 "A", NS = 2 "NS", MD = 3 "MD", MF = 4 "MF", CNAME = 5 "CNAME", SOA = 6 "SOA", MB = 7 "MB",
    MG = 8 "MG", MR = 9 "MR", NULL = 10 "NULL", WKS = 11 "WKS", PTR = 12 "PTR", HINFO = 13 "HINFO",
    MINFO = 14 "MINFO", MX = 15 "MX", TXT = 16 "TXT", RP = 17 "RP", AFSDB = 18 "AFSDB", X25 = 19 "X25",
    ISDN = 20 "ISDN", RT = 21 "RT", NSAP = 22 "NSAP", NSAP_PTR = 23 "NSAP-PTR", SIG = 24 "SIG",
    KEY = 25 "KEY", PX = 26 "PX", GPOS = 27 "GPOS", AAAA = 28 "AAAA", LOC = 29 "LOC", NXT = 30 "NXT",
    SRV = 33 "SRV", NAPTR = 35 "NAPTR", KX = 36 "KX", CERT = 37 "CERT", A6 = 38 "A6", DNAME = 39 "DNAME",
    OPT = 41 "OPT", APL = 42 "APL", DS = 43 "DS", SSHFP = 44 "SSHFP", IPSECKEY = 45 "IPSECKEY",
    RRSIG = 46 "RRSIG", NSEC = 47 "NSEC", DNSKEY = 48 "DNSKEY", DHCID = 49 "DHCID", NSEC3 = 50 "NSEC3",
    NSEC3PARAM = 51 "NSEC3PARAM", TLSA = 52 "TLSA", SMIMEA = 53 "SMIMEA", HIP = 55 "HIP",
    NINFO = 56 "NINFO", RKEY = 57 "RKEY", TALINK = 58 "TALINK", CDS = 59 "CDS",
    CDNSKEY = 60 "CDNSKEY", OPENPGPKEY = 61 "OPENPGPKEY", CSYNC = 62 "CSYNC", ZONEMD = 63 "ZONEMD",
    SVCB = 64 "SVCB", HTTPS = 65 "HTTPS", DSYNC = 66 "DSYNC", SPF = 99 "SPF",
    NID = 104 "NID", L32 = 105 "L32", L64 = 106 "L64", LP = 107 "LP", EUI48 = 108 "EUI48", EUI64 = 109 "EUI64",
    NXNAME = 128 "NXNAME",
    TKEY = 249 "TKEY", TSIG = 250 "TSIG", IXFR = 251 "IXFR", AXFR = 252 "AXFR", ANY = 255 "ANY",
    URI = 256 "URI", CAA = 257 "CAA", AVC = 258 "AVC", AMTRELAY = 260 "AMTRELAY", RESINFO = 261 "RESINFO",
    WALLET = 262 "WALLET", TA = 32768 "TA", DLV = 32769 "DLV",
}

impl RecordType {
    /// Whether this number names a question or a pseudo-record rather than data in a zone
    /// (RFC 6895, section 3.1: 128 to 255, and OPT).
    pub fn is_meta(self) -> bool {
        self == Self::OPT || (128..=255).contains(&self.0)
    }

    /// The registered mnemonic, if this build knows one.
    pub fn mnemonic(self) -> Option<&'static str> {
        MNEMONICS
            .binary_search_by_key(&self.0, |entry| entry.0)
            .ok()
            .map(|index| MNEMONICS[index].1)
    }

    /// All mnemonics this build knows, in order of their numbers.
    pub fn mnemonics() -> impl Iterator<Item = &'static str> {
        MNEMONICS.iter().map(|entry| entry.1)
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mnemonic() {
            Some(text) => f.pad(text),
            None => f.pad(&format!("TYPE{}", self.0)),
        }
    }
}

impl fmt::Debug for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is neither a known mnemonic nor `TYPE` with a number up to 65535.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownType;

impl fmt::Display for UnknownType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a record type (a mnemonic such as AAAA, or TYPE with a number)")
    }
}

impl std::error::Error for UnknownType {}

impl FromStr for RecordType {
    type Err = UnknownType;

    fn from_str(text: &str) -> Result<Self, UnknownType> {
        let upper = text.to_ascii_uppercase();
        if let Some(entry) = MNEMONICS.iter().find(|entry| entry.1 == upper) {
            return Ok(Self(entry.0));
        }
        upper
            .strip_prefix("TYPE")
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .map(Self)
            .ok_or(UnknownType)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("IN"),
            3 => f.write_str("CH"),
            4 => f.write_str("HS"),
            other => write!(f, "CLASS{other}"),
        }
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mnemonics_are_sorted_and_round_trip() {
        assert!(MNEMONICS.is_sorted_by(|a, b| a.0 < b.0));
        for (number, text) in MNEMONICS {
            assert_eq!(text.parse(), Ok(RecordType(*number)));
            assert_eq!(RecordType(*number).to_string(), *text);
        }
    }

    #[test]
    fn unknown_types_use_the_generic_form() {
        assert_eq!("type65280".parse(), Ok(RecordType(65280)));
        assert_eq!(RecordType(65280).to_string(), "TYPE65280");
        for text in ["TYPE65536", "TYPE+1", "TYPE", "AAAAA", ""] {
            assert_eq!(text.parse::<RecordType>(), Err(UnknownType), "{text}");
        }
    }
}
