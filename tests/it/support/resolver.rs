//! named as a recursive resolver over a private hierarchy.
//!
//! Its option `port` is the port it asks authoritative servers at, so that no resolver here needs port 53,
//! a network namespace or privileges.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use super::process::Process;
use super::server::{START_LIMIT, start_named};
use super::wire;

/// A running resolver.
pub struct Resolver {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Resolver {
    /// Starts a resolver that knows the root by `hints`, asks at `port`, and validates from `anchor`, the
    /// RDATA of a DS record of the root, if one is given.
    pub fn start(directory: &Path, port: u16, hints: &Path, anchor: Option<&str>) -> Self {
        let ip = Ipv4Addr::LOCALHOST;
        let own = wire::free_port(port % 256, &[IpAddr::from(ip)]);
        let validation = if anchor.is_some() { "yes" } else { "no" };
        let anchors = anchor.map(trust_anchors).unwrap_or_default();
        let text = format!(
            "options {{ directory \"{}\"; pid-file none; session-keyfile none; port {port};\n\
             listen-on port {own} {{ {ip}; }}; listen-on-v6 {{ none; }}; recursion yes; allow-recursion {{ any; }};\n\
             empty-zones-enable no; dnssec-validation {validation}; resolver-query-timeout 6000;\n\
             blackhole {{ !127.0.0.0/8; !::1; any; }}; }};\n\
             controls {{ }};\nzone \".\" {{ type hint; file \"{}\"; }};\n{anchors}",
            directory.display(),
            hints.display(),
        );
        let configuration = directory.join("resolver.conf");
        std::fs::write(&configuration, text).expect("a configuration can be written");
        let mut process = start_named(directory, &configuration);
        let address = SocketAddr::from((ip, own));
        process.wait_until("it does not resolve the root", START_LIMIT, || {
            wire::resolves(address)
        });
        Self { process, address }
    }
}

/// A DS record of the root as a statement of BIND's configuration: the digest goes in quotes.
pub fn trust_anchors(anchor: &str) -> String {
    let fields: Vec<&str> = anchor.split_whitespace().collect();
    let digest = fields[3..].concat();
    format!(
        "trust-anchors {{ . static-ds {} {} {} \"{digest}\"; }};\n",
        fields[0], fields[1], fields[2]
    )
}
