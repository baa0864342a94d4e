//! Queries that try what a server makes of the odd: flags, EDNS versions and options, cookies.
//!
//! A reply to one of these tells about the server and nothing about the zone. Each is an ordinary query for
//! the same question with one thing changed; [`Probe`] says which, so that its reply cannot be taken for
//! that of an ordinary query, with which it may share every octet.

use super::message::Question;
use super::query::{Query, QueryEdns};
use super::{Class, Name, RecordType};

/// An EDNS option that no server knows: a code for local use (RFC 6891, section 9), which IANA gives to
/// nobody.
pub const UNKNOWN_OPTION: u16 = 65_432;
/// A flag of EDNS that has no meaning yet (RFC 6891, section 6.1.4).
pub const UNKNOWN_FLAG: u16 = 0x0080;
/// The reserved bit in the header of a message (RFC 1035, section 4.1.1: Z).
pub const RESERVED_BIT: u16 = 0x0040;
/// Our part of a DNS cookie (RFC 7873, section 4.1). It protects nothing, so it need not be secret.
pub const CLIENT_COOKIE: [u8; 8] = *b"anchorwa";
/// A server's part that no server made (RFC 7873, section 4.2).
const FOREIGN_COOKIE: [u8; 16] = [0xA5; 16];
/// A UDP payload that passes everywhere (RFC 1035, section 4.2.1).
const SMALL: u16 = 512;

/// What is odd about a query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Probe {
    /// Nothing: whether the server still answers after all the others.
    Plain,
    /// RD is set.
    RecursionDesired,
    /// CD is set.
    CheckingDisabled,
    /// AD is set.
    AuthenticData,
    /// The reserved bit of the header is set.
    ReservedBit,
    /// EDNS has version 1.
    EdnsVersion,
    /// A flag of EDNS without a meaning is set.
    EdnsFlag,
    /// An EDNS option without a meaning is there.
    EdnsOption,
    /// The client's part of a cookie is there.
    Cookie,
    /// The cookie that the server gave is there; this is its part.
    CookieShown(Vec<u8>),
    /// A cookie is there whose second part the server never gave.
    CookieForeign,
    /// A cookie is there that is longer than a client's part and shorter than a whole one.
    CookieMalformed,
    /// DO is clear.
    DnssecCleared,
    /// There is no EDNS.
    EdnsAbsent,
    /// A UDP payload of 512 octets is advertised.
    SmallPayload,
    /// The letters of the name are small and capital by turns.
    MixedCase,
    /// The whole zone is asked for; only the first message is taken.
    Transfer,
    /// Nothing, but a datagram from another address of the server is heard too.
    AnySource,
}

/// The words of the probes that need nothing more than a word.
const WORDS: [(&str, Probe); 17] = [
    ("plain", Probe::Plain),
    ("recursion-desired", Probe::RecursionDesired),
    ("checking-disabled", Probe::CheckingDisabled),
    ("authentic-data", Probe::AuthenticData),
    ("reserved-bit", Probe::ReservedBit),
    ("edns-version", Probe::EdnsVersion),
    ("edns-flag", Probe::EdnsFlag),
    ("edns-option", Probe::EdnsOption),
    ("cookie", Probe::Cookie),
    ("cookie-foreign", Probe::CookieForeign),
    ("cookie-malformed", Probe::CookieMalformed),
    ("dnssec-cleared", Probe::DnssecCleared),
    ("edns-absent", Probe::EdnsAbsent),
    ("small-payload", Probe::SmallPayload),
    ("mixed-case", Probe::MixedCase),
    ("transfer", Probe::Transfer),
    ("any-source", Probe::AnySource),
];

/// The word of a cookie that is shown.
const SHOWN: &str = "cookie-shown";

