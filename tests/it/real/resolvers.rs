//! Resolvers that cannot be asked, through the program: a clear line, the other views as they are, and exit
//! code 3 when nothing could be told.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

const AUTHORITY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/vectors/tls/authority.pem"
);
const CERTIFICATE: &[u8] = include_bytes!("../../vectors/tls/server.pem");
const KEY: &[u8] = include_bytes!("../../vectors/tls/server.key");

/// Audits a healthy zone of the lab at these resolvers.
fn audit(words: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(PROGRAM)
        .args(["audit", "valid.test", "--lab", "--timeout", "500ms"])
        .args(words)
        // Names are looked up in files alone: no resolver of this machine is asked.
        .env("RES_OPTIONS", "attempts:0")
        .output()
        .expect("our program can be run");
    told(&output)
}

fn told(output: &Output) -> (String, Option<i32>) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    (text + &errors, output.status.code())
}

/// Asserts that a resolver is told of so, alone and beside others.
fn is_told(server: &str, code: &str, line: &str) {
    let (text, exit) = audit(&[server]);
    assert_eq!(exit, Some(3), "{server}: {text}");
    for part in [code, line, "INDETERMINATE"] {
        assert!(text.contains(part), "{server}: no `{part}` in {text}");
    }
    let (text, exit) = audit(&["--iterate", "@validating", server]);
    assert_eq!(exit, Some(2), "{server}: {text}");
    let others = [
        "valid.test. A: SECURE",
        "validates: NOERROR with AD",
        "ns2.valid.test.",
    ];
    for part in others.into_iter().chain([code, line]) {
        assert!(text.contains(part), "{server}: no `{part}` in {text}");
    }
}

/// A port of loopback where nothing listens.
fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it has an address")
}

/// A server that answers each query with what `answer` makes of it.
fn babbler(answer: fn(&[u8]) -> Vec<u8>) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let address = socket.local_addr().expect("it has an address");
    thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((length, client)) = socket.recv_from(&mut buffer) {
            drop(socket.send_to(&answer(&buffer[..length]), client));
        }
    });
    address
}

#[test]
fn a_name_that_does_not_resolve() {
    let line = "has no address: the name does not resolve here";
    is_told("@dns.nowhere.invalid", "resolver-name-not-found", line);
    is_told(
        "@tls://dns.nowhere.invalid",
        "resolver-name-not-found",
        line,
    );
}

#[test]
fn a_port_that_refuses() {
    let address = closed_port();
    let line = "does not answer: connection refused";
    for scheme in ["", "tls://", "https://"] {
        is_told(&format!("@{scheme}{address}"), "resolver-unreachable", line);
    }
}

#[test]
fn one_that_is_silent() {
    is_told(
        "@silent",
        "resolver-unreachable",
        "does not answer: no answer in time",
    );
}

#[test]
fn one_that_refuses_this_client() {
    is_told(
        "@refusing",
        "resolver-refuses",
        "refuses to answer this client",
    );
}

#[test]
fn an_answer_to_another_question_and_garbage() {
    let line = "sends what does not answer the question";
    is_told("@garbled", "resolver-answer-invalid", line);
    let address = babbler(|query| [&query[..2], &[0xFF; 40]].concat());
    is_told(&format!("@{address}"), "resolver-answer-invalid", line);
    // What does not even have the ID of the query could come from anybody, and is not believed.
    let address = babbler(|_| b"220 mail.example ESMTP".to_vec());
    let line = "does not answer: no answer in time";
    is_told(&format!("@{address}"), "resolver-unreachable", line);
}

#[test]
fn a_word_that_is_no_resolver_of_the_lab() {
    let (text, exit) = audit(&["@validatin"]);
    assert_eq!(exit, Some(64));
    assert!(text.contains("@validatin: not a resolver of the lab; the nearest is validating"));
    let (text, exit) = audit(&["@x"]);
    assert_eq!(exit, Some(64));
    assert!(
        text.contains("it has validating, plain, stripping"),
        "{text}"
    );
}

