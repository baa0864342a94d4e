//! What to think of each code that only another tool names.

use std::path::Path;

/// Whose fault it is that we do not name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// We name the same fault by another code: the cause of theirs, or a consequence.
    Same,
    /// They are wrong, or say of a fault what it is not.
    Wrong,
    /// We miss it.
    Open,
}

/// A line: which zones (`*`, names, names that end in `*`), which code, what of it, and why.
pub struct Line {
    pub zones: Vec<String>,
    pub code: String,
    pub kind: Kind,
    pub why: String,
}

impl Line {
    fn is_about(&self, zone: &str, code: &str) -> bool {
        let matches = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => zone.starts_with(beginning),
            None => zone == pattern,
        };
        self.code == code && self.zones.iter().any(matches)
    }
}

/// All lines.
pub struct Ledger(pub Vec<Line>);

impl Ledger {
    /// Reads a file: zones, code, `same`, `wrong` or `open`, and the reason.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("the ledger can be read");
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        Self(lines.map(line).collect())
    }

    /// The first line about a code that was said of a zone: its place.
    pub fn place(&self, zone: &str, code: &str) -> Option<usize> {
        self.0.iter().position(|line| line.is_about(zone, code))
    }
}

fn line(text: &str) -> Line {
    let fields: Vec<&str> = text.split('\t').collect();
    let [zones, code, kind, why] = fields[..] else {
        panic!("a line has four fields: {text}");
    };
    Line {
        zones: zones.split(' ').map(str::to_owned).collect(),
        code: code.to_owned(),
        kind: match kind {
            "same" => Kind::Same,
            "wrong" => Kind::Wrong,
            "open" => Kind::Open,
            _ => panic!("a kind: {text}"),
        },
        why: why.to_owned(),
    }
}
