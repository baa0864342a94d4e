//! Clients that are slow, many or rude, over real connections on loopback.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Limits, Server};

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

async fn start(limits: Limits) -> Running {
    let slowly = async || {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "slow"
    };
    let router = Router::new()
        .route("/", get("fine"))
        .route("/slow", get(slowly))
        .route("/much", get("x".repeat(64 * 1024 * 1024)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let server = Server::new(router, None, limits, stopping);
    Running {
        address,
        stop,
        served: tokio::spawn(server.serve(listener)),
    }
}

fn limits(connections: usize) -> Limits {
    Limits {
        connections,
        head: Duration::from_millis(400),
        stall: Duration::from_millis(400),
        ..Limits::default()
    }
}

async fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_cut_off_and_gives_the_place_back() {
    let running = start(limits(2)).await;
    let mut silent = [
        TcpStream::connect(running.address).await.unwrap(),
        TcpStream::connect(running.address).await.unwrap(),
    ];
    silent[0].write_all(b"GET / HT").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let told = ask(running.address, "/").await;
    assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
    assert!(
        told.ends_with("all connections are taken; come again in a bit\n"),
        "{told}"
    );
    for stream in &mut silent {
        let mut rest = Vec::new();
        // An answer of 408 or nothing at all: the connection ends.
        let _ = stream.read_to_end(&mut rest).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(ask(running.address, "/").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_turned_away_is_heard_first() {
    let running = start(limits(0)).await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut answer = [0; 4];
    let early = tokio::time::timeout(Duration::from_millis(200), slow.read(&mut answer)).await;
    assert!(early.is_err(), "an answer before the question: {early:?}");
    slow.write_all(b"Host: x\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_take_the_answer_is_cut_off() {
    let running = start(limits(1)).await;
    let mut lazy = TcpStream::connect(running.address).await.unwrap();
    lazy.write_all(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let begun = Instant::now();
    while !ask(running.address, "/").await.starts_with("HTTP/1.1 200 ") {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it keeps the place"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_one_of_hundreds_gets_an_answer() {
    let running = start(Limits {
        connections: 20,
        ..Limits::default()
    })
    .await;
    let all: Vec<_> = (0..300)
        .map(|_| tokio::spawn(ask(running.address, "/")))
        .collect();
    for one in all {
        let answer = one.await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.1 503 "),
            "{answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_end_is_refused() {
    let running = start(limits(4)).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
    // The server may close before all is written.
    let _ = stream.write_all(&vec![b'a'; 100_000]).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_what_is_under_way_end_and_drops_what_is_quiet() {
    let running = start(Limits::default()).await;
    let _quiet = TcpStream::connect(running.address).await.unwrap();
    let answer = tokio::spawn(ask(running.address, "/slow"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    running.stop.send(true).unwrap();
    assert!(answer.await.unwrap().ends_with("slow"));
    running.served.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
}
