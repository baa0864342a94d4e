//! The shape of the sources: who may import whom, and the habits that a compiler does not check.
//!
//! Test code is left out of every rule but the first line: it may reach anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module of the library may import. A module stands after all those that it names.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("dns", &[]),
    ("crypto", &["dns"]),
    ("evidence", &["dns", "crypto"]),
    ("walk", &["dns", "crypto", "evidence"]),
    ("validate", &["dns", "crypto", "evidence"]),
    ("report", &["dns", "crypto", "evidence"]),
    ("policy", &["dns", "crypto", "report"]),
    ("history", &["dns", "report"]),
    (
        "delegation",
        &["dns", "crypto", "evidence", "validate", "report"],
    ),
    ("drill", &["dns", "crypto", "evidence", "walk", "validate"]),
    (
        "checks",
        &[
            "dns",
            "crypto",
            "evidence",
            "walk",
            "validate",
            "report",
            "policy",
            "history",
            "delegation",
        ],
    ),
    (
        "audit",
        &[
            "dns",
            "crypto",
            "evidence",
            "validate",
            "report",
            "policy",
            "history",
            "checks",
            "delegation",
        ],
    ),
    (
        "hypothesis",
        &[
            "dns",
            "crypto",
            "evidence",
            "validate",
            "report",
            "delegation",
        ],
    ),
    ("fix", &["dns", "report", "checks", "delegation"]),
    ("transfer", &["dns", "crypto"]),
    ("watch", &["dns", "crypto", "report", "history"]),
    ("notify", &["dns", "crypto", "report", "watch"]),
    (
        "zone",
        &[
            "dns", "crypto", "evidence", "validate", "report", "policy", "checks",
        ],
    ),
    // What signs and breaks zones shares no code with what judges them.
    ("lab", &["dns", "crypto"]),
    (
        "agent",
        &[
            "dns",
            "crypto",
            "evidence",
            "walk",
            "validate",
            "report",
            "policy",
            "checks",
            "audit",
            "transfer",
            "watch",
            "notify",
            "zone",
            "lab",
            "delegation",
            "drill",
            "hypothesis",
            "fix",
        ],
    ),
];

/// Where the cryptographic libraries may be named: to verify, and apart from that to sign the lab.
const CRYPTO_LIBRARIES: &[&str] = &[
    "ring",
    "aws_lc_rs",
    "ed448_goldilocks",
    "num_bigint",
    "p256",
    "p384",
];

/// Where the lint that forbids clocks, sockets, files, environment and randomness may be switched off.
const MAY_TOUCH_THE_WORLD: &[&str] = &[
    // For test code alone.
    "src/lib.rs",
    "src/agent/mod.rs",
    "src/lab/server.rs",
    "src/lab/server/mod.rs",
];

/// Greatest number of lines of a file, its tests not counted.
const MAX_LINES: usize = 400;

/// Files that are longer all the same, and why. One that is no longer so must leave the list.
const OVERLONG: &[(&str, &str)] = &[(
    "src/dns/rdata.rs",
    "one typed view for each type, all alike",
)];

struct Source {
    /// From the root of the package, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The module path below the crate: `dns/name.rs` and `dns/name/mod.rs` are both `["dns", "name"]`.
    fn module(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.strip_suffix(".rs").unwrap_or(path);
        path.split('/').filter(|part| *part != "mod").collect()
    }

    fn is_test(&self) -> bool {
        self.module().contains(&"tests")
    }

    /// The lines that are not compiled for tests only.
    fn production(&self) -> Vec<&str> {
        let mut kept = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if line.trim() == "#[cfg(test)]" {
                skip_item(line, &mut lines);
            } else {
                kept.push(line);
            }
        }
        kept
    }

    /// These lines without comments.
    fn code(&self) -> String {
        let mut lines = self.production();
        lines.retain(|line| !line.trim_start().starts_with("//"));
        lines.join("\n")
    }
}

/// Skips the item behind `attribute`: to the first line as far left as this one that ends it.
fn skip_item<'a>(attribute: &str, lines: &mut impl Iterator<Item = &'a str>) {
    let indent = attribute.len() - attribute.trim_start().len();
    lines.find(|line| line.len() - line.trim_start().len() == indent && line.ends_with([';', '}']));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        rust_files(&root().join(folder), &mut paths);
    }
    paths.sort();
    let read = paths.iter().map(|path| Source {
        path: path
            .strip_prefix(root())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned(),
        text: fs::read_to_string(path).unwrap(),
    });
    read.collect()
}

fn library() -> Vec<Source> {
    let mut all = sources(&["src"]);
    all.retain(|source| !source.is_test());
    assert!(all.len() > 10, "the sources are found");
    all
}

