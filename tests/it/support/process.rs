//! Child processes: commands that must succeed, and servers that must not outlive the test.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to end on request before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs a command to its end and returns what it printed; panics with what it said if it fails.
pub fn run<S: AsRef<OsStr>>(directory: &Path, program: &str, arguments: &[S]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("cannot run {program}: {error}; tests/run installs it"));
    assert!(
        output.status.success(),
        "{program} {:?} failed with {}:\n{}{}",
        arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    String::from_utf8(output.stdout).expect("these tools print ASCII")
}

/// A server as a child process in the foreground, ended by its process id on drop.
///
/// The kernel ends it too when the thread that started it dies, so that a killed test leaves nothing
/// behind; it must therefore be started by a thread that lives as long as the value.
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `program` with its output going to a log in `directory`.
    pub fn start<S: AsRef<OsStr>>(directory: &Path, program: &str, arguments: &[S]) -> Self {
        let name = Path::new(program)
            .file_name()
            .map_or_else(|| program.into(), |name| name.to_string_lossy());
        let log = directory.join(format!("{name}.log"));
        let file = File::create(&log).expect("a log can be created");
        let errors = file.try_clone().expect("a file handle can be duplicated");
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", program])
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {program}: {error}; tests/run installs it"));
        Self {
            name: name.into_owned(),
            child,
            log,
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until `ready` holds; panics with the log if the process ends or `limit` passes before.
    pub fn wait_until(&mut self, what: &str, limit: Duration, mut ready: impl FnMut() -> bool) {
        let start = Instant::now();
        while !ready() {
            let ended = self.child.try_wait().expect("a child can be waited for");
            assert!(
                ended.is_none() && start.elapsed() < limit,
                "{} is not ready: {what}; after {:?}, ended: {ended:?}; its log:\n{}",
                self.name,
                start.elapsed(),
                self.log(),
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks the process to end, waits, and kills it if it does not.
    fn end(&mut self) {
        // The shell's own `kill`: a minimal system has no such program.
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &self.child.id().to_string()])
            .status();
        let start = Instant::now();
        while asked.is_ok() && start.elapsed() < PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end();
        }
        if std::thread::panicking() {
            eprintln!("--- log of {}\n{}", self.name, tail(&self.log(), 40));
        }
    }
}

/// The last lines of a text.
fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Does `work` for each item on as many threads as the machine has processors; results in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    with_threads(threads, items, work)
}

/// Does `work` for each item on `threads` threads; results in the order of the items.
pub fn with_threads<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
        }
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let joined = handles.into_iter().map(|handle| handle.join());
        joined
            .flat_map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
