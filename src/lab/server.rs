//! The lab's sockets: UDP and TCP on every server address, at one port.
//!
//! This is the only file of the lab with input and output. Connections are few, and each is given up
//! after a time without a query. The hierarchy behind the sockets can be exchanged while they serve.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the lab's servers have sockets"
)]

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
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
    lab: Shown,
    bound: BTreeSet<IpAddr>,
    tasks: JoinSet<()>,
}

/// The hierarchy that is served at the moment.
#[derive(Clone)]
struct Shown(Arc<RwLock<Arc<Lab>>>);

impl Shown {
    fn now(&self) -> Arc<Lab> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl RunningLab {
    /// Serves another hierarchy from now on; addresses that are new are bound.
    ///
    /// # Errors
    /// The error of the first address that cannot be bound; the hierarchy before it stays.
    pub async fn show(&mut self, lab: Arc<Lab>) -> io::Result<()> {
        for address in lab.addresses() {
            if self.bound.contains(&address) || self.unavailable.contains(&address) {
                continue;
            }
            let (udp, tcp) = bind(address, self.port).await?;
            self.bound.insert(address);
            self.tasks.spawn(serve_udp(self.lab.clone(), address, udp));
            self.tasks.spawn(serve_tcp(self.lab.clone(), address, tcp));
        }
        *self.lab.0.write().unwrap_or_else(PoisonError::into_inner) = lab;
        Ok(())
    }

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
    let mut bound = BTreeSet::new();
    let lab = Shown(Arc::new(RwLock::new(lab)));
    for (address, udp, tcp) in pairs {
        bound.insert(address);
        tasks.spawn(serve_udp(lab.clone(), address, udp));
        tasks.spawn(serve_tcp(lab.clone(), address, tcp));
    }
    Ok(RunningLab {
        port,
        unavailable,
        lab,
        bound,
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

async fn serve_udp(lab: Shown, address: IpAddr, socket: UdpSocket) {
    let mut buffer = vec![0; 4_096];
    loop {
        // An error here is that of an earlier datagram, which its receiver did not take.
        let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if let Action::Reply(octets) = lab
            .now()
            .respond(address, Transport::Udp, &buffer[..length])
        {
            drop(socket.send_to(&octets, client).await);
        }
    }
}

async fn serve_tcp(lab: Shown, address: IpAddr, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if connections.len() < MAX_CONNECTIONS {
            let lab = lab.clone();
            connections.spawn(async move {
                drop(serve_connection(&lab, address, stream).await);
            });
        }
    }
}

/// Answers queries until the client closes, breaks off, or is idle (RFC 7766).
async fn serve_connection(lab: &Shown, address: IpAddr, mut stream: TcpStream) -> io::Result<()> {
    loop {
        let query = tokio::time::timeout(IDLE, read_message(&mut stream)).await??;
        if let Action::Reply(octets) = lab.now().respond(address, Transport::Tcp, &query) {
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
