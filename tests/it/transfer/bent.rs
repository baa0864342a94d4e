//! A server in between that has a zone from named and sends it on, bent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anchorwatch::agent::transfer::{Errand, Feed, TransferError, Trouble};
use anchorwatch::dns::Serial;
use anchorwatch::transfer::tsig::TsigFault;
use anchorwatch::transfer::{Counts, Fault, Outcome};

use super::site::{CLOSED, KEYS, OPEN, Site};
use super::{carry, errand, key, tsig_fault};
use crate::real::support::server::Kind;

/// What is done to the messages of a transfer.
#[derive(Clone, Copy)]
pub enum Bend {
    Nothing,
    /// One bit of the last signature.
    LastMac,
    /// The last message does not come and the connection ends.
    CutBeforeLast,
    /// The connection ends in the middle of the last message.
    CutWithin,
    /// The last message does not come and the connection stays.
    Stall,
    /// The last message comes an octet at a time, too slowly.
    Trickle,
    /// A message from the middle does not come.
    LeaveOut,
    /// The second message comes again and again.
    Endless,
    /// The first message comes twice, so that the zone ends where it began.
    Twice,
}

fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length).ok()?;
    let mut octets = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut octets).ok()?;
    Some(octets)
}

fn send(stream: &mut TcpStream, octets: &[u8]) -> Option<()> {
    let length = (octets.len() as u16).to_be_bytes();
    stream.write_all(&[&length, octets].concat()).ok()
}

/// Everything that a server answers, until it is silent for a while.
fn answers(server: SocketAddr, query: &[u8]) -> Vec<Vec<u8>> {
    let mut stream = TcpStream::connect(server).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(2)))
        .unwrap();
    send(&mut stream, query).unwrap();
    std::iter::from_fn(|| message(&mut stream)).collect()
}

/// A server for one connection.
pub fn between(server: SocketAddr, bend: Bend) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let query = message(&mut stream).unwrap();
        let messages = answers(server, &query);
        assert!(messages.len() > 3, "{}", messages.len());
        let _ = hand_on(&mut stream, messages, bend);
    });
    address
}

fn hand_on(stream: &mut TcpStream, mut messages: Vec<Vec<u8>>, bend: Bend) -> Option<()> {
    let last = messages.pop()?;
    match bend {
        Bend::LeaveOut => drop(messages.remove(1)),
        Bend::Twice => messages.insert(0, messages[0].clone()),
        _ => {}
    }
    for octets in &messages {
        send(stream, octets)?;
    }
    match bend {
        Bend::LastMac => {
            let mut bent = last;
            let at = bent.len() - 7;
            bent[at] ^= 1;
            send(stream, &bent)
        }
        Bend::CutBeforeLast => None,
        Bend::CutWithin => stream.write_all(&[&[0xFF, 0xFF], &last[..]].concat()).ok(),
        Bend::Stall => stream.read_exact(&mut [0]).ok(),
        Bend::Trickle => {
            stream.write_all(&(last.len() as u16).to_be_bytes()).ok()?;
            last.iter().try_for_each(|octet| {
                std::thread::sleep(Duration::from_millis(100));
                stream.write_all(&[*octet]).ok()
            })
        }
        Bend::Endless => loop {
            send(stream, &messages[1])?;
        },
        Bend::Nothing | Bend::LeaveOut | Bend::Twice => send(stream, &last),
    }
}

fn through(site: &Site, zone: &str, bend: Bend) -> Errand {
    let mut errand = errand(zone, between(site.address, bend));
    if zone == CLOSED {
        let [algorithm, name, secret] = KEYS[0];
        errand.key = Some(key(&format!("{algorithm}:{name}:{secret}")));
    }
    errand
}

fn trouble(carried: Result<(Outcome, Counts), TransferError>) -> Trouble {
    carried.expect_err("what is bent is no zone").trouble
}

