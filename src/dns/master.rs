//! A small reader of master files (RFC 1035, section 5), for root hints, trust anchors and DS sets.
//!
//! It takes the types such files hold: A, AAAA, NS, CNAME, DNAME, PTR, SOA, MX, TXT, DS, CDS, DNSKEY,
//! CDNSKEY, RRSIG, NSEC, NSEC3, NSEC3PARAM and, in the generic form of RFC 3597, every other. `$ORIGIN` and `$TTL` work; `$INCLUDE` does
//! not, since reading another file is not for the core. Input is bounded by [`MAX_INPUT`].

mod secured;
mod tokens;

use std::fmt;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

use super::message::Record;
use super::name::{self, Name};
use super::present;
use super::rdata;
use super::rtype::{Class, RecordType};
use super::time::Timestamp;
use tokens::{Entry, entries};

/// Greatest size of a file read here, in octets. IANA's root hints are under 4 KiB.
pub const MAX_INPUT: usize = 4 << 20;

/// Where a master file is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong, one line.
    pub problem: String,
}

impl fmt::Display for MasterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
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
        let problem = format!("the file is longer than {MAX_INPUT} octets");
        return Err(MasterError { line: 1, problem });
    }
    read_entries(text, origin, None)
}

fn read_entries(
    text: &str,
    origin: &Name,
    wanted: Option<&[RecordType]>,
) -> Result<Vec<(usize, Record)>, MasterError> {
    let mut state = State {
        origin: origin.clone(),
        owner: None,
        ttl: 0,
        wanted,
    };
    let mut records = Vec::new();
    for entry in entries(text)? {
        let line = entry.line;
        let read = state.entry(entry);
        let read = read.map_err(|problem| MasterError {
            line,
            problem: present::one_line(&problem),
        })?;
        records.extend(read.map(|record| (line, record)));
    }
    Ok(records)
}

struct State<'w> {
    origin: Name,
    owner: Option<Name>,
    ttl: u32,
    /// The types to read; all without it.
    wanted: Option<&'w [RecordType]>,
}

impl State<'_> {
    /// Reads one entry; `None` for a directive, and for a record of a type that is not wanted.
    fn entry(&mut self, entry: Entry) -> Result<Option<Record>, String> {
        let mut fields: &[String] = &entry.tokens;
        match fields[0].as_str() {
            "$ORIGIN" => {
                self.origin = self.name(fields.get(1).ok_or("$ORIGIN without a name")?)?;
                return Ok(None);
            }
            "$TTL" => {
                let text = fields.get(1).ok_or("$TTL without a value")?;
                self.ttl = ttl(text).ok_or_else(|| format!("`{text}` is not a TTL"))?;
                return Ok(None);
            }
            directive if directive.starts_with('$') => {
                return Err(format!("`{directive}` is not supported here"));
            }
            _ => {}
        }
        if !entry.starts_blank {
            self.owner = Some(self.name(&fields[0])?);
            fields = &fields[1..];
        }
        let owner = self
            .owner
            .clone()
            .ok_or("the first record has no owner name")?;
        self.record(owner, fields)
    }

    fn record(&self, owner: Name, mut fields: &[String]) -> Result<Option<Record>, String> {
        let mut time = self.ttl;
        // TTL and class may stand in either order, each at most once.
        for _ in 0..2 {
            match fields.first() {
                Some(text) if text.eq_ignore_ascii_case("IN") => fields = &fields[1..],
                Some(text) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                    time = ttl(text).ok_or_else(|| format!("`{text}` is not a TTL"))?;
                    fields = &fields[1..];
                }
                _ => break,
            }
        }
        let (text, fields) = fields.split_first().ok_or("a record without a type")?;
        let rtype: RecordType = text
            .parse()
            .map_err(|_| format!("`{text}` is not a record type"))?;
        if self.wanted.is_some_and(|wanted| !wanted.contains(&rtype)) {
            return Ok(None);
        }
        let rdata = self.rdata(rtype, fields)?;
        Ok(Some(Record {
            owner,
            rtype,
            class: Class::IN,
            ttl: time,
            fault: rdata::check(rtype, &rdata).err(),
            rdata: rdata.into(),
        }))
    }

    fn name(&self, text: &str) -> Result<Name, String> {
        let wrong = |error: name::NameError| format!("`{text}` is not a name: {error}");
        if text == "@" {
            return Ok(self.origin.clone());
        }
        let parsed: Name = text.parse().map_err(wrong)?;
        if text.ends_with('.') && !text.ends_with("\\.") {
            return Ok(parsed);
        }
        let labels = parsed.labels().chain(self.origin.labels());
        Name::from_labels(labels).map_err(wrong)
    }

    fn rdata(&self, rtype: RecordType, fields: &[String]) -> Result<Vec<u8>, String> {
        if fields.first().is_some_and(|text| text == "\\#") {
            return generic(fields);
        }
        if let Some(extra) = fixed_fields(rtype).and_then(|count| fields.get(count)) {
            return Err(format!("`{extra}` is left over after the {rtype} record"));
        }
        let field = |index: usize| {
            let text = fields.get(index).map(String::as_str);
            text.ok_or_else(|| format!("{rtype} needs more than {} fields", fields.len()))
        };
        match rtype {
            RecordType::A => address::<std::net::Ipv4Addr>(field(0)?).map(|a| a.octets().to_vec()),
            RecordType::AAAA => {
                address::<std::net::Ipv6Addr>(field(0)?).map(|a| a.octets().to_vec())
            }
            RecordType::NS | RecordType::CNAME | RecordType::DNAME | RecordType::PTR => {
                Ok(self.name(field(0)?)?.wire().to_vec())
            }
            RecordType::MX => {
                let preference: u16 = number(field(0)?)?;
                Ok([&preference.to_be_bytes(), self.name(field(1)?)?.wire()].concat())
            }
            RecordType::SOA => self.soa(fields),
            RecordType::TXT => texts(fields),
            RecordType::DS | RecordType::CDS => {
                let head = numbers(field(0)?, field(1)?, field(2)?)?;
                Ok([&head[..], &hex(&fields[3..])?].concat())
            }
            RecordType::DNSKEY | RecordType::CDNSKEY => {
                let head = numbers(field(0)?, field(1)?, field(2)?)?;
                Ok([&head[..], &base64(&fields[3..])?].concat())
            }
            RecordType::RRSIG => secured::rrsig(fields, &self.name(field(7)?)?),
            RecordType::NSEC => secured::nsec(fields, &self.name(field(0)?)?),
            RecordType::NSEC3 => secured::nsec3(fields),
            RecordType::NSEC3PARAM => secured::nsec3param(fields),
            _ => Err(format!(
                "{rtype} is read here only in the form `\\# length hex`"
            )),
        }
    }

    fn soa(&self, fields: &[String]) -> Result<Vec<u8>, String> {
        let [mname, rname, times @ ..] = fields else {
            return Err("SOA needs seven fields".to_owned());
        };
        if times.len() != 5 {
            return Err("SOA needs seven fields".to_owned());
        }
        let mut rdata = self.name(mname)?.wire().to_vec();
        rdata.extend_from_slice(self.name(rname)?.wire());
        for text in times {
            let value = ttl(text).ok_or_else(|| format!("`{text}` is not a number"))?;
            rdata.extend(value.to_be_bytes());
        }
        Ok(rdata)
    }
}

