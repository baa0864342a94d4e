//! Record data: where names stand in it, its canonical form, and typed views of what DNSSEC reads.
//!
//! RDATA is kept as octets with compression expanded and letter case untouched. The canonical form
//! lowers the case of embedded names for the types that RFC 4034, section 6.2 lists, as corrected by
//! RFC 6840, section 5.1: not in NSEC, but in RRSIG. A6 and the obsolete SIG and NXT carry no data that
//! a zone of today signs; SIG and NXT are covered by their shapes, A6 is left as it is.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::bitmap::TypeBitmap;
use super::name::Name;
use super::rtype::RecordType;
use super::time::Serial;
use super::wire::{Reader, WireError};

/// What is wrong with the RDATA of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RdataFault {
    /// A field is cut off, or a name inside cannot be read.
    Wire(WireError),
    /// Octets are left over, or the length is not the one this type must have.
    Length,
    /// The type bitmap is malformed.
    Bitmap,
}

impl fmt::Display for RdataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(error) => error.fmt(f),
            Self::Length => f.write_str("the length does not fit the type"),
            Self::Bitmap => f.write_str("the type bitmap is malformed"),
        }
    }
}

impl From<WireError> for RdataFault {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

/// One field of the RDATA of a type that embeds names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    /// So many octets.
    Fixed(usize),
    /// A domain name, in lower case in the canonical form.
    Name,
    /// A domain name whose case the canonical form keeps.
    NameAsIs,
    /// A character-string.
    Text,
    /// All that is left.
    Rest,
}

/// The fields of a type that embeds names; `None` for a type that does not.
fn shape(rtype: RecordType) -> Option<&'static [Field]> {
    use Field::{Fixed, Name, NameAsIs, Rest, Text};
    Some(match rtype {
        RecordType::NS
        | RecordType::MD
        | RecordType::MF
        | RecordType::CNAME
        | RecordType::MB
        | RecordType::MG
        | RecordType::MR
        | RecordType::PTR
        | RecordType::NSAP_PTR
        | RecordType::DNAME => &[Name],
        RecordType::SOA => &[Name, Name, Fixed(20)],
        RecordType::MINFO | RecordType::RP => &[Name, Name],
        RecordType::MX | RecordType::AFSDB | RecordType::RT | RecordType::KX => &[Fixed(2), Name],
        RecordType::PX => &[Fixed(2), Name, Name],
        RecordType::SRV => &[Fixed(6), Name],
        RecordType::NAPTR => &[Fixed(4), Text, Text, Text, Name],
        RecordType::SIG | RecordType::RRSIG => &[Fixed(18), Name, Rest],
        RecordType::NXT => &[Name, Rest],
        RecordType::NSEC => &[NameAsIs, Rest],
        _ => return None,
    })
}

/// Copies RDATA out of a message with its names expanded.
///
/// # Errors
/// [`RdataFault`] when a field is cut off or octets are left over; the caller then keeps the raw octets.
pub fn expand(rtype: RecordType, window: Reader<'_>) -> Result<Vec<u8>, RdataFault> {
    let mut rdata = Vec::with_capacity(window.remaining() + 32);
    expand_into(rtype, window, &mut rdata)?;
    Ok(rdata)
}

/// The same, appended to `rdata`, so that reading many takes no memory for each. After an error `rdata` has
/// a part of it.
///
/// # Errors
/// As for [`expand`].
pub fn expand_into(
    rtype: RecordType,
    mut window: Reader<'_>,
    rdata: &mut Vec<u8>,
) -> Result<(), RdataFault> {
    let Some(fields) = shape(rtype) else {
        rdata.extend_from_slice(window.rest());
        return Ok(());
    };
    for field in fields {
        match field {
            Field::Fixed(length) => rdata.extend_from_slice(window.take(*length)?),
            Field::Name | Field::NameAsIs => window.name_into(rdata)?,
            Field::Text => rdata.extend_from_slice(window.text()?),
            Field::Rest => rdata.extend_from_slice(window.rest()),
        }
    }
    match window.remaining() {
        0 => Ok(()),
        _ => Err(RdataFault::Length),
    }
}