/// A front for DNS over TLS, or over HTTPS, before what listens over TCP at `behind`; counts its connections.
fn front(behind: SocketAddr, is_https: bool) -> (SocketAddr, Arc<AtomicUsize>) {
    let acceptor = acceptor(is_https);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    listener.set_nonblocking(true).expect("a socket");
    let count = Arc::new(AtomicUsize::new(0));
    let accepted = Arc::clone(&count);
    let serve = async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, accepted) = (acceptor.clone(), Arc::clone(&accepted));
            tokio::spawn(async move {
                let mut client = acceptor.accept(stream).await.ok()?;
                accepted.fetch_add(1, Ordering::Relaxed);
                if is_https {
                    return post_office(client, behind).await;
                }
                let mut server = TcpStream::connect(behind).await.ok()?;
                copy_bidirectional(&mut client, &mut server).await.ok()?;
                Some(())
            });
        }
    };
    thread::spawn(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        runtime.block_on(serve);
    });
    (address, count)
}

fn acceptor(is_https: bool) -> TlsAcceptor {
    let certificates = CertificateDer::pem_slice_iter(CERTIFICATE);
    let certificates = certificates.collect::<Result<Vec<_>, _>>();
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions that ring has")
        .with_no_client_auth()
        .with_single_cert(certificates.expect("a certificate"), key)
        .expect("they belong together");
    if is_https {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    TlsAcceptor::from(Arc::new(config))
}

/// Answers each POST with what the server behind says to its body.
async fn post_office(client: TlsStream<TcpStream>, behind: SocketAddr) -> Option<()> {
    let mut requests = h2::server::handshake(client).await.ok()?;
    while let Some(request) = requests.accept().await {
        let (request, mut response) = request.ok()?;
        tokio::spawn(async move {
            let mut body = request.into_body();
            let mut query = Vec::new();
            while let Some(part) = body.data().await {
                query.extend_from_slice(&part.ok()?);
            }
            let mut server = TcpStream::connect(behind).await.ok()?;
            server
                .write_u16(u16::try_from(query.len()).ok()?)
                .await
                .ok()?;
            server.write_all(&query).await.ok()?;
            let mut answer = vec![0; usize::from(server.read_u16().await.ok()?)];
            server.read_exact(&mut answer).await.ok()?;
            let mut stream = response
                .send_response(http::Response::new(()), false)
                .ok()?;
            stream.send_data(answer.into(), true).ok()
        });
    }
    Some(())
}

#[test]
fn a_certificate_that_fits_and_others() {
    let lab = super::support::lab::Lab::start(PROGRAM);
    let behind = SocketAddr::from(([127, 53, 255, 1], lab.port));
    let ask = |words: &[&str]| {
        let output = Command::new(PROGRAM)
            .args(["audit", "valid.test", "--iterate", "--port"])
            .arg(lab.port.to_string())
            .arg("--root-hints")
            .arg(lab.file("root.hints"))
            .arg("--trust-anchor")
            .arg(lab.file("trust-anchor"))
            .args(words)
            .output();
        told(&output.expect("our program can be run"))
    };
    for (scheme, is_https) in [("tls", false), ("https", true)] {
        let (front, count) = front(behind, is_https);
        let by_name = format!("@{scheme}://localhost:{}", front.port());
        let by_address = format!("@{scheme}://{front}");
        let (text, exit) = ask(&[&by_name, "--tls-ca", AUTHORITY]);
        assert!(text.contains("validates: NOERROR with AD"), "{text}");
        assert_eq!(exit, Some(0), "{text}");
        let connections = count.load(Ordering::Relaxed);
        assert!(
            (1..=MOST_CONNECTIONS).contains(&connections),
            "{scheme}: {connections}"
        );
        for (words, problem) in [
            (
                vec![&*by_address, "--tls-ca", AUTHORITY],
                "not valid for name",
            ),
            (vec![&*by_name], "UnknownIssuer"),
        ] {
            let (text, exit) = ask(&words);
            assert_eq!(exit, Some(2), "{text}");
            for part in ["valid.test. A: SECURE", "resolver-unreachable", problem] {
                assert!(text.contains(part), "no `{part}` in {text}");
            }
        }
    }
}

/// Questions to one resolver that are in flight at a time; an audit asks more than twice as many.
const MOST_CONNECTIONS: usize = 16;
