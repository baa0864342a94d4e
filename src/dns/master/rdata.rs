//! From the text of a record's data to its octets, by the fields of each type.
//!
//! The types are those with a presentation form in an RFC that zones of today hold. Every type can be
//! written in the generic form of RFC 3597, section 5, and the others only so.

use super::super::rtype::RecordType;
use super::fields::{self, Problem, shown};
use super::rare;

/// One field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    U8,
    U16,
    U32,
    /// Seconds, perhaps with units.
    Period,
    /// An RRSIG time.
    Time,
    Name,
    Ipv4,
    Ipv6,
    /// One character-string.
    Text,
    /// One character-string of letters and digits alone (RFC 8659, section 4.1).
    Tag,
    /// One or more character-strings.
    Texts,
    /// Octets without a length, to the end (RFC 7553, RFC 8659).
    RawText,
    /// A record type.
    Type,
    /// A DNSSEC algorithm by number or mnemonic (RFC 4034, appendix A.1).
    Algorithm,
    /// A certificate type by number or mnemonic (RFC 4398, section 2.1).
    Certificate,
    /// All that is left, in Base64.
    Base64,
    /// All that is left, in hexadecimal.
    Hex,
    /// A salt.
    Salt,
    /// A hash in Base32.
    Hash,
    /// All that is left: record types.
    Bitmap,
    /// Four groups of at most four hexadecimal digits (RFC 6742).
    Node,
    /// Pairs of hexadecimal digits with dashes (RFC 7043).
    Eui,
    /// SVCB parameters.
    Parameters,
}

fn shape(rtype: RecordType) -> Option<&'static [Field]> {
    use Field::{
        Algorithm, Base64, Bitmap, Certificate, Eui, Hash, Hex, Ipv4, Ipv6, Name, Node, Parameters,
        Period, RawText, Salt, Tag, Text, Texts, Time, Type, U8, U16, U32,
    };
    use RecordType as T;
    Some(match rtype {
        T::A => &[Ipv4],
        T::AAAA => &[Ipv6],
        T::NS | T::CNAME | T::PTR | T::DNAME => &[Name],
        T::MB | T::MG | T::MR | T::MD | T::MF | T::NSAP_PTR => &[Name],
        T::SOA => &[Name, Name, U32, Period, Period, Period, Period],
        T::HINFO => &[Text, Text],
        T::TXT | T::SPF | T::RESINFO | T::ISDN | T::NINFO | T::AVC | T::WALLET => &[Texts],
        T::X25 => &[Text],
        T::GPOS => &[Text, Text, Text],
        T::MINFO | T::RP | T::TALINK => &[Name, Name],
        T::MX | T::AFSDB | T::RT | T::KX => &[U16, Name],
        T::PX => &[U16, Name, Name],
        T::SRV => &[U16, U16, U16, Name],
        T::NAPTR => &[U16, U16, Text, Text, Text, Name],
        T::CERT => &[Certificate, U16, Algorithm, Base64],
        T::DS | T::CDS | T::TA | T::DLV => &[U16, Algorithm, U8, Hex],
        T::DNSKEY | T::CDNSKEY | T::KEY | T::RKEY => &[U16, U8, Algorithm, Base64],
        T::RRSIG | T::SIG => &[Type, Algorithm, U8, Period, Time, Time, U16, Name, Base64],
        T::NSEC => &[Name, Bitmap],
        T::NSEC3 => &[U8, U8, U16, Salt, Hash, Bitmap],
        T::NSEC3PARAM => &[U8, U8, U16, Salt],
        T::TLSA | T::SMIMEA => &[U8, U8, U8, Hex],
        T::SSHFP => &[U8, U8, Hex],
        T::DHCID | T::OPENPGPKEY => &[Base64],
        T::CSYNC => &[U32, U16, Bitmap],
        T::ZONEMD => &[U32, U8, U8, Hex],
        T::SVCB | T::HTTPS => &[U16, Name, Parameters],
        T::URI => &[U16, U16, RawText],
        T::CAA => &[U8, Tag, RawText],
        T::DSYNC => &[Type, U8, U16, Name],
        T::NID => &[U16, Node],
        T::L32 => &[U16, Ipv4],
        T::L64 => &[U16, Node],
        T::LP => &[U16, Name],
        T::EUI48 | T::EUI64 => &[Eui],
        _ => return None,
    })
}

