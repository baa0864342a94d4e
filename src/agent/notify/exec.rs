//! A program that is told: JSON on its standard input, no shell, a time that it may take.
//!
//! It runs in a process group of its own, which ends with its time, and with the attempt when that is given up,
//! so that it holds up no stop and never runs twice at a time for one message. What it says is read to a bound; then
//! its pipe is closed, so that a program that floods gets an error and no memory is filled. Of the
//! environment it has what finds other programs, and no secret.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use crate::notify::retry::Answer;

/// How much of what it says is read, in octets.
const SAID: u64 = 16 << 10;
/// How much of it is shown, in characters.
const SHOWN: usize = 300;
/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(10);
/// How long its output may lag behind its end.
const LAG: Duration = Duration::from_millis(300);
/// Variables that it has.
const VARIABLES: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"];

/// Runs a program with `input`. One that ends with 0 has taken the message.
pub async fn run(command: &[String], input: String, timeout: Duration) -> (Answer, String) {
    let command = command.to_vec();
    let attempt = Attempt::default();
    let is_given_up = Arc::clone(&attempt.0);
    let ran = tokio::task::spawn_blocking(move || wait(&command, input, timeout, &is_given_up));
    let ran = ran.await;
    match ran {
        Ok(Ok((status, said))) if status.success() => (Answer::Status(200, None), said),
        Ok(Ok((status, said))) => {
            let problem = match said.is_empty() {
                true => status.to_string(),
                false => format!("{status}: {said}"),
            };
            (Answer::None(problem), said)
        }
        Ok(Err(problem)) => (Answer::None(problem), String::new()),
        Err(_) => (
            Answer::None("the thread was lost".to_owned()),
            String::new(),
        ),
    }
}

/// Who waits for the program; whether that is given up.
#[derive(Default)]
struct Attempt(Arc<AtomicBool>);

impl Drop for Attempt {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn wait(
    command: &[String],
    input: String,
    timeout: Duration,
    is_given_up: &AtomicBool,
) -> Result<(ExitStatus, String), String> {
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let begun = Instant::now();
    let mut command = Command::new(program);
    command.args(arguments).env_clear();
    command.envs(
        VARIABLES
            .iter()
            .filter_map(|name| Some((*name, std::env::var_os(name)?))),
    );
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.process_group(0).spawn();
    let mut child = child.map_err(|error| format!("{program}: {error}"))?;
    let group = Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX));
    feed(&mut child, input);
    let said = [
        child.stdout.take().map(listen),
        child.stderr.take().map(listen),
    ];
    let ended = loop {
        let is_patient = begun.elapsed() < timeout && !is_given_up.load(Ordering::Relaxed);
        // While nobody has waited for it, its group has its number and no other has.
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
        match waitid(Id::Pid(group), flags) {
            Ok(WaitStatus::StillAlive) if is_patient => std::thread::sleep(PAUSE),
            Ok(WaitStatus::StillAlive) | Err(_) => break false,
            Ok(_) => break true,
        }
    };
    let heard = said.into_iter().flatten();
    let heard: Vec<String> = match ended {
        true => heard
            .map(|said| said.recv_timeout(LAG).unwrap_or_default())
            .collect(),
        false => Vec::new(),
    };
    // What it left behind ends with it; one that has left its group is ended by itself.
    let _ = killpg(group, Signal::SIGKILL);
    if !ended {
        let _ = child.kill();
    }
    let status = child
        .wait()
        .map_err(|error| format!("{program}: {error}"))?;
    if !ended {
        return Err(format!(
            "not done within {} ms; it was ended",
            timeout.as_millis()
        ));
    }
    let heard = heard.join(" ");
    Ok((status, heard.trim().chars().take(SHOWN).collect()))
}

/// Writes beside the waiting: a program that does not read holds up nobody.
fn feed(child: &mut Child, input: String) {
    if let Some(mut pipe) = child.stdin.take() {
        // A program that reads nothing is no error; without a thread it has no input, and says so.
        let writer = std::thread::Builder::new().name("exec".to_owned());
        let _ = writer.spawn(move || pipe.write_all(input.as_bytes()));
    }
}

fn listen(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, said) = mpsc::channel();
    let reader = std::thread::Builder::new().name("exec".to_owned());
    // Without a thread nothing is heard.
    let _ = reader.spawn(move || {
        let mut octets = Vec::new();
        let _ = pipe.take(SAID).read_to_end(&mut octets);
        let _ = sender.send(String::from_utf8_lossy(&octets).into_owned());
    });
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(script: &str, timeout: Duration) -> (Answer, String) {
        let command = ["sh", "-c", script].map(str::to_owned);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime
            .unwrap()
            .block_on(run(&command, "{\"a\":1}".to_owned(), timeout))
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn what_it_reads_and_says() {
        assert_eq!(
            ran("cat", LONG),
            (Answer::Status(200, None), "{\"a\":1}".to_owned())
        );
        let (answer, _) = ran("echo no >&2; exit 3", LONG);
        assert_eq!(answer, Answer::None("exit status: 3: no".to_owned()));
        let nothing = ["/nowhere".to_owned()];
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let (answer, _) = runtime
            .unwrap()
            .block_on(run(&nothing, String::new(), LONG));
        assert!(answer.to_string().starts_with("/nowhere: "), "{answer}");
    }

    #[test]
    fn one_that_hangs_is_ended_with_all_that_it_started() {
        let begun = Instant::now();
        let (answer, _) = ran("sleep 60 & sleep 60", Duration::from_millis(300));
        assert!(answer.to_string().contains("it was ended"), "{answer}");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    /// The blocking threads of a runtime are waited for when it ends.
    #[test]
    fn one_that_nobody_waits_for_any_more_is_ended() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        let runtime = runtime.unwrap();
        let command = ["sh", "-c", "sleep 60"].map(str::to_owned);
        let begun = Instant::now();
        let given_up = async {
            let running = run(&command, String::new(), LONG);
            tokio::time::timeout(Duration::from_millis(300), running).await
        };
        assert!(runtime.block_on(given_up).is_err());
        drop(runtime);
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn one_that_floods_ends_and_one_that_leaves_a_child_behind_is_not_waited_for() {
        let (answer, said) = ran("yes", LONG);
        assert!(!answer.is_taken());
        assert!(said.chars().count() <= SHOWN);
        let begun = Instant::now();
        let (answer, _) = ran("sleep 60 & exit 0", LONG);
        assert!(answer.is_taken());
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