#[test]
fn what_is_bent_on_the_way_is_no_zone() {
    let site = Site::start(Kind::Named, 3_000);
    for zone in [OPEN, CLOSED] {
        let (outcome, _) = carry(&through(&site, zone, Bend::Nothing)).unwrap();
        assert_eq!(outcome, Outcome::Whole(Serial(1)), "{zone}");
        for bend in [Bend::CutBeforeLast, Bend::CutWithin] {
            let error = carry(&through(&site, zone, bend)).unwrap_err();
            assert_eq!(error.trouble, Trouble::Closed, "{zone}");
            let text = error.to_string();
            assert!(
                text.starts_with("the connection ended before the zone (message "),
                "{text}"
            );
        }
        for bend in [Bend::Stall, Bend::Trickle] {
            let mut errand = through(&site, zone, bend);
            // The server in between waits for two seconds itself.
            errand.limits.idle = Duration::from_secs(4);
            let start = Instant::now();
            assert_eq!(trouble(carry(&errand)), Trouble::Idle(errand.limits.idle));
            assert!(start.elapsed() < Duration::from_secs(20));
        }
    }
    let signature = |bend| tsig_fault(carry(&through(&site, CLOSED, bend)));
    assert_eq!(signature(Bend::LastMac), TsigFault::Signature);
    assert_eq!(signature(Bend::LeaveOut), TsigFault::Signature);
    assert_eq!(signature(Bend::Twice), TsigFault::Signature);
    // Without a signature nobody can know that a message is missing; one that comes twice shows.
    let left_out = carry(&through(&site, OPEN, Bend::LeaveOut)).unwrap();
    assert_eq!(left_out.0, Outcome::Whole(Serial(1)));
    let twice = trouble(carry(&through(&site, OPEN, Bend::Twice)));
    assert_eq!(twice, Trouble::Fault(Fault::Beyond));
}

#[test]
fn a_reader_is_never_told_the_end_of_a_zone_that_has_none() {
    let site = Site::start(Kind::Named, 3_000);
    let read = |bend| {
        let mut feed = Feed::start(through(&site, CLOSED, bend)).unwrap();
        let mut records = 0;
        loop {
            match feed.next_record() {
                Ok(Some(record)) => records += u32::from(record.rdata.len() > 3),
                Ok(None) => return (records, feed.end().map(|(outcome, _)| outcome)),
                Err(error) => {
                    assert_eq!(feed.end(), Err(error.clone()));
                    return (records, Err(error));
                }
            }
        }
    };
    let whole = Outcome::Whole(Serial(1));
    assert_eq!(read(Bend::Nothing), (3_003, Ok(whole)));
    for bend in [
        Bend::LastMac,
        Bend::CutWithin,
        Bend::CutBeforeLast,
        Bend::LeaveOut,
    ] {
        let (records, end) = read(bend);
        assert!(records < 3_003 && end.is_err(), "{records} {end:?}");
    }
}

#[test]
fn a_transfer_without_an_end_is_ended() {
    let site = Site::start(Kind::Named, 3_000);
    let mut errand = through(&site, OPEN, Bend::Endless);
    errand.limits.octets = 20 << 20;
    assert_eq!(trouble(carry(&errand)), Trouble::Octets(20 << 20));
    let mut errand = through(&site, OPEN, Bend::Endless);
    errand.limits.messages = 100;
    assert_eq!(trouble(carry(&errand)), Trouble::Messages(100));
    let mut errand = through(&site, OPEN, Bend::Endless);
    errand.limits.total = Duration::from_secs(5);
    let start = Instant::now();
    assert_eq!(trouble(carry(&errand)), Trouble::Late(errand.limits.total));
    assert!(start.elapsed() < Duration::from_secs(20));
    let signed = tsig_fault(carry(&through(&site, CLOSED, Bend::Endless)));
    assert_eq!(signed, TsigFault::Signature);
}

#[test]
fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut silent = errand(OPEN, address);
    silent.limits.idle = Duration::from_millis(300);
    assert_eq!(trouble(carry(&silent)), Trouble::Idle(silent.limits.idle));
    drop(listener);
    let refused = trouble(carry(&errand(OPEN, address)));
    assert_eq!(
        refused,
        Trouble::Unreachable("connection refused".to_owned())
    );
}
