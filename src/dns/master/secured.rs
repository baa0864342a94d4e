//! The types of a signed zone: RRSIG, NSEC, NSEC3 and NSEC3PARAM (RFC 4034, sections 3.2 and 4.2; RFC 5155,
//! sections 3.3 and 4.3).

use data_encoding::BASE32HEX_NOPAD;

use super::{base64, hex, number, rrsig_time, ttl};
use crate::dns::{Name, RecordType, TypeBitmap};

/// The RDATA of an RRSIG whose signer was read already.
pub(super) fn rrsig(fields: &[String], signer: &Name) -> Result<Vec<u8>, String> {
    let [
        covered,
        algorithm,
        labels,
        original,
        expiration,
        inception,
        tag,
        _,
        signature @ ..,
    ] = fields
    else {
        return Err("RRSIG needs nine fields".to_owned());
    };
    let time = |text: &String| {
        rrsig_time(text).ok_or_else(|| format!("`{text}` is not a time of the form YYYYMMDDHHmmSS"))
    };
    let mut rdata = rtype(covered)?.0.to_be_bytes().to_vec();
    rdata.extend([number::<u8>(algorithm)?, number::<u8>(labels)?]);
    let original = ttl(original).ok_or_else(|| format!("`{original}` is not a TTL"))?;
    for value in [original, time(expiration)?, time(inception)?] {
        rdata.extend(value.to_be_bytes());
    }
    rdata.extend(number::<u16>(tag)?.to_be_bytes());
    rdata.extend_from_slice(signer.wire());
    rdata.extend(base64(signature)?);
    Ok(rdata)
}

/// The RDATA of an NSEC whose next name was read already.
pub(super) fn nsec(fields: &[String], next: &Name) -> Result<Vec<u8>, String> {
    Ok([
        next.wire(),
        types(fields.get(1..).unwrap_or_default())?.wire(),
    ]
    .concat())
}

/// The RDATA of an NSEC3.
pub(super) fn nsec3(fields: &[String]) -> Result<Vec<u8>, String> {
    let [_, _, _, _, next, rest @ ..] = fields else {
        return Err("NSEC3 needs five fields and types".to_owned());
    };
    let next = BASE32HEX_NOPAD
        .decode(next.to_ascii_uppercase().as_bytes())
        .map_err(|error| format!("`{next}` is not Base32: {error}"))?;
    let length = u8::try_from(next.len()).map_err(|_| "the next hash is too long")?;
    let mut rdata = nsec3param(fields)?;
    rdata.push(length);
    rdata.extend(next);
    rdata.extend_from_slice(types(rest)?.wire());
    Ok(rdata)
}

/// The RDATA of an NSEC3PARAM, with which that of an NSEC3 begins.
pub(super) fn nsec3param(fields: &[String]) -> Result<Vec<u8>, String> {
    let [hash, flags, iterations, salt, ..] = fields else {
        return Err("NSEC3PARAM needs four fields".to_owned());
    };
    let salt = match salt.as_str() {
        "-" => Vec::new(),
        _ => hex(std::slice::from_ref(salt))?,
    };
    let length = u8::try_from(salt.len()).map_err(|_| "the salt is too long")?;
    let mut rdata = vec![number::<u8>(hash)?, number::<u8>(flags)?];
    rdata.extend(number::<u16>(iterations)?.to_be_bytes());
    rdata.push(length);
    rdata.extend(salt);
    Ok(rdata)
}

fn types(fields: &[String]) -> Result<TypeBitmap, String> {
    let types = fields.iter().map(|text| rtype(text));
    Ok(TypeBitmap::from_types(
        types.collect::<Result<Vec<_>, _>>()?,
    ))
}

fn rtype(text: &str) -> Result<RecordType, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a record type"))
}
