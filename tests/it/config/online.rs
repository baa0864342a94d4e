//! Lists of zones over the network: a web server that behaves in several ways, and NSD with a catalog zone.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Output;

use super::{config, said, text};
use crate::real::support::scratch::Scratch;
use crate::real::support::server::{self, Kind, Network, Served};

/// A web server that gives each caller the same octets, and then keeps the connection open for as long as
/// the caller does when `is_hanging`.
fn web(answer: Vec<u8>, is_hanging: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            let is_known = request[..read]
                .windows(14)
                .any(|part| part == b"Bearer hunter2");
            let refusal = b"HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n".to_vec();
            let _ = stream.write_all(if is_known { &answer } else { &refusal });
            if is_hanging {
                let _ = stream.read(&mut request);
            }
        }
    });
    address
}

fn answer(kind: &str, length: usize, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn check(scratch: &Scratch, source: &str) -> Output {
    let text = format!("version = 1\n[groups.customers]\n[[sources]]\n{source}\n");
    std::fs::write(scratch.path().join("a.toml"), text).unwrap();
    std::fs::write(scratch.path().join("token"), "hunter2\n").unwrap();
    config(scratch.path(), &["check", "a.toml", "--online"])
}

/// A list at this address; there is little time only where nothing is to come.
fn http(scratch: &Scratch, address: SocketAddr, is_hanging: bool) -> Output {
    let timeout = if is_hanging { "1s" } else { "1m" };
    let source = format!(
        "http = \"http://{address}/zones\"\ntoken = {{ file = \"token\" }}\ntimeout = \"{timeout}\""
    );
    check(scratch, &source)
}

#[test]
fn a_web_server_gives_a_list() {
    let scratch = Scratch::new();
    let body = r#"[{"targets": ["example.com", "example.net"], "labels": {"group": "customers"}}]"#;
    let address = web(
        answer("application/json; charset=utf-8", body.len(), body),
        false,
    );
    let output = http(&scratch, address, false);
    assert_eq!(
        text(&output.stdout),
        "a.toml: 2 zones, 1 source, 0 resolvers, 2 groups\n",
        "{output:?}"
    );
    // Without leave nobody is asked.
    let said = said(scratch.path(), &["check", "a.toml"]);
    assert!(
        said.contains("a.toml: 0 zones") && said.contains("not asked: http://"),
        "{said}"
    );
}

#[test]
fn what_is_no_list_is_told() {
    let scratch = Scratch::new();
    let body = "[]";
    let endless = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[".to_owned()
        + &" ".repeat(65 << 20);
    for (answer, is_hanging, expected) in [
        (
            answer("text/html", 2, body),
            false,
            "content type text/html in place of application/json",
        ),
        (
            answer("application/json", 1 << 40, body),
            false,
            "an answer longer than 67108864 octets",
        ),
        (
            endless.into_bytes(),
            false,
            "an answer longer than 67108864 octets",
        ),
        (
            answer("application/json", 10, body),
            true,
            "no whole answer within 1000 ms",
        ),
        (Vec::new(), true, "no whole answer within 1000 ms"),
        (
            answer("application/json", 9, "{\"a\": []}"),
            false,
            "invalid type: map",
        ),
        (
            b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n".to_vec(),
            false,
            "status 500 in place of 200",
        ),
    ] {
        let output = http(&scratch, web(answer, is_hanging), is_hanging);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{expected}: {output:?}");
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

const CATALOG: &str = "$ORIGIN catalog.test.\n$TTL 60\n@ SOA invalid. invalid. 1 3600 600 86400 60\n@ NS invalid.\n\
    version TXT \"2\"\na.zones PTR example.com.\nb.zones PTR example.net.\ngroup.b.zones TXT \"customers\"\n\
    c.zones PTR example.org.\ngroup.c.zones TXT \"elsewhere\"\ncoo.c.zones PTR other.test.\nx.ext TXT \"y\"\n";

fn transfer(zone: &str) -> Output {
    let scratch = Scratch::new();
    let network = Network::new(1);
    let folder = scratch.folder("nsd");
    let file = folder.join("catalog.zone");
    std::fs::write(&file, zone).unwrap();
    let served = Served {
        zone: "catalog.test.".to_owned(),
        file,
    };
    let _server = start(&folder, &network, served);
    let address = network.addresses(Kind::Nsd)[0];
    let source = format!(
        "catalog = \"catalog.test\"\nserver = \"{address}:{}\"",
        network.port
    );
    check(&scratch, &source)
}

fn start(
    folder: &Path,
    network: &Network,
    served: Served,
) -> crate::real::support::process::Process {
    server::start(Kind::Nsd, folder, network, &[served])
}

#[test]
fn a_catalog_zone_gives_its_members() {
    let output = transfer(CATALOG);
    assert_eq!(
        text(&output.stdout),
        "a.toml: 3 zones, 1 source, 0 resolvers, 2 groups\n",
        "{output:?}"
    );
}

#[test]
fn a_broken_catalog_is_refused_as_a_whole() {
    for (more, expected) in [
        (
            "a.zones PTR example.de.\n",
            "more than one PTR record at a.zones.catalog.test.",
        ),
        (
            "d.zones PTR example.com.\n",
            "example.com. is a member twice",
        ),
        ("version TXT \"3\"\n", "its version is not one string alone"),
    ] {
        let output = transfer(&format!("{CATALOG}{more}"));
        let message = text(&output.stderr);
        assert!(message.contains(expected), "{expected}: {message}");
    }
}