/// The text fields of a record's data.
pub struct Fields<'e> {
    texts: &'e [&'e [u8]],
    at: usize,
    rtype: RecordType,
}

impl<'e> Fields<'e> {
    pub fn one(&mut self) -> Result<&'e [u8], Problem> {
        let text = self.texts.get(self.at);
        self.at += 1;
        let there = self.texts.len();
        text.copied()
            .ok_or_else(|| format!("{} needs more than {there} fields", self.rtype))
    }

    pub fn rest(&mut self) -> &'e [&'e [u8]] {
        let rest = self.texts.get(self.at..).unwrap_or_default();
        self.at = self.texts.len();
        rest
    }

    /// All that is left, without the blanks between.
    pub fn joined(&mut self) -> std::borrow::Cow<'e, [u8]> {
        match self.rest() {
            [one] => std::borrow::Cow::Borrowed(*one),
            several => std::borrow::Cow::Owned(several.concat()),
        }
    }
}

/// Appends the RDATA of a record of this type. `texts` are its fields; with `is_generic` in the form of
/// RFC 3597, section 5: `\# length hex`.
///
/// # Errors
/// The index of the field, and what is wrong.
pub fn read(
    rtype: RecordType,
    texts: &[&[u8]],
    is_generic: bool,
    origin: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), (usize, Problem)> {
    let mut fields = Fields {
        texts,
        at: 0,
        rtype,
    };
    let read = if is_generic {
        generic(&mut fields, out)
    } else {
        fill(rtype, &mut fields, origin, out)
    };
    let at = fields.at;
    read.map_err(|problem| (at.saturating_sub(1), problem))?;
    if let Some(extra) = texts.get(at) {
        let problem = format!("{} is left over after the {rtype} record", shown(extra));
        return Err((at, problem));
    }
    if out.len() > usize::from(u16::MAX) {
        return Err((0, format!("{rtype} data of more than 65535 octets")));
    }
    Ok(())
}

fn fill(
    rtype: RecordType,
    fields: &mut Fields<'_>,
    origin: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Problem> {
    match shape(rtype) {
        Some(shape) => shape
            .iter()
            .try_for_each(|field| one(*field, fields, origin, out)),
        None => rare::read(rtype, fields, origin, out).unwrap_or_else(|| {
            Err(format!(
                "{rtype} is read here only in the form `\\# length hex`"
            ))
        }),
    }
}

fn generic(fields: &mut Fields<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
    fields.one()?;
    let length = fields
        .one()
        .map_err(|_| "`\\#` without a length".to_owned())?;
    let length = fields::number(length, u32::from(u16::MAX))?;
    let start = out.len();
    fields::hex(&fields.joined(), out)?;
    match out.len() - start {
        found if found as u64 == u64::from(length) => Ok(()),
        found => Err(format!("`\\# {length}` but {found} octets follow")),
    }
}

fn one(
    field: Field,
    fields: &mut Fields<'_>,
    origin: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Problem> {
    match field {
        // At most 255 and 65,535.
        Field::U8 => out.push(fields::number(fields.one()?, 255)? as u8),
        Field::U16 => out.extend((fields::number(fields.one()?, 65_535)? as u16).to_be_bytes()),
        Field::U32 => out.extend(fields::number(fields.one()?, u32::MAX)?.to_be_bytes()),
        Field::Period => {
            let text = fields.one()?;
            let value =
                fields::ttl(text).ok_or_else(|| format!("{} is not a number", shown(text)))?;
            out.extend(value.to_be_bytes());
        }
        Field::Time => {
            let text = fields.one()?;
            let wrong = || format!("{} is not a time such as 20270101000000", shown(text));
            out.extend(fields::time(text).ok_or_else(wrong)?.to_be_bytes());
        }
        Field::Name => fields::name(fields.one()?, origin, out)?,
        Field::Ipv4 => out.extend(address::<std::net::Ipv4Addr>(fields.one()?)?.octets()),
        Field::Ipv6 => out.extend(address::<std::net::Ipv6Addr>(fields.one()?)?.octets()),
        Field::Text => fields::string(fields.one()?, out)?,
        Field::Tag => {
            let text = fields.one()?;
            if text.is_empty() || !text.iter().all(u8::is_ascii_alphanumeric) {
                return Err(format!("{} is not letters and digits", shown(text)));
            }
            fields::string(text, out)?;
        }
        Field::Texts => {
            fields::string(fields.one()?, out)?;
            fields
                .rest()
                .iter()
                .try_for_each(|text| fields::string(text, out))?;
        }
        Field::RawText => fields::unescaped(fields.one()?, out)?,
        Field::Type => out.extend(fields::rtype(fields.one()?)?.0.to_be_bytes()),
        Field::Algorithm => out.push(algorithm(fields.one()?)?),
        Field::Certificate => out.extend(certificate(fields.one()?)?.to_be_bytes()),
        Field::Base64 => fields::base64(&fields.joined(), out)?,
        Field::Hex => fields::hex(&fields.joined(), out)?,
        Field::Salt => fields::salt(fields.one()?, out)?,
        Field::Hash => fields::base32(fields.one()?, out)?,
        Field::Bitmap => fields::bitmap(fields.rest().iter().copied(), out)?,
        Field::Node => node(fields.one()?, out)?,
        Field::Eui => separated(fields.one()?, b'-', 2, out)?,
        Field::Parameters => rare::parameters(fields.rest(), out)?,
    }
    Ok(())
}

fn address<T: std::str::FromStr>(text: &[u8]) -> Result<T, Problem> {
    let read = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok());
    read.ok_or_else(|| format!("{} is not an address of this type", shown(text)))
}

/// The mnemonics of RFC 4034, appendix A.1 and after.
fn algorithm(text: &[u8]) -> Result<u8, Problem> {
    if text.first().is_some_and(u8::is_ascii_digit) {
        return fields::number(text, 255).map(|value| value as u8);
    }
    let known: &[(&str, u8)] = &[
        ("RSAMD5", 1),
        ("DH", 2),
        ("DSA", 3),
        ("RSASHA1", 5),
        ("DSA-NSEC3-SHA1", 6),
        ("NSEC3DSA", 6),
        ("RSASHA1-NSEC3-SHA1", 7),
        ("NSEC3RSASHA1", 7),
        ("RSASHA256", 8),
        ("RSASHA512", 10),
        ("ECC-GOST", 12),
        ("ECDSAP256SHA256", 13),
        ("ECDSAP384SHA384", 14),
        ("ED25519", 15),
        ("ED448", 16),
        ("INDIRECT", 252),
        ("PRIVATEDNS", 253),
        ("PRIVATEOID", 254),
    ];
    let found = known
        .iter()
        .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(text));
    let wrong = || format!("{} is not a DNSSEC algorithm", shown(text));
    found.map(|(_, number)| *number).ok_or_else(wrong)
}

