//! Carrying a transfer: over TCP (RFC 5936, section 4.1) and TLS (RFC 9103), within bounds.
//!
//! One connection carries one transfer. Each message is read into one buffer and its records are handed on
//! before the next is read, so that whoever takes them slows the server down and memory does not grow. A
//! message must come within the idle time, the whole within the total time, whether the server is slow,
//! silent, or sends without an end.

mod error;
mod feed;
mod newer;
mod place;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub use self::error::{TransferError, Trouble};
pub use self::feed::Feed;
pub use self::newer::{Newer, newer};
pub use self::place::Place;
use crate::agent::probe::exchange::random_id;
use crate::agent::probe::secured::{client_config, tls_problem};
use crate::dns::Timestamp;
use crate::transfer::tsig::TsigKey;
use crate::transfer::{Ask, Counts, Incoming, Outcome, Part, WireRecord};

/// Octets read from the connection at a time: two messages of the greatest size.
const READ_AHEAD: usize = 128 << 10;

/// How much may come, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest wait for the connection, and for each message.
    pub idle: Duration,
    /// Longest time for everything.
    pub total: Duration,
    /// Most octets of messages.
    pub octets: u64,
    /// Most messages.
    pub messages: u64,
}

impl Default for Limits {
    /// For the greatest zones there are: some tens of gigabytes, in messages of one record if need be.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(60),
            total: Duration::from_secs(6 * 3600),
            octets: 128 << 30,
            messages: 1 << 30,
        }
    }
}

/// What is needed to know a server over TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Host name, or address as text, that its certificate must hold.
    pub name: String,
    /// Certificates in PEM that are believed; without them those of the system.
    pub roots: Option<Vec<u8>>,
}

/// A transfer to be carried.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The zone.
    pub ask: Ask,
    /// Addresses of the server, tried in this order until one takes the connection.
    pub servers: Vec<SocketAddr>,
    /// TLS, which the server must then speak.
    pub tls: Option<Tls>,
    /// Signs the query; the server must then sign the answer.
    pub key: Option<TsigKey>,
    /// Bounds.
    pub limits: Limits,
}

/// Carries a transfer. Each record goes to `take` as it comes, which may end the transfer by an error, and
/// must not trust what it gets before this returns an outcome. `clock` tells the time for signatures.
///
/// # Errors
/// [`TransferError`]: what was handed on is not a zone.
pub async fn transfer(
    errand: &Errand,
    clock: impl Fn() -> Timestamp,
    take: impl FnMut(Part, &WireRecord<'_>) -> Result<(), String>,
) -> Result<(Outcome, Counts), TransferError> {
    let key = errand.key.as_ref();
    let (query, incoming) = Incoming::new(errand.ask.clone(), random_id(), key, clock());
    let mut carrier = Carrier {
        limits: errand.limits,
        deadline: Instant::now() + errand.limits.total,
        incoming,
    };
    let done = carrier.carry(errand, &query, &clock, take).await;
    let counts = carrier.incoming.counts();
    match done {
        Ok(outcome) => Ok((outcome, counts)),
        Err(trouble) => Err(TransferError { trouble, counts }),
    }
}

struct Carrier {
    limits: Limits,
    deadline: Instant,
    incoming: Incoming,
}

impl Carrier {
    async fn carry(
        &mut self,
        errand: &Errand,
        query: &[u8],
        clock: &impl Fn() -> Timestamp,
        take: impl FnMut(Part, &WireRecord<'_>) -> Result<(), String>,
    ) -> Result<Outcome, Trouble> {
        let connect = TcpStream::connect(&errand.servers[..]);
        let stream = self.wait(connect).await?;
        let stream = stream.map_err(|error| Trouble::Unreachable(error.kind().to_string()))?;
        match &errand.tls {
            None => self.converse(stream, query, clock, take).await,
            Some(tls) => {
                let stream = self.wait(secure(stream, tls)).await??;
                self.converse(stream, query, clock, take).await
            }
        }
    }

    async fn converse(
        &mut self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        query: &[u8],
        clock: &impl Fn() -> Timestamp,
        mut take: impl FnMut(Part, &WireRecord<'_>) -> Result<(), String>,
    ) -> Result<Outcome, Trouble> {
        let mut stream = BufReader::with_capacity(READ_AHEAD, stream);
        self.wait(send(&mut stream, query)).await??;
        let mut message = Vec::new();
        loop {
            self.wait(receive(&mut stream, &mut message)).await??;
            let absorbed = self.incoming.absorb(&message, clock(), &mut take);
            if let Some(outcome) = absorbed.map_err(Trouble::Fault)? {
                return Ok(outcome);
            }
            self.within()?;
        }
    }

    /// The end of `work`, unless one of the times is up before.
    async fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, Trouble> {
        // What is there already is taken even when its time is up, so a server that is always faster than
        // we are would never end.
        if Instant::now() >= self.deadline {
            return Err(Trouble::Late(self.limits.total));
        }
        let idle = Instant::now() + self.limits.idle;
        let done = timeout_at(idle.min(self.deadline), work).await;
        done.map_err(|_| match idle < self.deadline {
            true => Trouble::Idle(self.limits.idle),
            false => Trouble::Late(self.limits.total),
        })
    }

    /// Whether there may be more.
    fn within(&self) -> Result<(), Trouble> {
        let counts = self.incoming.counts();
        if counts.octets > self.limits.octets {
            return Err(Trouble::Octets(self.limits.octets));
        }
        if counts.messages >= self.limits.messages {
            return Err(Trouble::Messages(self.limits.messages));
        }
        Ok(())
    }
}

/// TLS 1.3 alone, and the protocol by its name (RFC 9103, sections 7.1 and 8.1).
async fn secure(stream: TcpStream, tls: &Tls) -> Result<TlsStream<TcpStream>, Trouble> {
    let versions = [&rustls::version::TLS13];
    let configuration = client_config(tls.roots.as_deref(), &versions);
    let mut configuration = configuration.map_err(Trouble::Unreachable)?;
    configuration.alpn_protocols = vec![b"dot".to_vec()];
    let name = ServerName::try_from(tls.name.clone());
    let name = name.map_err(|_| Trouble::Unreachable("not a name for TLS".to_owned()))?;
    let connector = TlsConnector::from(Arc::new(configuration));
    let secured = connector.connect(name, stream).await;
    secured.map_err(|error| Trouble::Unreachable(tls_problem(&error)))
}

/// Length and message in one segment (RFC 7766, section 8).
async fn send(stream: &mut (impl AsyncWrite + Unpin), query: &[u8]) -> Result<(), Trouble> {
    let length = u16::try_from(query.len()).expect("a query has a name and a signature");
    let octets = [&length.to_be_bytes(), query].concat();
    stream.write_all(&octets).await?;
    Ok(stream.flush().await?)
}

async fn receive(
    stream: &mut (impl AsyncRead + Unpin),
    message: &mut Vec<u8>,
) -> Result<(), Trouble> {
    let length = stream.read_u16().await?;
    message.resize(usize::from(length), 0);
    stream.read_exact(message).await?;
    Ok(())
}
