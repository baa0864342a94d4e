//! `/metrics`: the agent's own meters, then the zones, made afresh from the states and sent in pieces.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};
use tokio::time::timeout;

use super::Desk;
use crate::agent::daemon::Watch;
use crate::agent::daemon::fleet::Target;
use crate::watch::ZoneState;
use crate::watch::exposition::{self, Level, Watched};

/// The text format of Prometheus.
pub(super) const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Pieces that may wait for a slow reader.
const PIECES: usize = 4;
/// Pages that are written at a time, whatever the number of scrapes: a page of many zones takes memory.
const PAGES: usize = 16;
/// How long a scrape waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
static TURNS: Semaphore = Semaphore::const_new(PAGES);

pub(super) async fn page(State(desk): State<Desk>) -> Response {
    let Ok(Ok(turn)) = timeout(PATIENCE, TURNS.acquire()).await else {
        let text = "too many scrapes at a time; come again in a moment\n";
        let again = [(RETRY_AFTER, "5")];
        return (StatusCode::SERVICE_UNAVAILABLE, again, text).into_response();
    };
    let (sender, receiver) = mpsc::channel(PIECES);
    // Not on the threads that wait for sockets: a page of many zones keeps a processor busy. A reader that
    // goes away, or is cut off because it does not read, ends it.
    tokio::task::spawn_blocking(move || write(&desk.watch, &sender, turn));
    let pieces = futures(receiver);
    ([(CONTENT_TYPE, TEXT)], Body::from_stream(pieces)).into_response()
}

fn write(watch: &Watch, sender: &mpsc::Sender<String>, _turn: SemaphorePermit<'static>) {
    let size = i64::try_from(watch.store.size()).unwrap_or(i64::MAX);
    watch.meters.store_size.set(size);
    let members: Vec<(Arc<Target>, Arc<ZoneState>)> = watch
        .fleet()
        .members()
        .map(|member| (Arc::clone(&member.target), Arc::clone(&member.state)))
        .collect();
    let zones: Vec<Watched<'_>> = members
        .iter()
        .map(|(target, state)| Watched {
            state,
            group: &target.group,
            labels: &target.labels,
        })
        .collect();
    let level = watch
        .level()
        .unwrap_or_else(|| Level::for_zones(zones.len()));
    let own = watch.meters.text();
    let pieces = std::iter::once(own).chain(exposition::pieces(&zones, level));
    for piece in pieces {
        if sender.blocking_send(piece).is_err() {
            return;
        }
    }
}

/// The pieces as a stream that cannot fail.
fn futures(
    receiver: mpsc::Receiver<String>,
) -> impl futures_core::Stream<Item = Result<Bytes, Infallible>> {
    Pieces(receiver)
}

struct Pieces(mpsc::Receiver<String>);

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let piece = self.0.poll_recv(context);
        piece.map(|piece| piece.map(|text| Ok(Bytes::from(text))))
    }
}