fn certificate(text: &[u8]) -> Result<u16, Problem> {
    let known = [
        (1, "PKIX"),
        (2, "SPKI"),
        (3, "PGP"),
        (4, "IPKIX"),
        (5, "ISPKI"),
        (6, "IPGP"),
        (7, "ACPKIX"),
        (8, "IACPKIX"),
        (253, "URI"),
        (254, "OID"),
    ];
    let is_it = |(_, name): &&(u16, &str)| name.as_bytes().eq_ignore_ascii_case(text);
    match known.iter().find(is_it) {
        Some((number, _)) => Ok(*number),
        None => fields::number(text, 65_535).map(|value| value as u16),
    }
}

/// Four groups with colons between them, as in IPv6 addresses; BIND writes them without zeros in front.
fn node(text: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
    let group = |text: &[u8]| {
        let is_hex = (1..=4).contains(&text.len()) && text.iter().all(u8::is_ascii_hexdigit);
        let text = std::str::from_utf8(text).ok().filter(|_| is_hex)?;
        u16::from_str_radix(text, 16).ok()
    };
    let groups: Option<Vec<u16>> = text.split(|octet| *octet == b':').map(group).collect();
    let groups = groups.filter(|groups| groups.len() == 4);
    let wrong = || format!("{} is not four groups of hexadecimal digits", shown(text));
    out.extend(
        groups
            .ok_or_else(wrong)?
            .iter()
            .flat_map(|group| group.to_be_bytes()),
    );
    Ok(())
}

/// Groups of `digits` hexadecimal digits with `mark` between them.
fn separated(text: &[u8], mark: u8, digits: usize, out: &mut Vec<u8>) -> Result<(), Problem> {
    for group in text.split(|octet| *octet == mark) {
        if group.len() != digits {
            return Err(format!(
                "{} is not groups of {digits} hexadecimal digits",
                shown(text)
            ));
        }
        fields::hex(group, out)?;
    }
    Ok(())
}
