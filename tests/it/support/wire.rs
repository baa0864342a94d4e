//! Just enough of the protocol (RFC 1035, section 4) to ask a server whether it serves a zone, without
//! the code under test.

use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::time::Duration;

/// Whether `server` answers the question for the SOA record of `zone` with authority.
pub fn serves(server: SocketAddr, zone: &str) -> bool {
    let reply = ask(server, zone, 6);
    reply.is_some_and(|reply| {
        let is_authoritative = reply[2] & 0x04 != 0;
        let is_noerror = reply[3] & 0x0f == 0;
        is_authoritative && is_noerror && reply[7] > 0
    })
}

/// Whether `resolver` finds the name servers of the root.
pub fn resolves(resolver: SocketAddr) -> bool {
    ask(resolver, ".", 2).is_some_and(|reply| reply[3] & 0x0f == 0 && reply[7] > 0)
}

/// Asks once over UDP, with RD set; `None` unless a response with the same ID comes soon.
fn ask(server: SocketAddr, name: &str, rtype: u16) -> Option<Vec<u8>> {
    let query = query(name, rtype);
    let socket = UdpSocket::bind("127.0.0.1:0").ok()?;
    socket
        .set_read_timeout(Some(Duration::from_millis(500)))
        .ok()?;
    socket.send_to(&query, server).ok()?;
    let mut buffer = [0; 4096];
    let (length, from) = socket.recv_from(&mut buffer).ok()?;
    let is_reply = from == server && length >= 12 && buffer[..2] == query[..2];
    is_reply.then(|| buffer[..length].to_vec())
}

fn query(name: &str, rtype: u16) -> Vec<u8> {
    let mut query = vec![0x4e, 0x21, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.').filter(|label| !label.is_empty()) {
        query.push(u8::try_from(label.len()).expect("a label has at most 63 octets"));
        query.extend(label.as_bytes());
    }
    query.push(0);
    query.extend(rtype.to_be_bytes());
    query.extend([0, 1]);
    query
}

/// A port that is free at the moment at all `addresses`, for UDP and TCP. `seed` spreads the callers.
///
/// Below the range from which systems choose ports of their own accord, so that it stays free until the
/// servers are started.
pub fn free_port(seed: u16, addresses: &[IpAddr]) -> u16 {
    let is_free = |port: &u16| {
        addresses.iter().all(|&address| {
            UdpSocket::bind((address, *port)).is_ok() && TcpListener::bind((address, *port)).is_ok()
        })
    };
    let first = 20_000 + seed * 40;
    (first..first + 1000)
        .find(is_free)
        .expect("one of a thousand ports is free at all addresses")
}
