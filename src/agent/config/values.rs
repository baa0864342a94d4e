//! Values as they are written in the file: lengths of time, sizes, names, servers, names with a type.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::agent::cli::values::{self, Server};
use crate::dns::{Name, RecordType, Timestamp};

/// What is read from a string and written as one.
pub trait Word: Sized {
    /// What it is, for the schema.
    const WHAT: &'static str;
    /// A pattern that all of its forms match, for the schema.
    const PATTERN: &'static str;

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong and how it is written, in one line.
    fn read(text: &str) -> Result<Self, String>;

    /// Writes it, so that [`read`](Self::read) gives the same again.
    fn write(&self) -> String;
}

/// A value that stands in the file as a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Written<T>(pub T);

impl<T> Deref for Written<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Word> fmt::Display for Written<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.write())
    }
}

impl<'de, T: Word> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(InQuotes(PhantomData))
    }
}

struct InQuotes<T>(PhantomData<T>);

impl<T: Word> Visitor<'_> for InQuotes<T> {
    type Value = Written<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {} in quotes", T::WHAT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Written<T>, E> {
        let read = T::read(text).map(Written);
        read.map_err(|problem| E::custom(problem_with(text, &problem)))
    }
}

fn problem_with(text: &str, problem: &str) -> String {
    format!("\"{}\": {problem}", text.escape_debug())
}

impl<T: Word> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.write())
    }
}

impl<T: Word> JsonSchema for Written<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::WHAT.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": T::PATTERN })
    }
}

impl Word for Name {
    const WHAT: &'static str = "domain name";
    const PATTERN: &'static str = r"^[\x21-\x7e]+$";

    fn read(text: &str) -> Result<Self, String> {
        values::name(text)
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Word for Server {
    const WHAT: &'static str = "server";
    const PATTERN: &'static str = r"^[\x21-\x7e]+$";

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn write(&self) -> String {
        self.text.clone()
    }
}

impl Word for Timestamp {
    const WHAT: &'static str = "instant";
    const PATTERN: &'static str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+$";

    fn read(text: &str) -> Result<Self, String> {
        text.parse::<Self>().map_err(|error| error.to_string())
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

/// Units of time and their milliseconds, greatest first.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

impl Word for Duration {
    const WHAT: &'static str = "length of time";
    const PATTERN: &'static str = "^[0-9]+(ms|s|m|h|d)$";

    fn read(text: &str) -> Result<Self, String> {
        const FORM: &str = "write a whole number and its unit, such as 500ms, 30s, 5m, 12h or 3d";
        let (number, unit) = number(text, &UNITS).ok_or(format!("not a length of time; {FORM}"))?;
        let whole = number.checked_mul(unit);
        let whole = whole.ok_or_else(|| format!("too long; {FORM}"))?;
        Ok(Self::from_millis(whole))
    }

    fn write(&self) -> String {
        let whole = u64::try_from(self.as_millis()).unwrap_or(u64::MAX);
        match whole {
            0 => "0s".to_owned(),
            _ => in_units(whole, &UNITS),
        }
    }
}

/// A number of octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

/// Units of size and their octets, greatest first.
const SIZES: [(&str, u64); 4] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

impl Word for Size {
    const WHAT: &'static str = "size";
    const PATTERN: &'static str = "^[0-9]+(KiB|MiB|GiB|TiB)$";

    fn read(text: &str) -> Result<Self, String> {
        const FORM: &str = "write a whole number and its unit, such as 512MiB or 1GiB";
        let (number, unit) = number(text, &SIZES).ok_or(format!("not a size; {FORM}"))?;
        let octets = number.checked_mul(unit);
        octets.map(Self).ok_or_else(|| format!("too great; {FORM}"))
    }

    fn write(&self) -> String {
        in_units(self.0, &SIZES)
    }
}

/// The number before a unit, and what the unit counts for.
fn number(text: &str, units: &[(&str, u64)]) -> Option<(u64, u64)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, word) = text.split_at(end);
    let unit = units.iter().find(|(unit, _)| *unit == word)?.1;
    Some((digits.parse().ok()?, unit))
}

/// Written in the greatest unit that divides it.
fn in_units(whole: u64, units: &[(&str, u64)]) -> String {
    let fits = units.iter().find(|(_, unit)| whole.is_multiple_of(*unit));
    let (word, unit) = fits.or(units.last()).copied().unwrap_or(("", 1));
    format!("{}{word}", whole / unit)
}

/// A name to audit beside the apex, relative to the zone unless it ends with a dot, and a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Also {
    /// As it was typed.
    text: String,
    /// The labels, to be completed with the zone unless `is_absolute`.
    name: Name,
    is_absolute: bool,
    /// The type.
    rtype: RecordType,
}

impl Also {
    /// The name below `zone`, and the type; what is wrong otherwise.
    ///
    /// # Errors
    /// The name is too long with the zone behind it, or is not in the zone.
    pub fn within(&self, zone: &Name) -> Result<(Name, RecordType), String> {
        let name = match self.is_absolute {
            true => self.name.clone(),
            false => Name::from_labels(self.name.labels().chain(zone.labels()))
                .map_err(|error| format!("\"{}\": {error}", self.text))?,
        };
        match name.is_at_or_below(zone) {
            true => Ok((name, self.rtype)),
            false => Err(format!("\"{}\" is not in {zone}", self.text)),
        }
    }
}

impl Word for Also {
    const WHAT: &'static str = "name and type";
    const PATTERN: &'static str = r"^[\x21-\x7e]+( [A-Za-z0-9]+)?$";

    fn read(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let (name, rtype) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or("A"),
        );
        if words.next().is_some() {
            return Err("more than a name and a type; write \"www AAAA\"".to_owned());
        }
        Ok(Self {
            text: text.to_owned(),
            name: match name {
                "@" => Name::root(),
                _ => values::name(name)?,
            },
            is_absolute: name.ends_with('.'),
            rtype: values::rtype(rtype)?,
        })
    }

    fn write(&self) -> String {
        self.text.clone()
    }
}

/// A length of time as `#[serde(with = "length")]`.
pub mod length {
    use super::{Deserialize, Deserializer, Duration, Serialize, Serializer, Written};

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(length: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        Written(*length).serialize(serializer)
    }

    /// Reads it.
    ///
    /// # Errors
    /// Those of the deserializer, and what is no length of time.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        Ok(Written::deserialize(deserializer)?.0)
    }
}