impl Probe {
    /// The word for it in evidence files.
    pub fn word(&self) -> &'static str {
        let mut words = WORDS.iter();
        words
            .find(|(_, probe)| probe == self)
            .map_or(SHOWN, |(word, _)| word)
    }

    /// The server's part of a cookie that is shown.
    pub fn cookie(&self) -> Option<&[u8]> {
        match self {
            Self::CookieShown(cookie) => Some(cookie),
            _ => None,
        }
    }

    /// The probe with this word, and with this cookie where one belongs to it.
    pub fn from_word(word: &str, cookie: Option<Vec<u8>>) -> Option<Self> {
        match cookie {
            Some(cookie) => (word == SHOWN).then_some(Self::CookieShown(cookie)),
            None => {
                let mut words = WORDS.iter();
                words
                    .find(|(known, _)| *known == word)
                    .map(|(_, probe)| probe.clone())
            }
        }
    }

    /// The query that asks `name` and `rtype` in this way.
    pub fn query(self, name: &Name, rtype: RecordType) -> Query {
        let name = match self {
            Self::MixedCase => mixed_case(name),
            _ => name.clone(),
        };
        let edns = QueryEdns {
            udp_size: match self {
                Self::SmallPayload => SMALL,
                _ => super::query::UDP_SIZE,
            },
            dnssec_ok: self != Self::DnssecCleared,
            nsid: true,
        };
        Query {
            question: Question {
                name,
                rtype,
                class: Class::IN,
            },
            recursion_desired: self == Self::RecursionDesired,
            checking_disabled: self == Self::CheckingDisabled,
            authentic_data: self == Self::AuthenticData,
            edns: (self != Self::EdnsAbsent).then_some(edns),
            probe: Some(self),
        }
    }

    pub(super) fn header_bits(&self) -> u16 {
        match self {
            Self::ReservedBit => RESERVED_BIT,
            _ => 0,
        }
    }

    pub(super) fn edns_version(&self) -> u8 {
        u8::from(*self == Self::EdnsVersion)
    }

    pub(super) fn edns_flags(&self) -> u16 {
        match self {
            Self::EdnsFlag => UNKNOWN_FLAG,
            _ => 0,
        }
    }

    /// The EDNS option that is there beside NSID.
    pub(super) fn edns_option(&self) -> Option<(u16, Vec<u8>)> {
        let second: &[u8] = match self {
            Self::EdnsOption => return Some((UNKNOWN_OPTION, Vec::new())),
            Self::Cookie => &[],
            Self::CookieShown(cookie) => cookie,
            Self::CookieForeign => &FOREIGN_COOKIE,
            Self::CookieMalformed => &FOREIGN_COOKIE[..1],
            _ => return None,
        };
        Some((super::edns::COOKIE, [&CLIENT_COOKIE, second].concat()))
    }
}

/// The letters of the name capital and small by turns.
fn mixed_case(name: &Name) -> Name {
    let mut is_capital = false;
    let mut mix = |octet: &u8| {
        is_capital ^= octet.is_ascii_alphabetic();
        match is_capital {
            true => octet.to_ascii_uppercase(),
            false => octet.to_ascii_lowercase(),
        }
    };
    let labels: Vec<Vec<u8>> = name
        .labels()
        .map(|label| label.iter().map(&mut mix).collect())
        .collect();
    Name::from_labels(labels.iter().map(Vec::as_slice)).unwrap_or_else(|_| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Message;

    fn sent(probe: Probe) -> Message {
        let name = "example.test.".parse().unwrap();
        Message::parse(&probe.query(&name, RecordType::SOA).to_wire(7)).unwrap()
    }

    #[test]
    fn every_word_leads_to_its_probe_and_back() {
        for (word, probe) in WORDS {
            assert_eq!(probe.word(), word);
            assert_eq!(Probe::from_word(word, None), Some(probe));
            assert_eq!(Probe::from_word(word, Some(vec![1])), None);
        }
        let shown = Probe::CookieShown(vec![1, 2]);
        assert_eq!(
            Probe::from_word(shown.word(), Some(vec![1, 2])),
            Some(shown)
        );
        assert_eq!(Probe::from_word(SHOWN, None), None);
        assert_eq!(Probe::from_word("no-such", None), None);
    }

    #[test]
    fn each_probe_changes_what_it_says() {
        assert_eq!(sent(Probe::Plain).flags, 0);
        assert_eq!(sent(Probe::RecursionDesired).flags, 0x0100);
        assert_eq!(sent(Probe::CheckingDisabled).flags, 0x0010);
        assert_eq!(sent(Probe::AuthenticData).flags, 0x0020);
        assert_eq!(sent(Probe::ReservedBit).flags, RESERVED_BIT);
        assert_eq!(sent(Probe::EdnsVersion).edns().unwrap().version, 1);
        assert_eq!(
            sent(Probe::EdnsFlag).edns().unwrap().flags,
            0x8000 | UNKNOWN_FLAG
        );
        assert_eq!(sent(Probe::SmallPayload).edns().unwrap().udp_size, 512);
        assert!(!sent(Probe::DnssecCleared).edns().unwrap().dnssec_ok);
        assert!(sent(Probe::EdnsAbsent).edns().is_none());
        let mixed = sent(Probe::MixedCase).questions[0].name.to_string();
        assert_eq!(mixed, "ExAmPlE.tEsT.");
    }

    #[test]
    fn cookies_have_the_lengths_that_they_are_for() {
        for (probe, length) in [
            (Probe::Cookie, 8),
            (Probe::CookieShown(vec![0; 16]), 24),
            (Probe::CookieForeign, 24),
            (Probe::CookieMalformed, 9),
        ] {
            let edns = sent(probe).edns().unwrap();
            let cookie = edns.options.iter().find(|(code, _)| *code == 10).unwrap();
            assert_eq!(cookie.1.len(), length);
            assert!(!edns.is_malformed);
        }
        let options = sent(Probe::EdnsOption).edns().unwrap().options;
        assert_eq!(options, [(3, vec![]), (UNKNOWN_OPTION, vec![])]);
    }
}
