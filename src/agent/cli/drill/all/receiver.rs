//! A receiver of webhooks in this process, which checks the signature of each message and notes when it came.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::dns::Timestamp;
use crate::notify::signature::{self, SigningKey};

/// Longest body that is taken, in octets: more than any message may have.
const LONGEST: usize = 64 << 10;
/// How often the endpoint that is in trouble fails before it takes messages.
pub const FAILURES: usize = 3;
/// The path that takes messages.
pub const GOOD: &str = "/good";
/// The path that fails [`FAILURES`] times, then takes messages.
pub const FLAKY: &str = "/flaky";
/// The path of a receiver that is gone for good.
pub const GONE: &str = "/gone";

/// A message, or an attempt at one.
#[derive(Debug, Clone)]
pub struct Message {
    /// When it came.
    pub at: Instant,
    /// Where to.
    pub path: String,
    /// Its identifier, the same over all attempts.
    pub id: String,
    /// Whether the signature is that of the shared secret.
    pub is_signed: bool,
    /// What was answered.
    pub answer: StatusCode,
    /// What it says.
    pub body: Value,
}

/// What came so far.
#[derive(Debug, Clone)]
pub struct Receiver {
    messages: Arc<Mutex<Vec<Message>>>,
    key: SigningKey,
}

impl Receiver {
    /// One that knows this secret.
    pub fn new(key: SigningKey) -> Self {
        Self {
            messages: Arc::default(),
            key,
        }
    }

    /// Takes messages until the task is dropped; gives the address that it listens at.
    ///
    /// # Errors
    /// Those of the listener.
    pub async fn listen(&self) -> std::io::Result<(SocketAddr, tokio::task::JoinHandle<()>)> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .fallback(post(take))
            .layer(axum::extract::DefaultBodyLimit::max(LONGEST))
            .with_state(self.clone());
        let task = tokio::spawn(async move {
            // It ends with the task, not by itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok((address, task))
    }

    /// Everything that came.
    pub fn messages(&self) -> Vec<Message> {
        let messages = self.messages.lock();
        messages.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self, path: &str) -> StatusCode {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let before = messages
            .iter()
            .filter(|message| message.path == path)
            .count();
        match path {
            GOOD => StatusCode::OK,
            FLAKY if before < FAILURES => StatusCode::INTERNAL_SERVER_ERROR,
            FLAKY => StatusCode::OK,
            _ => StatusCode::GONE,
        }
    }
}

async fn take(
    State(receiver): State<Receiver>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let id = header(signature::ID).unwrap_or_default().to_owned();
    let at = header(signature::TIMESTAMP)
        .and_then(|text| text.parse().ok())
        .map(Timestamp);
    let expected =
        at.map(|at| signature::header(std::slice::from_ref(&receiver.key), &id, at, &body));
    let is_signed = expected.is_some() && header(signature::SIGNATURE) == expected.as_deref();
    let answer = receiver.answer(uri.path());
    let message = Message {
        at: Instant::now(),
        path: uri.path().to_owned(),
        id,
        is_signed,
        answer,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let mut messages = receiver
        .messages
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    messages.push(message);
    answer
}
