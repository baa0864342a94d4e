//! Alertmanager forgets what it is not told again: an alert that fires ends with `resolve_timeout` (five
//! minutes unless it is set otherwise), and one that it lost in a restart is never resolved.
//!
//! So each incident that stands is told again every minute, and one that is over for some minutes more.
//! These are repetitions of what the outbox has delivered; while it holds anything back, they wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::endpoint::Endpoint;
use super::{Post, guard};
use crate::agent::daemon::now;
use crate::agent::store::Store;

/// How often: a fifth of the default of `resolve_timeout`.
const EVERY: Duration = Duration::from_secs(60);

/// Tells an endpoint again, for ever.
pub async fn run(endpoint: Arc<Endpoint>, store: Store, post: Arc<Post>) {
    loop {
        sleep(EVERY).await;
        let waiting = store.backlog(&endpoint.name).await;
        if waiting.is_ok_and(|backlog| backlog.waiting == 0) {
            repeat(&endpoint, &post).await;
        }
    }
}

async fn repeat(endpoint: &Endpoint, post: &Post) {
    let notices = guard(&post.board).standing(&endpoint.name, now());
    for notice in notices {
        let attempt = endpoint.send(&notice, false, now()).await;
        if attempt.answer.is_of_endpoint() {
            tracing::warn!(endpoint = endpoint.name, answer = %attempt.answer, "what stands was not told again");
            return;
        }
    }
}
