//! What the file may say, what it must not, and what is said then.

use std::time::Duration;

use axum::http::HeaderValue;
use data_encoding::BASE64;

use super::file::parse;
use super::users::{Checker, Outcome, Users};
use super::{Current, file};

/// The whole of what can be written, TLS apart.
const WHOLE: &str = "
http_server_config:
  http2: true
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection:
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  alice: $2y$04$eIQj3mpkFJVsY5lIbXFyD.Z1gNQ5mRZ1gNQ5mRZ1gNQ5mRZ1gNQ5m
rate_limit:
  interval: 1m30s
  burst: 20
";

fn problem(text: &str) -> String {
    parse(text).unwrap_err()
}

#[test]
fn the_whole_file_is_taken() {
    let settings = parse(WHOLE).unwrap();
    assert_eq!(
        settings.headers().unwrap().len(),
        4,
        "a blank value sets nothing"
    );
    let (interval, burst) = settings.rate().unwrap().unwrap();
    assert_eq!((interval, burst.get()), (Duration::from_secs(90), 20));
}

#[test]
fn a_file_of_comments_asks_for_nothing() {
    let settings = parse("# nothing yet\n\n").unwrap();
    assert!(settings.headers().unwrap().is_empty());
    assert!(settings.rate().unwrap().is_none());
}

#[test]
fn what_is_not_known_is_told_with_its_line() {
    let told = problem("tls_server_config:\n  cert_file: a\n  cert_flie: b\n");
    assert!(told.contains("cert_flie") && told.contains('3'), "{told}");
    assert!(!told.contains('\n'), "{told}");
    let told = problem("tls_config:\n  cert_file: a\n");
    assert!(told.contains("tls_config"), "{told}");
    problem("basic_auth_users:\n  a: x\n  a: y\n");
    problem("basic_auth_users: [");
}

#[test]
fn headers_and_rates_that_cannot_be_are_refused() {
    let headers = |text: &str| {
        let text = format!("http_server_config:\n  headers:\n    {text}\n");
        parse(&text).unwrap().headers().unwrap_err()
    };
    assert_eq!(
        headers("Server: other"),
        "http_server_config: headers: Server cannot be set here"
    );
    assert_eq!(
        headers("X-Frame-Options: allow"),
        "http_server_config: headers: X-Frame-Options is deny or sameorigin, not \"allow\""
    );
    let rate = |text: &str| parse(&format!("rate_limit: {text}")).unwrap().rate();
    assert_eq!(
        rate("{interval: 1 s, burst: 1}").unwrap_err(),
        "rate_limit: interval: \"1 s\" is not as 1s or 250ms"
    );
    assert!(rate("{interval: 1s}").unwrap_err().contains("a burst of 0"));
    assert_eq!(rate("{interval: 0, burst: 5}"), Ok(None));
    let (interval, _) = rate("{interval: 1h2m3.5s4ms, burst: 1}").unwrap().unwrap();
    assert_eq!(interval, Duration::from_millis(3_723_504));
}

/// What is said of a file with this TLS part, whose certificates stand in it.
fn tls_problem(lines: &str) -> String {
    let text = format!("tls_server_config: {{{lines}}}");
    let settings = parse(&text).unwrap();
    let tls = settings.tls_server_config.clone().unwrap();
    let bundle = file::Bundle {
        path: "web.yml".into(),
        certificates: tls.cert.map(String::into_bytes),
        key: tls.key.map(|key| file::Secrets(key.0.into_bytes())),
        client_roots: tls.client_ca.map(String::into_bytes),
        settings,
    };
    match Current::new(&bundle) {
        Err(problem) => problem,
        Ok(current) => format!("accepted, with TLS: {}", current.tls.is_some()),
    }
}

