//! Alertmanager forgets what it is not told again: an alert that fires ends with `resolve_timeout` (five
//! minutes unless it is set otherwise), and one that it lost in a restart is never resolved.
//!
//! So each incident that stands is told again every minute, and one that is over for some minutes more.
//! These are repetitions of what the outbox has delivered; an incident of which it holds something back waits.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::endpoint::Endpoint;
use super::{Post, guard};
use crate::agent::daemon::now;
use crate::agent::store::Store;
use crate::notify::Notice;

/// How often: a fifth of the default of `resolve_timeout`.
const EVERY: Duration = Duration::from_secs(60);

/// Tells an endpoint again, for ever.
pub async fn run(endpoint: Arc<Endpoint>, store: Store, post: Arc<Post>) {
    loop {
        sleep(EVERY).await;
        let notices = guard(&post.board).standing(&endpoint.name, now());
        for notice in notices {
            if !is_to_be_repeated(&notice, &endpoint, &store, &post).await {
                continue;
            }
            let attempt = endpoint.send(&notice, false, now()).await;
            if attempt.answer.is_of_endpoint() {
                tracing::warn!(endpoint = endpoint.name, answer = %attempt.answer, "what stands was not told again");
                break;
            }
        }
    }
}

/// Whether nothing newer waits to be told of the incident, and it stands still: the one before may have
/// taken a while to send.
async fn is_to_be_repeated(
    notice: &Notice,
    endpoint: &Endpoint,
    store: &Store,
    post: &Post,
) -> bool {
    let held = store.held(&endpoint.name).await;
    let is_first = held.is_ok_and(|held| !held.contains(&notice.incident));
    is_first && guard(&post.board).still_stands(notice)
}
