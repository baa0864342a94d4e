//! Where a transfer comes from: the addresses behind what was typed, and the name that TLS checks.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::time::timeout;

use super::Tls;
use crate::agent::cli::values::{Host, Scheme, Server};

/// A server that hands over zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its addresses.
    pub servers: Vec<SocketAddr>,
    /// What its certificate must hold, if it is asked over TLS.
    pub tls: Option<Tls>,
}

impl Place {
    /// Looks a server up, with the resolver of the system if it has a name.
    ///
    /// # Errors
    /// Why it has no address.
    pub async fn find(server: &Server, limit: Duration) -> Result<Self, String> {
        let port = server.port.unwrap_or(server.scheme.port());
        let name = match &server.host {
            Host::Address(address) => address.to_string(),
            Host::Name(name) => name.to_string().trim_end_matches('.').to_owned(),
        };
        let servers = match &server.host {
            Host::Address(address) => vec![SocketAddr::new(*address, port)],
            Host::Name(_) => addresses(&name, port, limit).await?,
        };
        let tls = (server.scheme == Scheme::Tls).then_some(Tls { name, roots: None });
        Ok(Self { servers, tls })
    }
}

async fn addresses(name: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, String> {
    let found = timeout(limit, lookup_host((name, port))).await;
    let found =
        found.map_err(|_| format!("no address of {name} within {} ms", limit.as_millis()))?;
    let found: Vec<_> = found.map_err(|error| error.to_string())?.collect();
    match found.is_empty() {
        true => Err(format!("{name} has no address")),
        false => Ok(found),
    }
}
