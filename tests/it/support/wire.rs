//! Just enough of the protocol (RFC 1035, section 4) to ask a server whether it serves a zone, and a resolver
//! what it makes of a name, without the code under test.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What a resolver said.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// Its code.
    pub rcode: u8,
    /// Whether AD is set.
    pub is_authentic: bool,
    /// The types of all its records.
    pub types: BTreeSet<u16>,
    /// Its extended errors (RFC 8914).
    pub errors: Vec<u16>,
}

/// Asks a resolver with RD and DO, and CD if checking is disabled, over TCP when the answer over UDP is
/// truncated; `None` without an answer in time.
pub fn resolve(
    resolver: SocketAddr,
    name: &str,
    rtype: u16,
    is_checking_disabled: bool,
) -> Option<Reply> {
    let mut query = query(name, rtype);
    query[3] |= if is_checking_disabled { 0x10 } else { 0 };
    query[11] = 1;
    // The root as owner, OPT, 1232 octets, version 0, DO, no option (RFC 6891, section 6.1.2).
    query.extend([0, 0, 41, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0]);
    let limit = Duration::from_secs(20);
    let mut reply = exchange(resolver, &query, limit)?;
    if reply[2] & 0x02 != 0 {
        reply = exchange_over_tcp(resolver, &query, limit)?;
    }
    let mut found = Reply {
        rcode: reply[3] & 0x0f,
        is_authentic: reply[3] & 0x20 != 0,
        ..Reply::default()
    };
    // Where the message ends, the records do.
    let _ = read_records(&reply, &mut found);
    Some(found)
}

/// Reads the records behind the one question; `None` where the message ends too early.
fn read_records(message: &[u8], found: &mut Reply) -> Option<()> {
    let number = |at: usize| {
        Some(u16::from_be_bytes([
            *message.get(at)?,
            *message.get(at + 1)?,
        ]))
    };
    let mut at = after_name(message, 12)? + 4;
    loop {
        at = after_name(message, at)?;
        let (rtype, length) = (number(at)?, usize::from(number(at + 8)?));
        found.types.insert(rtype);
        at += 10;
        let mut option = at;
        at += length;
        while rtype == 41 && option < at {
            if number(option)? == 15 {
                found.errors.push(number(option + 4)?);
            }
            option += 4 + usize::from(number(option + 2)?);
        }
    }
}

/// Where a name ends: after its root label or its first pointer.
fn after_name(message: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *message.get(at)? {
            0 => return Some(at + 1),
            length if length >= 0xc0 => return Some(at + 2),
            length => at += 1 + usize::from(length),
        }
    }
}

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
    exchange(server, &query(name, rtype), Duration::from_millis(500))
}

fn exchange(server: SocketAddr, query: &[u8], limit: Duration) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0").ok()?;
    socket.set_read_timeout(Some(limit)).ok()?;
    socket.send_to(query, server).ok()?;
    let mut buffer = [0; 4096];
    let (length, from) = socket.recv_from(&mut buffer).ok()?;
    let is_reply = from == server && length >= 12 && buffer[..2] == query[..2];
    is_reply.then(|| buffer[..length].to_vec())
}

/// The same over a connection (RFC 7766, section 8).
fn exchange_over_tcp(server: SocketAddr, query: &[u8], limit: Duration) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, limit).ok()?;
    stream.set_read_timeout(Some(limit)).ok()?;
    let length = u16::try_from(query.len()).expect("a query is short");
    let framed = [&length.to_be_bytes()[..], query].concat();
    stream.write_all(&framed).ok()?;
    let mut length = [0; 2];
    stream.read_exact(&mut length).ok()?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut reply).ok()?;
    (reply.len() >= 12 && reply[..2] == query[..2]).then_some(reply)
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
    // A port that another test of this process was given may not be bound yet.
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let first = 20_000 + seed * 40;
    (first..first + 1000)
        .find(|port| is_free(port) && given.insert(*port))
        .expect("one of a thousand ports is free at all addresses")
}
