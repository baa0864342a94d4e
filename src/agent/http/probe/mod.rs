//! `/probe?target=ZONE&module=NAME`: an audit while the scraper waits, in the multi-target pattern.
//!
//! Each probe has a page of its own; the meters of the agent stand on `/metrics` alone. The audit ends half
//! a second before the scrape does, as Prometheus says when that is. Who may probe what, and how often, is
//! for the [`gate`] to say: this must not become an open relay.

pub mod gate;
mod words;

use std::fmt::Write;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

pub use gate::{Gate, Settings};

use self::gate::Refusal;
use self::words::{Asked, Words};
use super::Desk;
use super::metrics::TEXT;
use super::server::Peer;
use crate::agent::daemon::look::{self, Wish};
use crate::agent::daemon::now;
use crate::report::Report;
use crate::report::render::{Style, text};
use crate::watch::exposition::probe::Probed;

/// What judging may take beyond the questions before the probe counts as not having ended.
const JUDGING: Duration = Duration::from_millis(400);

pub(super) async fn page(
    State(desk): State<Desk>,
    Extension(Peer(client)): Extension<Peer>,
    headers: HeaderMap,
    Query(words): Query<Words>,
) -> Response {
    match probe(&desk, client.ip(), &headers, words).await {
        Ok(page) => ([(CONTENT_TYPE, TEXT)], page).into_response(),
        Err(refusal) => refused(refusal),
    }
}

async fn probe(
    desk: &Desk,
    client: std::net::IpAddr,
    headers: &HeaderMap,
    words: Words,
) -> Result<String, Refusal> {
    let gate = &desk.gate;
    let asked = words::read(words, headers, gate.settings.budget)?;
    let Some(means) = desk.watch.means() else {
        let text = "the watch has not begun yet; ask again in a moment";
        return Err(Refusal::Busy(text.to_owned()));
    };
    if asked.with_resolvers && means.resolvers.is_empty() {
        let text = "module chain_resolvers: no resolver is configured; module chain needs none";
        return Err(Refusal::Wrong(text.to_owned()));
    }
    gate.admit(client, &asked.zone, |zone| {
        desk.watch.fleet().member(zone).is_some()
    })?;
    let _place = gate.place()?;
    let wish = Wish {
        zone: asked.zone.clone(),
        with_resolvers: asked.with_resolvers,
        allow_private: gate.settings.allow_private,
        budget: asked.allowed,
    };
    let begun = Instant::now();
    let ended = timeout(asked.allowed + JUDGING, look::once(means, wish, now())).await;
    let ended = ended.ok().flatten();
    let probed = Probed {
        state: ended.as_ref().map(|(state, _)| state),
        took: begun.elapsed(),
        allowed: asked.allowed,
    };
    Ok(match asked.is_debugging {
        true => debug(&asked, ended.as_ref().map(|(_, report)| report), &probed),
        false => probed.page(),
    })
}

/// The report, then the page that Prometheus would have been given.
fn debug(asked: &Asked, report: Option<&Report>, probed: &Probed<'_>) -> String {
    let mut page = String::new();
    let (module, zone) = (asked.module(), &asked.zone);
    // Writing to a string cannot fail.
    let _ = writeln!(
        page,
        "module {module}, target {zone}, {:.1} s allowed, {:.3} s taken\n",
        probed.allowed.as_secs_f64(),
        probed.took.as_secs_f64(),
    );
    match report {
        Some(report) => page.push_str(&text(report, &Style::default())),
        None => page.push_str("The audit did not end in time.\n"),
    }
    page.push_str("\nWhat Prometheus would have been given:\n\n");
    page.push_str(&probed.page());
    page
}

fn refused(refusal: Refusal) -> Response {
    let (status, text) = match refusal {
        Refusal::Wrong(text) => (StatusCode::BAD_REQUEST, text),
        Refusal::Forbidden(text) => (StatusCode::FORBIDDEN, text),
        Refusal::Busy(text) => (StatusCode::SERVICE_UNAVAILABLE, text),
        Refusal::TooOften(wait) => {
            let seconds = wait.as_secs() + 1;
            let text = format!("too many probes from this client; come again in {seconds} s\n");
            let again = [(RETRY_AFTER, seconds.to_string())];
            return (StatusCode::TOO_MANY_REQUESTS, again, text).into_response();
        }
    };
    (status, format!("{text}\n")).into_response()
}

#[cfg(test)]
mod tests;
