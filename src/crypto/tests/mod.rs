//! Vectors of the RFCs, of Wycheproof and of OpenSSL; laws over signatures made
//! here; the limits; the registries.

mod bulk;
mod hashes;
mod laws;
mod limits;
mod openssl;
mod registries;
mod rfc;
mod wycheproof;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

fn base64(text: &str) -> Vec<u8> {
    BASE64.decode(text.as_bytes()).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).unwrap()
}

/// The wire form of a name in presentation form, without escapes.
fn name(text: &str) -> Vec<u8> {
    let mut wire = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        wire.push(label.len() as u8);
        wire.extend(label.as_bytes());
    }
    wire.push(0);
    wire
}

/// The Public Key field of an RSA key (RFC 3110, section 2).
fn rsa_field(exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let length = match u8::try_from(exponent.len()) {
        Ok(length) if length > 0 => vec![length],
        _ => [&[0], &(exponent.len() as u16).to_be_bytes()[..]].concat(),
    };
    [&length, exponent, modulus].concat()
}
