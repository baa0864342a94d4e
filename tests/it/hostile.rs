//! Name servers that mean harm, against the program itself: whatever they send, an audit ends in time and
//! in little memory, and says what is the matter.
//!
//! Each is alone in the world: it is the only server of the root, which is audited thoroughly.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::real::support::scratch::Scratch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// Address space that the program may take, in KiB.
const MEMORY: u32 = 1 << 20;
/// How long any of the audits may take on a busy machine. Waiting for answers takes most of it.
const LIMIT: Duration = Duration::from_secs(60);
/// How long a connection is kept busy.
const BUSY: Duration = Duration::from_secs(20);

/// What a server does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Manner {
    /// Nothing wrong.
    Right,
    /// Another message ID.
    WrongId,
    /// An answer to a question that nobody asked.
    AnotherQuestion,
    /// A name that points to itself.
    Loop,
    /// Two OPT records.
    TwoOpts,
    /// BADVERS, whatever the version.
    BadVersion,
    /// BADCOOKIE, whatever the cookie.
    BadCookie,
    /// Cut over UDP; over TCP an OPT record as long as a message can be.
    GreatOpt,
    /// Cut over UDP; over TCP messages with a wrong ID, without end.
    Endless,
    /// Cut over UDP; over TCP an octet now and then.
    Trickling,
    /// Cut over UDP; over TCP a length and no message.
    Promising,
}

use Manner::{
    AnotherQuestion, BadCookie, BadVersion, Endless, GreatOpt, Loop, Promising, Right, Trickling,
    TwoOpts, WrongId,
};

/// What each is called, beside that the root is not signed.
const CASES: [(Manner, &[&str]); 11] = [
    (Right, &[]),
    (WrongId, &["server-unreachable"]),
    (AnotherQuestion, &["server-invalid-response"]),
    (Loop, &["server-invalid-response"]),
    (TwoOpts, &["server-invalid-response"]),
    (BadVersion, &["edns-intolerant"]),
    (BadCookie, &["server-invalid-response"]),
    (GreatOpt, &[]),
    (Endless, &["tcp-fallback-broken"]),
    (Trickling, &["tcp-fallback-broken"]),
    (Promising, &["tcp-fallback-broken"]),
];

impl Manner {
    fn cuts(self) -> bool {
        matches!(self, GreatOpt | Endless | Trickling | Promising)
    }

    fn over_udp(self, query: &[u8]) -> Vec<u8> {
        let mut message = match self.cuts() {
            true => bare(query, 0x8600),
            false => self.whole(query),
        };
        if self == WrongId {
            message[0] ^= 0xFF;
        }
        message
    }

    /// A message that answers for SOA, and that there is nothing else.
    fn whole(self, query: &[u8]) -> Vec<u8> {
        let (mut message, name) = (bare(query, 0x8400), name_end(query));
        let has_edns = query[11] > 0;
        let asks_for_soa = query[name..name + 2] == [0, 6];
        let is_refused = has_edns && matches!(self, BadVersion | BadCookie);
        match self {
            AnotherQuestion => message[name] = 200,
            Loop => message.splice(12..name, [0xC0, 12]).for_each(drop),
            _ => {}
        }
        if !is_refused {
            let count = if asks_for_soa { 7 } else { 9 };
            message[count] = 1;
            message.extend([0, 0, 6, 0, 1, 0, 0, 0, 60, 0, 22]);
            message.extend([0; 22]);
        }
        if has_edns {
            let opts = if self == TwoOpts { 2 } else { 1 };
            message[11] = opts;
            // BADVERS is 16, BADCOOKIE is 23: the high bits stand in the OPT record, the low ones above.
            message[3] |= if is_refused && self == BadCookie {
                7
            } else {
                0
            };
            let data = if self == GreatOpt { 60_000_u16 } else { 0 };
            for _ in 0..opts {
                message.extend([0, 0, 41, 4, 208, u8::from(is_refused), 0, 128, 0]);
                message.extend(data.to_be_bytes());
                message.extend((0..data).map(|at| [255, 0, 0, 0][usize::from(at % 4)]));
            }
        }
        message
    }

