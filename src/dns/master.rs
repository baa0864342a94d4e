//! Master files (RFC 1035, section 5): one reader, for root hints, trust anchors and DS sets as for zones
//! of millions of names.
//!
//! [`Reader`] gives one record after another out of anything that can be read, and holds no more of it than
//! the longest entry. [`read`] and its kin make records of a short text. What a file may ask for beyond
//! itself, `$INCLUDE`, is had from whoever calls, since opening files is not for the core.

mod entries;
mod fields;
mod rare;
mod rdata;
mod reader;
mod settings;

use std::fmt;

use super::message::Record;
use super::name::Name;
use super::rdata as data;
use super::rtype::{Class, RecordType};
pub use entries::MAX_ENTRY;
pub use reader::{Entry, Input, MAX_INCLUDES, Opener, Reader};
pub use settings::Settings;

/// Refuses every file.
///
/// # Errors
/// Always.
pub fn no_includes(_: &str) -> Result<Input, String> {
    Err("$INCLUDE is not supported here".to_owned())
}

/// Greatest size of a text read whole, in octets. IANA's root hints are under 4 KiB.
pub const MAX_INPUT: usize = 4 << 20;

/// Where a master file is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterError {
    /// The file; `None` for a text that is none.
    pub file: Option<String>,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in octets.
    pub column: usize,
    /// What is wrong, one line.
    pub problem: String,
    /// Nothing can be read after it.
    pub is_fatal: bool,
}

impl fmt::Display for MasterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file}:{}:{}: {}", self.line, self.column, self.problem),
            None => write!(f, "line {}: {}", self.line, self.problem),
        }
    }
}

impl std::error::Error for MasterError {}

/// Reads all records of `text`. Relative names end in `origin` until `$ORIGIN` says otherwise.
///
/// # Errors
/// [`MasterError`] with the first line that cannot be read.
pub fn read(text: &str, origin: &Name) -> Result<Vec<Record>, MasterError> {
    let numbered = read_numbered(text, origin)?;
    Ok(numbered.into_iter().map(|(_, record)| record).collect())
}

/// The records of `wanted` types in a zone file of any size that the caller allows. Those of other types
/// are passed over unread, so that a zone may hold types this reader does not know.
///
/// # Errors
/// [`MasterError`] with the first line whose owner, type or wanted record cannot be read.
pub fn read_only(
    text: &str,
    origin: &Name,
    wanted: &[RecordType],
) -> Result<Vec<Record>, MasterError> {
    let numbered = read_entries(text, origin, Some(wanted))?;
    Ok(numbered.into_iter().map(|(_, record)| record).collect())
}

/// As [`read`], each record with the line it begins on, from 1, for messages about what it says.
///
/// # Errors
/// [`MasterError`] with the first line that cannot be read.
pub fn read_numbered(text: &str, origin: &Name) -> Result<Vec<(usize, Record)>, MasterError> {
    if text.len() > MAX_INPUT {
        return Err(MasterError {
            file: None,
            line: 1,
            column: 1,
            problem: format!("the file is longer than {MAX_INPUT} octets"),
            is_fatal: true,
        });
    }
    read_entries(text, origin, None)
}

fn read_entries(
    text: &str,
    origin: &Name,
    wanted: Option<&[RecordType]>,
) -> Result<Vec<(usize, Record)>, MasterError> {
    let settings = Settings {
        wanted: wanted.map(<[_]>::to_vec),
        ..Settings::of_text(origin)
    };
    let mut no_includes = no_includes;
    let input = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let mut reader = Reader::new(input, settings, &mut no_includes);
    let mut records = Vec::new();
    while let Some(entry) = reader.next()? {
        records.push((entry.line, record(&entry)));
    }
    Ok(records)
}

fn record(entry: &Entry<'_>) -> Record {
    Record {
        owner: Name::from_wire(entry.owner).expect("the reader makes whole names"),
        rtype: entry.rtype,
        class: Class::IN,
        ttl: entry.ttl,
        fault: data::check(entry.rtype, entry.rdata).err(),
        rdata: entry.rdata.into(),
    }
}

