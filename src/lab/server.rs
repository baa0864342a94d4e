//! The lab's sockets: UDP and TCP on every server address, at one port.
//!
//! This is the only file of the lab with input and output. Connections are few, and each is given up
//! after a time without a query.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the lab's servers have sockets"
)]

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

use super::{Action, Lab, Transport};

/// How often another free port is tried, when the first is taken on one of the addresses.
const PORT_ATTEMPTS: usize = 64;
/// How long a connection may stay idle (RFC 7766, section 6.2.3 leaves it to the server).
const IDLE: Duration = Duration::from_secs(10);
/// Greatest number of connections at once to one address; more are closed at once.
const MAX_CONNECTIONS: usize = 32;
/// How long to wait after an error of a socket.
const PAUSE: Duration = Duration::from_millis(10);

/// The servers of a lab; they stop when this is dropped.
pub struct RunningLab {
    /// The port that all servers listen on.
    pub port: u16,
    /// IPv6 addresses that this machine does not have, so that nothing answers there.
    pub unavailable: Vec<IpAddr>,
    tasks: JoinSet<()>,
}

impl RunningLab {
    /// Stops all servers and waits until their sockets are closed.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Binds every address of `lab` at `port`, or at a free port when it is 0, and starts answering.
///
/// # Errors
/// The error of the first address that cannot be bound, and which address that was.
pub async fn serve(lab: Arc<Lab>, port: u16) -> io::Result<RunningLab> {
    let mut sockets = bind_all(&lab, port).await;
    for _ in 1..PORT_ATTEMPTS {
        match &sockets {
            Err(error) if port == 0 && error.kind() == io::ErrorKind::AddrInUse => {
                sockets = bind_all(&lab, port).await;
            }
            _ => break,
        }
    }
    let Sockets {
        port,
        pairs,
        unavailable,
    } = sockets?;
    let mut tasks = JoinSet::new();
    for (address, udp, tcp) in pairs {
        tasks.spawn(serve_udp(Arc::clone(&lab), address, udp));
        tasks.spawn(serve_tcp(Arc::clone(&lab), address, tcp));
    }
    Ok(RunningLab {
        port,
        unavailable,
        tasks,
    })
}

struct Sockets {
    port: u16,
    pairs: Vec<(IpAddr, UdpSocket, TcpListener)>,
    unavailable: Vec<IpAddr>,
}

async fn bind_all(lab: &Lab, mut port: u16) -> io::Result<Sockets> {
    let mut pairs = Vec::new();
    let mut unavailable = Vec::new();
    for address in lab.addresses() {
        match bind(address, port).await {
            Ok((udp, tcp)) => {
                port = tcp.local_addr()?.port();
                pairs.push((address, udp, tcp));
            }
            Err(error) if address.is_ipv6() && error.kind() != io::ErrorKind::AddrInUse => {
                unavailable.push(address);
            }
            Err(error) => {
                let place = SocketAddr::new(address, port);
                return Err(io::Error::new(error.kind(), format!("{place}: {error}")));
            }
        }
    }
    Ok(Sockets {
        port,
        pairs,
        unavailable,
    })
}

async fn bind(address: IpAddr, port: u16) -> io::Result<(UdpSocket, TcpListener)> {
    let tcp = TcpListener::bind((address, port)).await?;
    let udp = UdpSocket::bind((address, tcp.local_addr()?.port())).await?;
    Ok((udp, tcp))
}

async fn serve_udp(lab: Arc<Lab>, address: IpAddr, socket: UdpSocket) {
    let mut buffer = vec![0; 4_096];
    loop {
        // An error here is that of an earlier datagram, which its receiver did not take.
        let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if let Action::Reply(octets) = lab.respond(address, Transport::Udp, &buffer[..length]) {
            drop(socket.send_to(&octets, client).await);
        }
    }
}

async fn serve_tcp(lab: Arc<Lab>, address: IpAddr, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if connections.len() < MAX_CONNECTIONS {
            let lab = Arc::clone(&lab);
            connections.spawn(async move {
                drop(serve_connection(&lab, address, stream).await);
            });
        }
    }
}

/// Answers queries until the client closes, breaks off, or is idle (RFC 7766).
async fn serve_connection(lab: &Lab, address: IpAddr, mut stream: TcpStream) -> io::Result<()> {
    loop {
        let query = tokio::time::timeout(IDLE, read_message(&mut stream)).await??;
        if let Action::Reply(octets) = lab.respond(address, Transport::Tcp, &query) {
            // Responses over TCP are limited to what the length field can say.
            let length = octets.len() as u16;
            let framed = [&length.to_be_bytes()[..], &octets].concat();
            tokio::time::timeout(IDLE, stream.write_all(&framed)).await??;
        }
    }
}

async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut octets = vec![0; usize::from(length)];
    stream.read_exact(&mut octets).await?;
    Ok(octets)
}
