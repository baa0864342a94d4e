//! From resolvers as they were typed to where they are.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::failure::Failure;
use super::plan::{Family, Whom};
use super::values::{Host, Scheme, Server};
use crate::agent::probe::secured::{Endpoint, Secured};
use crate::dns::Name;
use crate::evidence::{Resolver, Transport};

/// Longest wait for the addresses of a resolver's name.
const LOOKUP_LIMIT: Duration = Duration::from_secs(5);

/// Finds resolvers, all at once, and what is needed to ask those over TLS.
pub async fn locate(whom: &Whom) -> Result<(Vec<Resolver>, Secured), Failure> {
    let mut lookups = JoinSet::new();
    for (index, server) in whom.servers.iter().enumerate() {
        let (server, family) = (server.clone(), whom.family);
        lookups.spawn(async move { (index, address(&server, family).await) });
    }
    let mut addresses = vec![None; whom.servers.len()];
    while let Some(ended) = lookups.join_next().await {
        let (index, address) = ended.map_err(|error| Failure::trouble("a name", error))?;
        addresses[index] = address;
    }
    let mut endpoints = Vec::new();
    let mut resolvers = Vec::new();
    for (server, address) in whom.servers.iter().zip(addresses) {
        let transport = transport(server, whom.tcp);
        if let Some(address) = address.filter(|_| !transport.is_plain()) {
            endpoints.push(((address, transport), endpoint(server, address)));
        }
        resolvers.push(Resolver {
            label: server.text.clone(),
            address,
            transport,
        });
    }
    let secured = Secured::new(endpoints, whom.tls_roots.as_deref());
    let secured = secured.map_err(|problem| Failure::usage("--tls-ca", problem))?;
    Ok((resolvers, secured))
}

fn transport(server: &Server, is_tcp: bool) -> Transport {
    match server.scheme {
        Scheme::Plain if is_tcp => Transport::Tcp,
        Scheme::Plain => Transport::Udp,
        Scheme::Tls => Transport::Tls,
        Scheme::Https(_) => Transport::Https,
    }
}

/// The first address in the order that the system prefers; `None` when there is none of the family.
async fn address(server: &Server, family: Family) -> Option<SocketAddr> {
    let port = server.port.unwrap_or(server.scheme.port());
    let is_wanted = |address: &SocketAddr| match family {
        Family::Any => true,
        Family::Ipv4 => address.is_ipv4(),
        Family::Ipv6 => address.is_ipv6(),
    };
    match &server.host {
        Host::Address(address) => Some(SocketAddr::new(*address, port)),
        Host::Name(name) => {
            // Files of hosts have names without the last dot.
            let name = undotted(name);
            let found = timeout(LOOKUP_LIMIT, lookup_host((name.as_str(), port))).await;
            found.ok()?.ok()?.find(is_wanted)
        }
    }
}

fn endpoint(server: &Server, address: SocketAddr) -> Endpoint {
    let host = match &server.host {
        Host::Address(_) => address.ip().to_string(),
        Host::Name(name) => undotted(name),
    };
    let path = match &server.scheme {
        Scheme::Https(path) => path.clone(),
        Scheme::Plain | Scheme::Tls => String::new(),
    };
    Endpoint { host, path }
}

fn undotted(name: &Name) -> String {
    name.to_string().trim_end_matches('.').to_owned()
}
