//! The web configuration file in use: TLS, client certificates, users, headers, and their change while the
//! program runs.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use reqwest::{Identity, StatusCode};

use super::authority::Authority;
use super::program::{Program, block_on, client, told};
use crate::real::support::scratch::Scratch;

const TLS: &str = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";

/// A directory with an authority, the certificate of a server, and a configuration file.
struct Site {
    scratch: Scratch,
    authority: Authority,
}

impl Site {
    fn new() -> Self {
        let scratch = Scratch::new();
        let authority = Authority::new(scratch.path().to_owned());
        authority.issue("server", "IP:127.0.0.1");
        Self { scratch, authority }
    }

    fn write(&self, text: &str) -> PathBuf {
        let path = self.scratch.path().join("web.yml");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn start(&self, text: &str) -> Program {
        let path = self.write(text);
        Program::start(&["--web-config", path.to_str().unwrap()])
    }
}

fn url(program: &Program) -> String {
    format!("{}/-/healthy", program.base)
}

#[test]
fn users_are_let_in_over_tls_and_nobody_else() {
    let site = Site::new();
    let hash = bcrypt::hash("correct horse", 5)
        .unwrap()
        .replace("$2b$", "$2y$");
    let headers = "http_server_config:\n  headers:\n    X-Frame-Options: deny\n";
    let users = format!("basic_auth_users:\n  alice: {hash}\n");
    let program = site.start(&format!("{TLS}{headers}{users}"));
    block_on(async {
        let client = client(Some(&site.authority.root())).build().unwrap();
        let right = client
            .get(url(&program))
            .basic_auth("alice", Some("correct horse"));
        let response = right.send().await.unwrap();
        assert_eq!(response.headers()["x-frame-options"], "deny");
        assert_eq!(told(response).await.0, StatusCode::OK);
        for (user, password) in [("alice", "wrong"), ("bob", "correct horse"), ("alice", "")] {
            let wrong = client.get(url(&program)).basic_auth(user, Some(password));
            let response = wrong.send().await.unwrap();
            assert_eq!(
                response.status(),
                StatusCode::UNAUTHORIZED,
                "{user} {password}"
            );
            let challenge = response.headers()["www-authenticate"].to_str().unwrap();
            assert!(challenge.starts_with("Basic realm="), "{challenge}");
        }
        for path in [
            "/metrics",
            "/",
            "/probe?target=rsasha512.test",
            "/nothing",
            "/api/v1/zones",
        ] {
            let nobody = client
                .get(format!("{}{path}", program.base))
                .send()
                .await
                .unwrap();
            assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED, "{path}");
        }
        // A hundred scrapes at once are one hash and a hundred looks at what is remembered.
        let scrapes: Vec<_> = (0..100)
            .map(|_| {
                client
                    .get(url(&program))
                    .basic_auth("alice", Some("correct horse"))
                    .send()
            })
            .map(tokio::spawn)
            .collect();
        for scrape in scrapes {
            assert_eq!(scrape.await.unwrap().unwrap().status(), StatusCode::OK);
        }
        let plain = format!("http://{}/", program.address());
        let (status, text) = told(client.get(plain).send().await.unwrap()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(text, "TLS is spoken here: write https://\n");
    });
}

#[test]
fn a_client_certificate_is_needed_where_it_is_asked_for() {
    let site = Site::new();
    site.authority.issue(
        "prometheus",
        "DNS:prometheus.test,URI:spiffe://test/prometheus",
    );
    site.authority.issue("other", "DNS:other.test,DNS:*.test");
    let strangers = Authority::new(site.scratch.folder("strangers"));
    strangers.issue("stranger", "DNS:prometheus.test");
    let more = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  \
        client_allowed_sans: [prometheus.test]\n";
    let program = site.start(&format!("{TLS}{more}"));
    block_on(async {
        let with = |identity: Option<Vec<u8>>| {
            let builder = client(Some(&site.authority.root()));
            let builder = match identity {
                Some(pem) => builder.identity(Identity::from_pem(&pem).unwrap()),
                None => builder,
            };
            builder.build().unwrap().get(url(&program)).send()
        };
        let known = with(Some(site.authority.identity("prometheus"))).await;
        assert_eq!(known.unwrap().status(), StatusCode::OK);
        assert!(with(None).await.is_err(), "no certificate");
        assert!(
            with(Some(strangers.identity("stranger"))).await.is_err(),
            "another authority"
        );
        assert!(
            with(Some(site.authority.identity("other"))).await.is_err(),
            "another name"
        );
    });
}

#[test]
fn certificates_and_users_change_while_the_program_runs() {
    let site = Site::new();
    let mut program = site.start(TLS);
    let root = site.authority.root();
    let status = |program: &Program| {
        block_on(async {
            let client = client(Some(&root)).build().unwrap();
            client.get(url(program)).send().await.unwrap().status()
        })
    };
    let pause = || std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(status(&program), StatusCode::OK);
    // A certificate that the client cannot check, then a good one again.
    let good = std::fs::read(site.scratch.path().join("server.pem")).unwrap();
    let kept = std::fs::read(site.scratch.path().join("server.key")).unwrap();
    site.authority.issue("server", "IP:192.0.2.1");
    pause();
    let refused = block_on(async {
        let client = client(Some(&root)).build().unwrap();
        client.get(url(&program)).send().await.is_err()
    });
    assert!(refused, "the new certificate is in force");
    std::fs::write(site.scratch.path().join("server.pem"), good).unwrap();
    std::fs::write(site.scratch.path().join("server.key"), kept).unwrap();
    pause();
    assert_eq!(status(&program), StatusCode::OK);
    let hash = bcrypt::hash("correct horse", 4).unwrap();
    site.write(&format!("{TLS}basic_auth_users:\n  alice: {hash}\n"));
    pause();
    assert_eq!(status(&program), StatusCode::UNAUTHORIZED);
    // Neither a file that cannot be read nor one without TLS opens what was closed.
    site.write("tls_server_config: [\n");
    pause();
    assert_eq!(status(&program), StatusCode::UNAUTHORIZED);
    program.line("the old web configuration stays in force");
    site.write("# nothing\n");
    pause();
    assert_eq!(status(&program), StatusCode::UNAUTHORIZED);
    program.line("TLS cannot be switched off while it is in use");
}

#[test]
fn a_rate_holds_for_all_clients_together() {
    let site = Site::new();
    let program = site.start("rate_limit:\n  interval: 1h\n  burst: 3\n");
    assert!(program.base.starts_with("http://"));
    block_on(async {
        let client = client(None).build().unwrap();
        let mut told = Vec::new();
        for _ in 0..5 {
            told.push(
                client
                    .get(url(&program))
                    .send()
                    .await
                    .unwrap()
                    .status()
                    .as_u16(),
            );
        }
        assert_eq!(told, [200, 200, 200, 429, 429]);
    });
}

#[test]
fn a_file_that_cannot_be_is_one_line_at_the_start() {
    let site = Site::new();
    for (text, words) in [
        (
            "tls_server_config:\n  cert_file: server.pem\n  key_flie: x\n",
            "unknown field `key_flie`",
        ),
        (
            "tls_server_config:\n  cert_file: none.pem\n  key_file: server.key\n",
            "none.pem: No such file",
        ),
        (
            "tls_server_config:\n  cert_file: server.pem\n  key_file: ca.key\n",
            "tls_server_config: ",
        ),
        (
            "basic_auth_users:\n  alice: hunter2\n",
            "what alice has is no hash of bcrypt",
        ),
        (
            "http_server_config:\n  headers:\n    Server: x\n",
            "Server cannot be set here",
        ),
    ] {
        let path = site.write(text);
        let output = Command::new(env!("CARGO_BIN_EXE_anchorwatch"))
            .args(["serve", "--lab", "--listen", "127.0.0.1:0", "--web-config"])
            .arg(path)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(64), "{text}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.lines().count() == 1 && told.contains(words), "{told}");
        assert!(
            told.contains("web.yml") || told.contains("none.pem"),
            "{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
}
