//! The lines of an evidence file as JSON, and what they mean.
//!
//! The structs have the names and the order of the fields in the file. `of` turns evidence into a line,
//! `read` a line into evidence, checking each field.

use std::net::SocketAddr;
use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};

use super::records::{record_line, records};
use super::{ArchiveProblem, FORMAT, MAX_RESOLVERS, SCHEMA};
use crate::dns::message::Question;
use crate::dns::probe::Probe;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Class, Name, RecordType, Timestamp, present};
use crate::evidence::{Evidence, Exchange, Outcome, Resolver, Transport, instant};

/// Greatest length of a response in octets: its length has 16 bits over TCP (RFC 1035, section 4.2.2).
const MAX_RESPONSE: usize = u16::MAX as usize;

/// How a file begins that [`super::write`] wrote.
const OPENING: &[u8] = b"{\"schema\":\"anchorwatch.evidence/";

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    schema: String,
    name: String,
    #[serde(rename = "type")]
    rtype: String,
    started: String,
    port: u16,
    allow_private: bool,
    /// Absent unless servers were asked more than an audit needs, and in files from before they could be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    thorough: bool,
    hints: Vec<String>,
    anchors: Vec<String>,
    /// Absent without resolvers, and in files from before there were any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resolvers: Vec<ResolverObject>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResolverObject {
    label: String,
    address: Option<String>,
    transport: TransportText,
}

/// A line for one exchange.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExchangeLine {
    server: String,
    transport: TransportText,
    query: QueryObject,
    sent: String,
    elapsed_us: u64,
    strays: u32,
    outcome: OutcomeText,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    /// How many exchanges came before.
    pub(super) exchanges: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QueryObject {
    name: String,
    #[serde(rename = "type")]
    rtype: String,
    class: String,
    flags: Vec<Flag>,
    edns: Option<EdnsObject>,
    /// What is odd about it; absent for an ordinary query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probe: Option<String>,
    /// In hexadecimal digits, where the probe shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cookie: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EdnsObject {
    udp_size: u16,
    #[serde(rename = "do")]
    dnssec_ok: bool,
    nsid: bool,
}

#[derive(Serialize, Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Flag {
    Rd,
    Ad,
    Cd,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TransportText {
    Udp,
    Tcp,
    Tls,
    Https,
}

impl From<Transport> for TransportText {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Udp => Self::Udp,
            Transport::Tcp => Self::Tcp,
            Transport::Tls => Self::Tls,
            Transport::Https => Self::Https,
        }
    }
}

impl From<TransportText> for Transport {
    fn from(text: TransportText) -> Self {
        match text {
            TransportText::Udp => Self::Udp,
            TransportText::Tcp => Self::Tcp,
            TransportText::Tls => Self::Tls,
            TransportText::Https => Self::Https,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OutcomeText {
    Response(String),
    Timeout,
    Unreachable(String),
    Misdirected(String),
    Closed,
}

/// Reads one line as JSON.
pub(super) fn parse<T: for<'de> Deserialize<'de>>(octets: &[u8]) -> Result<T, ArchiveProblem> {
    serde_json::from_slice(octets).map_err(|error| ArchiveProblem::json(&error))
}

/// Looks at the schema before anything else, so that a file of another version is called that.
pub(super) fn check_schema(octets: &[u8]) -> Result<(), ArchiveProblem> {
    #[derive(Deserialize)]
    struct Schema {
        schema: String,
    }
    let found = match serde_json::from_slice::<Schema>(octets) {
        Ok(found) => found.schema,
        Err(error) if error.is_eof() && octets.starts_with(OPENING) => {
            return Err(ArchiveProblem::Cut);
        }
        Err(_) => return Err(ArchiveProblem::NotEvidence),
    };
    let version = found
        .strip_prefix(FORMAT)
        .and_then(|rest| rest.strip_prefix('/'));
    match version {
        Some(_) if found == SCHEMA => Ok(()),
        Some(version) => Err(ArchiveProblem::Version(present::one_line(version))),
        None => Err(ArchiveProblem::NotEvidence),
    }
}

impl Header {
    pub(super) fn of(evidence: &Evidence) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            name: evidence.name.to_string(),
            rtype: evidence.rtype.to_string(),
            started: instant::write(evidence.started),
            port: evidence.port,
            allow_private: evidence.allow_private,
            thorough: evidence.is_thorough,
            hints: evidence.hints.iter().map(record_line).collect(),
            anchors: evidence.anchors.iter().map(record_line).collect(),
            resolvers: evidence.resolvers.iter().map(ResolverObject::of).collect(),
        }
    }

    pub(super) fn read(self) -> Result<Evidence, ArchiveProblem> {
        Ok(Evidence {
            name: name("name", &self.name)?,
            rtype: rtype("type", &self.rtype)?,
            started: time("started", &self.started)?,
            port: self.port,
            allow_private: self.allow_private,
            is_thorough: self.thorough,
            hints: records("hints", &self.hints)?,
            anchors: records("anchors", &self.anchors)?,
            resolvers: resolvers(self.resolvers)?,
            exchanges: Vec::new(),
        })
    }
}

impl ResolverObject {
    fn of(resolver: &Resolver) -> Self {
        Self {
            label: resolver.label.clone(),
            address: resolver.address.map(|address| address.to_string()),
            transport: resolver.transport.into(),
        }
    }

