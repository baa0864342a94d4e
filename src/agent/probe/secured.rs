//! Resolvers over TLS: DNS over TLS (RFC 7858) and DNS over HTTPS (RFC 8484).
//!
//! A connection that has brought an answer is kept for the next question of the same audit (RFC 7858, section
//! 3.4); questions that are in flight at once have one each. The octets of a message are kept as they came.
//! A certificate that does not fit, or any other failure before a message was sent, is told as the reason
//! why the resolver cannot be reached.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use rustls::crypto::ring as provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, DEFAULT_VERSIONS, RootCertStore, SupportedProtocolVersion};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::exchange::{MAX_MESSAGE, is_believed, receive_stream, unreachable_by};
use crate::evidence::{Outcome, Transport};

/// The media type of a DNS message (RFC 8484, section 6).
const MEDIA_TYPE: &str = "application/dns-message";

/// What a resolver over TLS must be able to prove, and the path of its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name, or address as text, that its certificate must hold.
    pub host: String,
    /// Path of an HTTPS address.
    pub path: String,
}

/// What is needed to ask resolvers over TLS.
#[derive(Debug, Clone, Default)]
pub struct Secured {
    endpoints: BTreeMap<(SocketAddr, Transport), Endpoint>,
    configurations: Option<Configurations>,
    idle: Arc<Mutex<Idle>>,
}

/// Connections that wait for a question. No more are kept than questions were in flight at once.
#[derive(Debug, Default)]
struct Idle {
    tls: BTreeMap<SocketAddr, Vec<TlsStream<TcpStream>>>,
    https: BTreeMap<SocketAddr, Vec<HttpClient>>,
}

type HttpClient = h2::client::SendRequest<bytes::Bytes>;

#[derive(Debug, Clone)]
struct Configurations {
    tls: Arc<ClientConfig>,
    https: Arc<ClientConfig>,
}

impl Secured {
    /// For these resolvers, checked by `roots` in PEM or else by the certificates of the system, which
    /// are read only when there is a resolver to check.
    ///
    /// # Errors
    /// Why the certificates cannot be used, in one line.
    pub fn new(
        endpoints: Vec<((SocketAddr, Transport), Endpoint)>,
        roots: Option<&[u8]>,
    ) -> Result<Self, String> {
        let configurations = match endpoints.is_empty() {
            true => None,
            false => Some(Configurations::new(roots)?),
        };
        Ok(Self {
            endpoints: endpoints.into_iter().collect(),
            configurations,
            idle: Arc::default(),
        })
    }

    /// Looks into the connections that wait. A thread that panicked leaves them whole.
    fn with_idle<T>(&self, look: impl FnOnce(&mut Idle) -> T) -> T {
        look(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn over_tls(
        &self,
        server: SocketAddr,
        query: &[u8],
        strays: &mut u32,
    ) -> Outcome {
        let kept = self.with_idle(|idle| idle.tls.get_mut(&server).and_then(Vec::pop));
        if let Some(mut stream) = kept {
            // That a server closes what is idle says nothing of the question: it is asked again.
            if let Ok(octets) = receive_stream(&mut stream, query, strays).await {
                return self.answered_over_tls(server, stream, octets);
            }
        }
        let mut stream = match self.connect(server, Transport::Tls).await {
            Ok((stream, _)) => stream,
            Err(outcome) => return outcome,
        };
        match receive_stream(&mut stream, query, strays).await {
            Ok(octets) => self.answered_over_tls(server, stream, octets),
            Err(_) => Outcome::Closed,
        }
    }

    fn answered_over_tls(
        &self,
        server: SocketAddr,
        stream: TlsStream<TcpStream>,
        octets: Vec<u8>,
    ) -> Outcome {
        self.with_idle(|idle| idle.tls.entry(server).or_default().push(stream));
        Outcome::Response(octets)
    }

    pub(super) async fn over_https(&self, server: SocketAddr, query: &[u8]) -> Outcome {
        let kept = self.with_idle(|idle| idle.https.get_mut(&server).and_then(Vec::pop));
        let known = self.endpoints.get(&(server, Transport::Https));
        if let (Some(client), Some(endpoint)) = (kept, known) {
            match post(client.clone(), server, endpoint, query).await {
                Outcome::Closed => {}
                outcome => return self.answered_over_https(server, client, outcome),
            }
        }
        let (stream, endpoint) = match self.connect(server, Transport::Https).await {
            Ok(connected) => connected,
            Err(outcome) => return outcome,
        };
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        if !is_http2 {
            return Outcome::Unreachable("it does not speak HTTP/2".to_owned());
        }
        let Ok((client, connection)) = h2::client::handshake(stream).await else {
            return Outcome::Closed;
        };
        // The connection moves octets while requests wait, and ends when no client of it is left.
        tokio::spawn(connection);
        let outcome = post(client.clone(), server, endpoint, query).await;
        self.answered_over_https(server, client, outcome)
    }

    fn answered_over_https(
        &self,
        server: SocketAddr,
        client: HttpClient,
        outcome: Outcome,
    ) -> Outcome {
        if matches!(outcome, Outcome::Response(_)) {
            self.with_idle(|idle| idle.https.entry(server).or_default().push(client));
        }
        outcome
    }

    async fn connect(
        &self,
        server: SocketAddr,
        transport: Transport,
    ) -> Result<(TlsStream<TcpStream>, &Endpoint), Outcome> {
        let known = self.endpoints.get(&(server, transport));
        let (Some(endpoint), Some(configurations)) = (known, &self.configurations) else {
            return Err(Outcome::Unreachable("not a resolver over TLS".to_owned()));
        };
        let configuration = match transport {
            Transport::Https => &configurations.https,
            _ => &configurations.tls,
        };
        let name = ServerName::try_from(endpoint.host.clone());
        let name = name.map_err(|_| Outcome::Unreachable("not a name for TLS".to_owned()))?;
        let stream = TcpStream::connect(server).await;
        let stream = stream.map_err(|error| unreachable_by(&error))?;
        let connector = TlsConnector::from(Arc::clone(configuration));
        let secured = connector.connect(name, stream).await;
        let secured = secured.map_err(|error| Outcome::Unreachable(tls_problem(&error)))?;
        Ok((secured, endpoint))
    }
}

impl Configurations {
    fn new(roots: Option<&[u8]>) -> Result<Self, String> {
        let tls = client_config(roots, DEFAULT_VERSIONS)?;
        let mut https = tls.clone();
        https.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            tls: Arc::new(tls),
            https: Arc::new(https),
        })
    }
}