/// The canonical form of expanded RDATA (RFC 4034, section 6.2). Malformed RDATA is returned as it is.
pub fn canonical(rtype: RecordType, rdata: &[u8]) -> Cow<'_, [u8]> {
    shape(rtype)
        .and_then(|fields| lower_names(fields, rdata))
        .map_or(Cow::Borrowed(rdata), Cow::Owned)
}

fn lower_names(fields: &[Field], rdata: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(rdata);
    let mut lowered = rdata.to_vec();
    for field in fields {
        let start = reader.position();
        match field {
            Field::Fixed(length) => drop(reader.take(*length).ok()?),
            Field::Text => drop(reader.text().ok()?),
            Field::Rest => drop(reader.rest()),
            Field::NameAsIs => drop(reader.name().ok()?),
            Field::Name => {
                reader.name().ok()?;
                lowered[start..reader.position()].make_ascii_lowercase();
            }
        }
    }
    Some(lowered)
}

/// Whether expanded RDATA is whole: as [`check`] has it, and with the names that its type demands and nothing
/// behind them.
pub fn is_whole(rtype: RecordType, rdata: &[u8]) -> bool {
    let mut reader = Reader::new(rdata);
    let names = shape(rtype).is_none_or(|fields| {
        let mut fields = fields.iter();
        let is_read = fields.all(|field| match field {
            Field::Fixed(length) => reader.take(*length).is_ok(),
            Field::Text => reader.text().is_ok(),
            Field::Name | Field::NameAsIs => reader.name().is_ok(),
            Field::Rest => {
                reader.rest();
                true
            }
        });
        is_read && reader.remaining() == 0
    });
    names && check(rtype, rdata).is_ok()
}

/// Whether expanded RDATA has the form its type demands. Types that this build does not read pass.
///
/// # Errors
/// The first [`RdataFault`] found.
pub fn check(rtype: RecordType, rdata: &[u8]) -> Result<(), RdataFault> {
    match rtype {
        RecordType::A => exactly(rdata, 4),
        RecordType::AAAA => exactly(rdata, 16),
        RecordType::DNSKEY | RecordType::CDNSKEY => Dnskey::parse(rdata).map(drop),
        RecordType::DS | RecordType::CDS => Ds::parse(rdata).map(drop),
        RecordType::RRSIG => Rrsig::parse(rdata).map(drop),
        RecordType::NSEC => Nsec::parse(rdata).map(drop),
        RecordType::NSEC3 => Nsec3::parse(rdata).map(drop),
        RecordType::NSEC3PARAM => Nsec3param::parse(rdata).map(drop),
        _ => Ok(()),
    }
}

fn exactly(rdata: &[u8], length: usize) -> Result<(), RdataFault> {
    if rdata.len() == length {
        Ok(())
    } else {
        Err(RdataFault::Length)
    }
}

fn finish(reader: &Reader<'_>) -> Result<(), RdataFault> {
    if reader.remaining() == 0 {
        Ok(())
    } else {
        Err(RdataFault::Length)
    }
}

/// The address in the RDATA of A or AAAA.
pub fn address(rtype: RecordType, rdata: &[u8]) -> Option<IpAddr> {
    match rtype {
        RecordType::A => <[u8; 4]>::try_from(rdata)
            .ok()
            .map(|o| Ipv4Addr::from(o).into()),
        RecordType::AAAA => <[u8; 16]>::try_from(rdata)
            .ok()
            .map(|o| Ipv6Addr::from(o).into()),
        _ => None,
    }
}

/// The single name that is the RDATA of NS, CNAME, PTR or DNAME.
pub fn target(rdata: &[u8]) -> Option<Name> {
    Name::from_wire(rdata).ok()
}

/// DNSKEY and CDNSKEY (RFC 4034, section 2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dnskey {
    /// Zone Key (0x0100), REVOKE (0x0080) and SEP (0x0001) are assigned.
    pub flags: u16,
    /// Must be 3.
    pub protocol: u8,
    /// Number in the IANA registry of DNSSEC algorithms.
    pub algorithm: u8,
    /// The Public Key field.
    pub key: Box<[u8]>,
}

