//! A receiver on loopback, over HTTP or HTTPS, that does what it is told and forgets nothing.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::HeaderMap;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use standardwebhooks::Webhook;

/// What signs in these tests.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What is done with one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// It is answered with this status.
    Status(u16),
    /// It is refused for so many seconds.
    Throttle(u32),
    /// It is read, and nothing is said.
    Hang,
    /// The connection ends in the middle of the answer's head.
    CutShort,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its identifier.
    pub id: String,
    /// The body.
    pub body: Value,
    /// Whether it was answered with 2xx.
    pub is_taken: bool,
}

impl Heard {
    /// One of the fields of `data`, or of the whole where there is none.
    pub fn data(&self, key: &str) -> &str {
        let data = self.body.get("data").unwrap_or(&self.body);
        data[key].as_str().unwrap_or_default()
    }

    /// The zones that it names.
    pub fn zones(&self) -> Vec<&str> {
        let zones = self.body["data"]["zones"].as_array();
        let zones = zones.into_iter().flatten();
        zones.filter_map(|row| row["zone"].as_str()).collect()
    }

    /// Whether it is of this kind and names this zone.
    pub fn is(&self, kind: &str, zone: &str) -> bool {
        self.body["type"] == kind && self.zones().contains(&zone)
    }
}

#[derive(Default)]
struct Memory {
    heard: Vec<Heard>,
    wrong: Vec<String>,
    plan: VecDeque<Conduct>,
    usual: Option<Conduct>,
    is_down: bool,
}

/// The receiver. It ends with the tests.
#[derive(Clone)]
pub struct Receiver {
    /// Where it listens.
    pub at: SocketAddr,
    memory: Arc<Mutex<Memory>>,
}

impl Receiver {
    /// Starts it without TLS.
    pub fn start() -> Self {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), None)
    }

    /// Starts it at an address of this machine, without TLS.
    pub fn start_at(address: IpAddr, port: u16) -> Self {
        Self::listen((address, port).into(), None)
    }

    /// Starts it with a certificate and its key, in PEM.
    pub fn secured(identity: &[u8]) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(identity)
            .map(Result::unwrap)
            .collect();
        let key = PrivateKeyDer::from_pem_slice(identity).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .unwrap();
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), Some(Arc::new(config)))
    }

    fn listen(at: SocketAddr, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind(at).unwrap();
        let receiver = Self {
            at: listener.local_addr().unwrap(),
            memory: Arc::default(),
        };
        let serving = receiver.clone();
        std::thread::spawn(move || {
            let mut listener = Some(listener);
            loop {
                match (&listener, serving.memory.lock().unwrap().is_down) {
                    (Some(_), true) => listener = None,
                    (None, false) => listener = TcpListener::bind(serving.at).ok(),
                    _ => {}
                }
                let accepted = listener.as_ref().map(|listener| {
                    listener.set_nonblocking(true).unwrap();
                    listener.accept()
                });
                let Some(Ok((stream, _))) = accepted else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                stream.set_nonblocking(false).unwrap();
                let (serving, tls) = (serving.clone(), tls.clone());
                std::thread::spawn(move || serving.connection(stream, tls));
            }
        });
        receiver
    }

    /// Whether nobody listens, and what is open is closed.
    pub fn set_down(&self, is_down: bool) {
        self.memory.lock().unwrap().is_down = is_down;
    }

    /// What is done with the next messages, one by one.
    pub fn plan(&self, conducts: &[Conduct]) {
        self.memory.lock().unwrap().plan.extend(conducts);
    }

    /// Nothing is planned any more.
    pub fn forget_plan(&self) {
        self.memory.lock().unwrap().plan.clear();
    }

    /// What is done with messages that nothing is planned for; taken without it.
    pub fn usually(&self, conduct: Option<Conduct>) {
        self.memory.lock().unwrap().usual = conduct;
    }

    /// All that came so far; panics when any of it was not signed as it has to be.
    pub fn heard(&self) -> Vec<Heard> {
        let memory = self.memory.lock().unwrap();
        assert!(memory.wrong.is_empty(), "{:#?}", memory.wrong);
        memory.heard.clone()
    }

    /// Waits for a message; panics with all there were when `limit` passes before it comes.
    pub fn wait_for(&self, what: &str, limit: Duration, is_it: impl Fn(&Heard) -> bool) -> Heard {
        let begun = Instant::now();
        loop {
            let heard = self.heard();
            if let Some(found) = heard.iter().find(|heard| is_it(heard)) {
                return found.clone();
            }
            assert!(
                begun.elapsed() < limit,
                "no word of {what} within {limit:?}; there were {heard:#?}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn connection(&self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        // A client that goes is none of our business.
        let _ = stream.set_nodelay(true);
        match tls {
            None => self.serve(stream),
            Some(config) => {
                let session = ServerConnection::new(config).unwrap();
                self.serve(StreamOwned::new(session, stream));
            }
        }
    }

    fn serve(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        while let Some((headers, body)) = read(&mut stream) {
            if self.memory.lock().unwrap().is_down {
                return;
            }
            let conduct = self.hear(&headers, &body);
            let answer = match conduct {
                None => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
                Some(Conduct::Status(status)) => {
                    format!(
                        "HTTP/1.1 {status} Planned\r\nLocation: /elsewhere\r\nContent-Length: 3\r\n\r\nno\n"
                    )
                }
                Some(Conduct::Throttle(seconds)) => {
                    format!(
                        "HTTP/1.1 429 Slow\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\n\r\n"
                    )
                }
                Some(Conduct::Hang) => {
                    std::thread::sleep(Duration::from_secs(60));
                    return;
                }
                Some(Conduct::CutShort) => "HTTP/1.1 200 O".to_owned(),
            };
            if stream.get_mut().write_all(answer.as_bytes()).is_err()
                || conduct == Some(Conduct::CutShort)
            {
                return;
            }
            let _ = stream.get_mut().flush();
        }
    }

    fn hear(&self, headers: &HeaderMap, body: &[u8]) -> Option<Conduct> {
        let mut memory = self.memory.lock().unwrap();
        if let Err(error) = Webhook::new(SECRET).unwrap().verify(body, headers) {
            memory.wrong.push(format!("{error}: {headers:?}"));
        }
        let conduct = memory.plan.pop_front().or(memory.usual);
        let is_taken = matches!(conduct, None | Some(Conduct::Status(200..=299)));
        memory.heard.push(Heard {
            id: headers["webhook-id"].to_str().unwrap().to_owned(),
            body: serde_json::from_slice(body).unwrap(),
            is_taken,
        });
        conduct
    }
}

fn read(stream: &mut impl BufRead) -> Option<(HeaderMap, Vec<u8>)> {
    let mut line = String::new();
    stream
        .read_line(&mut line)
        .ok()
        .filter(|count| *count > 0)?;
    let mut headers = HeaderMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        let name: http::HeaderName = name.parse().ok()?;
        headers.insert(name, value.trim().parse().ok()?);
    }
    let length: usize = headers.get("content-length")?.to_str().ok()?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((headers, body))
}