    fn over_tcp(self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut query)?;
        let framed =
            |message: Vec<u8>| [&(message.len() as u16).to_be_bytes()[..], &message].concat();
        let begun = Instant::now();
        match self {
            Endless => {
                let mut message = self.whole(&query);
                message[0] ^= 0xFF;
                let message = framed(message);
                while begun.elapsed() < BUSY {
                    stream.write_all(&message)?;
                }
            }
            Trickling => {
                for octet in framed(self.whole(&query)) {
                    stream.write_all(&[octet])?;
                    std::thread::sleep(Duration::from_millis(200));
                }
            }
            Promising => {
                stream.write_all(&[0xFF, 0xFF])?;
                std::thread::sleep(BUSY);
            }
            _ => stream.write_all(&framed(self.whole(&query)))?,
        }
        Ok(())
    }
}

/// Where the name of the question ends.
fn name_end(query: &[u8]) -> usize {
    let mut at = 12;
    while query[at] != 0 {
        at += 1 + usize::from(query[at]);
    }
    at + 1
}

/// The header and the question of a query as those of a response.
fn bare(query: &[u8], flags: u16) -> Vec<u8> {
    let mut message = query[..name_end(query) + 4].to_vec();
    message[2..4].copy_from_slice(&flags.to_be_bytes());
    message[6..12].fill(0);
    message
}

/// Serves until the program ends, and says at which port.
fn serve(manner: Manner) -> u16 {
    let (tcp, udp) = loop {
        let tcp = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = tcp.local_addr().expect("it is bound");
        if let Ok(udp) = UdpSocket::bind(address) {
            break (tcp, udp);
        }
    };
    let port = tcp.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((length, client)) = udp.recv_from(&mut query) {
            drop(udp.send_to(&manner.over_udp(&query[..length]), client));
        }
    });
    std::thread::spawn(move || {
        for stream in tcp.incoming().flatten() {
            std::thread::spawn(move || drop(manner.over_tcp(stream)));
        }
    });
    port
}

/// The codes that an audit of the root at this port finds.
fn audit(scratch: &Scratch, port: u16) -> Vec<String> {
    let file = |name: &str| scratch.path().join(name).display().to_string();
    let limited = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &limited, PROGRAM, "audit", ".", "SOA"])
        .args(["--thorough", "--timeout", "500ms", "--format", "json"])
        .args(["--port", &port.to_string()])
        .args(["--root-hints", &file("hints")])
        .args(["--trust-anchor", &file("anchor")])
        .output()
        .expect("a shell can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"));
    let findings = report["findings"].as_array().into_iter();
    let folded = report["folded"].as_array().into_iter();
    let all = findings.chain(folded).flatten();
    all.filter_map(|finding| finding["code"].as_str())
        .map(str::to_owned)
        .collect()
}

#[test]
fn whatever_servers_send_audits_end_and_say_what_is_the_matter() {
    let scratch = Scratch::new();
    let write = |name: &str, text: &str| {
        std::fs::write(scratch.path().join(name), text).expect("a file can be written");
    };
    write("hints", ". 60 NS ns.\nns. 60 A 127.0.0.1\n");
    let digest = "0".repeat(64);
    write("anchor", &format!(". 60 DS 20326 8 2 {digest}\n"));
    let complaints = std::thread::scope(|scope| {
        let scratch = &scratch;
        let audits = CASES.map(|(manner, codes)| {
            scope.spawn(move || {
                let begun = Instant::now();
                let found = audit(scratch, serve(manner));
                let (took, mut named) = (begun.elapsed(), codes.iter());
                let is_named = named.all(|code| found.iter().any(|found| found == code));
                let is_right = is_named && took < LIMIT;
                (!is_right).then(|| format!("{manner:?}: {found:?} in {took:?}"))
            })
        });
        let audits = audits.into_iter();
        let done: Vec<_> = audits
            .filter_map(|audit| audit.join().expect("no panic"))
            .collect();
        done
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
