//! Every path there is, once: the router is made from this table, and the tests hold `openapi.json` against it.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::ALLOW;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use super::{Desk, api, incidents, landing, metrics, probe, ready, reload, runbooks};

/// A body that somebody sends all the same is not read beyond this, in octets.
const BODY: usize = 16 * 1024;
/// What can be done with what is only read; GET answers HEAD as well.
const READ: &str = "GET, HEAD, OPTIONS";
/// What can be done with the reload.
const ACT: &str = "POST, PUT, OPTIONS";

/// A path, what may be done with it, and who answers.
type Route = (&'static str, &'static str, MethodRouter<Desk>);

fn routes() -> Vec<Route> {
    vec![
        ("/", READ, get(landing::page)),
        ("/metrics", READ, get(metrics::page)),
        ("/probe", READ, get(probe::page)),
        ("/-/healthy", READ, get(async || "anchorwatch is healthy\n")),
        ("/-/ready", READ, get(ready)),
        ("/-/reload", ACT, post(reload).put(reload)),
        ("/api/v1/zones", READ, get(api::zones)),
        ("/api/v1/zones/{zone}", READ, get(api::zone)),
        ("/api/v1/events", READ, get(api::events)),
        ("/api/v1/schedule", READ, get(api::schedule)),
        ("/api/v1/incidents", READ, get(incidents::all)),
        ("/api/v1/incidents/{id}", READ, get(incidents::one)),
        ("/api/v1/openapi.json", READ, get(api::openapi)),
        ("/runbooks/{alert}", READ, get(runbooks::page)),
        ("/sd/zones", READ, get(api::discovery)),
    ]
}

/// Every endpoint.
pub fn router(desk: Desk) -> Router {
    let all = routes().into_iter();
    let router = all.fold(Router::new(), |router, (path, allow, answers)| {
        let options = async move || (StatusCode::NO_CONTENT, [(ALLOW, allow)]);
        let wrong = async move || {
            let text = format!("this path takes {allow}\n");
            (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, allow)], text)
        };
        router.route(path, answers.options(options).fallback(wrong))
    });
    router
        .fallback(nothing)
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(desk)
}

async fn nothing(uri: Uri) -> Response {
    let text = format!("there is nothing at {}; / says what there is\n", uri.path());
    (StatusCode::NOT_FOUND, text).into_response()
}

#[cfg(test)]
mod tests;
