//! Ten thousand clients that all want the page at the same time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How many.
pub const SCRAPES: usize = 10_000;
/// How long Prometheus would wait for a page.
const PATIENCE: Duration = Duration::from_secs(60);

/// What they were told.
#[derive(Debug, Default)]
pub struct Told {
    /// Whole pages.
    pub pages: usize,
    /// Answers that there is no place.
    pub refused: usize,
    /// Anything else, and silence.
    pub lost: usize,
    /// Until the last had its answer.
    pub took: Duration,
}

/// Lets all of them ask, and counts.
pub fn scrape(at: SocketAddr) -> Told {
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).expect("as many as are allowed");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(async {
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        for _ in 0..SCRAPES {
            clients.spawn(timeout(PATIENCE, ask(at)));
        }
        let mut told = Told::default();
        while let Some(ended) = clients.join_next().await {
            match ended {
                Ok(Ok(Some(200))) => told.pages += 1,
                Ok(Ok(Some(503))) => told.refused += 1,
                _ => told.lost += 1,
            }
        }
        told.took = begun.elapsed();
        told
    })
}

/// The status of the answer, when all of it came.
async fn ask(at: SocketAddr) -> Option<u16> {
    let mut stream = TcpStream::connect(at).await.ok()?;
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.ok()?;
    let (mut status, mut end) = (None, Vec::<u8>::new());
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = stream.read(&mut piece).await.ok()?;
        if length == 0 {
            break;
        }
        if status.is_none() {
            let head = std::str::from_utf8(piece.get(9..12)?).ok()?;
            status = Some(head.parse().ok()?);
        }
        end.extend(&piece[..length]);
        end.drain(..end.len().saturating_sub(5));
    }
    let is_whole = status != Some(200) || end == b"0\r\n\r\n";
    status.filter(|_| is_whole)
}
