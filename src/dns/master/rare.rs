//! Forms that are more than a list of fields: SVCB parameters (RFC 9460), LOC, APL, IPSECKEY, HIP.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::rtype::RecordType;
use super::fields::{self, Problem, shown};
use super::rdata::Fields;

/// Appends the RDATA; `None` for a type without a presentation form here.
pub fn read(
    rtype: RecordType,
    fields: &mut Fields<'_>,
    origin: &[u8],
    out: &mut Vec<u8>,
) -> Option<Result<(), Problem>> {
    Some(match rtype {
        RecordType::LOC => location(fields, out),
        RecordType::APL => prefixes(fields, out),
        RecordType::IPSECKEY => gateway(fields, origin, out),
        RecordType::AMTRELAY => relay(fields, origin, out),
        RecordType::HIP => host_identity(fields, origin, out),
        RecordType::NSAP => nsap(fields, out),
        _ => return None,
    })
}

/// The SvcParamKeys with a name (RFC 9460, section 14.3.2; RFC 9461; RFC 9540).
const KEYS: &[&str] = &[
    "mandatory",
    "alpn",
    "no-default-alpn",
    "port",
    "ipv4hint",
    "ech",
    "ipv6hint",
    "dohpath",
    "ohttp",
];

/// SvcParams, sorted by key as the wire has them (RFC 9460, section 2.2).
pub fn parameters(texts: &[&[u8]], out: &mut Vec<u8>) -> Result<(), Problem> {
    let mut read: Vec<(u16, Vec<u8>)> = Vec::new();
    for text in texts {
        let at = text.iter().position(|octet| *octet == b'=');
        let (name, value) = match at {
            Some(at) => (&text[..at], Some(unquoted(&text[at + 1..]))),
            None => (*text, None),
        };
        if value.is_some_and(has_bare_quote) {
            return Err(format!(
                "{} has a quotation mark within its value",
                shown(text)
            ));
        }
        let key = key(name)?;
        read.push((key, parameter(key, value)?));
    }
    read.sort_by_key(|(key, _)| *key);
    if let Some(pair) = read.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("the parameter {} stands twice", pair[0].0));
    }
    for (key, value) in read {
        let length = u16::try_from(value.len());
        let length = length.map_err(|_| "a parameter of more than 65535 octets".to_owned())?;
        out.extend(key.to_be_bytes());
        out.extend(length.to_be_bytes());
        out.extend(value);
    }
    Ok(())
}

/// Whether a quotation mark stands there without a backslash before it.
fn has_bare_quote(text: &[u8]) -> bool {
    let mut octets = text.iter();
    while let Some(octet) = octets.next() {
        match octet {
            b'"' => return true,
            b'\\' => drop(octets.next()),
            _ => {}
        }
    }
    false
}

fn unquoted(text: &[u8]) -> &[u8] {
    let inner = text
        .strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""));
    inner.unwrap_or(text)
}

fn key(name: &[u8]) -> Result<u16, Problem> {
    if let Some(number) = (0..).zip(KEYS).find(|(_, key)| key.as_bytes() == name) {
        return Ok(number.0);
    }
    let digits = name.strip_prefix(b"key").unwrap_or_default();
    let number = fields::number(digits, 65_535);
    number
        .map(|number| number as u16)
        .map_err(|_| format!("{} is not a service parameter", shown(name)))
}

fn parameter(key: u16, value: Option<&[u8]>) -> Result<Vec<u8>, Problem> {
    let mut octets = Vec::new();
    let Some(value) = value else {
        return Ok(octets);
    };
    let each = |text: &[u8], octets: &mut Vec<u8>, read: &dyn Fn(&[u8]) -> Option<Vec<u8>>| {
        text.split(|octet| *octet == b',').try_for_each(|item| {
            let wrong = || format!("{} does not fit its parameter", shown(item));
            octets.extend(read(item).ok_or_else(wrong)?);
            Ok::<(), Problem>(())
        })
    };
    let text = |item: &[u8]| std::str::from_utf8(item).ok().map(str::to_owned);
    match key {
        0 => {
            let mut keys = Vec::new();
            for name in value.split(|octet| *octet == b',') {
                keys.push(self::key(name)?);
            }
            keys.sort_unstable();
            octets.extend(keys.iter().flat_map(|key| key.to_be_bytes()));
        }
        1 => {
            for item in protocols(value)? {
                octets.push(
                    u8::try_from(item.len()).map_err(|_| "a protocol of more than 255 octets")?,
                );
                octets.extend(item);
            }
        }
        3 => octets.extend((fields::number(value, 65_535)? as u16).to_be_bytes()),
        4 => each(value, &mut octets, &|item| {
            text(item)?
                .parse::<Ipv4Addr>()
                .ok()
                .map(|a| a.octets().to_vec())
        })?,
        5 => fields::base64(value, &mut octets)?,
        6 => each(value, &mut octets, &|item| {
            text(item)?
                .parse::<Ipv6Addr>()
                .ok()
                .map(|a| a.octets().to_vec())
        })?,
        _ => fields::unescaped(value, &mut octets)?,
    }
    Ok(octets)
}

