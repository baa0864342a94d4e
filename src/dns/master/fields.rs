//! The fields of a record as text: numbers, times, names, octets in Base64, Base32 and hexadecimal.

use data_encoding::{BASE32HEX_NOPAD, BASE64, HEXLOWER_PERMISSIVE};

use super::super::name::{MAX_LABEL, MAX_NAME, NameError};
use super::super::rtype::RecordType;

/// What is wrong with a field: what was expected, and what is there.
pub type Problem = String;

pub fn shown(text: &[u8]) -> String {
    const LONGEST: usize = 60;
    let cut = &text[..text.len().min(LONGEST)];
    let dots = if text.len() > LONGEST { "..." } else { "" };
    format!("`{}{dots}`", String::from_utf8_lossy(cut))
}

/// A decimal number of at most `greatest`.
pub fn number(text: &[u8], greatest: u32) -> Result<u32, Problem> {
    let wrong = || format!("{} is not a number that fits", shown(text));
    if text.is_empty() || text.len() > 10 {
        return Err(wrong());
    }
    let mut value = 0_u64;
    for octet in text {
        if !octet.is_ascii_digit() {
            return Err(wrong());
        }
        value = value * 10 + u64::from(octet - b'0');
    }
    let value = u32::try_from(value).ok().filter(|value| *value <= greatest);
    value.ok_or_else(wrong)
}

/// The Minimum field of a SOA, which is its TTL when nothing else is.
pub fn minimum(rtype: RecordType, rdata: &[u8]) -> Option<u32> {
    let last = rdata
        .last_chunk::<4>()
        .filter(|_| rtype == RecordType::SOA)?;
    Some(u32::from_be_bytes(*last))
}

/// A number of seconds, with the units that BIND reads: `1h30m`, `2w`.
pub fn ttl(text: &[u8]) -> Option<u32> {
    let mut total = 0_u32;
    let mut value: Option<u32> = None;
    let mut has_units = false;
    for octet in text {
        if octet.is_ascii_digit() {
            let digit = u32::from(octet - b'0');
            value = Some(value.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            continue;
        }
        has_units = true;
        let unit = match octet.to_ascii_lowercase() {
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            b'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(value.take()?.checked_mul(unit)?)?;
    }
    // `1h30` could be anything.
    match value {
        Some(_) if has_units => None,
        value => total.checked_add(value.unwrap_or(0)),
    }
}

/// An RRSIG time: 14 digits of a date, or seconds since 1970 (RFC 4034, section 3.2).
pub fn time(text: &[u8]) -> Option<u32> {
    if text.len() != 14 {
        return number(text, u32::MAX).ok();
    }
    let part = |from: usize, to: usize| number(&text[from..to], u32::MAX).ok().map(i64::from);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    // The field holds the low 32 bits.
    Some(seconds as u32)
}

/// Days of the Gregorian calendar, counted in years that begin in March, so that the leap day is the last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let years = if month > 2 { year } else { year - 1 };
    let months = (month + 9) % 12;
    let in_year = (153 * months + 2) / 5 + day - 1;
    365 * years + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400) + in_year
        - 719_468
}

/// Appends the wire form of a name in presentation form, which ends in `origin` when it is relative.
/// Without octets, `origin` is not known.
pub fn name(text: &[u8], origin: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    let start = out.len();
    let wrong = |error: NameError| format!("{} is not a name: {error}", shown(text));
    let relative = || format!("{} is relative, and no origin is known", shown(text));
    match text {
        b"@" if origin.is_empty() => return Err(relative()),
        b"@" => {
            out.extend_from_slice(origin);
            return Ok(());
        }
        b"." => {
            out.push(0);
            return Ok(());
        }
        _ => {}
    }
    let is_absolute = labels(text, out).map_err(wrong)?;
    if is_absolute {
        out.push(0);
    } else if origin.is_empty() {
        return Err(relative());
    } else {
        out.extend_from_slice(origin);
    }
    if out.len() - start > MAX_NAME {
        return Err(wrong(NameError::NameTooLong));
    }
    Ok(())
}

/// Appends the labels; true when a dot stands at the end.
fn labels(text: &[u8], out: &mut Vec<u8>) -> Result<bool, NameError> {
    let mut length_at = out.len();
    out.push(0);
    let mut octets = text.iter().copied();
    while let Some(octet) = octets.next() {
        match octet {
            b'.' => {
                close(out, length_at)?;
                length_at = out.len();
                out.push(0);
            }
            b'\\' => out.push(super::super::name::unescape(&mut octets)?),
            _ => out.push(octet),
        }
    }
    let is_absolute = out.len() == length_at + 1 && text.len() > 1;
    if is_absolute {
        out.pop();
    } else {
        close(out, length_at)?;
    }
    Ok(is_absolute)
}

fn close(out: &mut [u8], length_at: usize) -> Result<(), NameError> {
    match out.len() - length_at - 1 {
        0 => Err(NameError::EmptyLabel),
        length if length > MAX_LABEL => Err(NameError::LabelTooLong),
        length => {
            out[length_at] = length as u8;
            Ok(())
        }
    }
}

/// Appends `text` with its escapes resolved.
pub fn unescaped(text: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    if !text.contains(&b'\\') {
        out.extend_from_slice(text);
        return Ok(());
    }
    let mut octets = text.iter().copied();
    while let Some(octet) = octets.next() {
        out.push(match octet {
            b'\\' => {
                super::super::name::unescape(&mut octets).map_err(|error| error.to_string())?
            }
            _ => octet,
        });
    }
    Ok(())
}

