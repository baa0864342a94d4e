//! An endpoint as it is used: its secrets read, its template tried, its address known.

use std::time::Duration;

use data_encoding::HEXLOWER;
use reqwest::header::HeaderValue;
use reqwest::{Certificate, Url};

use super::exec;
use super::http::Carrier;
use crate::agent::config::check::notify::read_url;
use crate::agent::config::file::Endpoint as Configured;
use crate::agent::config::secret::{Exposed, Secret};
use crate::crypto::sha256;
use crate::dns::Timestamp;
use crate::notify::format::{Format, Formatter};
use crate::notify::retry::Answer;
use crate::notify::signature::{self, SigningKey};
use crate::notify::{Notice, Route};

/// Where PagerDuty takes events.
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";
/// Greatest length of a template or a file of certificates, in octets.
const FILE_LIMIT: u64 = 1 << 20;

/// Where messages go, and how.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name.
    pub name: String,
    /// What it understands.
    pub format: Format,
    /// What it wants to be told of.
    pub route: Route,
    /// How often it gets a sign of life.
    pub heartbeat: Option<Duration>,
    /// A hash of where messages go: another one is another receiver.
    pub target: String,
    formatter: Formatter,
    keys: Vec<SigningKey>,
    token: Option<Exposed>,
    timeout: Duration,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Http(Box<Carrier>),
    Exec(Vec<String>),
}

/// An attempt.
#[derive(Debug)]
pub struct Attempt {
    /// What came of it.
    pub answer: Answer,
    /// What the receiver said beside that, its beginning.
    pub said: String,
    /// What was wrong with the user's template, if the one that is built in had to do.
    pub template: Option<String>,
}

impl Endpoint {
    /// Makes the endpoint ready: secrets are read, the template is tried.
    ///
    /// # Errors
    /// What is wrong, with the name of the endpoint and without any value of a secret.
    pub fn open(configured: &Configured) -> Result<Self, String> {
        let named = |problem: String| format!("notify {}: {problem}", configured.name);
        Self::ready(configured).map_err(named)
    }

    fn ready(configured: &Configured) -> Result<Self, String> {
        let format = Format::from(configured.format);
        let routing_key = configured
            .routing_key
            .as_ref()
            .map(Secret::read)
            .transpose()?;
        let own = configured.template.as_deref();
        let own = own.map(|path| {
            let text = crate::agent::config::read_text(path, FILE_LIMIT);
            text.map_err(|problem| format!("{}: {problem}", path.display()))
        });
        let formatter = Formatter::new(
            format,
            &configured.name,
            routing_key.map(|key| key.expose().to_owned()),
            own.transpose()?,
        );
        let formatter = formatter.map_err(|problem| format!("template: {problem}"))?;
        let (way, target) = way(configured, format)?;
        Ok(Self {
            name: configured.name.clone(),
            format,
            route: route(configured)?,
            heartbeat: configured.heartbeat.as_ref().map(|every| every.0),
            target: HEXLOWER.encode(&sha256(target.as_bytes())[..16]),
            formatter,
            keys: configured
                .secrets
                .iter()
                .map(key)
                .collect::<Result<_, _>>()?,
            token: configured.token.as_ref().map(token).transpose()?,
            timeout: configured.timeout.0,
            way,
        })
    }

    /// Sends a notice once. `is_brief` is for a receiver that found the body too long.
    pub async fn send(&self, notice: &Notice, is_brief: bool, now: Timestamp) -> Attempt {
        let body = match is_brief {
            true => self.formatter.brief(notice),
            false => self.formatter.body(notice),
        };
        let (answer, said) = match &self.way {
            Way::Exec(command) => exec::run(command, body.text, self.timeout).await,
            Way::Http(carrier) => {
                let mut headers = vec![
                    (signature::ID, notice.id.clone()),
                    (signature::TIMESTAMP, now.0.to_string()),
                ];
                if !self.keys.is_empty() {
                    let signed =
                        signature::header(&self.keys, &notice.id, now, body.text.as_bytes());
                    headers.push((signature::SIGNATURE, signed));
                }
                if let Some(token) = &self.token {
                    headers.push(("authorization", format!("Bearer {}", token.expose())));
                }
                carrier.post(headers, body.text).await
            }
        };
        Attempt {
            answer,
            said,
            template: body.problem,
        }
    }
}

fn way(configured: &Configured, format: Format) -> Result<(Way, String), String> {
    if format == Format::Exec {
        let command = configured.command.clone();
        let target = command.join("\0");
        return Ok((Way::Exec(command), target));
    }
    let url = match (&configured.url, &configured.url_secret) {
        (Some(url), _) => url.clone(),
        (None, Some(secret)) => secret.read()?.expose().to_owned(),
        (None, None) => PAGERDUTY.to_owned(),
    };
    let url: Url = read_url(&url).map_err(|problem| match &configured.url_secret {
        Some(secret) => format!("secret {secret}: {problem}"),
        None => problem,
    })?;
    let target = url.to_string();
    let carrier = Carrier::new(
        url,
        configured.allow_private,
        configured.timeout.0,
        roots(configured)?,
    );
    Ok((Way::Http(Box::new(carrier)), target))
}

fn roots(configured: &Configured) -> Result<Option<Vec<Certificate>>, String> {
    let Some(path) = &configured.tls_ca else {
        return Ok(None);
    };
    let at = |problem: String| format!("{}: {problem}", path.display());
    let text = crate::agent::config::read_text(path, FILE_LIMIT).map_err(at)?;
    let found = Certificate::from_pem_bundle(text.as_bytes());
    match found.map_err(|error| at(error.to_string()))? {
        none if none.is_empty() => Err(at("no certificate in PEM".to_owned())),
        found => Ok(Some(found)),
    }
}

fn key(secret: &Secret) -> Result<SigningKey, String> {
    SigningKey::read(secret.read()?.expose())
        .map_err(|problem| format!("secret {secret}: {problem}"))
}

/// A token that can stand in a header.
fn token(secret: &Secret) -> Result<Exposed, String> {
    let token = secret.read()?;
    match HeaderValue::from_str(token.expose()) {
        Ok(_) => Ok(token),
        Err(_) => Err(format!("secret {secret}: not one line of printable text")),
    }
}

fn route(configured: &Configured) -> Result<Route, String> {
    Ok(Route {
        endpoint: configured.name.clone(),
        least: configured.min_severity.into(),
        groups: configured.groups.clone(),
        zones: configured.patterns().map_err(|(_, problem)| problem)?,
        events: configured.events.iter().copied().collect(),
        has_drills: configured.drills,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_no_header_can_have_is_refused_and_not_repeated() {
        let path = std::env::temp_dir().join(format!("anchorwatch-token-{}", std::process::id()));
        std::fs::write(&path, "hunter2\nhunter3\n").unwrap();
        let problem = token(&Secret::File(path.clone())).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert!(
            problem.ends_with("not one line of printable text"),
            "{problem}"
        );
        assert!(!problem.contains("hunter"), "{problem}");
    }
}