impl Dnskey {
    /// Reads expanded RDATA.
    ///
    /// # Errors
    /// [`RdataFault`] when the fixed fields are cut off. An empty key is accepted here.
    pub fn parse(rdata: &[u8]) -> Result<Self, RdataFault> {
        let mut reader = Reader::new(rdata);
        Ok(Self {
            flags: reader.u16()?,
            protocol: reader.u8()?,
            algorithm: reader.u8()?,
            key: reader.rest().into(),
        })
    }

    /// The RDATA octets.
    pub fn rdata(&self) -> Vec<u8> {
        let mut rdata = Vec::with_capacity(4 + self.key.len());
        rdata.extend(self.flags.to_be_bytes());
        rdata.extend([self.protocol, self.algorithm]);
        rdata.extend_from_slice(&self.key);
        rdata
    }

    /// The key tag (RFC 4034, appendix B; appendix B.1 for algorithm 1).
    pub fn key_tag(&self) -> u16 {
        key_tag(&self.rdata())
    }

    /// Whether the Zone Key flag is set: only then may the key sign a zone (RFC 4034, section 2.1.1).
    pub fn is_zone_key(&self) -> bool {
        self.flags & 0x0100 != 0
    }

    /// Whether the SEP flag is set; a hint without meaning for validation (RFC 4034, section 2.1.1).
    pub fn is_sep(&self) -> bool {
        self.flags & 0x0001 != 0
    }

    /// Whether the REVOKE flag is set (RFC 5011, section 2.1).
    pub fn is_revoked(&self) -> bool {
        self.flags & 0x0080 != 0
    }
}

/// The key tag of DNSKEY RDATA (RFC 4034, appendix B). RDATA too short for algorithm 1 has tag 0.
pub fn key_tag(rdata: &[u8]) -> u16 {
    if rdata.get(3) == Some(&1) {
        // Appendix B.1: the most significant 16 of the least significant 24 bits of the modulus.
        let at = rdata.len().saturating_sub(3);
        return match rdata.get(at.max(4)..) {
            Some([high, low, _]) => u16::from_be_bytes([*high, *low]),
            _ => 0,
        };
    }
    let sum: u32 = rdata
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)))
        .sum();
    (sum.wrapping_add(sum >> 16) & 0xFFFF) as u16
}

/// DS and CDS (RFC 4034, section 5).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ds {
    /// Tag of the key referred to.
    pub key_tag: u16,
    /// Algorithm of the key referred to.
    pub algorithm: u8,
    /// Number in the IANA registry of DS digest types.
    pub digest_type: u8,
    /// Digest over owner name and DNSKEY RDATA.
    pub digest: Box<[u8]>,
}

impl Ds {
    /// Reads expanded RDATA.
    ///
    /// # Errors
    /// [`RdataFault`] when the fixed fields are cut off.
    pub fn parse(rdata: &[u8]) -> Result<Self, RdataFault> {
        let mut reader = Reader::new(rdata);
        Ok(Self {
            key_tag: reader.u16()?,
            algorithm: reader.u8()?,
            digest_type: reader.u8()?,
            digest: reader.rest().into(),
        })
    }

    /// The RDATA octets.
    pub fn rdata(&self) -> Vec<u8> {
        let mut rdata = Vec::with_capacity(4 + self.digest.len());
        rdata.extend(self.key_tag.to_be_bytes());
        rdata.extend([self.algorithm, self.digest_type]);
        rdata.extend_from_slice(&self.digest);
        rdata
    }
}

/// RRSIG (RFC 4034, section 3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rrsig {
    /// The type of the RRset that is signed.
    pub type_covered: RecordType,
    /// Algorithm of the signing key.
    pub algorithm: u8,
    /// Labels of the owner name as signed, without root and wildcard.
    pub labels: u8,
    /// TTL of the RRset in the zone, in seconds.
    pub original_ttl: u32,
    /// No longer valid after this time.
    pub expiration: Serial,
    /// Not valid before this time.
    pub inception: Serial,
    /// Tag of the signing key.
    pub key_tag: u16,
    /// The zone that signed.
    pub signer: Name,
    /// The Signature field.
    pub signature: Box<[u8]>,
}

