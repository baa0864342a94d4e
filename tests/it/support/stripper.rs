//! A forwarder that takes DNSSEC away, as home routers and firewalls do that know nothing of EDNS: what it
//! forwards is the header and the question alone. Without an OPT record there is no DO bit (RFC 3225), so no
//! signature and no AD bit comes back (RFC 4035, section 3.2.1; RFC 6840, section 5.7).

use std::io::{Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

/// How long it waits for the resolver behind it; longer than that one takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts to forward what comes to `address` to `resolver`, over UDP and TCP, until the process ends.
pub fn start(address: SocketAddr, resolver: SocketAddr) {
    let udp = UdpSocket::bind(address).expect("its address is free");
    let tcp = TcpListener::bind(address).expect("its address is free");
    thread::spawn(move || over_udp(&udp, resolver));
    thread::spawn(move || {
        for stream in tcp.incoming().flatten() {
            thread::spawn(move || over_tcp(stream, resolver));
        }
    });
}

fn over_udp(socket: &UdpSocket, resolver: SocketAddr) {
    let mut buffer = [0; 4096];
    while let Ok((length, client)) = socket.recv_from(&mut buffer) {
        let Some(query) = stripped(&buffer[..length]) else {
            continue;
        };
        let back = socket.try_clone().expect("a socket can be duplicated");
        thread::spawn(move || back.send_to(&ask(&query, resolver)?, client));
    }
}

fn ask(query: &[u8], resolver: SocketAddr) -> Result<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(resolver)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(query)?;
    let mut buffer = vec![0; 4096];
    let length = socket.recv(&mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

fn over_tcp(mut client: TcpStream, resolver: SocketAddr) -> Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let mut behind = TcpStream::connect(resolver)?;
    behind.set_read_timeout(Some(PATIENCE))?;
    while let Some(query) = stripped(&receive(&mut client)?) {
        send(&mut behind, &query)?;
        let response = receive(&mut behind)?;
        send(&mut client, &response)?;
    }
    Ok(())
}

/// One message with its length before it (RFC 1035, section 4.2.2).
fn receive(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    Ok(message)
}

fn send(stream: &mut TcpStream, message: &[u8]) -> Result<()> {
    let length = u16::try_from(message.len()).expect("it came with such a length");
    stream.write_all(&[&length.to_be_bytes(), message].concat())
}

/// The header, without AD, and the one question of a query; `None` if it has another shape.
fn stripped(query: &[u8]) -> Option<Vec<u8>> {
    if query.get(4..6)? != [0, 1] {
        return None;
    }
    let mut end = 12;
    while *query.get(end)? != 0 {
        end += 1 + usize::from(query[end]);
    }
    let mut kept = query.get(..end + 5)?.to_vec();
    kept[3] &= !0x20;
    kept[6..12].fill(0);
    Some(kept)
}