/// Reads an RRSIG time: 14 digits of a date, or seconds since 1970 (RFC 4034, section 3.2).
pub fn rrsig_time(text: &str) -> Option<u32> {
    fields::time(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::present;

    fn lines(text: &str) -> Vec<String> {
        let records = read(text, &"example.".parse().unwrap()).unwrap();
        records.iter().map(present::record).collect()
    }

    #[test]
    fn root_hints_in_the_form_iana_gives_them() {
        let text = "; hints\n.                        3600000      NS    A.ROOT-SERVERS.NET.\n\
                    A.ROOT-SERVERS.NET.      3600000      A     198.41.0.4\n\
                    A.ROOT-SERVERS.NET.      3600000      AAAA  2001:503:ba3e::2:30\n";
        assert_eq!(
            lines(text),
            [
                ". 3600000 IN NS A.ROOT-SERVERS.NET.",
                "A.ROOT-SERVERS.NET. 3600000 IN A 198.41.0.4",
                "A.ROOT-SERVERS.NET. 3600000 IN AAAA 2001:503:ba3e::2:30",
            ]
        );
    }

    #[test]
    fn directives_parentheses_and_omitted_owners() {
        let text = "$TTL 1h\n@ IN SOA ns host (\n 1 ; serial\n 2h 3 4w 5 )\n  NS ns\n$ORIGIN sub\nwww 60 IN TXT \"a b\" c\\\"d\n";
        assert_eq!(
            lines(text),
            [
                "example. 3600 IN SOA ns.example. host.example. 1 7200 3 2419200 5",
                "example. 3600 IN NS ns.example.",
                "www.sub.example. 60 IN TXT \"a b\" \"c\\\"d\"",
            ]
        );
    }

    #[test]
    fn keys_digests_and_generic_forms() {
        let text =
            ". IN DS 20326 8 2 E06D 44B8\n. IN DNSKEY 257 3 8 AwEAA Q==\n. TYPE65280 \\# 2 abCD\n";
        assert_eq!(
            lines(text),
            [
                ". 0 IN DS 20326 8 2 E06D44B8",
                ". 0 IN DNSKEY 257 3 8 AwEAAQ==",
                ". 0 IN TYPE65280 \\# 2 ABCD"
            ]
        );
    }

    #[test]
    fn types_that_are_not_wanted_are_passed_over() {
        let text = "@ SRV not read\n  CAA 0 issue \"x\"\n  DNSKEY 257 3 8 AwEAAQ==\n@ A nonsense\n";
        let origin: Name = "example.".parse().unwrap();
        let keys = read_only(text, &origin, &[RecordType::DNSKEY]).unwrap();
        let keys: Vec<_> = keys.iter().map(present::record).collect();
        assert_eq!(keys, ["example. 0 IN DNSKEY 257 3 8 AwEAAQ=="]);
        let problem = read_only("@ DNSKEY 257 3\n", &origin, &[RecordType::DNSKEY]).unwrap_err();
        assert_eq!(problem.line, 1);
    }

    #[test]
    fn errors_name_line_and_problem() {
        for (text, line, part) in [
            ("a A 1.2.3\n", 1, "1.2.3"),
            ("\n\n. DS 1 2\n", 3, "more than 2 fields"),
            ("a A (\n1.2.3.4\n", 1, "not closed"),
            ("a A 1.2.3.4 )\n", 1, "too many"),
            ("a FOO bar\n", 1, "FOO"),
            ("a A 1.2.3.4 5.6.7.8\n", 1, "`5.6.7.8` is left over"),
            ("a NS (\n b c )\n", 1, "`c` is left over"),
            ("$INCLUDE x\n", 1, "$INCLUDE"),
            ("  A 1.2.3.4\n", 1, "no owner"),
            ("a TXT \"open\n", 1, "quotation"),
            ("a TYPE9 \\# 3 00\n", 1, "1 octets follow"),
        ] {
            let error = read(text, &Name::root()).unwrap_err();
            assert_eq!(error.line, line, "{text}");
            assert!(error.problem.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        arbtest::arbtest(|u| {
            let text: String = u.arbitrary()?;
            let _ = read(&text, &Name::root());
            Ok(())
        });
    }
}
