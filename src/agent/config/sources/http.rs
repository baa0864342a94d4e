//! A list of zones from a web server, as Prometheus' http_sd has it: GET, JSON, within bounds.

use rustls::crypto::ring as provider;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};

use super::list::{self, Entry};
use crate::agent::config::secret::Secret;

/// Greatest length of the answer in octets.
const BODY_LIMIT: usize = 64 << 20;
/// Most addresses that one is sent on to.
const MOST_REDIRECTS: usize = 3;

/// Asks `url` for its list, all within `timeout`.
///
/// # Errors
/// What is wrong with the answer, or why there is none. The token is in neither.
pub async fn fetch(
    url: &str,
    token: Option<&Secret>,
    timeout: Duration,
) -> Result<Vec<Entry>, String> {
    let mut request = client(timeout)?.get(url).header(ACCEPT, "application/json");
    if let Some(token) = token {
        request = request.bearer_auth(token.read()?.expose());
    }
    list::json(&answer(request, timeout).await?)
}

/// Asks `url` for a document in JSON, all within `timeout`.
///
/// # Errors
/// What is wrong with the answer, or why there is none.
pub async fn document(url: &str, timeout: Duration) -> Result<String, String> {
    let request = client(timeout)?.get(url).header(ACCEPT, "application/json");
    answer(request, timeout).await
}

async fn answer(request: RequestBuilder, timeout: Duration) -> Result<String, String> {
    let sent = request.send().await;
    let response = sent.map_err(|error| told(&error, timeout))?;
    check(&response)?;
    body(response, timeout).await
}

fn client(timeout: Duration) -> Result<Client, String> {
    // An error says that there is a provider already.
    let _ = provider::default_provider().install_default();
    let built = Client::builder()
        .timeout(timeout)
        .redirect(Policy::limited(MOST_REDIRECTS))
        .user_agent(concat!("anchorwatch/", env!("CARGO_PKG_VERSION")))
        .build();
    built.map_err(|error| error.to_string())
}

fn check(response: &Response) -> Result<(), String> {
    if response.status() != StatusCode::OK {
        return Err(format!(
            "status {} in place of 200",
            response.status().as_u16()
        ));
    }
    let given = response.headers().get(CONTENT_TYPE);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or("none");
    let essence = given.split(';').next().unwrap_or_default().trim();
    match essence.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(format!("content type {given} in place of application/json")),
    }
}

async fn body(mut response: Response, timeout: Duration) -> Result<String, String> {
    let too_long = || format!("an answer longer than {BODY_LIMIT} octets");
    if response
        .content_length()
        .is_some_and(|length| length > BODY_LIMIT as u64)
    {
        return Err(too_long());
    }
    let mut octets = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| told(&error, timeout))?
    {
        if octets.len() + chunk.len() > BODY_LIMIT {
            return Err(too_long());
        }
        octets.extend_from_slice(&chunk);
    }
    String::from_utf8(octets).map_err(|_| "not text in UTF-8".to_owned())
}

/// The innermost cause: the outer ones repeat the address, which is told anyway.
fn told(error: &reqwest::Error, timeout: Duration) -> String {
    if error.is_timeout() {
        return format!("no whole answer within {} ms", timeout.as_millis());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