/// What follows each `word` that is not part of a longer one.
fn after<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(word).filter_map(move |(at, _)| {
        let before = code[..at].chars().next_back();
        let is_whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        is_whole.then(|| &code[at + word.len()..])
    })
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The first names of a path or of a group of paths: `a::b` gives a; `{a::{b, c}, d}` gives a and d.
fn first_names(text: &str) -> Vec<&str> {
    let Some(group) = text.strip_prefix('{') else {
        return vec![identifier(text)];
    };
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(identifier(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// How many `super::` stand in a row at most.
fn greatest_climb(code: &str) -> usize {
    let climb = |rest: &str| {
        1 + rest
            .split("super::")
            .take_while(|part| part.is_empty())
            .count()
    };
    after(code, "super::").map(climb).max().unwrap_or(0)
}

#[test]
fn the_table_has_one_direction() {
    for (index, (module, imports)) in MAY_IMPORT.iter().enumerate() {
        for import in *imports {
            let stands_before = MAY_IMPORT[..index].iter().any(|(name, _)| name == import);
            assert!(stands_before, "{module} imports {import}");
        }
    }
}

#[test]
fn imports_run_one_way() {
    let table: BTreeMap<_, _> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in library() {
        let module = source.module();
        if ["lib", "main"].contains(&module[0]) {
            continue;
        }
        let Some(allowed) = table.get(module[0]) else {
            panic!("{}: `{}` is not in the table", source.path, module[0]);
        };
        let code = source.code();
        for name in after(&code, "crate::").flat_map(first_names) {
            if table.contains_key(name) && name != module[0] && !allowed.contains(&name) {
                wrong.push(format!("{} imports {name}", source.path));
            }
        }
        if greatest_climb(&code) >= module.len() {
            wrong.push(format!("{} climbs to the crate with `super`", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_lab_verifies_nothing_and_main_only_starts_the_agent() {
    for source in library() {
        let code = source.code();
        match source.module()[0] {
            "lab" => {
                let mut imports = after(&code, "crate::").map(|rest| rest.split(';').next());
                let verifies = imports.any(|path| path.is_some_and(|p| p.contains("PublicKey")));
                assert!(!verifies, "{}", source.path);
            }
            "main" => {
                for name in after(&code, "anchorwatch::").flat_map(first_names) {
                    assert_eq!(name, "agent", "{}", source.path);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn only_crypto_and_the_lab_name_a_cryptographic_library() {
    let mut wrong = Vec::new();
    for source in library() {
        if ["crypto", "lab"].contains(&source.module()[0]) {
            continue;
        }
        let code = source.code();
        for name in CRYPTO_LIBRARIES {
            // The edge takes message IDs from the generator that is there anyway.
            let is_random =
                |rest: &str| source.module()[0] == "agent" && rest.starts_with("rand::");
            if after(&code, &format!("{name}::")).any(|rest| !is_random(rest)) {
                wrong.push(format!("{} names {name}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_edge_touches_the_world() {
    let mut off = library();
    off.retain(|source| source.text.contains("clippy::disallowed"));
    let paths = off.iter().map(|source| source.path.as_str());
    let wrong: Vec<_> = paths
        .filter(|path| !MAY_TOUCH_THE_WORLD.contains(path))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_file_opens_with_what_it_is_about() {
    for source in sources(&["src", "tests", "fuzz", "examples", "benches"]) {
        let first = source.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! "), "{}", source.path);
    }
}

#[test]
fn no_file_is_overlong() {
    let mut overlong = library();
    overlong.retain(|source| source.production().len() > MAX_LINES);
    let found: Vec<_> = overlong.iter().map(|source| source.path.as_str()).collect();
    let listed: Vec<_> = OVERLONG.iter().map(|(path, _)| *path).collect();
    assert_eq!(
        found, listed,
        "files over {MAX_LINES} lines without tests, and those expected to be"
    );
}

#[test]
fn nothing_gives_up_without_a_reason() {
    for source in library() {
        let code = source.code();
        for word in [".unwrap()", "todo!(", "unimplemented!(", "dbg!("] {
            assert!(!code.contains(word), "{}: {word}", source.path);
        }
    }
}

#[test]
fn the_scanner_sees_what_it_must() {
    let source = Source {
        path: "src/dns/name.rs".to_owned(),
        text: "//! use crate::doc;\nuse crate::{a::{b, c}, d};\n#[cfg(test)]\nmod tests;\n\n#[cfg(test)]\nmod more {\n    use crate::e;\n}\nfn f() { crate::g::h(super::super::x) }\n".to_owned(),
    };
    let code = source.code();
    let names: Vec<_> = after(&code, "crate::").flat_map(first_names).collect();
    assert_eq!(names, ["a", "d", "g"]);
    assert_eq!(greatest_climb(&code), 2);
    assert_eq!(source.module(), ["dns", "name"]);
    assert_eq!(after("string::x ring::y", "ring::").count(), 1);
}
