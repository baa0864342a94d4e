//! One message to one address: no redirect is followed, nothing is waited for without end.
//!
//! The name of the host is looked up here, each address is held against what is allowed, and the
//! connection goes to an address that was: what the name turns into a moment later is of no account. A
//! proxy in the environment is not used, since it would do the looking up.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use chrono::DateTime;
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response, Url};
use rustls::crypto::ring as provider;
use tokio::sync::Mutex;
use tokio::time::timeout_at;

use crate::agent::daemon::now;
use crate::evidence::topology::special;
use crate::notify::retry::Answer;

/// How much of an answer is read, in octets.
const SAID: usize = 16 << 10;
/// How long its body may take once the status is there.
const LISTENING: Duration = Duration::from_secs(1);
/// How much of it is shown, in characters.
const SHOWN: usize = 300;
/// How long addresses that were found are used.
const FRESH: Duration = Duration::from_secs(10);
/// Most addresses of one name.
const ADDRESSES: usize = 16;

/// What carries messages to one address.
#[derive(Debug)]
pub struct Carrier {
    url: Url,
    allow_private: bool,
    timeout: Duration,
    roots: Option<Vec<Certificate>>,
    known: Mutex<Option<Known>>,
}

/// A client that connects to these addresses and to no other.
#[derive(Debug, Clone)]
struct Known {
    at: Instant,
    addresses: Vec<SocketAddr>,
    client: Client,
}

impl Carrier {
    /// For messages to `url`. `roots` are certificates that it is checked by, in place of the system's.
    pub fn new(
        url: Url,
        allow_private: bool,
        timeout: Duration,
        roots: Option<Vec<Certificate>>,
    ) -> Self {
        Self {
            url,
            allow_private,
            timeout,
            roots,
            known: Mutex::new(None),
        }
    }

    /// Sends a body of JSON, and gives what came of it with the beginning of what was said.
    pub async fn post(
        &self,
        headers: Vec<(&'static str, String)>,
        body: String,
    ) -> (Answer, String) {
        let sent = tokio::time::timeout(self.timeout, self.exchange(headers, body)).await;
        match sent {
            Ok(Ok(response)) => {
                let answer = Answer::Status(response.status().as_u16(), retry_after(&response));
                (answer, said(response).await)
            }
            Ok(Err(problem)) => (Answer::None(problem), String::new()),
            Err(_) => {
                let problem = format!("no answer within {} ms", self.timeout.as_millis());
                (Answer::None(problem), String::new())
            }
        }
    }

    async fn exchange(
        &self,
        headers: Vec<(&'static str, String)>,
        body: String,
    ) -> Result<Response, String> {
        let client = self.client().await?;
        let request = client
            .post(self.url.clone())
            .header("content-type", "application/json");
        let request = headers.into_iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        request.body(body).send().await.map_err(innermost)
    }

    async fn client(&self) -> Result<Client, String> {
        let mut known = self.known.lock().await;
        if let Some(fresh) = known.as_ref().filter(|known| known.at.elapsed() < FRESH) {
            return Ok(fresh.client.clone());
        }
        let addresses = self.addresses().await?;
        let client = match known.take() {
            // The client with its open connections is good for as long as the addresses are the same.
            Some(known) if known.addresses == addresses => known.client,
            _ => self.build(&addresses)?,
        };
        *known = Some(Known {
            at: Instant::now(),
            addresses,
            client: client.clone(),
        });
        Ok(client)
    }

    fn build(&self, addresses: &[SocketAddr]) -> Result<Client, String> {
        // An error says that there is a provider already.
        let _ = provider::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(self.timeout)
            .user_agent(concat!("anchorwatch/", env!("CARGO_PKG_VERSION")));
        if let Some(host) = self.url.host_str() {
            builder = builder.resolve_to_addrs(host, addresses);
        }
        if let Some(roots) = &self.roots {
            builder = builder.tls_certs_only(roots.iter().cloned());
        }
        builder.build().map_err(innermost)
    }

    /// The addresses that may be sent to.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, String> {
        let host = self.url.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let port = self.url.port_or_known_default().unwrap_or(443);
        let found: Vec<SocketAddr> = match bare.parse::<IpAddr>() {
            Ok(address) => vec![(address, port).into()],
            Err(_) => {
                let looked_up = tokio::net::lookup_host((bare, port)).await;
                let found = looked_up.map_err(|error| format!("{host}: {error}"))?;
                found.take(ADDRESSES).collect()
            }
        };
        allowed(host, &found, self.allow_private)
    }
}

/// Those of a host's addresses that may be sent to.
fn allowed(
    host: &str,
    found: &[SocketAddr],
    allow_private: bool,
) -> Result<Vec<SocketAddr>, String> {
    let allowed: Vec<SocketAddr> = (found.iter().copied())
        .filter(|address| allow_private || special::reached(address.ip()).is_none())
        .collect();
    match (allowed.is_empty(), found.first()) {
        (false, _) => Ok(allowed),
        (true, None) => Err(format!("{host} has no address")),
        (true, Some(address)) => {
            let why = special::reached(address.ip()).map_or("special", |block| block.why);
            Err(format!(
                "{} is a {why} address, which is not sent to unless allow-private is set",
                address.ip()
            ))
        }
    }
}

/// Seconds until it may be tried again (RFC 9110, section 10.2.3): a number, or an instant.
fn retry_after(response: &Response) -> Option<i64> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    Some(at.timestamp().saturating_sub(now().0).max(0))
}

/// The beginning of a body. One that is cut short is as good as whole: the status has been told.
async fn said(mut response: Response) -> String {
    let mut octets = Vec::new();
    let until = tokio::time::Instant::now() + LISTENING;
    while let Ok(Ok(Some(chunk))) = timeout_at(until, response.chunk()).await {
        octets.extend_from_slice(&chunk);
        if octets.len() > SAID {
            break;
        }
    }
    let text = String::from_utf8_lossy(&octets);
    text.chars()
        .take(SHOWN)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The innermost cause. The address is in none of them, since it may be a secret.
fn innermost(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// The status has been told: what never comes after it does not make a message be sent ten times.
    #[tokio::test]
    async fn a_message_is_taken_when_its_answer_says_so_and_never_ends() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let receiver = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = [0; 4096];
            assert!(stream.read(&mut heard).await.unwrap() > 0);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nso far";
            stream.write_all(answer).await.unwrap();
            std::future::pending::<()>().await;
        });
        let limit = Duration::from_secs(3);
        let carrier = Carrier::new(url.parse().unwrap(), true, limit, None);
        let answered = carrier.post(Vec::new(), "{}".to_owned()).await;
        assert_eq!(answered, (Answer::Status(200, None), "so far".to_owned()));
        receiver.abort();
    }
}
