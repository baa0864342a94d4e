//! A resolver as people write it: `192.0.2.1`, `192.0.2.1:5300`, `192.0.2.1#5300`, `tls://HOST`, `https://HOST/PATH`.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use super::name;
use crate::dns::Name;

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

impl Server {
    /// The same on this port, unless it has one.
    pub fn on_port(self, port: u16) -> Self {
        let text = match (&self.scheme, &self.host) {
            _ if self.port.is_some() => return self,
            (Scheme::Plain, Host::Address(address)) => SocketAddr::new(*address, port).to_string(),
            (Scheme::Plain, Host::Name(_)) => format!("{}:{port}", self.text),
            (Scheme::Tls | Scheme::Https(_), _) => self.text,
        };
        Self {
            text,
            port: Some(port),
            ..self
        }
    }
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
    // As BIND, dnsmasq (#) and Unbound (@) write a port.
    if let Some((host, digits)) = text.rsplit_once(['#', '@']) {
        let port = port(digits)?;
        return match place(host)? {
            (host, None) => Ok((host, Some(port))),
            _ => Err(format!("two ports; {FORM}")),
        };
    }
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
}