impl Rrsig {
    /// Reads expanded RDATA.
    ///
    /// # Errors
    /// [`RdataFault`] when a field is cut off.
    pub fn parse(rdata: &[u8]) -> Result<Self, RdataFault> {
        let mut reader = Reader::new(rdata);
        Ok(Self {
            type_covered: RecordType(reader.u16()?),
            algorithm: reader.u8()?,
            labels: reader.u8()?,
            original_ttl: reader.u32()?,
            expiration: Serial(reader.u32()?),
            inception: Serial(reader.u32()?),
            key_tag: reader.u16()?,
            signer: reader.name()?,
            signature: reader.rest().into(),
        })
    }

    /// The RDATA without the Signature field, the signer name in lower case: the head of the data that
    /// is signed (RFC 4034, section 3.1.8.1).
    pub fn signed_head(&self) -> Vec<u8> {
        let mut head = Vec::with_capacity(18 + self.signer.wire().len());
        head.extend(self.type_covered.0.to_be_bytes());
        head.extend([self.algorithm, self.labels]);
        head.extend(self.original_ttl.to_be_bytes());
        head.extend(self.expiration.0.to_be_bytes());
        head.extend(self.inception.0.to_be_bytes());
        head.extend(self.key_tag.to_be_bytes());
        head.extend(self.signer.canonical_wire());
        head
    }
}

/// NSEC (RFC 4034, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nsec {
    /// The next owner name in canonical order.
    pub next: Name,
    /// The types at the owner name.
    pub types: TypeBitmap,
}

impl Nsec {
    /// Reads expanded RDATA.
    ///
    /// # Errors
    /// [`RdataFault`] when the name or the bitmap is malformed.
    pub fn parse(rdata: &[u8]) -> Result<Self, RdataFault> {
        let mut reader = Reader::new(rdata);
        let next = reader.name()?;
        let types = TypeBitmap::from_wire(reader.rest()).map_err(|_| RdataFault::Bitmap)?;
        Ok(Self { next, types })
    }
}

/// NSEC3 (RFC 5155, section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nsec3 {
    /// 1 is SHA-1, the only one assigned.
    pub hash_algorithm: u8,
    /// Bit 0x01 is Opt-Out.
    pub flags: u8,
    /// Additional times the hash is applied.
    pub iterations: u16,
    /// Appended to the name before each hashing.
    pub salt: Box<[u8]>,
    /// The next hash in order, not encoded.
    pub next: Box<[u8]>,
    /// The types at the original owner name.
    pub types: TypeBitmap,
}

impl Nsec3 {
    /// Reads expanded RDATA.
    ///
    /// # Errors
    /// [`RdataFault`] when a field is cut off or the bitmap malformed.
    pub fn parse(rdata: &[u8]) -> Result<Self, RdataFault> {
        let mut reader = Reader::new(rdata);
        Ok(Self {
            hash_algorithm: reader.u8()?,
            flags: reader.u8()?,
            iterations: reader.u16()?,
            salt: reader.text()?[1..].into(),
            next: reader.text()?[1..].into(),
            types: TypeBitmap::from_wire(reader.rest()).map_err(|_| RdataFault::Bitmap)?,
        })
    }

    /// Whether the span may hold unsigned delegations without an NSEC3 (RFC 5155, section 3.1.2.1).
    pub fn is_opt_out(&self) -> bool {
        self.flags & 0x01 != 0
    }
}

/// NSEC3PARAM (RFC 5155, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nsec3param {
    /// 1 is SHA-1.
    pub hash_algorithm: u8,
    /// Must be 0.
    pub flags: u8,
    /// Additional times the hash is applied.
    pub iterations: u16,
    /// Appended to the name before each hashing.
    pub salt: Box<[u8]>,
}

