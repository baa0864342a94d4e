//! Reports and evidence as they lie in the file: compressed by zlib (RFC 1950), whose checksum tells
//! when the octets are no longer those that were written.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

/// Greatest length of what is unpacked, in octets: as long as evidence can be read again.
pub const MAX_UNPACKED: u64 = crate::evidence::archive::MAX_FILE as u64;

/// Compresses, at the fast level: an audit is packed each time it is kept.
pub fn pack(octets: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(octets).and_then(|()| encoder.finish());
    written.expect("memory takes all octets")
}

/// Reverses [`pack`]; an error when the octets are not what it made.
pub fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    ZlibDecoder::new(packed)
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut octets)?;
    if octets.len() as u64 > MAX_UNPACKED {
        return Err(io::Error::other("longer than anything that is kept"));
    }
    Ok(octets)
}
