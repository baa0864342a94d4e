//! What a request for a probe says: target, module, and how long the scraper waits.

use std::time::Duration;

use axum::http::HeaderMap;
use serde::Deserialize;

use super::gate::Refusal;
use crate::dns::Name;

/// Where Prometheus says how long it waits, in seconds.
const SCRAPE_TIMEOUT: &str = "x-prometheus-scrape-timeout-seconds";
/// What the page itself may take, as the blackbox exporter has it.
const OFFSET: Duration = Duration::from_millis(500);
/// An audit in less time tells nothing.
const LEAST: Duration = Duration::from_millis(100);
/// The modules there are, and whether they ask the resolvers.
const MODULES: [(&str, bool); 2] = [("chain", false), ("chain_resolvers", true)];

/// The parameters as they came.
#[derive(Debug, Default, Deserialize)]
pub struct Words {
    pub target: Option<String>,
    pub module: Option<String>,
    pub debug: Option<String>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Apex.
    pub zone: Name,
    /// Whether the resolvers are asked too.
    pub with_resolvers: bool,
    /// Whether people are to read the page.
    pub is_debugging: bool,
    /// How long the audit may take.
    pub allowed: Duration,
}

impl Asked {
    /// The name of the module.
    pub fn module(&self) -> &'static str {
        let known = MODULES
            .iter()
            .find(|(_, with)| *with == self.with_resolvers);
        known.map_or("", |(name, _)| name)
    }
}

/// Reads a request. An audit may take `budget` at most.
///
/// # Errors
/// What is wrong with it.
pub fn read(words: Words, headers: &HeaderMap, budget: Duration) -> Result<Asked, Refusal> {
    let target = words.target.filter(|target| !target.is_empty());
    let Some(target) = target else {
        let text = "target is missing: /probe?target=example.com&module=chain";
        return Err(Refusal::Wrong(text.to_owned()));
    };
    let zone = target.parse::<Name>();
    let zone =
        zone.map_err(|error| Refusal::Wrong(format!("target {target:?} is no zone: {error}")))?;
    let is_debugging = match words.debug.as_deref() {
        None | Some("" | "false" | "0") => false,
        Some("true" | "1") => true,
        Some(other) => {
            return Err(Refusal::Wrong(format!(
                "debug is true or false, not {other:?}"
            )));
        }
    };
    Ok(Asked {
        zone,
        with_resolvers: module(words.module.as_deref())?,
        is_debugging,
        allowed: allowed(headers, budget)?,
    })
}

fn module(name: Option<&str>) -> Result<bool, Refusal> {
    let name = name.unwrap_or("chain");
    let known = MODULES.iter().find(|(module, _)| *module == name);
    known
        .map(|(_, with_resolvers)| *with_resolvers)
        .ok_or_else(|| {
            let all: Vec<&str> = MODULES.iter().map(|(name, _)| *name).collect();
            let all = all.join(", ");
            Refusal::Wrong(format!("there is no module {name:?}; there are {all}"))
        })
}

fn allowed(headers: &HeaderMap, budget: Duration) -> Result<Duration, Refusal> {
    let Some(value) = headers.get(SCRAPE_TIMEOUT) else {
        return Ok(budget);
    };
    let text = value.to_str().unwrap_or("octets that are no text");
    let seconds = text.trim().parse::<f64>().ok();
    let wait = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let Some(wait) = wait else {
        let problem =
            format!("X-Prometheus-Scrape-Timeout-Seconds: {text:?} is no number of seconds");
        return Err(Refusal::Wrong(problem));
    };
    let rest = wait.saturating_sub(OFFSET);
    if rest < LEAST {
        let problem = format!("a scrape that ends after {text} s leaves no time for an audit");
        return Err(Refusal::Wrong(problem));
    }
    Ok(rest.min(budget))
}
