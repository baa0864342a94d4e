//! Plain HTTP: probes of good and broken zones, and what is answered to requests that cannot be met.

use std::process::Command;

use reqwest::{Method, StatusCode};

use super::program::{Program, ask, block_on, client, told};

/// A zone of the lab in which nothing is wrong, and one with a stale DS.
const GOOD: &str = "rsasha512.test";
const BROKEN: &str = "stale-ds.test";

/// The value of a sample.
fn value<'p>(page: &'p str, sample: &str) -> Option<&'p str> {
    page.lines()
        .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '))
}

#[test]
fn a_probe_tells_of_one_zone_and_of_nothing_else() {
    let program = Program::start(&[]);
    block_on(async {
        let url = format!("{}/probe?target={GOOD}&module=chain", program.base);
        let request = client(None).build().unwrap().get(url);
        let request = request.header("X-Prometheus-Scrape-Timeout-Seconds", "10");
        let (status, page) = told(request.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(value(&page, "probe_success"), Some("1"), "{page}");
        assert_eq!(value(&page, "probe_timeout_seconds"), Some("9.5"));
        let took: f64 = value(&page, "probe_duration_seconds")
            .unwrap()
            .parse()
            .unwrap();
        assert!((0.0..9.9).contains(&took));
        let secure = format!("dnssec_zone_chain_secure{{zone=\"{GOOD}\"}}");
        assert_eq!(value(&page, &secure), Some("1"));
        let mut samples = page.lines().filter(|line| !line.starts_with('#'));
        let own = format!("zone=\"{GOOD}\"");
        assert!(
            samples.all(|line| line.starts_with("probe_") || line.contains(&own)),
            "{page}"
        );

        let (_, page) =
            told(ask(&program, Method::GET, &format!("/probe?target={BROKEN}")).await).await;
        assert_eq!(value(&page, "probe_success"), Some("0"));
        let bogus = format!("dnssec_zone_verdict{{zone=\"{BROKEN}\",verdict=\"bogus\"}}");
        assert_eq!(value(&page, &bogus), Some("1"), "{page}");

        let path = format!("/probe?target={BROKEN}&debug=true");
        let (_, page) = told(ask(&program, Method::GET, &path).await).await;
        assert!(
            page.contains("BOGUS") && page.contains("\nprobe_success 0\n"),
            "{page}"
        );
    });
}

#[test]
fn what_cannot_be_met_is_refused_in_words() {
    let program = Program::start(&[]);
    let cases: [(Method, &str, u16, &str); 9] = [
        (Method::GET, "/probe", 400, "target is missing"),
        (Method::GET, "/probe?target=a..b", 400, "is no zone"),
        (
            Method::GET,
            "/probe?target=rsasha512.test&module=icmp",
            400,
            "chain, chain_resolvers",
        ),
        (
            Method::GET,
            "/probe?target=example.org",
            403,
            "not at or below a zone that is watched",
        ),
        (Method::GET, "/probe?target=.", 403, "not at or below"),
        (
            Method::POST,
            "/-/reload",
            403,
            "reloading over HTTP is not enabled",
        ),
        (
            Method::DELETE,
            "/metrics",
            405,
            "this path takes GET, HEAD, OPTIONS",
        ),
        (Method::GET, "/metric", 404, "there is nothing at /metric"),
        (Method::OPTIONS, "/-/reload", 204, ""),
    ];
    block_on(async {
        for (method, path, status, words) in cases {
            let (told_status, text) = told(ask(&program, method.clone(), path).await).await;
            assert_eq!(told_status.as_u16(), status, "{method} {path}: {text}");
            assert!(text.contains(words), "{method} {path}: {text}");
            assert!(
                text.is_empty() || text.ends_with('\n') && text.lines().count() == 1,
                "{text}"
            );
        }
        let head = ask(&program, Method::HEAD, "/metrics").await;
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(head.text().await.unwrap(), "");
    });
}

#[test]
fn every_path_of_the_document_answers_as_it_says() {
    let program = Program::start(&[]);
    block_on(async {
        let text = told(ask(&program, Method::GET, "/api/v1/openapi.json").await)
            .await
            .1;
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut asked = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, described) in methods.as_object().unwrap() {
                let path = path.replace("{zone}", GOOD);
                let path = match path.as_str() {
                    "/probe" => format!("/probe?target={GOOD}"),
                    _ => path,
                };
                let method: Method = method.to_uppercase().parse().unwrap();
                let response = ask(&program, method.clone(), &path).await;
                let status = response.status().as_u16().to_string();
                let expected = &described["responses"][&status];
                assert!(
                    expected.is_object(),
                    "{method} {path}: {status} is not described"
                );
                let kinds = expected["content"].as_object();
                let kind = response
                    .headers()
                    .get("content-type")
                    .unwrap()
                    .to_str()
                    .unwrap();
                let is_described = |kinds: &serde_json::Map<_, _>| {
                    kinds
                        .keys()
                        .any(|known: &String| kind.starts_with(known.as_str()))
                };
                assert!(kinds.is_some_and(is_described), "{method} {path}: {kind}");
                asked += 1;
            }
        }
        assert!(asked > 10);
    });
}

#[test]
fn hundreds_of_scrapes_at_once_are_answered_and_the_watch_goes_on() {
    let program = Program::start(&[]);
    block_on(async {
        let client = client(None).pool_max_idle_per_host(0).build().unwrap();
        let scrapes = (0..600).map(|_| {
            let request = client.get(format!("{}/metrics", program.base));
            tokio::spawn(async move { told(request.send().await.unwrap()).await })
        });
        let scrapes: Vec<_> = scrapes.collect();
        let mut whole = 0;
        for scrape in scrapes {
            let (status, page) = scrape.await.unwrap();
            match status {
                StatusCode::OK => {
                    assert!(page.contains("dnssec_zones{"), "a page is whole");
                    whole += 1;
                }
                _ => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
            }
        }
        // How many are whole depends on the machine; those whose turn comes at once are in any case.
        assert!(whole >= 16, "{whole}");
        let (status, _) = told(ask(&program, Method::GET, "/-/ready").await).await;
        assert_eq!(status, StatusCode::OK);
    });
}

#[test]
fn a_port_in_use_is_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_anchorwatch"))
        .args(["serve", "--lab", "--listen", &address])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(
        told.starts_with(&format!("anchorwatch: --listen: {address}: ")),
        "{told}"
    );
}
