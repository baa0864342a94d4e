//! How a master file is read: a text at hand, or a zone that is to be published.

use super::super::name::Name;
use super::super::rtype::RecordType;

/// How a file is read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its name in messages; `None` for a text that is no file.
    pub file: Option<String>,
    /// What relative names end in; `None` where only `$ORIGIN` may say so.
    pub origin: Option<Name>,
    /// The TTL of a record when nothing says any; `None` makes that an error, but for a SOA, which has its
    /// own.
    pub ttl: Option<u32>,
    /// A last line without a line end is taken for a file that was cut off.
    pub is_end_of_line_needed: bool,
    /// Whether octets in the generic form have to be data of their type (RFC 3597, section 5). Where records are
    /// kept that servers sent, they need not be.
    pub are_octets_checked: bool,
    /// The types to read; all without it.
    pub wanted: Option<Vec<RecordType>>,
}

impl Settings {
    /// For a text at hand whole.
    pub fn of_text(origin: &Name) -> Self {
        Self {
            file: None,
            origin: Some(origin.clone()),
            ttl: Some(0),
            is_end_of_line_needed: false,
            are_octets_checked: false,
            wanted: None,
        }
    }

    /// For a zone of which every record counts.
    pub fn of_zone(file: impl Into<String>, origin: Option<Name>) -> Self {
        Self {
            file: Some(file.into()),
            origin,
            ttl: None,
            is_end_of_line_needed: true,
            are_octets_checked: true,
            wanted: None,
        }
    }
}
