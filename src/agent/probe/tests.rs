//! Exchanges over loopback sockets.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use super::exchange::exchange;
use super::*;
use crate::dns::query::Query;
use crate::dns::{Message, RecordType, Timestamp, master};
use crate::evidence::probes::question;
use crate::evidence::{Outcome, Transport};
use crate::walk::Settings;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

fn ask(server: SocketAddr, transport: Transport) -> Ask {
    let query = Query {
        question: question(&"a.test.".parse().unwrap(), RecordType::A),
        recursion_desired: false,
        checking_disabled: false,
        authentic_data: false,
        probe: None,
        edns: None,
    };
    Ask {
        server,
        transport,
        query,
    }
}

/// A response to `query` without records: `flags` and another message ID when `is_forged`.
fn respond(query: &[u8], flags: u16, is_forged: bool) -> Vec<u8> {
    let mut octets = query.to_vec();
    octets[0] ^= u8::from(is_forged);
    octets[2..4].copy_from_slice(&flags.to_be_bytes());
    octets
}

/// Binds both transports to one port and answers each query with what `answer` gives for it.
async fn server(answer: fn(&[u8], Transport) -> Vec<Vec<u8>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(address).await.unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            for octets in answer(&buffer[..length], Transport::Udp) {
                socket.send_to(&octets, from).await.unwrap();
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut query = vec![0; usize::from(stream.read_u16().await.unwrap())];
            stream.read_exact(&mut query).await.unwrap();
            for octets in answer(&query, Transport::Tcp) {
                stream.write_u16(octets.len() as u16).await.unwrap();
                stream.write_all(&octets).await.unwrap();
            }
        }
    });
    address
}

const LONG: Duration = Duration::from_secs(5);
const SHORT: Duration = Duration::from_millis(100);

#[test]
fn a_wrong_id_is_not_believed_and_a_wrong_question_is_kept() {
    block_on(async {
        let server = server(|query, _| {
            let mut other = respond(query, 0x8400, false);
            other[13] = b'b';
            vec![vec![1, 2, 3], respond(query, 0x8400, true), other]
        })
        .await;
        for transport in [Transport::Udp, Transport::Tcp] {
            let done = exchange(ask(server, transport), LONG, &Secured::default()).await;
            assert_eq!(done.strays, 2, "{transport}");
            let Outcome::Response(octets) = &done.outcome else {
                panic!("{:?}", done.outcome);
            };
            let asked = &Message::parse(octets).unwrap().questions[0];
            assert_eq!(asked.name, "b.test.".parse().unwrap());
            assert!(done.sent > Timestamp(1_600_000_000) && done.elapsed > Duration::ZERO);
            assert_eq!(done.elapsed.as_nanos() % 1_000, 0);
        }
    });
}

#[test]
fn silence_refusal_and_hanging_up_are_told_apart() {
    block_on(async {
        let silent = server(|_, _| Vec::new()).await;
        let done = exchange(ask(silent, Transport::Udp), SHORT, &Secured::default()).await;
        assert_eq!(done.outcome, Outcome::Timeout);
        assert!(done.elapsed >= SHORT);
        let done = exchange(ask(silent, Transport::Tcp), LONG, &Secured::default()).await;
        assert_eq!(done.outcome, Outcome::Closed);

        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let closed = socket.local_addr().unwrap();
        drop(socket);
        for transport in [Transport::Udp, Transport::Tcp] {
            let done = exchange(ask(closed, transport), LONG, &Secured::default()).await;
            let refused = Outcome::Unreachable("connection refused".into());
            assert_eq!(done.outcome, refused, "{transport}");
        }
    });
}

fn root_walk(servers: &[SocketAddr]) -> Walk {
    let address = |server: &SocketAddr| format!("ns. 60 A {}\n", server.ip());
    let hints: String = servers.iter().map(address).collect();
    let mut settings = Settings::new(".".parse().unwrap(), RecordType::SOA, Timestamp(0));
    settings.hints = master::read(&hints, &".".parse().unwrap()).unwrap();
    settings.port = servers[0].port();
    Walk::new(settings)
}

#[test]
fn a_walk_turns_to_tcp_and_ends() {
    block_on(async {
        let server = server(|query, transport| {
            let truncated = 0x0200 * u16::from(transport == Transport::Udp);
            vec![respond(query, 0x8400 | truncated, false)]
        })
        .await;
        let mut batches = 0;
        let count = |_: &Walk| batches += 1;
        let evidence = run(root_walk(&[server]), ProbeSettings::default(), count).await;
        let by = |transport| {
            let exchanges = evidence.exchanges.iter();
            exchanges.filter(|e| e.transport == transport).count()
        };
        assert_eq!((by(Transport::Udp), by(Transport::Tcp)), (6, 6));
        assert!(batches > 0);
    });
}

#[test]
fn time_runs_out_and_what_was_heard_is_kept() {
    block_on(async {
        // It answers everything but DNSKEY; 15 octets of OPT and 2 of class follow the type.
        let server = server(|query, _| match query[query.len() - 18] {
            48 => Vec::new(),
            _ => vec![respond(query, 0x8400, false)],
        })
        .await;
        let settings = ProbeSettings {
            timeout: LONG,
            budget: Duration::from_millis(300),
            ..ProbeSettings::default()
        };
        let started = Instant::now();
        let evidence = run(root_walk(&[server]), settings, |_| {}).await;
        assert!(started.elapsed() < LONG);
        assert_eq!(evidence.exchanges.len(), 5);
    });
}

#[test]
fn many_walks_share_few_sockets() {
    block_on(async {
        let server = server(|query, _| vec![respond(query, 0x8400, false)]).await;
        let settings = ProbeSettings {
            sockets: Arc::new(Semaphore::new(3)),
            ..ProbeSettings::default()
        };
        let mut walks = JoinSet::new();
        for _ in 0..40 {
            walks.spawn(run(root_walk(&[server]), settings.clone(), |_| {}));
        }
        let done = walks.join_all().await;
        assert!(done.iter().all(|evidence| evidence.exchanges.len() == 6));
    });
}
