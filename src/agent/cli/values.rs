//! Values of options: how each is written, and what is wrong with one that cannot be used.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;

use super::nearest::hint;
use crate::crypto::DigestType;
use crate::delegation;
use crate::dns::{Name, RecordType};

mod choice;

pub use choice::{Signer, Validator};

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// A story for people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One line of JSON.
    Ndjson,
    /// One line for monitoring plugins.
    Nagios,
    /// For tickets and chat.
    Markdown,
    /// A row for a table.
    Csv,
    /// SARIF 2.1.0, for pipelines.
    Sarif,
    /// The XML of JUnit, for pipelines.
    Junit,
}

/// Form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TableFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// For tickets and chat.
    Markdown,
}

/// Form of a plan for a delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DsFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// DS records to paste into a zone file or a registrar's form.
    Ds,
}

/// Form of the settings in effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ConfigFormat {
    /// As the file.
    #[default]
    Toml,
    /// One JSON document.
    Json,
}

/// A document that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// The report of an audit.
    Report,
    /// What is new, gone and changed from one report to another.
    Delta,
    /// A policy file.
    Policy,
    /// What is said of a whole zone.
    Zone,
}

/// Form of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogLevel {
    /// What the agent could not do.
    Error,
    /// What may need a hand.
    Warn,
    /// Every event.
    #[default]
    Info,
    /// Every audit.
    Debug,
}

impl From<LogLevel> for tracing::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A resolver to ask: an address or a host name, with how it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// As it was typed.
    pub text: String,
    /// How it is asked.
    pub scheme: Scheme,
    /// Where it is.
    pub host: Host,
    /// Its port, when one was given.
    pub port: Option<u16>,
}

/// How a resolver is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// UDP, and TCP where that is needed.
    Plain,
    /// DNS over TLS (RFC 7858).
    Tls,
    /// DNS over HTTPS (RFC 8484), with the path of its address.
    Https(String),
}

impl Scheme {
    /// The port without one given.
    pub fn port(&self) -> u16 {
        match self {
            Self::Plain => 53,
            Self::Tls => 853,
            Self::Https(_) => 443,
        }
    }
}

/// An address or a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// An address.
    Address(IpAddr),
    /// A name still to be resolved.
    Name(Name),
}

const FORM: &str = "write 192.0.2.1, 192.0.2.1:5300, [2001:db8::1]:5300, a host name, tls://HOST or https://HOST/PATH";

impl FromStr for Server {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, rest) = scheme(text)?;
        let (host, port) = place(rest)?;
        Ok(Self {
            text: text.to_owned(),
            scheme,
            host,
            port,
        })
    }
}

/// Splits off how to ask.
fn scheme(text: &str) -> Result<(Scheme, &str), String> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok((Scheme::Plain, text));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "tls" => Ok((Scheme::Tls, rest.strip_suffix('/').unwrap_or(rest))),
        "https" => {
            let at = rest.find('/').unwrap_or(rest.len());
            let path = match &rest[at..] {
                "" | "/" => "/dns-query",
                path => path,
            };
            let is_plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
            match is_plain {
                true => Ok((Scheme::Https(path.to_owned()), &rest[..at])),
                false => Err(format!("not a path that can be asked; {FORM}")),
            }
        }
        "udp" | "tcp" => Err(format!("{scheme}:// is the default; {FORM}")),
        _ => Err(format!("{scheme}:// cannot be asked; {FORM}")),
    }
}

/// Reads host and port.
fn place(text: &str) -> Result<(Host, Option<u16>), String> {
    let refused = || format!("not an address of a server; {FORM}");
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok((Host::Address(address), None));
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return match address.port() {
            0 => Err(format!("port 0 cannot be asked; {FORM}")),
            port => Ok((Host::Address(address.ip()), Some(port))),
        };
    }
    let bracketed = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    if let Some(Ok(address)) = bracketed.map(str::parse) {
        return Ok((Host::Address(IpAddr::V6(address)), None));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, digits)) => (host, Some(port(digits)?)),
        None => (text, None),
    };
    // What looks like an address, and has just failed to be one, is not a host name.
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or("");
    if host.contains([':', '[', '/']) || last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    Ok((Host::Name(name(host).map_err(|_| refused())?), port))
}

/// A port from 1 to 65535.
pub fn port(text: &str) -> Result<u16, String> {
    let port = text.parse().ok().filter(|port| *port > 0);
    port.ok_or_else(|| format!("{text} is not a port; give a number from 1 to 65535"))
}