impl Nsec3param {
    /// Reads expanded RDATA.
    ///
    /// # Errors
    /// [`RdataFault`] when a field is cut off or octets are left over.
    pub fn parse(rdata: &[u8]) -> Result<Self, RdataFault> {
        let mut reader = Reader::new(rdata);
        let parsed = Self {
            hash_algorithm: reader.u8()?,
            flags: reader.u8()?,
            iterations: reader.u16()?,
            salt: reader.text()?[1..].into(),
        };
        finish(&reader)?;
        Ok(parsed)
    }
}

/// SOA (RFC 1035, section 3.3.13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soa {
    /// The primary server's name.
    pub mname: Name,
    /// The mailbox of who is responsible.
    pub rname: Name,
    /// Version of the zone.
    pub serial: Serial,
    /// Seconds between a secondary's checks.
    pub refresh: u32,
    /// Seconds before a failed check is repeated.
    pub retry: u32,
    /// Seconds after which a cut-off secondary stops serving.
    pub expire: u32,
    /// TTL of negative answers in seconds (RFC 2308, section 4).
    pub minimum: u32,
}

impl Soa {
    /// Reads expanded RDATA.
    ///
    /// # Errors
    /// [`RdataFault`] when a field is cut off or octets are left over.
    pub fn parse(rdata: &[u8]) -> Result<Self, RdataFault> {
        let mut reader = Reader::new(rdata);
        let parsed = Self {
            mname: reader.name()?,
            rname: reader.name()?,
            serial: Serial(reader.u32()?),
            refresh: reader.u32()?,
            retry: reader.u32()?,
            expire: reader.u32()?,
            minimum: reader.u32()?,
        };
        finish(&reader)?;
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_form_lowers_the_names_rfc_6840_lists_and_no_others() {
        let name = b"\x03WwW\x00";
        let with = |head: &[u8], tail: &[u8]| [head, name, tail].concat();
        let lowered = |head: &[u8], tail: &[u8]| [head, b"\x03www\x00", tail].concat();
        for (rtype, head, tail) in [
            (RecordType::NS, &b""[..], &b""[..]),
            (RecordType::MX, b"\x00\x0A", b""),
            (RecordType::SRV, b"ABCDEF", b""),
            (RecordType::NAPTR, b"ABCD\x01A\x01B\x01C", b""),
            (RecordType::RRSIG, b"ABCDEFGHIJKLMNOPQR", b"SIG"),
        ] {
            assert_eq!(
                canonical(rtype, &with(head, tail)),
                lowered(head, tail),
                "{rtype}"
            );
        }
        for rtype in [
            RecordType::NSEC,
            RecordType::SVCB,
            RecordType::HTTPS,
            RecordType(65280),
        ] {
            assert_eq!(canonical(rtype, &with(b"", b"")), with(b"", b""), "{rtype}");
        }
    }

    #[test]
    fn the_key_of_rfc_4034_section_5_4_has_tag_60485() {
        let key = data_encoding::BASE64
            .decode(
                b"AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==",
            )
            .unwrap();
        let dnskey = Dnskey {
            flags: 256,
            protocol: 3,
            algorithm: 5,
            key: key.into(),
        };
        assert_eq!(dnskey.key_tag(), 60485);
    }

    #[test]
    fn a_key_tag_of_algorithm_1_never_panics() {
        assert_eq!(key_tag(&[1, 0, 3, 1, 0xAA, 0xBB, 0xCC]), 0xAABB);
        for short in [
            &[1, 0, 3, 1][..],
            &[1, 0, 3, 1, 9],
            &[1, 0, 3, 1, 9, 9],
            &[],
            &[1],
        ] {
            let _ = key_tag(short);
        }
    }

    #[test]
    fn short_rdata_is_a_fault() {
        for (rtype, rdata) in [
            (RecordType::A, &[1, 2, 3][..]),
            (RecordType::DNSKEY, &[1, 0, 3]),
            (RecordType::DS, &[]),
            (RecordType::RRSIG, &[0; 18]),
            (RecordType::NSEC3, &[1, 0, 0, 0, 4, 1]),
            (RecordType::NSEC3PARAM, &[1, 0, 0, 0, 0, 0]),
        ] {
            assert!(check(rtype, rdata).is_err(), "{rtype}");
        }
    }
}
