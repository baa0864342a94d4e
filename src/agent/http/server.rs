//! Connections: taken up, limited, spoken with in HTTP/1.1, over TLS where that is configured.
//!
//! So many are open at a time. When all places are taken, those who come are told 503 as soon as they have
//! asked: a scrape that waits in a queue is given up by its scraper and costs its page all the same. A client that is slow to say
//! what it wants, or to take the answer, is cut off.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::stall::Stall;
use super::web::{self, Web};

/// Octets of a request's head.
const HEAD: usize = 32 * 1024;
/// Header fields of a request.
const FIELDS: usize = 100;
/// Clients that are being told that there is no place.
const TOLD: usize = 512;
/// How long telling them may take.
const TELLING: Duration = Duration::from_secs(1);
/// How long to wait after a connection could not be taken up, as when descriptors run out.
const PAUSE: Duration = Duration::from_millis(100);
/// What those are told for whom there is no place.
const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Retry-After: 5\r\nConnection: close\r\nContent-Length: 47\r\n\r\n\
    all connections are taken; come again in a bit\n";
/// What those are told who speak plain HTTP where TLS is spoken.
const PLAIN: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Connection: close\r\nContent-Length: 35\r\n\r\n\
    TLS is spoken here: write https://\n";

/// What clients may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time, on all listeners together. A process may commonly open 1,024 descriptors, of
    /// which audits take 400.
    pub connections: usize,
    /// How long a client may take to say what it wants, the quiet between two requests included.
    pub head: Duration,
    /// How long the handshake of TLS may take.
    pub handshake: Duration,
    /// How long a client may take nothing of its answer.
    pub stall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 400,
            head: Duration::from_secs(30),
            handshake: Duration::from_secs(10),
            stall: Duration::from_secs(30),
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// What serves the listeners of one process.
#[derive(Debug, Clone)]
pub struct Server {
    router: Router,
    web: Option<Arc<Web>>,
    limits: Limits,
    places: Arc<Semaphore>,
    told: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl Server {
    /// A server that answers with `router` until `stop` changes.
    pub fn new(
        router: Router,
        web: Option<Arc<Web>>,
        limits: Limits,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let router = match &web {
            Some(web) => web::guarded(router, Arc::clone(web)),
            None => router,
        };
        Self {
            router,
            web,
            places: Arc::new(Semaphore::new(limits.connections)),
            told: Arc::new(Semaphore::new(TOLD)),
            limits,
            stop,
        }
    }

    /// Answers on a listener until it is to stop, then lets what is under way end.
    pub async fn serve(self, listener: TcpListener) {
        let mut stop = self.stop.clone();
        let mut connections = JoinSet::new();
        let mut is_full = false;
        loop {
            let taken = tokio::select! {
                taken = listener.accept() => taken,
                Some(_) = connections.join_next() => continue,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let (stream, peer) = match taken {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken up");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let place = Arc::clone(&self.places).try_acquire_owned().ok();
            if place.is_none() && !is_full {
                tracing::warn!("all connections are taken; those who come are told 503");
            }
            is_full = place.is_none();
            match place {
                Some(place) => {
                    connections.spawn(self.clone().converse(stream, Peer(peer), place));
                }
                None => self.turn_away(stream, &mut connections).await,
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }

    /// Tells a client that there is no place. Over TLS that would take a handshake: it is only closed.
    async fn turn_away(&self, stream: TcpStream, connections: &mut JoinSet<()>) {
        let is_tls = match &self.web {
            Some(web) => web.current().await.tls.is_some(),
            None => false,
        };
        if is_tls {
            return;
        }
        // Never closed.
        let Ok(permit) = Arc::clone(&self.told).acquire_owned().await else {
            return;
        };
        connections.spawn(async move {
            say(stream, FULL).await;
            drop(permit);
        });
    }

    async fn converse(self, stream: TcpStream, peer: Peer, place: OwnedSemaphorePermit) {
        // An answer goes out when it is written, not when more follows.
        let _ = stream.set_nodelay(true);
        let tls = match &self.web {
            Some(web) => web.current().await.tls.clone(),
            None => None,
        };
        let Some(tls) = tls else {
            return self.speak(stream, peer, place).await;
        };
        match timeout(self.limits.handshake, secure(stream, tls)).await {
            Ok(Ok(stream)) => self.speak(stream, peer, place).await,
            Ok(Err(problem)) => tracing::debug!(peer = %peer.0, %problem, "no TLS"),
            Err(_) => tracing::debug!(peer = %peer.0, "no TLS: the handshake took too long"),
        }
    }

    async fn speak<S>(mut self, stream: S, peer: Peer, _place: OwnedSemaphorePermit)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let answers = TowerToHyperService::new(self.router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            answers.call(request)
        });
        // Where places are few, a quiet connection shall not keep one.
        let is_roomy = self.places.available_permits() > self.limits.connections / 2;
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(HEAD)
            .max_headers(FIELDS)
            .keep_alive(is_roomy)
            .serve_connection(TokioIo::new(Stall::new(stream, self.limits.stall)), service);
        let mut connection = pin!(connection);
        let stopped = async move {
            // An error means that nobody can say stop any more, which is the end as well.
            let _ = self.stop.wait_for(|stop| *stop).await;
        };
        let outcome: Result<(), hyper::Error> = tokio::select! {
            outcome = connection.as_mut() => outcome,
            () = stopped => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = outcome {
            tracing::debug!(peer = %peer.0, %error, "a connection ended early");
        }
    }
}

/// The handshake; who speaks plain HTTP is told so.
async fn secure(
    stream: TcpStream,
    tls: Arc<web::Tls>,
) -> Result<tokio_rustls::server::TlsStream<TcpStream>, String> {
    let mut first = [0];
    let peeked = stream.peek(&mut first).await;
    peeked.map_err(|error| error.to_string())?;
    if first[0].is_ascii_uppercase() {
        say(stream, PLAIN).await;
        return Err("plain HTTP".to_owned());
    }
    let acceptor = TlsAcceptor::from(Arc::clone(&tls.configuration));
    let stream = acceptor.accept(stream).await;
    let stream = stream.map_err(|error| error.to_string())?;
    tls.admit(stream.get_ref().1.peer_certificates())?;
    Ok(stream)
}

/// Answers whatever is asked, then hears the client out, so that closing does not destroy the answer. An answer
/// that comes before the question is none to most clients: they take the connection for broken.
async fn say(mut stream: TcpStream, answer: &str) {
    // Who asks nothing is told all the same.
    let _ = timeout(TELLING, hear_head(&mut stream)).await;
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        let mut heard = [0; 4096];
        while stream.read(&mut heard).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    // Who does not take it goes without.
    let _ = timeout(TELLING, told).await;
}

/// Reads to the end of a request's head, or as much as a head may be.
async fn hear_head(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while head.len() < HEAD && !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
