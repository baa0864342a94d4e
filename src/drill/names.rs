//! The names of a rehearsal: what each must come out as, and what it is there to tell.
//!
//! A file of names has one a line: name, type, what is expected, what it tests, and what it is about, in
//! words. The first four are separated by blanks or tabs. `#` begins a comment. The default set stands in
//! `names.tsv`; it is a copy to begin with, since names of the public Internet come and go.

use std::fmt;
use std::fmt::Write as _;

use crate::crypto::{Algorithm, DigestType};
use crate::dns::{Name, RecordType};

/// Greatest number of names in one list: each costs a resolver a few questions.
pub const MAX_NAMES: usize = 200;

const BUILT_IN: &str = include_str!("names.tsv");

/// A name to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillName {
    /// The name; for [`Tests::RootKeys`] the one below which the labels of RFC 8509 are answered.
    pub name: Name,
    /// The type.
    pub rtype: RecordType,
    /// What a validator must make of it.
    pub expect: Expect,
    /// What it tells.
    pub tests: Tests,
    /// What it is about, in words.
    pub about: String,
}

/// What a validator must make of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expect {
    /// An answer with AD.
    Secure,
    /// An answer without AD.
    Insecure,
    /// SERVFAIL, and an answer with CD.
    Bogus,
}

impl Expect {
    const ALL: [Self; 3] = [Self::Secure, Self::Insecure, Self::Bogus];
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Secure => "secure",
            Self::Insecure => "insecure",
            Self::Bogus => "bogus",
        })
    }
}

/// What a name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tests {
    /// Whether the resolver validates.
    Validation,
    /// Whether it validates an algorithm.
    Algorithm(Algorithm),
    /// Whether it takes a digest in a DS.
    Digest(DigestType),
    /// Which root keys it trusts (RFC 8509).
    RootKeys,
}

const VALIDATION: &str = "validation";
const ROOT_KEYS: &str = "root-keys";

impl fmt::Display for Tests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validation => f.pad(VALIDATION),
            Self::Algorithm(algorithm) => f.pad(&algorithm.to_string()),
            Self::Digest(digest) => f.pad(&digest.to_string()),
            Self::RootKeys => f.pad(ROOT_KEYS),
        }
    }
}

/// What is wrong with a list of names, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesError {
    /// The line, from 1; none when the list as a whole is wrong.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: NamesProblem,
}

/// What is wrong with a list of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamesProblem {
    /// Fewer than four words.
    TooFewWords,
    /// Not a domain name.
    Name(String),
    /// Not a type of records.
    Type(String),
    /// Not what can be expected.
    Expect(String),
    /// Not what can be tested.
    Tests(String),
    /// The labels of RFC 8509 work on addresses that are secure alone.
    NotForRootKeys,
    /// More than [`MAX_NAMES`].
    TooMany,
    /// None at all.
    None,
}

impl fmt::Display for NamesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match &self.problem {
            NamesProblem::TooFewWords => f.write_str(
                "a line is NAME TYPE EXPECTED TESTS and words on it, such as `dnssec-failed.org A bogus validation`",
            ),
            NamesProblem::Name(word) => write!(f, "{word} is not a domain name"),
            NamesProblem::Type(word) => write!(f, "{word} is not a type of records"),
            NamesProblem::Expect(word) => write!(f, "{word}: expected is secure, insecure or bogus"),
            NamesProblem::Tests(word) => write!(
                f,
                "{word}: what is tested is validation, root-keys, an algorithm such as ED25519 or a digest such as SHA-384"
            ),
            NamesProblem::NotForRootKeys => f.write_str("a name that tests root-keys is expected to be secure, with type A or AAAA"),
            NamesProblem::TooMany => write!(f, "more than {MAX_NAMES} names"),
            NamesProblem::None => f.write_str("no name in it"),
        }
    }
}

impl std::error::Error for NamesError {}

/// The default set as it stands in its file.
pub fn built_in_text() -> &'static str {
    BUILT_IN
}

/// The default set.
pub fn built_in() -> Vec<DrillName> {
    read(BUILT_IN).expect("a test reads the names that are built in")
}

/// Reads a list of names.
///
/// # Errors
/// [`NamesError`] with the first line that is wrong; also when there is no name at all.
pub fn read(text: &str) -> Result<Vec<DrillName>, NamesError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut names = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let at = |problem| NamesError {
            line: Some(number),
            problem,
        };
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        if names.len() == MAX_NAMES {
            return Err(at(NamesProblem::TooMany));
        }
        names.push(entry(line).map_err(at)?);
    }
    match names.is_empty() {
        true => Err(NamesError {
            line: None,
            problem: NamesProblem::None,
        }),
        false => Ok(names),
    }
}

fn entry(line: &str) -> Result<DrillName, NamesProblem> {
    let (name, rest) = word(line)?;
    let (rtype, rest) = word(rest)?;
    let (expect, rest) = word(rest)?;
    let (tests, about) = word(rest)?;
    let entry = DrillName {
        name: name
            .parse()
            .map_err(|_| NamesProblem::Name(name.to_owned()))?,
        rtype: rtype
            .parse()
            .map_err(|_| NamesProblem::Type(rtype.to_owned()))?,
        expect: expectation(expect).ok_or_else(|| NamesProblem::Expect(expect.to_owned()))?,
        tests: tested(tests).ok_or_else(|| NamesProblem::Tests(tests.to_owned()))?,
        about: about.trim().to_owned(),
    };
    let is_address = matches!(entry.rtype, RecordType::A | RecordType::AAAA);
    match entry.tests {
        Tests::RootKeys if !is_address || entry.expect != Expect::Secure => {
            Err(NamesProblem::NotForRootKeys)
        }
        _ => Ok(entry),
    }
}

/// The next word, and what follows it.
fn word(text: &str) -> Result<(&str, &str), NamesProblem> {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some(parts) => Ok(parts),
        None if text.is_empty() => Err(NamesProblem::TooFewWords),
        None => Ok((text, "")),
    }
}

fn expectation(word: &str) -> Option<Expect> {
    Expect::ALL
        .into_iter()
        .find(|expect| expect.to_string().eq_ignore_ascii_case(word))
}

fn tested(word: &str) -> Option<Tests> {
    match word.to_ascii_lowercase().as_str() {
        VALIDATION => Some(Tests::Validation),
        ROOT_KEYS => Some(Tests::RootKeys),
        _ => {
            let algorithm = Algorithm::from_mnemonic(word).map(Tests::Algorithm);
            algorithm.or_else(|| DigestType::from_mnemonic(word).map(Tests::Digest))
        }
    }
}

/// The names in the form that [`read`] takes.
pub fn write(names: &[DrillName]) -> String {
    let mut out = "# name\ttype\texpected\ttests\tabout\n".to_owned();
    for name in names {
        let _ = writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}",
            name.name, name.rtype, name.expect, name.tests, name.about
        );
    }
    out
}
