//! `serve --lab` as a child process with its log, and a client.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Client, ClientBuilder, Method, Response, StatusCode};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// How long a start or a line of the log may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A watch over the lab, ended on drop.
pub struct Program {
    child: Child,
    log: Arc<Mutex<String>>,
    /// Scheme, address and port.
    pub base: String,
}

impl Program {
    pub fn start(words: &[&str]) -> Self {
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", PROGRAM])
            .args(["serve", "--lab", "--listen", "127.0.0.1:0"])
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("our program can be run");
        let log = Arc::new(Mutex::new(String::new()));
        let (kept, errors) = (Arc::clone(&log), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut program = Self {
            child,
            log,
            base: String::new(),
        };
        let line = program.line("/ shows ");
        let url = line.split(' ').find(|word| word.starts_with("http"));
        program.base = url.unwrap().trim_end_matches('/').to_owned();
        program
    }

    /// The first line of the log that holds these words, which is waited for.
    pub fn line(&mut self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log.lock().unwrap().clone();
            if let Some(line) = log.lines().find(|line| line.contains(words)) {
                return line.to_owned();
            }
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "no line with {words:?}; ended: {ended:?}; the log:\n{log}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The address of the endpoints, without the scheme.
    pub fn address(&self) -> &str {
        self.base.split("//").nth(1).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &pid])
            .status();
        let _ = self.child.wait();
    }
}

/// Runs what waits for sockets.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().unwrap().block_on(work)
}

/// A client that trusts the certificates in PEM of a file, if any.
pub fn client(roots: Option<&Path>) -> ClientBuilder {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().no_proxy().timeout(PATIENCE);
    match roots {
        Some(path) => {
            let pem = std::fs::read(path).unwrap();
            builder.tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
        }
        None => builder,
    }
}

/// Status and text of an answer.
pub async fn told(response: Response) -> (StatusCode, String) {
    (response.status(), response.text().await.unwrap())
}

/// Asks without TLS.
pub async fn ask(program: &Program, method: Method, path: &str) -> Response {
    let url = format!("{}{path}", program.base);
    let client = client(None).build().unwrap();
    client.request(method, url).send().await.unwrap()
}
