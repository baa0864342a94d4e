//! Values of options: how each is written, and what is wrong with one that cannot be used.

use std::time::Duration;

use clap::ValueEnum;

use super::nearest::hint;
use crate::crypto::DigestType;
use crate::delegation;
use crate::dns::RecordType;

mod choice;
mod names;
mod server;

pub use choice::{Signer, Validator};
pub use names::{name, reverse_name};
pub use server::{Host, Scheme, Server, port};

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// A story for people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One line of JSON.
    Ndjson,
    /// One line for monitoring plugins.
    Nagios,
    /// For tickets and chat.
    Markdown,
    /// A row for a table.
    Csv,
    /// SARIF 2.1.0, for pipelines.
    Sarif,
    /// The XML of JUnit, for pipelines.
    Junit,
}

/// Form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TableFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// For tickets and chat.
    Markdown,
}

/// Form of a plan for a delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DsFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// DS records to paste into a zone file or a registrar's form.
    Ds,
}

/// Form of the settings in effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ConfigFormat {
    /// As the file.
    #[default]
    Toml,
    /// One JSON document.
    Json,
}

/// A document that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// The report of an audit.
    Report,
    /// What is new, gone and changed from one report to another.
    Delta,
    /// A policy file.
    Policy,
    /// What is said of a whole zone.
    Zone,
}

/// Form of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogLevel {
    /// What the agent could not do.
    Error,
    /// What may need a hand.
    Warn,
    /// Every event.
    #[default]
    Info,
    /// Every audit.
    Debug,
}

impl From<LogLevel> for tracing::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A record type that can be audited.
pub fn rtype(text: &str) -> Result<RecordType, String> {
    let rtype: RecordType = text.parse().map_err(|_| {
        let near = hint(
            text,
            RecordType::mnemonics(),
            "write one such as AAAA or TYPE65280",
        );
        format!("not a record type{near}")
    })?;
    if rtype.is_meta() {
        return Err("a type of questions, not of data; name a type such as A".to_owned());
    }
    if rtype == RecordType::RRSIG {
        return Err("signatures are not signed themselves; name the type they cover".to_owned());
    }
    Ok(rtype)
}

/// A digest that a DS may use: its name, with or without the hyphen, or its number.
pub fn digest(text: &str) -> Result<DigestType, String> {
    const FORM: &str = "write SHA-256 or SHA-384";
    let number = text.parse().ok().map(DigestType);
    let digest = number.or_else(|| DigestType::from_mnemonic(text));
    match digest {
        Some(digest) if delegation::may_be_used(digest) => Ok(digest),
        Some(digest) => Err(format!("no DS is made with {digest} here; {FORM}")),
        None => Err(format!("not a digest; {FORM}")),
    }
}

/// A length of time: `500ms`, `5s`, `2m`, or a number of seconds. At least a millisecond, at most an hour.
pub fn duration(text: &str) -> Result<Duration, String> {
    const FORM: &str = "write one from 1ms to 1h, such as 500ms, 5s or 2m";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("not a length of time; {FORM}")),
    };
    let is_number = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number: f64 = digits
        .parse()
        .ok()
        .filter(|_| is_number)
        .unwrap_or(f64::NAN);
    let seconds = number * unit;
    if (0.001..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else if seconds.is_nan() {
        Err(format!("not a length of time; {FORM}"))
    } else {
        Err(format!("out of range; {FORM}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_bounded() {
        for (text, milliseconds) in [("500ms", 500), ("5s", 5000), ("1.5", 1500), ("2m", 120_000)] {
            assert_eq!(
                duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in [
            "", "s", "-1s", "0", "2h", "inf", "nan", "5 s", "1e9", "5d", "1.2.3s", "٣s",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
