//! The configuration: each kind of mistake with the message it must give, the sample file, and lists of
//! zones from real servers.
//!
//! `config/NAME.toml` has one mistake; `config/NAME.txt` beside it is what the program says.

mod online;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::golden;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/config")
}

fn config(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("config").args(words).current_dir(folder);
    command.env_remove("STATE_DIRECTORY");
    command.output().expect("our program can be run")
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).expect("our program writes UTF-8")
}

/// What the program says on standard output; panics unless it succeeds.
fn said(folder: &Path, words: &[&str]) -> String {
    let output = config(folder, words);
    assert!(
        output.status.success(),
        "{words:?}: {}",
        text(&output.stderr)
    );
    text(&output.stdout)
}

#[test]
fn every_mistake_has_its_message() {
    let names = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".toml"));
    names.sort();
    assert!(names.len() > 40, "{names:?}");
    names.push("no-such-file.toml".to_owned());
    names.push("lists".to_owned());
    for name in names {
        let output = config(&folder(), &["check", &name]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{name}: {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(
            output.stdout.is_empty() && !message.contains("hunter2"),
            "{message}"
        );
        let golden = Path::new(&name).with_extension("txt");
        golden::is_up_to_date(&format!("tests/it/config/{}", golden.display()), &message);
    }
}

fn sample() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/anchorwatch.toml");
    std::fs::read_to_string(path).expect("the sample is there")
}

fn dumped(text: &str) -> Value {
    let scratch = crate::real::support::scratch::Scratch::new();
    std::fs::write(scratch.path().join("a.toml"), text).unwrap();
    let dump = said(scratch.path(), &["dump", "a.toml", "--format", "json"]);
    serde_json::from_str(&dump).unwrap()
}

#[test]
fn the_sample_is_good_and_its_commented_values_are_the_defaults() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let line = said(root, &["check", "examples/anchorwatch.toml"]);
    assert_eq!(
        line,
        "examples/anchorwatch.toml: 2 zones, 0 sources, 2 resolvers, 2 groups\n"
    );
    // `#key = value` shows a default; `# key = value` an example.
    let is_default = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase());
    let uncomment = |line: &str| match line.strip_prefix('#') {
        Some(rest) if is_default(rest) => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    let full: String = sample().lines().map(uncomment).collect();
    assert_ne!(full, sample());
    assert_eq!(dumped(&full), dumped(&sample()));
}

#[test]
fn the_sample_names_every_key_that_the_schema_has() {
    let schema: Value = serde_json::from_str(&said(&folder(), &["schema"])).unwrap();
    let sample = sample();
    let mut count = 0;
    let definitions = schema["$defs"].as_object().unwrap().values();
    for definition in definitions.chain([&schema]) {
        for (key, property) in definition["properties"].as_object().into_iter().flatten() {
            count += 1;
            assert!(
                property["description"].is_string(),
                "{key} is not described"
            );
            let is_key = |line: &str| {
                let is_section = line.ends_with(&format!(".{key}]"));
                is_section
                    || line
                        .trim_start_matches(['#', ' ', '['])
                        .starts_with(key.as_str())
            };
            assert!(sample.lines().any(is_key), "{key} is not in the sample");
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn the_sample_fits_the_schema() {
    let schema: Value = serde_json::from_str(&said(&folder(), &["schema"])).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dump = said(
        root,
        &["dump", "examples/anchorwatch.toml", "--format", "json"],
    );
    let dump: Value = serde_json::from_str(&dump).unwrap();
    let faults = crate::schema::faults(&schema, &schema, &dump, "");
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_dump_reads_as_the_same_and_shows_no_secret() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dump = said(root, &["dump", "examples/anchorwatch.toml"]);
    assert_eq!(dumped(&dump), dumped(&sample()));
    golden::is_as_before("config-dump.toml", &said(root, &["dump"]));
    let secret =
        "version = 1\n[[sources]]\nhttp = \"http://192.0.2.1/\"\ntoken = { env = \"TOKEN\" }\n";
    let dump = dumped(secret);
    assert_eq!(
        dump["sources"][0]["token"],
        serde_json::json!({ "env": "TOKEN" })
    );
}

#[test]
fn lists_in_files_are_read_and_the_first_place_counts() {
    let scratch = crate::real::support::scratch::Scratch::new();
    let lists = folder().join("lists/many");
    let text = format!(
        "version = 1\n[groups.customers]\n[[zones]]\nname = \"example.org\"\n[[sources]]\ndirectory = {lists:?}\n"
    );
    std::fs::write(scratch.path().join("a.toml"), text).unwrap();
    let said = said(scratch.path(), &["check", "a.toml"]);
    let (summary, warning) = said.split_once('\n').unwrap();
    assert_eq!(summary, "a.toml: 3 zones, 1 source, 0 resolvers, 2 groups");
    assert!(
        warning.contains("zone example.org. is watched already"),
        "{warning}"
    );
}
