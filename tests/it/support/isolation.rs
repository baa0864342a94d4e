//! A test in a network of its own: a network namespace in which only the loopback interface is there; what
//! it mounts is seen by nobody else.
//!
//! Resolvers ask authoritative servers at port 53 alone, and the lab's broken zones name addresses all over
//! the world. In a namespace port 53 is free, and nothing sent to such an address leaves the machine.

use std::path::Path;
use std::process::{Command, Stdio};

/// Set in the process that runs inside.
const INSIDE: &str = "ANCHORWATCH_TEST_INSIDE";

/// Runs `work` in a network of its own. `test` is the test that calls this, as `cargo test` names it: the
/// test program is started once more, for that test alone.
pub fn alone(test: &str, work: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return work();
    }
    let program = std::env::current_exe().expect("a test program has a path");
    let output = command(&program)
        .args(["--exact", test, "--include-ignored", "--nocapture"])
        .env(INSIDE, "yes")
        .stdin(Stdio::null())
        .output()
        .expect("setpriv and unshare are installed; tests/run installs them");
    let [said, errors] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{test} in a network namespace, which takes root's rights or user namespaces: {}\n{said}\n{errors}",
        output.status
    );
    print!("{said}");
}

/// The command that runs a program in a network of its own.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "TERM", "unshare", "--net", "--mount"])
        .args(rights())
        .args(["sh", "-c", "ip link set lo up && exec \"$@\"", "sh"])
        .arg(program);
    command
}

/// What `unshare` needs besides: nothing as root, else a user namespace in which this user is root.
fn rights() -> Option<&'static str> {
    let tried = Command::new("unshare")
        .args(["--net", "--mount", "true"])
        .output();
    let is_root = tried.is_ok_and(|output| output.status.success());
    (!is_root).then_some("--map-root-user")
}
