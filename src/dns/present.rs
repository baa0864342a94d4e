//! Records as text, in the master file format that every DNS tool reads.
//!
//! A type without a form of its own here is written as RFC 3597, section 5 says: `\# length hex`.

use data_encoding::{BASE32HEX_NOPAD, BASE64, HEXUPPER};

use super::message::Record;
use super::rdata::{self, Dnskey, Ds, Nsec, Nsec3, Nsec3param, Rrsig, Soa};
use super::rtype::RecordType;
use super::time::Timestamp;
use super::wire::Reader;

/// One line: owner, TTL, class, type, RDATA.
pub fn record(record: &Record) -> String {
    format!(
        "{} {} {} {} {}",
        record.owner,
        record.ttl,
        record.class,
        record.rtype,
        rdata(record.rtype, &record.rdata)
    )
}

/// The RDATA of a record as text. RDATA that does not fit its type is written in generic form.
pub fn rdata(rtype: RecordType, octets: &[u8]) -> String {
    specific(rtype, octets).unwrap_or_else(|| generic(octets))
}

fn generic(octets: &[u8]) -> String {
    format!("\\# {} {}", octets.len(), HEXUPPER.encode(octets))
        .trim_end()
        .to_owned()
}

fn specific(rtype: RecordType, octets: &[u8]) -> Option<String> {
    match rtype {
        RecordType::A | RecordType::AAAA => rdata::address(rtype, octets).map(|a| a.to_string()),
        RecordType::NS | RecordType::CNAME | RecordType::PTR | RecordType::DNAME => {
            rdata::target(octets).map(|name| name.to_string())
        }
        RecordType::MX => {
            let name = rdata::target(octets.get(2..)?)?;
            Some(format!(
                "{} {name}",
                u16::from_be_bytes([octets[0], octets[1]])
            ))
        }
        RecordType::TXT | RecordType::SPF => texts(octets),
        RecordType::SOA => Soa::parse(octets).ok().map(|soa| soa_text(&soa)),
        RecordType::DNSKEY | RecordType::CDNSKEY => Dnskey::parse(octets).ok().map(|k| dnskey(&k)),
        RecordType::DS | RecordType::CDS => Ds::parse(octets).ok().map(|ds| ds_text(&ds)),
        RecordType::RRSIG => Rrsig::parse(octets).ok().map(|rrsig| rrsig_text(&rrsig)),
        RecordType::NSEC => {
            let nsec = Nsec::parse(octets).ok()?;
            Some(
                format!("{} {}", nsec.next, nsec.types)
                    .trim_end()
                    .to_owned(),
            )
        }
        RecordType::NSEC3 => Nsec3::parse(octets).ok().map(|nsec3| nsec3_text(&nsec3)),
        RecordType::NSEC3PARAM => {
            let p = Nsec3param::parse(octets).ok()?;
            let salt = salt(&p.salt);
            Some(format!(
                "{} {} {} {salt}",
                p.hash_algorithm, p.flags, p.iterations
            ))
        }
        _ => None,
    }
}

fn soa_text(soa: &Soa) -> String {
    format!(
        "{} {} {} {} {} {} {}",
        soa.mname, soa.rname, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
    )
}

/// DNSKEY RDATA: flags, protocol, algorithm, key in Base64.
pub fn dnskey(key: &Dnskey) -> String {
    let encoded = BASE64.encode(&key.key);
    format!("{} {} {} {encoded}", key.flags, key.protocol, key.algorithm)
        .trim_end()
        .to_owned()
}

/// DS RDATA: tag, algorithm, digest type, digest in upper-case hexadecimal.
pub fn ds_text(ds: &Ds) -> String {
    let digest = HEXUPPER.encode(&ds.digest);
    format!(
        "{} {} {} {digest}",
        ds.key_tag, ds.algorithm, ds.digest_type
    )
    .trim_end()
    .to_owned()
}

fn rrsig_text(rrsig: &Rrsig) -> String {
    // Presentation has room for times of this era alone; the low 32 bits are written as such.
    let time = |serial: u32| Timestamp(i64::from(serial)).compact();
    format!(
        "{} {} {} {} {} {} {} {} {}",
        rrsig.type_covered,
        rrsig.algorithm,
        rrsig.labels,
        rrsig.original_ttl,
        time(rrsig.expiration.0),
        time(rrsig.inception.0),
        rrsig.key_tag,
        rrsig.signer,
        BASE64.encode(&rrsig.signature)
    )
}

fn nsec3_text(nsec3: &Nsec3) -> String {
    format!(
        "{} {} {} {} {} {}",
        nsec3.hash_algorithm,
        nsec3.flags,
        nsec3.iterations,
        salt(&nsec3.salt),
        BASE32HEX_NOPAD.encode(&nsec3.next),
        nsec3.types
    )
    .trim_end()
    .to_owned()
}

/// A salt as NSEC3 presentation has it: hexadecimal, or `-` when empty (RFC 5155, section 3.3).
pub fn salt(salt: &[u8]) -> String {
    if salt.is_empty() {
        "-".to_owned()
    } else {
        HEXUPPER.encode(salt)
    }
}

fn texts(octets: &[u8]) -> Option<String> {
    let mut reader = Reader::new(octets);
    let mut parts = Vec::new();
    while reader.remaining() > 0 {
        parts.push(quoted(&reader.text().ok()?[1..]));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Greatest length, in characters, of what [`one_line`] gives.
const MAX_SHOWN: usize = 200;

/// Foreign text made fit for a message: one line, no control characters that a terminal would obey,
/// and not so long that it drowns what is said about it.
pub fn one_line(text: &str) -> String {
    let mut chars = text.chars();
    let shown = chars.by_ref().take(MAX_SHOWN);
    let mut line: String = shown
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect();
    if chars.next().is_some() {
        line.push('…');
    }
    line
}

fn quoted(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for &octet in text {
        match octet {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(octet));
            }
            0x20..=0x7e => out.push(char::from(octet)),
            _ => out.push_str(&format!("\\{octet:03}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_types_have_their_form_and_others_the_generic_one() {
        for (rtype, octets, text) in [
            (RecordType::A, &[192, 0, 2, 1][..], "192.0.2.1"),
            (RecordType::A, &[192, 0, 2], "\\# 3 C00002"),
            (RecordType::MX, b"\x00\x0A\x01a\x00", "10 a."),
            (RecordType::TXT, b"\x03a\"b\x01\xFF", "\"a\\\"b\" \"\\255\""),
            (RecordType(65280), b"\x01\xAB", "\\# 2 01AB"),
            (RecordType(65280), b"", "\\# 0"),
            (RecordType::NSEC3PARAM, &[1, 0, 0, 5, 0], "1 0 5 -"),
            (RecordType::DS, &[0, 5, 13, 2, 0xAB], "5 13 2 AB"),
        ] {
            assert_eq!(rdata(rtype, octets), text);
        }
    }

    #[test]
    fn foreign_text_fits_one_line() {
        assert_eq!(one_line("a\u{1b}[31m\nb"), "a\u{FFFD}[31m\u{FFFD}b");
        assert_eq!(one_line(&"é".repeat(200)).chars().count(), 200);
        assert_eq!(one_line(&"é".repeat(999)).chars().count(), 201);
    }
}
