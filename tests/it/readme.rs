//! The README keeps its word: every `console` line runs over the lab, every `sh` line has options that
//! exist, and the `shell` lines lead to alerts that fire.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::real::support::process::{Process, run};
use crate::real::support::scratch::Scratch;
use crate::watched::support::free_port;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// The lines of the README's code blocks of one language.
fn block_lines(language: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(path).expect("the README is there");
    let opening = format!("```{language}");
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line {
            "```" => inside = false,
            _ if line == opening => inside = true,
            _ if inside => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

#[test]
fn every_console_line_runs() {
    let directory = std::env::temp_dir().join(format!("anchorwatch-readme-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory can be made");
    for file in ["new.ds", "new.key", "new.ns", "old.signed", "new.signed"] {
        let example = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples/change")
            .join(file);
        fs::copy(example, directory.join(file)).expect("the example is there");
    }
    let lines = block_lines("console");
    assert!(lines.len() > 8, "{lines:?}");
    for line in &lines {
        let words = line
            .strip_prefix("$ anchorwatch ")
            .expect("a console line calls us");
        let output = Command::new(PROGRAM)
            .args(words.split_whitespace())
            .current_dir(&directory)
            .output()
            .expect("our program can be run");
        let code = output.status.code();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(code, Some(0..=3)), "{line}: {code:?}\n{errors}");
        assert!(!output.stdout.is_empty(), "{line} says nothing");
    }
    std::fs::remove_dir_all(&directory).expect("the directory can be removed");
}

#[test]
fn every_option_in_the_readme_exists() {
    let lines = block_lines("sh");
    let own = lines
        .iter()
        .filter_map(|line| line.strip_prefix("anchorwatch "));
    let mut count = 0;
    for line in own {
        let command = line.split_whitespace().next().expect("a command");
        let help = Command::new(PROGRAM).args([command, "--help"]).output();
        let help = help.expect("our program can be run").stdout;
        let help = String::from_utf8_lossy(&help);
        for option in line
            .split_whitespace()
            .filter(|word| word.starts_with("--"))
        {
            assert!(help.contains(option), "{command} has no {option}");
            count += 1;
        }
    }
    assert!(count > 4);
}

#[test]
fn the_configuration_in_the_readme_is_taken() {
    let scratch = Scratch::new();
    let settings = block_lines("toml").join("\n");
    fs::write(scratch.path().join("anchorwatch.toml"), settings).unwrap();
    let said = run(
        scratch.path(),
        PROGRAM,
        &["config", "check", "anchorwatch.toml"],
    );
    assert!(said.contains("1 zone, 0 sources, 1 resolver"), "{said}");
}

/// What the README promises from the first command to an alert that fires.
const PROMISED: Duration = Duration::from_secs(300);

/// The files that the commands read, and the ports that they name in place of those of the README.
struct Desk {
    scratch: Scratch,
    ports: [(&'static str, String); 2],
}

impl Desk {
    fn new() -> Self {
        let free = |was| (was, format!("127.0.0.1:{}", free_port()));
        let desk = Self {
            scratch: Scratch::new(),
            ports: ["127.0.0.1:10853", "127.0.0.1:9099"].map(free),
        };
        for file in ["examples/prometheus.yml", "alerts/anchorwatch.rules.yml"] {
            let copy = desk.scratch.path().join(file);
            let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::write(copy, desk.at_its_ports(&text.unwrap())).unwrap();
        }
        desk
    }

    fn at_its_ports(&self, text: &str) -> String {
        let replace = |text: String, (was, is): &(&str, String)| text.replace(was, is);
        self.ports.iter().fold(text.to_owned(), replace)
    }

    /// Starts a line that ends in `&`.
    fn start(&self, line: &str) -> Process {
        let line = self.at_its_ports(line.trim_end_matches(" &"));
        let mut words: Vec<&str> = line.split_whitespace().collect();
        let program = match words.remove(0) {
            "anchorwatch" => {
                words.extend(["--listen", &self.ports[0].1]);
                PROGRAM
            }
            other => other,
        };
        Process::start(self.scratch.path(), program, &words)
    }

    fn say(&self, line: &str) -> String {
        let line = self.at_its_ports(line);
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", &line]).current_dir(self.scratch.path());
        String::from_utf8(shell.output().unwrap().stdout).unwrap()
    }
}

#[test]
fn an_alert_fires_within_five_minutes() {
    let desk = Desk::new();
    let mut running = Vec::new();
    let mut fired = Vec::new();
    let begun = Instant::now();
    for line in block_lines("shell") {
        if line.ends_with(" &") {
            running.push(desk.start(&line));
        } else if line.starts_with("promtool ") {
            let mut said = String::new();
            while !said.contains("alertstate=\"firing\"") {
                assert!(begun.elapsed() < PROMISED, "{line}: {said}");
                std::thread::sleep(Duration::from_millis(500));
                said = desk.say(&line);
            }
            println!("{:.1?}: {said}", begun.elapsed());
            fired.push(said);
        } else {
            desk.say(&line);
        }
    }
    assert_eq!(fired.len(), 2);
    let shown = block_lines("text");
    let shown = shown.iter().find(|line| line.starts_with("ALERTS{"));
    let shown = desk.at_its_ports(shown.expect("the README shows the answer"));
    assert!(fired[0].starts_with(&shown), "{} is not {shown}", fired[0]);
}
