//! The README keeps its word: every `console` line runs over the lab, every `sh` line has options that exist.

use std::process::Command;

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
        assert!(matches!(code, Some(0..=2)), "{line}: {code:?}\n{errors}");
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
