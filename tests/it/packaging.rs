//! What a package is made of: the unit is understood by systemd and shut tight, and every asset is there.

use std::path::Path;
use std::process::Command;

use crate::real::support::process::run;
use crate::real::support::scratch::Scratch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What only systemd 253 and later knows; older ones say so and go on.
const LATER: &str = "Failed to parse service type, ignoring: notify-reload";

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// The unit with the program where it is now, and `change` made to it.
fn unit(scratch: &Scratch, change: impl Fn(String) -> String) -> String {
    let text = read("packaging/systemd/anchorwatch.service");
    assert!(text.contains("ExecStart=/usr/bin/anchorwatch serve "));
    let text = text.replace("=/usr/bin/anchorwatch ", &format!("={PROGRAM} "));
    let path = scratch.path().join("anchorwatch.service");
    std::fs::write(&path, change(text)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Whether systemd is content with a unit, and what it says of it.
fn verify(unit: &str) -> (bool, String) {
    let words = ["verify", "--man=no", "--recursive-errors=no", unit];
    let output = Command::new("systemd-analyze").args(words).output();
    let output = output.expect("systemd-analyze is there; tests/run installs it");
    let told = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), told)
}

#[test]
fn systemd_understands_the_unit() {
    let scratch = Scratch::new();
    let (mut is_content, mut told) = verify(&unit(&scratch, |text| text));
    if told.contains(LATER) {
        let earlier = |text: String| text.replace("Type=notify-reload\n", "");
        (is_content, told) = verify(&unit(&scratch, earlier));
    }
    assert!(is_content && told.is_empty(), "{told}");
    let misspelt = |text: String| text.replace("ProtectHome=", "ProtectHouse=");
    assert!(verify(&unit(&scratch, misspelt)).1.contains("ProtectHouse"));
}

#[test]
fn the_unit_is_shut_tight() {
    let scratch = Scratch::new();
    let words = [
        "security",
        "--offline=true",
        "--no-pager",
        "--threshold=15",
        &unit(&scratch, |text| text),
    ];
    let told = run(scratch.path(), "systemd-analyze", &words);
    let overall = told
        .lines()
        .find(|line| line.contains("Overall exposure level"));
    assert!(overall.is_some_and(|line| line.contains("OK")), "{told}");
}

#[test]
fn every_asset_of_the_package_is_there_or_made() {
    let scratch = Scratch::new();
    let made = scratch.folder("packaging");
    let script = Path::new(ROOT).join("packaging/assets");
    run(
        scratch.path(),
        script.to_str().unwrap(),
        &[Path::new(PROGRAM), &made],
    );
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"]
        .as_array()
        .unwrap();
    assert!(assets.len() > 5);
    for asset in assets {
        let source = asset[0].as_str().unwrap();
        let path = match source.strip_prefix("target/packaging/") {
            Some(rest) => made.join(rest),
            None if source == "target/release/anchorwatch" => continue,
            None => Path::new(ROOT).join(source),
        };
        let is_there = match path.file_name().unwrap() == "*.1" {
            true => path.parent().unwrap().join("anchorwatch-serve.1").is_file(),
            false => std::fs::metadata(&path).is_ok_and(|file| file.len() > 0),
        };
        assert!(is_there, "{source}");
    }
}

/// The options in what starts the program: words that begin with two hyphens behind `serve`.
fn options(line: &str) -> Vec<String> {
    let Some((_, behind)) = line.split_once("serve") else {
        return Vec::new();
    };
    let words = behind.split(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | '=' | ']'));
    let options = words.filter(|word| word.starts_with("--"));
    options.map(str::to_owned).collect()
}

#[test]
fn what_packages_start_is_understood() {
    let help = Command::new(PROGRAM).args(["serve", "--help"]).output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    let known: Vec<&str> = help.split_whitespace().collect();
    for (file, begins) in [
        ("packaging/systemd/anchorwatch.service", "ExecStart="),
        ("packaging/Containerfile", "CMD "),
        ("packaging/Containerfile", "#       --volume "),
    ] {
        let text = read(file);
        let starts: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with(begins))
            .collect();
        let options: Vec<String> = starts.iter().flat_map(|line| options(line)).collect();
        assert!(!options.is_empty(), "{file}: {begins}: {starts:?}");
        for option in options {
            assert!(known.contains(&option.as_str()), "{file}: {option}");
        }
    }
}