    fn read(self) -> Result<Resolver, ArchiveProblem> {
        let at = self.address.as_deref();
        Ok(Resolver {
            label: self.label,
            address: at.map(|text| address("resolvers", text)).transpose()?,
            transport: self.transport.into(),
        })
    }
}

impl ExchangeLine {
    pub(super) fn of(exchange: &Exchange) -> Self {
        Self {
            server: exchange.server.to_string(),
            transport: exchange.transport.into(),
            query: QueryObject::of(&exchange.query),
            sent: instant::write(exchange.sent),
            elapsed_us: u64::try_from(exchange.elapsed.as_micros()).unwrap_or(u64::MAX),
            strays: exchange.strays,
            outcome: OutcomeText::of(&exchange.outcome),
        }
    }

    pub(super) fn read(self) -> Result<Exchange, ArchiveProblem> {
        Ok(Exchange {
            server: address("server", &self.server)?,
            transport: self.transport.into(),
            query: self.query.read()?,
            sent: time("sent", &self.sent)?,
            elapsed: Duration::from_micros(self.elapsed_us),
            strays: self.strays,
            outcome: self.outcome.read()?,
        })
    }
}

impl QueryObject {
    fn of(query: &Query) -> Self {
        let flags = [
            (query.recursion_desired, Flag::Rd),
            (query.authentic_data, Flag::Ad),
            (query.checking_disabled, Flag::Cd),
        ];
        Self {
            name: query.question.name.to_string(),
            rtype: query.question.rtype.to_string(),
            class: query.question.class.to_string(),
            flags: flags
                .into_iter()
                .filter_map(|(is_set, flag)| is_set.then_some(flag))
                .collect(),
            edns: query.edns.as_ref().map(|edns| EdnsObject {
                udp_size: edns.udp_size,
                dnssec_ok: edns.dnssec_ok,
                nsid: edns.nsid,
            }),
            probe: query.probe.as_ref().map(|probe| probe.word().to_owned()),
            cookie: query
                .probe
                .as_ref()
                .and_then(Probe::cookie)
                .map(|cookie| HEXLOWER.encode(cookie)),
        }
    }

