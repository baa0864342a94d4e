//! Root hints: where an audit begins (RFC 9609).
//!
//! A hints file is a master file in the manner of IANA's `named.root`: NS records of the root, and A and
//! AAAA records of the names they hold. The reader takes nothing else, because what it would pass over
//! in silence is most often a typing mistake. A name server without an address is taken as long as
//! another one has one: an audit that begins there finds the rest.

use std::collections::BTreeSet;
use std::fmt;

use crate::dns::master::{self, MasterError};
use crate::dns::{Name, Record, RecordType, rdata};

/// Greatest number of records in a hints file. IANA's has 39.
pub const MAX_HINTS: usize = 1_024;

const ROOT_HINTS: &str = include_str!("root.hints");

/// The name servers of the root zone of the public Internet, with all their addresses.
pub fn built_in() -> Vec<Record> {
    read_hints(ROOT_HINTS).expect("a test reads the hints that are built in")
}

/// Where a hints file is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintsError {
    /// Line, from 1; `None` when the file as a whole lacks something.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: HintsProblem,
}

/// What is wrong with a hints file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HintsProblem {
    /// The line cannot be read as a record.
    Syntax(String),
    /// A record of a type that is no hint.
    Type(RecordType),
    /// The RDATA does not fit the type.
    Rdata(RecordType),
    /// Name servers of this name, which is not the root.
    NotRoot(Name),
    /// An address of this name, which no NS record holds.
    Stranger(Name),
    /// More records than [`MAX_HINTS`].
    TooMany,
    /// No NS record of the root.
    NoServer,
    /// NS records of the root, but not one address.
    NoAddress,
}

impl fmt::Display for HintsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.problem),
            None => self.problem.fmt(f),
        }
    }
}

impl fmt::Display for HintsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(problem) => f.write_str(problem),
            Self::Type(rtype) => write!(f, "{rtype} is not a hint: these are NS, A and AAAA"),
            Self::Rdata(rtype) => write!(f, "the data does not fit the type {rtype}"),
            Self::NotRoot(owner) => write!(f, "NS at {owner}, but hints are for the root"),
            Self::Stranger(owner) => write!(f, "an address of {owner}, which no NS record names"),
            Self::TooMany => write!(f, "more than {MAX_HINTS} records"),
            Self::NoServer => f.write_str("no NS record of the root"),
            Self::NoAddress => f.write_str("no address for any name server of the root"),
        }
    }
}

impl std::error::Error for HintsError {}

impl From<MasterError> for HintsError {
    fn from(error: MasterError) -> Self {
        Self {
            line: Some(error.line),
            problem: HintsProblem::Syntax(error.problem),
        }
    }
}

/// Reads a hints file: NS, A and AAAA records, in the order of the file.
///
/// # Errors
/// [`HintsError`] with the first line that is wrong, or what the whole file lacks.
pub fn read_hints(text: &str) -> Result<Vec<Record>, HintsError> {
    let numbered = master::read_numbered(text, &Name::root())?;
    let servers = servers(&numbered);
    for (index, (line, record)) in numbered.iter().enumerate() {
        let checked = match index < MAX_HINTS {
            true => check(record, &servers),
            false => Err(HintsProblem::TooMany),
        };
        checked.map_err(|problem| HintsError {
            line: Some(*line),
            problem,
        })?;
    }
    let lacking = |problem| HintsError {
        line: None,
        problem,
    };
    if servers.is_empty() {
        return Err(lacking(HintsProblem::NoServer));
    }
    let records: Vec<Record> = numbered.into_iter().map(|(_, record)| record).collect();
    if records.iter().all(|record| record.rtype == RecordType::NS) {
        return Err(lacking(HintsProblem::NoAddress));
    }
    Ok(records)
}

/// The names that NS records hold, whoever owns these.
fn servers(numbered: &[(usize, Record)]) -> BTreeSet<Name> {
    numbered
        .iter()
        .filter(|(_, record)| record.rtype == RecordType::NS)
        .filter_map(|(_, record)| rdata::target(&record.rdata))
        .collect()
}

fn check(record: &Record, servers: &BTreeSet<Name>) -> Result<(), HintsProblem> {
    let rtype = record.rtype;
    match rtype {
        RecordType::NS if !record.owner.is_root() => {
            Err(HintsProblem::NotRoot(record.owner.clone()))
        }
        RecordType::NS if rdata::target(&record.rdata).is_none() => Err(HintsProblem::Rdata(rtype)),
        RecordType::NS => Ok(()),
        RecordType::A | RecordType::AAAA if rdata::address(rtype, &record.rdata).is_none() => {
            Err(HintsProblem::Rdata(rtype))
        }
        RecordType::A | RecordType::AAAA if servers.contains(&record.owner) => Ok(()),
        RecordType::A | RecordType::AAAA => Err(HintsProblem::Stranger(record.owner.clone())),
        _ => Err(HintsProblem::Type(rtype)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_has_thirteen_servers_with_two_addresses_each() {
        let hints = built_in();
        assert_eq!(hints.len(), 39);
        for letter in b'a'..=b'm' {
            let server: Name = format!("{}.root-servers.net.", char::from(letter))
                .parse()
                .unwrap();
            let named = hints
                .iter()
                .filter(|record| rdata::target(&record.rdata).as_ref() == Some(&server));
            assert_eq!(named.count(), 1, "{server}");
            for rtype in [RecordType::A, RecordType::AAAA] {
                let of_type = |record: &&Record| record.owner == server && record.rtype == rtype;
                assert_eq!(hints.iter().filter(of_type).count(), 1, "{server} {rtype}");
            }
        }
    }

    #[test]
    fn an_address_is_enough_and_may_come_first() {
        let hints =
            read_hints("NS.test 60 A 127.0.0.1\n. NS ns.test.\n. NS other.test.\n").unwrap();
        assert_eq!(hints.len(), 3);
        assert_eq!(hints[0].owner.to_string(), "NS.test.");
    }

    #[test]
    fn what_is_no_hint_is_named_with_its_line() {
        let many = ". NS a.\n".repeat(MAX_HINTS + 1);
        for (text, message) in [
            ("", "no NS record of the root"),
            ("; nothing\n", "no NS record of the root"),
            (". NS a.\n", "no address for any name server of the root"),
            (". NS\n", "line 1: NS needs more than 0 fields"),
            (
                ". NS a.\n\na. A 192.0.2\n",
                "line 3: `192.0.2` is not an address of this type",
            ),
            (
                ". NS a.\na. A 192.0.2.1 192.0.2.2\n",
                "line 2: `192.0.2.2` is left over after the A record",
            ),
            (
                ". NS a.\na. A 192.0.2.1\nb. AAAA ::1\n",
                "line 3: an address of b., which no NS record names",
            ),
            (
                "test. NS a.\na. A 192.0.2.1\n",
                "line 1: NS at test., but hints are for the root",
            ),
            (
                ". NS a.\na. TXT x\n",
                "line 2: TXT is not a hint: these are NS, A and AAAA",
            ),
            (
                ". NS a.\na. A \\# 3 C00002\n",
                "line 2: the data does not fit the type A",
            ),
            (
                ". NS \\# 1 05\n",
                "line 1: the data does not fit the type NS",
            ),
            (&many, "line 1025: more than 1024 records"),
        ] {
            assert_eq!(read_hints(text).unwrap_err().to_string(), message);
        }
    }
}