#[test]
fn tls_that_cannot_be_is_refused() {
    // A key is made once; a certificate is not looked at before the rest is understood.
    let key = "-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\\n-----END PRIVATE KEY-----\\n";
    let with = |more: &str| tls_problem(&format!("cert: \"\\n\", key: \"{key}\", {more}"));
    assert_eq!(
        tls_problem("min_version: TLS12"),
        "accepted, with TLS: false"
    );
    for (told, expected) in [
        (tls_problem("key: x"), "cert_file or cert is missing"),
        (tls_problem("cert: x"), "key_file or key is missing"),
        (
            with("min_version: TLS9"),
            "min_version is TLS12 or TLS13, not \"TLS9\"",
        ),
        (
            with("max_version: TLS11, min_version: TLS10"),
            "min_version and max_version leave neither TLS12 nor TLS13",
        ),
        (
            with("cipher_suites: [TLS_MADE_UP]"),
            "cipher_suites: TLS_MADE_UP is not known",
        ),
        (
            with("max_version: TLS12, cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]"),
            "cipher_suites: none is spoken here",
        ),
        (
            with("curve_preferences: [P1]"),
            "curve_preferences: P1 is not known",
        ),
        (
            with("curve_preferences: [CurveP521]"),
            "curve_preferences: none is spoken here",
        ),
        (
            with("client_auth_type: RequireAnyClientCert"),
            "client_auth_type: RequireAnyClientCert accepts a certificate that nobody checks; write RequireAndVerifyClientCert",
        ),
        (
            with("client_auth_type: Maybe"),
            "client_auth_type: Maybe is not known",
        ),
        (
            with("client_auth_type: RequireAndVerifyClientCert"),
            "client_auth_type: RequireAndVerifyClientCert needs client_ca_file",
        ),
        (
            with("client_ca: x"),
            "client_ca_file needs client_auth_type: RequireAndVerifyClientCert",
        ),
        (
            with("client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [a]"),
            "client_allowed_sans needs client_auth_type: RequireAndVerifyClientCert",
        ),
    ] {
        assert_eq!(told, format!("web.yml: tls_server_config: {expected}"));
    }
}

fn header(user: &str, password: &str) -> HeaderValue {
    let text = BASE64.encode(format!("{user}:{password}").as_bytes());
    format!("Basic {text}").parse().unwrap()
}

fn users(name: &str, password: &str) -> Users {
    let hash = bcrypt::hash(password, 4).unwrap();
    let text = format!("basic_auth_users:\n  {name}: {hash}\n");
    Users::new(&parse(&text).unwrap().basic_auth_users).unwrap()
}

#[tokio::test]
async fn only_the_right_password_of_a_known_user_is_good() {
    let users = users("alice", "correct horse");
    let checker = Checker::new().unwrap();
    for _ in 0..2 {
        for (user, password, expected) in [
            ("alice", "correct horse", Outcome::Known),
            ("alice", "correct horse ", Outcome::Unknown),
            ("alice", "", Outcome::Unknown),
            ("mallory", "correct horse", Outcome::Unknown),
            ("", "", Outcome::Unknown),
        ] {
            let told = checker.check(&users, Some(&header(user, password))).await;
            assert_eq!(told, expected, "{user} {password}");
        }
    }
    for text in ["", "Basic", "Basic !", "Bearer YTpi", "Basic YWxpY2U="] {
        let header = text.parse().unwrap();
        assert_eq!(
            checker.check(&users, Some(&header)).await,
            Outcome::Unknown,
            "{text}"
        );
    }
    assert_eq!(checker.check(&users, None).await, Outcome::Unknown);
}

#[tokio::test]
async fn a_changed_password_is_in_force_at_once() {
    let checker = Checker::new().unwrap();
    let old = header("alice", "old");
    assert_eq!(
        checker.check(&users("alice", "old"), Some(&old)).await,
        Outcome::Known
    );
    assert_eq!(
        checker.check(&users("alice", "new"), Some(&old)).await,
        Outcome::Unknown
    );
}

#[test]
fn a_hash_that_is_none_is_told_without_it() {
    let given = parse("basic_auth_users: {alice: hunter2}")
        .unwrap()
        .basic_auth_users;
    let told = Users::new(&given).unwrap_err();
    assert_eq!(
        told,
        "basic_auth_users: what alice has is no hash of bcrypt"
    );
    assert!(!format!("{given:?}").contains("hunter2"));
}