/// Appends a character-string with its length (RFC 1035, section 3.3).
pub fn string(text: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    let at = out.len();
    out.push(0);
    unescaped(text, out)?;
    let length = u8::try_from(out.len() - at - 1);
    out[at] = length.map_err(|_| "a string is longer than 255 octets".to_owned())?;
    Ok(())
}

/// Appends the octets that an encoding stands for.
fn decoded(
    encoding: &data_encoding::Encoding,
    what: &str,
    text: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Problem> {
    let wrong = |error: &dyn std::fmt::Display| format!("not {what}: {error}");
    let room = encoding
        .decode_len(text.len())
        .map_err(|error| wrong(&error))?;
    let at = out.len();
    out.resize(at + room, 0);
    let decoded = encoding.decode_mut(text, &mut out[at..]);
    let length = decoded.map_err(|partial| wrong(&partial.error))?;
    out.truncate(at + length);
    Ok(())
}

pub fn hex(text: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    decoded(&HEXLOWER_PERMISSIVE, "hexadecimal", text, out)
}

pub fn base64(text: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    // Padding ends the data (RFC 4648, section 3.2).
    let data = text.trim_ascii_end();
    let end = data
        .iter()
        .rposition(|octet| *octet != b'=')
        .map_or(0, |at| at + 1);
    if data[..end].contains(&b'=') {
        return Err("not Base64: padding within the data".to_owned());
    }
    decoded(&BASE64, "Base64", text, out)
}

/// The next hashed owner name of NSEC3 in either letter case, with its length (RFC 5155, section 3.3).
pub fn base32(text: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    let at = out.len();
    out.push(0);
    let upper = text.to_ascii_uppercase();
    decoded(
        &BASE32HEX_NOPAD,
        "Base32 with the extended hex alphabet",
        &upper,
        out,
    )?;
    let length = u8::try_from(out.len() - at - 1);
    out[at] = length.map_err(|_| "a hash is longer than 255 octets".to_owned())?;
    Ok(())
}

/// A salt with its length: `-` or hexadecimal without blanks (RFC 5155, section 3.3).
pub fn salt(text: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    let at = out.len();
    out.push(0);
    if text != b"-" {
        hex(text, out)?;
    }
    let length = u8::try_from(out.len() - at - 1);
    out[at] = length.map_err(|_| "a salt is longer than 255 octets".to_owned())?;
    Ok(())
}

/// A record type by mnemonic or as `TYPE123`.
pub fn rtype(text: &[u8]) -> Result<RecordType, Problem> {
    Ok(match text {
        b"NS" => RecordType::NS,
        b"RRSIG" => RecordType::RRSIG,
        b"NSEC" => RecordType::NSEC,
        b"NSEC3" => RecordType::NSEC3,
        b"A" => RecordType::A,
        b"AAAA" => RecordType::AAAA,
        b"DS" => RecordType::DS,
        _ => {
            let known = std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok());
            return known.ok_or_else(|| format!("{} is not a record type", shown(text)));
        }
    })
}

/// Appends the bitmap of the types that `texts` name (RFC 4034, section 4.1.2).
pub fn bitmap<'t>(texts: impl Iterator<Item = &'t [u8]>, out: &mut Vec<u8>) -> Result<(), Problem> {
    let mut blocks = [0_u8; 32];
    let mut used = 0;
    let mut others: Vec<RecordType> = Vec::new();
    for text in texts {
        let rtype = rtype(text)?;
        if rtype.0 < 256 && others.is_empty() {
            let at = usize::from(rtype.0 / 8);
            blocks[at] |= 0x80 >> (rtype.0 & 7);
            used = used.max(at + 1);
        } else {
            others.push(rtype);
        }
    }
    if others.is_empty() {
        if used > 0 {
            // At most 32.
            out.extend([0, used as u8]);
            out.extend_from_slice(&blocks[..used]);
        }
        return Ok(());
    }
    let low =
        (0..256).filter(|number| blocks[usize::from(number / 8)] & (0x80 >> (number & 7)) != 0);
    let all = low.map(RecordType).chain(others.iter().copied());
    out.extend_from_slice(super::super::TypeBitmap::from_types(all).wire());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::{Name, Timestamp};
    use super::*;

    #[test]
    fn times_agree_with_the_calendar() {
        for seconds in (0..4_000_000_000_i64).step_by(86_400 * 3 + 12_345) {
            let text = Timestamp(seconds).compact();
            assert_eq!(time(text.as_bytes()), Some(seconds as u32), "{text}");
        }
        for text in [
            "20250229000000",
            "20241301000000",
            "20240101240000",
            "2024010100000x",
        ] {
            assert_eq!(time(text.as_bytes()), None, "{text}");
        }
        assert_eq!(time(b"20240229000000"), Some(1_709_164_800));
        assert_eq!(time(b"1709164800"), Some(1_709_164_800));
    }

    #[test]
    fn names_are_those_of_the_name_type() {
        let origin: Name = "example.".parse().unwrap();
        for text in [
            "www",
            "a.b.",
            "a\\.b",
            "\\000\\255.x.",
            "*",
            "a..b",
            ".a",
            "a\\256",
            ".",
        ] {
            let mut wire = Vec::new();
            let read = name(text.as_bytes(), origin.wire(), &mut wire);
            let absolute = text.ends_with('.');
            let whole = if absolute {
                text.to_owned()
            } else {
                format!("{text}.example.")
            };
            match whole.parse::<Name>() {
                Ok(expected) => assert_eq!((read, &wire[..]), (Ok(()), expected.wire()), "{text}"),
                Err(_) => assert!(read.is_err(), "{text}"),
            }
        }
        let long = "a".repeat(64);
        assert!(name(long.as_bytes(), origin.wire(), &mut Vec::new()).is_err());
    }
}