/// A list with commas, in which `\\,` is a comma of an item (RFC 9460, appendix A.1): the escapes of a
/// character-string are resolved first.
fn protocols(value: &[u8]) -> Result<Vec<Vec<u8>>, Problem> {
    let mut plain = Vec::new();
    fields::unescaped(value, &mut plain)?;
    let mut items = vec![Vec::new()];
    let mut octets = plain.into_iter();
    while let Some(octet) = octets.next() {
        match (octet, items.last_mut()) {
            (b',', _) => items.push(Vec::new()),
            (b'\\', Some(item)) => item.extend(octets.next()),
            (_, Some(item)) => item.push(octet),
            (_, None) => {}
        }
    }
    Ok(items)
}

/// LOC (RFC 1876, section 3).
fn location(fields: &mut Fields<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
    let texts = fields.rest();
    let mut at = 0;
    let latitude = angle(texts, &mut at, [b"N", b"S"], 90)?;
    let longitude = angle(texts, &mut at, [b"E", b"W"], 180)?;
    let altitude = texts.get(at).ok_or("LOC needs an altitude")?;
    let altitude = centimetres(altitude)? + 10_000_000;
    let mut sizes = [0x12, 0x16, 0x13];
    for (size, text) in sizes.iter_mut().zip(&texts[at + 1..]) {
        *size = exponential(centimetres(text)?);
    }
    if texts.len() > at + 4 {
        return Err(format!(
            "{} is left over after the LOC record",
            shown(texts[at + 4])
        ));
    }
    out.push(0);
    out.extend(sizes);
    out.extend(latitude.to_be_bytes());
    out.extend(longitude.to_be_bytes());
    let altitude = u32::try_from(altitude).map_err(|_| "an altitude that does not fit")?;
    out.extend(altitude.to_be_bytes());
    Ok(())
}

/// Degrees, minutes and seconds, the last two perhaps left out, and a direction.
fn angle(texts: &[&[u8]], at: &mut usize, ends: [&[u8]; 2], most: u32) -> Result<u32, Problem> {
    let mut parts = [0_i64; 3];
    let limits = [most, 59, 59];
    for (index, limit) in limits.iter().enumerate() {
        let text = *texts.get(*at).ok_or("LOC needs more fields")?;
        if index > 0 && ends.contains(&text) {
            break;
        }
        parts[index] = if index == 2 {
            thousandths(text)?
        } else {
            i64::from(fields::number(text, *limit)?)
        };
        *at += 1;
    }
    let direction = *texts.get(*at).ok_or("LOC needs a direction")?;
    *at += 1;
    let value = (parts[0] * 3_600 + parts[1] * 60) * 1_000 + parts[2];
    if parts[2] >= 60_000 || value > i64::from(most) * 3_600_000 {
        return Err("an angle that does not fit".to_owned());
    }
    let signed = match ends.iter().position(|end| *end == direction) {
        Some(0) => value,
        Some(_) => -value,
        None => return Err(format!("{} is not a direction here", shown(direction))),
    };
    u32::try_from((1_i64 << 31) + signed).map_err(|_| "an angle that does not fit".to_owned())
}

fn thousandths(text: &[u8]) -> Result<i64, Problem> {
    decimal(text, 3)
}

fn centimetres(text: &[u8]) -> Result<i64, Problem> {
    decimal(text.strip_suffix(b"m").unwrap_or(text), 2)
}

