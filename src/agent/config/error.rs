//! What is wrong with a configuration file, and where: `FILE:LINE:COLUMN: what`.
//!
//! A shape that does not fit is told by the reader of TOML in its own words; the words of serde for a key
//! or value that is not known are turned into the nearest one that is.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::VERSION;
use crate::agent::cli::nearest::hint;

/// Why a configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// Where in it, when there is a place.
    pub place: Option<Place>,
    /// What is wrong and what to do about it, in one line.
    pub what: String,
}

/// A place in a text, counted from one; columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Place {
    /// The place of an octet of `text`.
    fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

impl ConfigError {
    /// The file as a whole is the matter.
    pub(super) fn whole(path: &Path, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            place: None,
            what: what.into(),
        }
    }

    fn at(path: &Path, text: &str, span: Option<Range<usize>>, what: String) -> Self {
        Self {
            path: path.to_owned(),
            place: span.map(|span| Place::of(text, span.start)),
            what,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl std::error::Error for ConfigError {}

/// Reads the shape of a file: a configuration, or a policy.
pub(super) fn read<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, ConfigError> {
    let refused = |error: &toml::de::Error| {
        ConfigError::at(path, text, error.span(), in_our_words(error.message()))
    };
    let table = DeTable::parse(text).map_err(|error| refused(&error))?;
    // First of all: what another version of the format has is not a mistake in this one.
    version(table.get_ref()).map_err(|(span, what)| ConfigError::at(path, text, span, what))?;
    T::deserialize(toml::Deserializer::from(table)).map_err(|error| refused(&error))
}

fn version(table: &DeTable<'_>) -> Result<(), (Option<Range<usize>>, String)> {
    let Some(version) = table.get("version") else {
        let what = format!("no version; write version = {VERSION} in the first line");
        return Err((None, what));
    };
    let number = version.get_ref().as_integer();
    let number =
        number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
    match number {
        Some(number) if number == u64::from(VERSION) => Ok(()),
        _ => {
            let what = format!("not a version that is read here; write version = {VERSION}");
            Err((Some(version.span()), what))
        }
    }
}

/// Rewords what serde says about keys and values that are not known.
fn in_our_words(message: &str) -> String {
    let line = message.lines().collect::<Vec<_>>().join("; ");
    for (beginning, what) in [
        ("unknown field `", "unknown key"),
        ("unknown variant `", "unknown value"),
    ] {
        let parts = line.strip_prefix(beginning);
        if let Some((word, rest)) = parts.and_then(|rest| rest.split_once("`, ")) {
            let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
            let otherwise = format!("known are {}", known.join(", "));
            return format!("{what} {word}{}", hint(word, known, &otherwise));
        }
    }
    match line.strip_prefix("missing field `") {
        Some(field) => format!("no {}", field.trim_end_matches('`')),
        None => line,
    }
}

/// A step from a value to one in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list, counted from zero.
    Item(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(item: usize) -> Self {
        Self::Item(item)
    }
}

/// Something wrong with a value whose shape fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The way to it.
    at: Vec<Step>,
    /// What is wrong.
    what: String,
    /// The way to the other place that it contradicts.
    first: Option<Vec<Step>>,
}

impl Mistake {
    /// What is wrong with the value at the end of a way.
    pub(super) fn new(at: impl Into<Vec<Step>>, what: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            what: what.into(),
            first: None,
        }
    }

    /// The same, with the place that was first.
    pub(super) fn after(self, first: impl Into<Vec<Step>>) -> Self {
        let first = Some(first.into());
        Self { first, ..self }
    }

    /// With the places in the text that the ways lead to.
    pub(super) fn place(self, path: &Path, text: &str) -> ConfigError {
        let table = DeTable::parse(text).ok();
        let span = |way: &[Step]| table.as_ref().and_then(|table| span(table, way));
        let first = self.first.and_then(|way| span(&way));
        let what = match first.map(|span| Place::of(text, span.start)) {
            Some(first) => format!("{}; first in line {}", self.what, first.line),
            None => self.what,
        };
        ConfigError::at(path, text, span(&self.at), what)
    }
}

/// Where the value at the end of a way stands, or the last one before it that is there.
fn span(table: &Spanned<DeTable<'_>>, way: &[Step]) -> Option<Range<usize>> {
    let (Step::Key(key), rest) = way.split_first()? else {
        return None;
    };
    let mut value = table.get_ref().get(key.as_str())?;
    for step in rest {
        let inner = match (value.get_ref(), step) {
            (DeValue::Table(table), Step::Key(key)) => table.get(key.as_str()),
            (DeValue::Array(items), Step::Item(item)) => items.get(*item),
            _ => None,
        };
        let Some(inner) = inner else { break };
        value = inner;
    }
    Some(value.span())
}