/// How many fields a type has that does not end in a list or in text that may be split.
fn fixed_fields(rtype: RecordType) -> Option<usize> {
    use RecordType as T;
    match rtype {
        T::A | T::AAAA | T::NS | T::CNAME | T::DNAME | T::PTR => Some(1),
        T::MX => Some(2),
        _ => None,
    }
}

/// A number of seconds, with the units that BIND reads: `1h30m`, `2w`.
fn ttl(text: &str) -> Option<u32> {
    let mut total = 0_u32;
    let mut value: Option<u32> = None;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            value = Some(value.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(value.take()?.checked_mul(unit)?)?;
    }
    total.checked_add(value.unwrap_or(0))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a number that fits"))
}

fn address<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an address of this type"))
}

fn numbers(first: &str, second: &str, third: &str) -> Result<[u8; 4], String> {
    let [high, low] = number::<u16>(first)?.to_be_bytes();
    Ok([high, low, number(second)?, number(third)?])
}

fn hex(fields: &[String]) -> Result<Vec<u8>, String> {
    HEXLOWER_PERMISSIVE
        .decode(fields.concat().as_bytes())
        .map_err(|error| format!("not hexadecimal: {error}"))
}

fn base64(fields: &[String]) -> Result<Vec<u8>, String> {
    BASE64
        .decode(fields.concat().as_bytes())
        .map_err(|error| format!("not Base64: {error}"))
}

fn generic(fields: &[String]) -> Result<Vec<u8>, String> {
    let length: usize = number(fields.get(1).ok_or("`\\#` without a length")?)?;
    let octets = hex(&fields[2..])?;
    if octets.len() == length && length <= usize::from(u16::MAX) {
        Ok(octets)
    } else {
        Err(format!("`\\# {length}` but {} octets follow", octets.len()))
    }
}

fn texts(fields: &[String]) -> Result<Vec<u8>, String> {
    let mut rdata = Vec::new();
    for field in fields {
        let text = unescaped(field.strip_prefix('"').unwrap_or(field))?;
        let length = u8::try_from(text.len()).map_err(|_| "a string is longer than 255 octets")?;
        rdata.push(length);
        rdata.extend(text);
    }
    Ok(rdata)
}

fn unescaped(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = text.bytes();
    let mut out = Vec::new();
    while let Some(octet) = octets.next() {
        match octet {
            b'\\' => out.push(name::unescape(&mut octets).map_err(|error| error.to_string())?),
            _ => out.push(octet),
        }
    }
    Ok(out)
}

/// Reads an RRSIG time: 14 digits of a date, or seconds since 1970 (RFC 4034, section 3.2).
pub fn rrsig_time(text: &str) -> Option<u32> {
    if text.len() == 14 {
        return Timestamp::from_compact(text).map(|time| time.serial().0);
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