/// A decimal number, times ten to the power of `places`.
fn decimal(text: &[u8], places: usize) -> Result<i64, Problem> {
    let wrong = || format!("{} is not a decimal number that fits", shown(text));
    let (sign, digits) = match text.strip_prefix(b"-") {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut parts = digits.splitn(2, |octet| *octet == b'.');
    let whole = fields::number(parts.next().unwrap_or_default(), u32::MAX)?;
    let mut fraction = parts.next().unwrap_or_default().to_vec();
    if fraction.len() > places {
        return Err(wrong());
    }
    fraction.resize(places, b'0');
    let fraction = fields::number(&fraction, u32::MAX)?;
    let scale = 10_i64.pow(places as u32);
    Ok(sign * (i64::from(whole) * scale + i64::from(fraction)))
}

/// A size in centimetres as a digit and a power of ten (RFC 1876, section 2).
fn exponential(centimetres: i64) -> u8 {
    let (mut mantissa, mut exponent) = (centimetres.max(0), 0_u8);
    while mantissa > 9 && exponent < 9 {
        mantissa /= 10;
        exponent += 1;
    }
    // One digit each.
    ((mantissa.min(9) as u8) << 4) | exponent
}

/// APL (RFC 3123, section 5): `[!]family:address/prefix`.
fn prefixes(fields: &mut Fields<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
    for item in fields.rest() {
        let wrong = || format!("{} is not an address prefix", shown(item));
        let (negation, rest) = match item.strip_prefix(b"!") {
            Some(rest) => (0x80, rest),
            None => (0, *item),
        };
        let text = std::str::from_utf8(rest).map_err(|_| wrong())?;
        let (family, rest) = text.split_once(':').ok_or_else(wrong)?;
        let (address, prefix) = rest.split_once('/').ok_or_else(wrong)?;
        let (octets, longest) = match family {
            "1" => (
                address
                    .parse::<Ipv4Addr>()
                    .map_err(|_| wrong())?
                    .octets()
                    .to_vec(),
                32,
            ),
            "2" => (
                address
                    .parse::<Ipv6Addr>()
                    .map_err(|_| wrong())?
                    .octets()
                    .to_vec(),
                128,
            ),
            _ => return Err(wrong()),
        };
        let prefix = fields::number(prefix.as_bytes(), longest)? as u8;
        let used = octets
            .iter()
            .rposition(|octet| *octet != 0)
            .map_or(0, |last| last + 1);
        out.extend([
            0,
            if family == "1" { 1 } else { 2 },
            prefix,
            negation | used as u8,
        ]);
        out.extend_from_slice(&octets[..used]);
    }
    Ok(())
}

/// IPSECKEY (RFC 4025, section 3).
fn gateway(fields: &mut Fields<'_>, origin: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    for _ in 0..3 {
        out.push(fields::number(fields.one()?, 255)? as u8);
    }
    let kind = out[out.len() - 2];
    place(kind, fields.one()?, origin, out)?;
    fields::base64(&fields.joined(), out)
}

/// AMTRELAY (RFC 8777, section 4.3): the discovery bit is the first of the octet that holds the type.
fn relay(fields: &mut Fields<'_>, origin: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    out.push(fields::number(fields.one()?, 255)? as u8);
    let discovery = fields::number(fields.one()?, 1)? as u8;
    let kind = fields::number(fields.one()?, 127)? as u8;
    out.push((discovery << 7) | kind);
    place(kind, fields.one()?, origin, out)
}

/// Where something is: nowhere, an address of either family, or a name.
fn place(kind: u8, text: &[u8], origin: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    let wrong = || format!("{} is not a place of type {kind}", shown(text));
    let plain = std::str::from_utf8(text).map_err(|_| wrong())?;
    match kind {
        0 if text == b"." => {}
        1 => out.extend(plain.parse::<Ipv4Addr>().map_err(|_| wrong())?.octets()),
        2 => out.extend(plain.parse::<Ipv6Addr>().map_err(|_| wrong())?.octets()),
        3 => fields::name(text, origin, out)?,
        _ => return Err(wrong()),
    }
    Ok(())
}

/// HIP (RFC 8005, section 6).
fn host_identity(fields: &mut Fields<'_>, origin: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    let algorithm = fields::number(fields.one()?, 255)? as u8;
    let (mut tag, mut key) = (Vec::new(), Vec::new());
    fields::hex(fields.one()?, &mut tag)?;
    fields::base64(fields.one()?, &mut key)?;
    out.push(u8::try_from(tag.len()).map_err(|_| "a tag of more than 255 octets")?);
    out.push(algorithm);
    out.extend(
        u16::try_from(key.len())
            .map_err(|_| "a key of more than 65535 octets")?
            .to_be_bytes(),
    );
    out.extend(tag);
    out.extend(key);
    fields
        .rest()
        .iter()
        .try_for_each(|name| fields::name(name, origin, out))
}

/// NSAP (RFC 1706, section 5): `0x` and digits with dots between them.
fn nsap(fields: &mut Fields<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
    let text = fields.one()?;
    let digits = text
        .strip_prefix(b"0x")
        .or_else(|| text.strip_prefix(b"0X"));
    let digits = digits.ok_or_else(|| format!("{} does not begin with 0x", shown(text)))?;
    let plain: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|octet| *octet != b'.')
        .collect();
    fields::hex(&plain, out)
}
