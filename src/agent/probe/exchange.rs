//! One question over one socket.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, sleep, timeout_at};

use super::secured::Secured;
use crate::dns::Timestamp;
use crate::dns::probe::Probe;
use crate::evidence::{Exchange, Outcome, Transport};
use crate::walk::Ask;

/// Octets of a DNS header.
const HEADER: usize = 12;
/// Greatest size of a message, over either transport.
pub(super) const MAX_MESSAGE: usize = 65_535;
/// How long to wait when the system has no descriptor left.
const PAUSE: Duration = Duration::from_millis(20);

/// Messages that were received but not believed.
type Strays = u32;

/// Sends a question and waits for its outcome, at most `timeout` long.
pub(super) async fn exchange(ask: Ask, timeout: Duration, secured: &Secured) -> Exchange {
    let id = random_id();
    let octets = ask.query.to_wire(id);
    let sent = now();
    let started = Instant::now();
    let deadline = started + timeout;
    let mut strays = 0;
    let talk = async {
        match ask.transport {
            Transport::Udp if ask.query.probe == Some(Probe::AnySource) => {
                from_any_source(ask.server, &octets, &mut strays).await
            }
            Transport::Udp => over_udp(ask.server, &octets, &mut strays).await,
            Transport::Tcp => over_tcp(ask.server, &octets, &mut strays).await,
            // Boxed, since each question over UDP would have to carry their size about.
            Transport::Tls => Box::pin(secured.over_tls(ask.server, &octets, &mut strays)).await,
            Transport::Https => Box::pin(secured.over_https(ask.server, &octets)).await,
        }
    };
    let outcome = timeout_at(deadline, talk).await.unwrap_or(Outcome::Timeout);
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    Exchange {
        server: ask.server,
        transport: ask.transport,
        query: ask.query,
        sent,
        elapsed: Duration::from_micros(micros),
        strays,
        outcome,
    }
}

pub(in crate::agent) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// A message ID that nobody outside can foresee: a count, hashed under a key that the system made when
/// the process began.
pub(in crate::agent) fn random_id() -> u16 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let hash = KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed));
    (hash & 0xFFFF) as u16
}

/// Whether a message has a header and the ID of the query.
pub(super) fn is_believed(octets: &[u8], query: &[u8]) -> bool {
    octets.len() >= HEADER && octets[..2] == query[..2]
}

async fn over_udp(server: SocketAddr, query: &[u8], strays: &mut Strays) -> Outcome {
    match receive_udp(server, query, strays).await {
        Ok(octets) => Outcome::Response(octets),
        Err(error) => unreachable_by(&error),
    }
}

/// Hears what comes from other addresses and ports too.
async fn from_any_source(server: SocketAddr, query: &[u8], strays: &mut Strays) -> Outcome {
    let Ok(socket) = udp_socket(server, false).await else {
        return Outcome::Timeout;
    };
    if let Err(error) = socket.send_to(query, server).await {
        return unreachable_by(&error);
    }
    let mut octets = vec![0; MAX_MESSAGE];
    loop {
        match socket.recv_from(&mut octets).await {
            Ok((length, source)) if is_believed(&octets[..length], query) => {
                return match source == server {
                    true => Outcome::Response(octets[..length].to_vec()),
                    false => Outcome::Misdirected(source),
                };
            }
            Ok(_) => *strays = strays.saturating_add(1),
            Err(error) => return unreachable_by(&error),
        }
    }
}

async fn receive_udp(server: SocketAddr, query: &[u8], strays: &mut Strays) -> io::Result<Vec<u8>> {
    let socket = udp_socket(server, true).await?;
    socket.send(query).await?;
    loop {
        let ready = socket.ready(Interest::READABLE | Interest::ERROR).await?;
        if ready.is_error() {
            pending_error(&socket)?;
        }
        // Only now is there something to hold; exchanges that wait need no buffer.
        let mut octets = Vec::with_capacity(MAX_MESSAGE);
        match socket.try_recv_buf(&mut octets) {
            Ok(_) if is_believed(&octets, query) => {
                octets.shrink_to_fit();
                return Ok(octets);
            }
            Ok(_) => *strays = strays.saturating_add(1),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// The error that ICMP brought, which the system reports apart from what can be read.
fn pending_error(socket: &UdpSocket) -> io::Result<()> {
    let looked = socket.try_io(Interest::ERROR, || match socket.take_error() {
        Ok(Some(error)) | Err(error) => Ok(Some(error)),
        // So that the readiness is forgotten.
        Ok(None) => Err(io::ErrorKind::WouldBlock.into()),
    });
    match looked {
        Ok(Some(error)) => Err(error),
        _ => Ok(()),
    }
}

/// A socket for this server; one that is connected hears nobody else.
async fn udp_socket(server: SocketAddr, is_connected: bool) -> io::Result<UdpSocket> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = loop {
        match UdpSocket::bind((any, 0)).await {
            Err(error) if is_out_of_descriptors(&error) => sleep(PAUSE).await,
            other => break other?,
        }
    };
    if is_connected {
        socket.connect(server).await?;
    }
    Ok(socket)
}

async fn over_tcp(server: SocketAddr, query: &[u8], strays: &mut Strays) -> Outcome {
    let stream = loop {
        match TcpStream::connect(server).await {
            Err(error) if is_out_of_descriptors(&error) => sleep(PAUSE).await,
            Err(error) => return unreachable_by(&error),
            Ok(stream) => break stream,
        }
    };
    // Whatever happens once there is a connection, somebody listens there.
    match receive_stream(stream, query, strays).await {
        Ok(octets) => Outcome::Response(octets),
        Err(_) => Outcome::Closed,
    }
}

/// Sends a query over a stream and takes the first message with its ID.
pub(super) async fn receive_stream(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    query: &[u8],
    strays: &mut Strays,
) -> io::Result<Vec<u8>> {
    // Length and message in one segment (RFC 7766, section 8).
    let length = u16::try_from(query.len()).map_err(io::Error::other)?;
    stream
        .write_all(&[&length.to_be_bytes(), query].concat())
        .await?;
    // TLS keeps octets back until it is told to send.
    stream.flush().await?;
    loop {
        let length = stream.read_u16().await?;
        let mut octets = vec![0; usize::from(length)];
        stream.read_exact(&mut octets).await?;
        if is_believed(&octets, query) {
            return Ok(octets);
        }
        *strays = strays.saturating_add(1);
    }
}

/// The kind of error and not its text, which depends on the system.
pub(super) fn unreachable_by(error: &io::Error) -> Outcome {
    Outcome::Unreachable(error.kind().to_string())
}

/// Whether this process (EMFILE) or the system (ENFILE) has no descriptor left, which says nothing about
/// the server.
fn is_out_of_descriptors(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}
