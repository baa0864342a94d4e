//! What the daemon answers over HTTP: a page for people, metrics for Prometheus, JSON for programs.
//!
//! Everything but a reload only reads, and reads from memory and the store: a scrape starts no audit.
//! Listening is on loopback unless the configuration says otherwise.

mod api;
mod landing;
mod metrics;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::daemon::Watch;

/// What the endpoints reach.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The watch.
    pub watch: Arc<Watch>,
    /// Where a wish to reload goes; `None` where there is nothing to read anew.
    pub reload: Option<mpsc::Sender<Reload>>,
}

/// A wish to read the configuration anew; the answer says what came of it.
#[derive(Debug)]
pub struct Reload(pub tokio::sync::oneshot::Sender<Result<(), String>>);

/// Every endpoint.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/", get(landing::page))
        .route("/metrics", get(metrics::page))
        .route("/-/healthy", get(async || "anchorwatch is healthy\n"))
        .route("/-/ready", get(ready))
        .route("/-/reload", post(reload).put(reload))
        .route("/api/v1/zones", get(api::zones))
        .route("/api/v1/zones/{zone}", get(api::zone))
        .route("/api/v1/events", get(api::events))
        .route("/api/v1/schedule", get(api::schedule))
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/sd/zones", get(api::discovery))
        .with_state(desk)
}

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
        let text = "there is no configuration file to read anew\n";
        return (StatusCode::CONFLICT, text.to_owned());
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
        let bound = TcpListener::bind(address).await;
        let listener =
            bound.map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
        listeners.push(listener);
    }
    Ok(listeners)
}

/// Answers on a listener until `stop` changes, then lets what is under way end.
pub async fn serve(listener: TcpListener, desk: Desk, mut stop: watch::Receiver<bool>) {
    let served = axum::serve(listener, router(desk)).with_graceful_shutdown(async move {
        // An error means that nobody can say stop any more, which is the end as well.
        let _ = stop.wait_for(|stop| *stop).await;
    });
    if let Err(error) = served.await {
        tracing::error!(%error, "the listener ended");
    }
}