/// A record type that can be audited.
pub fn rtype(text: &str) -> Result<RecordType, String> {
    let rtype: RecordType = text.parse().map_err(|_| {
        let near = hint(
            text,
            RecordType::mnemonics(),
            "write one such as AAAA or TYPE65280",
        );
        format!("not a record type{near}")
    })?;
    if rtype.is_meta() {
        return Err("a type of questions, not of data; name a type such as A".to_owned());
    }
    if rtype == RecordType::RRSIG {
        return Err("signatures are not signed themselves; name the type they cover".to_owned());
    }
    Ok(rtype)
}

/// A digest that a DS may use: its name, with or without the hyphen, or its number.
pub fn digest(text: &str) -> Result<DigestType, String> {
    const FORM: &str = "write SHA-256 or SHA-384";
    let number = text.parse().ok().map(DigestType);
    let digest = number.or_else(|| DigestType::from_mnemonic(text));
    match digest {
        Some(digest) if delegation::may_be_used(digest) => Ok(digest),
        Some(digest) => Err(format!("no DS is made with {digest} here; {FORM}")),
        None => Err(format!("not a digest; {FORM}")),
    }
}

/// A domain name as people type it: ASCII, without blanks, not an address, not a URL.
pub fn name(text: &str) -> Result<Name, String> {
    if !text.is_ascii() {
        return Err(
            "not in ASCII; write each label as its A-label, which begins with xn--".to_owned(),
        );
    }
    if text.contains("://") {
        return Err("a URL, not a name; give the host name alone".to_owned());
    }
    if text.parse::<IpAddr>().is_ok() {
        return Err(format!(
            "an address, not a name; a server is written @{text}"
        ));
    }
    if text.bytes().any(|b| b.is_ascii_control() || b == b' ') {
        return Err(
            "a blank or control character in a name; write it as \\032 and the like".to_owned(),
        );
    }
    text.parse().map_err(|problem| {
        format!("not a domain name: {problem}; write one such as www.example.com")
    })
}

/// A length of time: `500ms`, `5s`, `2m`, or a number of seconds. At least a millisecond, at most an hour.
pub fn duration(text: &str) -> Result<Duration, String> {
    const FORM: &str = "write one from 1ms to 1h, such as 500ms, 5s or 2m";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("not a length of time; {FORM}")),
    };
    let is_number = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number: f64 = digits
        .parse()
        .ok()
        .filter(|_| is_number)
        .unwrap_or(f64::NAN);
    let seconds = number * unit;
    if (0.001..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else if seconds.is_nan() {
        Err(format!("not a length of time; {FORM}"))
    } else {
        Err(format!("out of range; {FORM}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_have_every_customary_form() {
        let doh = |path: &str| Scheme::Https(path.to_owned());
        for (text, scheme, host, port) in [
            ("9.9.9.9", Scheme::Plain, "9.9.9.9", None),
            ("9.9.9.9:5300", Scheme::Plain, "9.9.9.9", Some(5300)),
            ("2620:fe::fe", Scheme::Plain, "2620:fe::fe", None),
            ("[2620:fe::fe]:53", Scheme::Plain, "2620:fe::fe", Some(53)),
            ("tls://9.9.9.9", Scheme::Tls, "9.9.9.9", None),
            ("TLS://[2620:fe::fe]/", Scheme::Tls, "2620:fe::fe", None),
            ("https://9.9.9.9", doh("/dns-query"), "9.9.9.9", None),
            ("https://9.9.9.9:8443/q", doh("/q"), "9.9.9.9", Some(8443)),
        ] {
            let host = Host::Address(host.parse().unwrap());
            let server: Server = text.parse().unwrap();
            assert_eq!(
                (server.scheme, server.host, server.port),
                (scheme, host, port),
                "{text}"
            );
        }
        let server: Server = "tls://dns.example.net:53".parse().unwrap();
        let host = Host::Name("dns.example.net".parse().unwrap());
        assert_eq!((server.host, server.port), (host, Some(53)));
        for text in [
            "",
            "999.1.1.1",
            "9.9.9.9:0",
            "9.9.9.9:x",
            "[::1",
            "a b",
            "1.2.3",
            "a/b",
            "http://9.9.9.9",
            "tls://",
            "tls://a/b",
            "https://9.9.9.9/a b",
        ] {
            assert!(text.parse::<Server>().is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_of_time_are_bounded() {
        for (text, milliseconds) in [("500ms", 500), ("5s", 5000), ("1.5", 1500), ("2m", 120_000)] {
            assert_eq!(
                duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in [
            "", "s", "-1s", "0", "2h", "inf", "nan", "5 s", "1e9", "5d", "1.2.3s", "٣s",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
