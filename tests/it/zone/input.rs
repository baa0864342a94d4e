//! What is no zone, or more than one: in bounded time and memory there is one clear message, and never 0.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::signed::{Chain, NOW, Scratch as Zones, keys, sign, signed};
use crate::real::support::process::run;
use crate::real::support::scratch::Scratch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// `zone` with these words in this folder, as its child with a pipe for standard input.
fn begin(folder: &Path, words: &[&str]) -> Child {
    let at = NOW.to_string();
    let mut command = Command::new(PROGRAM);
    command.arg("zone").args(words).args(["--at", &at]);
    command.current_dir(folder).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("our program can be run")
}

fn zone(folder: &Path, words: &[&str]) -> Output {
    begin(folder, words).wait_with_output().expect("it ends")
}

/// One line on standard error, with this in it, nothing on standard output, and exit code 3.
fn could_not_tell(output: &Output, expected: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{expected}: {output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    assert!(said.contains(expected), "{expected}: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.len() < 600, "{said}");
}

#[test]
fn a_named_pipe_that_nobody_writes_to_is_waited_for_no_longer_than_is_said() {
    let scratch = Scratch::new();
    let at = scratch.path();
    run(at, "mkfifo", &["pipe"]);
    std::fs::write(at.join("including"), "$INCLUDE pipe\n").unwrap();
    std::fs::write(at.join("zone"), signed(Chain::Nsec)).unwrap();
    let began = Instant::now();
    could_not_tell(&zone(at, &["pipe", "--timeout", "300ms"]), "not finished");
    could_not_tell(
        &zone(at, &["zone", "--against", "pipe", "--timeout", "300ms"]),
        "not finished",
    );
    could_not_tell(&zone(at, &["including"]), "no regular file");
    assert!(began.elapsed() < Duration::from_secs(30));
    let child = begin(at, &["pipe", "--timeout", "60s", "--quiet"]);
    std::fs::write(at.join("pipe"), signed(Chain::Nsec)).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn includes_go_no_further_than_they_may() {
    let scratch = Scratch::new();
    let inside = scratch.folder("inside");
    let write = |name: &str, text: &str| std::fs::write(inside.join(name), text).unwrap();
    std::fs::write(scratch.path().join("outside"), signed(Chain::Nsec)).unwrap();
    let path = scratch.path().join("outside").display().to_string();
    write("self", "$INCLUDE self\n");
    write("one", "$INCLUDE two\n");
    write("two", "$INCLUDE one\n");
    write("nothing", "$INCLUDE missing\n");
    write("folder", "$INCLUDE .\n");
    write("device", "$INCLUDE /dev/zero\n");
    write("up", "$INCLUDE ../outside\n");
    write("absolute", &format!("$INCLUDE {path}\n"));
    write("linked", "$INCLUDE link\n");
    write("nul", "$INCLUDE a\\000b\n");
    std::os::unix::fs::symlink("../outside", inside.join("link")).unwrap();
    // Each includes the next one twice: 65,536 files but for the limit.
    for depth in 0..16 {
        let next = depth + 1;
        write(
            &format!("tree{depth}"),
            &format!("$INCLUDE tree{next}\n$INCLUDE tree{next}\n"),
        );
    }
    write("tree16", "");
    for (file, part) in [
        ("self", "more than 16 deep"),
        ("one", "more than 16 deep"),
        ("nothing", "missing"),
        ("folder", "no regular file"),
        ("device", "outside"),
        ("up", "--include-anywhere allows it"),
        ("absolute", "--include-anywhere allows it"),
        ("linked", "--include-anywhere allows it"),
        ("nul", "nul"),
        ("tree0", "deep"),
    ] {
        let start = Instant::now();
        could_not_tell(&zone(&inside, &[file]), part);
        assert!(start.elapsed() < Duration::from_secs(20), "{file}");
    }
    for file in ["up", "absolute", "linked"] {
        let output = zone(&inside, &[file, "--include-anywhere", "--quiet"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    could_not_tell(
        &zone(&inside, &["device", "--include-anywhere"]),
        "no regular file",
    );
}

#[test]
fn a_file_that_was_cut_off_or_is_none_is_never_good() {
    let scratch = Scratch::new();
    let at = scratch.path();
    let text = signed(Chain::Nsec);
    std::fs::write(at.join("zone"), text).unwrap();
    run(at, "sh", &["-c", "gzip -k zone"]);
    let gzip = std::fs::read(at.join("zone.gz")).unwrap();
    let good = zone(at, &["zone.gz", "--quiet"]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    for cut in [
        gzip.len() / 2,
        gzip.len() - 9,
        gzip.len() - 4,
        gzip.len() - 1,
    ] {
        std::fs::write(at.join("cut.gz"), &gzip[..cut]).unwrap();
        could_not_tell(&zone(at, &["cut.gz"]), "cut.gz");
    }
    let mut bent = gzip.clone();
    let at_crc = bent.len() - 6;
    bent[at_crc] ^= 1;
    std::fs::write(at.join("bent.gz"), bent).unwrap();
    could_not_tell(&zone(at, &["bent.gz"]), "bent.gz");
    // Behind a whole zone there is something that is none.
    std::fs::write(
        at.join("more.gz"),
        [&gzip[..], b"\x1f\x8b\x08more"].concat(),
    )
    .unwrap();
    could_not_tell(&zone(at, &["more.gz"]), "more.gz");
    std::fs::write(at.join("cut"), &text[..text.len() - 1]).unwrap();
    could_not_tell(&zone(at, &["cut"]), "cut off");
    let program = std::fs::read(PROGRAM).unwrap();
    std::fs::write(at.join("program"), &program[..1 << 20]).unwrap();
    could_not_tell(&zone(at, &["program"]), "no master file");
    could_not_tell(&zone(at, &["."]), "directory");
    could_not_tell(&zone(at, &["absent"]), "absent");
}

/// The greatest resident memory of a process so far, in KiB.
fn peak(child: &Child) -> u64 {
    let path = format!("/proc/{}/status", child.id());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.map_or(0, |number| number.parse().unwrap())
}

/// Feeds `piece` over and over until so many octets have gone or nobody takes more; the greatest memory.
fn feed(child: &mut Child, piece: &[u8], octets: usize) -> u64 {
    let mut pipe = child.stdin.take().unwrap();
    let (mut most, mut fed) = (0, 0);
    while fed < octets && pipe.write_all(piece).is_ok() {
        fed += piece.len();
        most = most.max(peak(child));
    }
    most
}

#[test]
fn a_line_of_a_gibibyte_takes_no_memory() {
    let scratch = Scratch::new();
    let line = vec![b'a'; 1 << 20];
    let blank = vec![b' '; 1 << 20];
    let comment = vec![b';'; 1 << 20];
    let open = b"example. 60 TXT ( \"x\" \n".repeat(1 << 15);
    for piece in [line, blank, comment, open] {
        let mut child = begin(scratch.path(), &["-", "--origin", "example"]);
        let start = Instant::now();
        let most = feed(&mut child, &piece, 1 << 30);
        let output = child.wait_with_output().unwrap();
        could_not_tell(&output, "octets");
        assert!(most < 64 << 10, "{most} KiB");
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}

#[test]
fn a_pipe_that_stalls_ends_in_time() {
    let scratch = Scratch::new();
    for text in ["", "example. 60 SOA ns a 1 2 3 4 5\n", "\x1f"] {
        let mut child = begin(
            scratch.path(),
            &["-", "--origin", "example", "--timeout", "1s"],
        );
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(text.as_bytes()).unwrap();
        let start = Instant::now();
        // The pipe stays open.
        let output = child.wait_with_output().unwrap();
        assert!(start.elapsed() < Duration::from_secs(10));
        could_not_tell(&output, "not finished within 1 s");
        drop(pipe);
    }
}

/// As long as each line stands there once, and no record is the same.
fn many_signatures(count: u32) -> Vec<u8> {
    let text = signed(Chain::Nsec);
    let line = text
        .lines()
        .find(|line| super::mutations::is(line, "ns1.example.", "RRSIG A"));
    let words: Vec<&str> = line.unwrap().split_whitespace().collect();
    let head = words[..12].join(" ");
    let mut out = text.as_bytes().to_vec();
    for number in 0..count {
        let octets = [&number.to_be_bytes()[..], &[7; 60]].concat();
        let signature = data_encoding::BASE64.encode(&octets);
        writeln!(out, "{head} {signature}").unwrap();
    }
    out
}

#[test]
fn a_million_signatures_at_one_name_are_not_all_tried() {
    let scratch = Scratch::new();
    let count = 1_000_000;
    std::fs::write(scratch.path().join("zone"), many_signatures(count)).unwrap();
    let start = Instant::now();
    let child = begin(
        scratch.path(),
        &["zone", "--timeout", "5m", "--format", "json"],
    );
    // It says nothing before it has finished, and its greatest memory is near its end.
    let id = child.id();
    let watch = std::thread::spawn(move || {
        let mut most = 0;
        while let Ok(text) = std::fs::read_to_string(format!("/proc/{id}/status")) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(number) = line.and_then(|line| line.split_whitespace().next()) else {
                break;
            };
            most = most.max(number.parse::<u64>().unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
        most
    });
    let output = child.wait_with_output().unwrap();
    let most = watch.join().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let verified = report["counts"]["verified"].as_u64().unwrap();
    assert!(verified < 200, "{verified}");
    let signatures = report["counts"]["signatures"].as_u64().unwrap();
    assert!(signatures > u64::from(count));
    let budget = report["faults"].as_array().unwrap().iter();
    let budget = budget.filter(|fault| fault["code"] == "rrsig-validation-budget");
    assert!(budget.count() == 1);
    println!("{} s, {most} KiB", start.elapsed().as_secs_f32());
    assert!(most < 800 << 10, "{most} KiB");
    assert!(start.elapsed() < Duration::from_secs(120));
}

#[test]
fn iterations_that_nobody_would_compute_are_not_computed() {
    let zones = Zones::new();
    keys(&zones.0);
    let text = sign(&zones.0, super::signed::UNSIGNED, Chain::Nsec3);
    let bent: String = text
        .lines()
        .map(|line| {
            let mut words: Vec<&str> = line.split_whitespace().collect();
            if words.len() > 7 && words[3].starts_with("NSEC3") {
                words[6] = "4000";
            }
            words.join(" ") + "\n"
        })
        .collect();
    std::fs::write(zones.0.join("bent"), &bent).unwrap();
    let start = Instant::now();
    let output = zone(&zones.0, &["bent", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let codes: Vec<&str> = report["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["code"].as_str().unwrap())
        .collect();
    assert!(
        codes.contains(&"nsec3-iterations-over-validator-limit"),
        "{codes:?}"
    );
    assert_eq!(report["is_denial_checked"], false);
    // Whatever counts, a chain that nobody went through is no good one.
    let output = zone(&zones.0, &["bent", "--fail-on", "bogus", "--quiet"]);
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn what_belongs_to_a_gate_is_understood() {
    let scratch = Scratch::new();
    let at = scratch.path();
    std::fs::write(at.join("zone"), signed(Chain::Nsec)).unwrap();
    std::fs::write(at.join("unsigned"), super::signed::UNSIGNED).unwrap();
    for (words, code, says) in [
        (&["zone", "--quiet"][..], 0, false),
        (&["zone"], 0, true),
        (&["unsigned", "--quiet"], 2, false),
        (&["unsigned", "--quiet", "--fail-on", "bogus"], 2, false),
        (&["unsigned", "--allow-unsigned"], 0, true),
        (&["zone", "--allow-unsigned", "--quiet"], 0, false),
        (&["zone", "--color", "always"], 0, true),
    ] {
        let output = zone(at, words);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {output:?}");
        assert_eq!(!output.stdout.is_empty(), says, "{words:?}");
        assert!(output.stderr.is_empty(), "{words:?}: {output:?}");
    }
    let usage = zone(at, &["zone", "--allow-unsigned", "--ds", "x"]);
    assert_eq!(usage.status.code(), Some(64));
}