    fn read(self) -> Result<Query, ArchiveProblem> {
        Ok(Query {
            probe: probe(self.probe.as_deref(), self.cookie.as_deref())?,
            question: Question {
                name: name("query.name", &self.name)?,
                rtype: rtype("query.type", &self.rtype)?,
                class: class("query.class", &self.class)?,
            },
            recursion_desired: self.flags.contains(&Flag::Rd),
            checking_disabled: self.flags.contains(&Flag::Cd),
            authentic_data: self.flags.contains(&Flag::Ad),
            edns: self.edns.map(|edns| QueryEdns {
                udp_size: edns.udp_size,
                dnssec_ok: edns.dnssec_ok,
                nsid: edns.nsid,
            }),
        })
    }
}

impl OutcomeText {
    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Response(octets) => Self::Response(BASE64.encode(octets)),
            Outcome::Timeout => Self::Timeout,
            Outcome::Unreachable(reason) => Self::Unreachable(reason.clone()),
            Outcome::Misdirected(source) => Self::Misdirected(source.to_string()),
            Outcome::Closed => Self::Closed,
        }
    }

    fn read(self) -> Result<Outcome, ArchiveProblem> {
        Ok(match self {
            Self::Response(text) => Outcome::Response(response(&text)?),
            Self::Timeout => Outcome::Timeout,
            Self::Unreachable(reason) => Outcome::Unreachable(reason),
            Self::Misdirected(text) => Outcome::Misdirected(address("outcome.misdirected", &text)?),
            Self::Closed => Outcome::Closed,
        })
    }
}

fn resolvers(objects: Vec<ResolverObject>) -> Result<Vec<Resolver>, ArchiveProblem> {
    if objects.len() > MAX_RESOLVERS {
        return Err(ArchiveProblem::TooLong(
            "the list of resolvers",
            MAX_RESOLVERS,
        ));
    }
    objects.into_iter().map(ResolverObject::read).collect()
}

fn address(field: &'static str, text: &str) -> Result<SocketAddr, ArchiveProblem> {
    text.parse().map_err(|_| {
        ArchiveProblem::field(field, format!("`{text}` is not an address with a port"))
    })
}

fn probe(word: Option<&str>, cookie: Option<&str>) -> Result<Option<Probe>, ArchiveProblem> {
    let wrong = |field, text: &str| ArchiveProblem::field(field, format!("`{text}` is not known"));
    let cookie = cookie
        .map(|text| {
            HEXLOWER
                .decode(text.as_bytes())
                .map_err(|_| wrong("query.cookie", text))
        })
        .transpose()?;
    match (word, cookie) {
        (None, None) => Ok(None),
        (word, cookie) => {
            let word = word.unwrap_or_default();
            let probe = Probe::from_word(word, cookie);
            probe.map(Some).ok_or_else(|| wrong("query.probe", word))
        }
    }
}

fn response(text: &str) -> Result<Vec<u8>, ArchiveProblem> {
    let octets = BASE64.decode(text.as_bytes()).map_err(|error| {
        ArchiveProblem::field("outcome.response", format!("not Base64: {error}"))
    })?;
    if octets.len() > MAX_RESPONSE {
        return Err(ArchiveProblem::TooLong("the response", MAX_RESPONSE));
    }
    Ok(octets)
}

fn name(field: &'static str, text: &str) -> Result<Name, ArchiveProblem> {
    text.parse()
        .map_err(|error| ArchiveProblem::field(field, format!("`{text}` is not a name: {error}")))
}

fn rtype(field: &'static str, text: &str) -> Result<RecordType, ArchiveProblem> {
    text.parse()
        .map_err(|error| ArchiveProblem::field(field, format!("`{text}` is {error}")))
}

/// Reads what `Class` gives as its text: a mnemonic, or `CLASS` and a number (RFC 3597, section 5).
fn class(field: &'static str, text: &str) -> Result<Class, ArchiveProblem> {
    let number = match text {
        "IN" => Some(1),
        "CH" => Some(3),
        "HS" => Some(4),
        _ => text.strip_prefix("CLASS").and_then(|n| n.parse().ok()),
    };
    number
        .map(Class)
        .ok_or_else(|| ArchiveProblem::field(field, format!("`{text}` is not a class")))
}

fn time(field: &'static str, text: &str) -> Result<Timestamp, ArchiveProblem> {
    instant::read(text)
        .ok_or_else(|| ArchiveProblem::field(field, format!("`{text}` is not an instant")))
}
