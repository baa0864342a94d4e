//! What the daemon answers over HTTP: a page for people, metrics for Prometheus, JSON for programs.
//!
//! Everything but a reload only reads, and reads from memory and the store: a scrape starts no audit.
//! Listening is on loopback unless the configuration says otherwise.

mod api;
mod incidents;
mod landing;
mod metrics;
pub mod probe;
mod routes;
pub(in crate::agent) mod runbooks;
pub mod server;
mod stall;
pub mod web;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc;

pub use routes::router;

use self::probe::Gate;
use self::server::Limits;
use self::web::Web;
use super::daemon::Watch;

/// Connections that the kernel keeps until they are taken up; it may keep fewer.
const QUEUE: u32 = 4_096;

/// How the endpoints answer.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Who may have what probed.
    pub probe: probe::Settings,
    /// TLS, users, headers, a rate; without it, plain HTTP for whoever can connect.
    pub web: Option<Arc<Web>>,
    /// What a client may take.
    pub limits: Limits,
    /// Whether `/-/reload` does anything.
    pub has_lifecycle: bool,
}

/// What the endpoints reach.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The watch.
    pub watch: Arc<Watch>,
    /// Where a wish to reload goes; `None` where that is not enabled.
    pub reload: Option<mpsc::Sender<Reload>>,
    /// Who may have what probed.
    pub gate: Arc<Gate>,
}

/// A wish to read the configuration anew; the answer says what came of it.
#[derive(Debug)]
pub struct Reload(pub tokio::sync::oneshot::Sender<Result<(), String>>);

/// Ready means that audits are being started, not that a thread sleeps well.
async fn ready(State(desk): State<Desk>) -> (StatusCode, &'static str) {
    match desk.watch.is_advancing() {
        true => (StatusCode::OK, "anchorwatch is ready\n"),
        false => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the loop that starts audits does not move on\n",
        ),
    }
}

async fn reload(State(desk): State<Desk>) -> (StatusCode, String) {
    let Some(reload) = &desk.reload else {
        let text = "reloading over HTTP is not enabled; SIGHUP does it\n";
        return (StatusCode::FORBIDDEN, text.to_owned());
    };
    let (told, outcome) = tokio::sync::oneshot::channel();
    if reload.send(Reload(told)).await.is_err() {
        let text = "the daemon is stopping\n";
        return (StatusCode::SERVICE_UNAVAILABLE, text.to_owned());
    }
    match outcome.await {
        Ok(Ok(())) => (StatusCode::OK, "the configuration is in force\n".to_owned()),
        Ok(Err(problem)) => {
            let text = format!("the old configuration stays in force: {problem}\n");
            (StatusCode::INTERNAL_SERVER_ERROR, text)
        }
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the daemon is stopping\n".to_owned(),
        ),
    }
}

/// Where the endpoints are when nothing is said: on loopback.
pub fn default_listen() -> Vec<SocketAddr> {
    crate::agent::config::File::defaults().web.listen
}

/// Binds every address before anything is served, so that a port in use is an error at the start.
///
/// # Errors
/// That of the first address that cannot be bound, with the address.
pub async fn bind(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for address in addresses {
        let listener = listen(*address)
            .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
        listeners.push(listener);
    }
    Ok(listeners)
}

/// A listener whose queue holds what comes in one burst, and not the thousand that are usual.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A port is free again as soon as nobody listens on it.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}
