//! The subject alternative names of a certificate (RFC 5280, section 4.2.1.6), as text: DNS names, mail
//! addresses, URIs and IP addresses.
//!
//! The library that checks certificates tells whether one is good for a name, which a wildcard is for many.
//! Here the name itself is to be compared, octet by octet. Only certificates that were checked come here.
//! What does not read as DER holds no names.

use std::net::{Ipv4Addr, Ipv6Addr};

const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
const BOOLEAN: u8 = 0x01;
const OCTET_STRING: u8 = 0x04;
/// `extensions [3]` of a TBSCertificate.
const EXTENSIONS: u8 = 0xa3;
/// 2.5.29.17.
const SUBJECT_ALT_NAME: [u8; 3] = [0x55, 0x1d, 0x11];

/// The names that a certificate in DER holds.
pub fn names(certificate: &[u8]) -> Vec<String> {
    extension(certificate).map_or_else(Vec::new, |names| {
        Elements(names)
            .filter_map(|(tag, value)| name(tag, value))
            .collect()
    })
}

/// The content of the sequence of names.
fn extension(certificate: &[u8]) -> Option<&[u8]> {
    let whole = Elements(certificate).content_of(SEQUENCE)?;
    let signed = Elements(whole).content_of(SEQUENCE)?;
    let extensions = Elements(signed).content_of(EXTENSIONS)?;
    let mut all = Elements(Elements(extensions).content_of(SEQUENCE)?);
    let found = all.find(|(_, content)| {
        Elements(content).next() == Some((OBJECT_IDENTIFIER, &SUBJECT_ALT_NAME))
    });
    let mut parts =
        Elements(found?.1).filter(|(tag, _)| ![OBJECT_IDENTIFIER, BOOLEAN].contains(tag));
    let (tag, value) = parts.next()?;
    (tag == OCTET_STRING).then_some(())?;
    Elements(value).content_of(SEQUENCE)
}

/// One GeneralName: `rfc822Name [1]`, `dNSName [2]`, `uniformResourceIdentifier [6]`, `iPAddress [7]`.
fn name(tag: u8, value: &[u8]) -> Option<String> {
    match tag {
        0x81 | 0x82 | 0x86 => Some(str::from_utf8(value).ok()?.to_owned()),
        0x87 => match value.len() {
            4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(value).ok()?).to_string()),
            16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(value).ok()?).to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// The elements that stand one behind the other in some octets: tag and content of each.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// The content of the first with this tag.
    fn content_of(mut self, tag: u8) -> Option<&'a [u8]> {
        self.find(|(found, _)| *found == tag)
            .map(|(_, content)| content)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            // Lengths of one to three octets: no certificate is longer.
            0x81..=0x83 => {
                let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = octets
                    .iter()
                    .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }
}