/// What a client of TLS needs that believes `roots` in PEM, or else the certificates of the system.
///
/// # Errors
/// Why the certificates cannot be used, in one line.
pub(in crate::agent) fn client_config(
    roots: Option<&[u8]>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ClientConfig, String> {
    let provided = Arc::new(provider::default_provider());
    let builder = ClientConfig::builder_with_provider(provided);
    let builder = builder.with_protocol_versions(versions);
    let builder = builder.map_err(|error| error.to_string())?;
    let store = match roots {
        Some(pem) => given_roots(pem)?,
        None => system_roots(),
    };
    Ok(builder.with_root_certificates(store).with_no_client_auth())
}

fn given_roots(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate =
            certificate.map_err(|error| format!("not certificates in PEM: {error}"))?;
        let added = store.add(certificate);
        added.map_err(|error| format!("a certificate cannot be used: {error}"))?;
    }
    match store.is_empty() {
        true => Err("no certificate in PEM in it".to_owned()),
        false => Ok(store),
    }
}

/// What the system trusts. Without any, every resolver over TLS is told to have an unknown issuer.
fn system_roots() -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store
}

/// What TLS found wrong, in its own words, or else the kind of error.
pub(in crate::agent) fn tls_problem(error: &io::Error) -> String {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(inner) => format!("TLS: {inner}"),
        None => format!("TLS: {}", error.kind()),
    }
}

/// Asks by POST (RFC 8484, section 4.1). A cache on the way sees message ID 0 there, but here the ID is
/// what tells a forged answer.
async fn post(
    client: HttpClient,
    server: SocketAddr,
    endpoint: &Endpoint,
    query: &[u8],
) -> Outcome {
    match try_post(client, server, endpoint, query).await {
        Ok(Ok(octets)) if is_believed(&octets, query) => Outcome::Response(octets),
        Ok(Ok(_)) => Outcome::Unreachable("HTTP: the body is no answer to the query".to_owned()),
        Ok(Err(status)) => Outcome::Unreachable(format!("HTTP status {}", status.as_u16())),
        Err(_) => Outcome::Closed,
    }
}

async fn try_post(
    client: HttpClient,
    server: SocketAddr,
    endpoint: &Endpoint,
    query: &[u8],
) -> Result<Result<Vec<u8>, StatusCode>, Box<dyn std::error::Error + Send + Sync>> {
    let mut client = client.ready().await?;
    let authority = match server.port() {
        443 => bracketed(&endpoint.host),
        port => format!("{}:{port}", bracketed(&endpoint.host)),
    };
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("https://{authority}{}", endpoint.path))
        .header(ACCEPT, MEDIA_TYPE)
        .header(CONTENT_TYPE, MEDIA_TYPE)
        .body(())?;
    let (response, mut stream) = client.send_request(request, false)?;
    stream.send_data(bytes::Bytes::copy_from_slice(query), true)?;
    let response = response.await?;
    if response.status() != StatusCode::OK {
        return Ok(Err(response.status()));
    }
    let mut body = response.into_body();
    let mut octets = Vec::new();
    while let Some(part) = body.data().await {
        let part = part?;
        body.flow_control().release_capacity(part.len())?;
        octets.extend_from_slice(&part);
        if octets.len() > MAX_MESSAGE {
            return Err("a body longer than a DNS message".into());
        }
    }
    Ok(Ok(octets))
}

fn bracketed(host: &str) -> String {
    match host.contains(':') {
        true => format!("[{host}]"),
        false => host.to_owned(),
    }
}
