//! The parts of a message of a transfer, read one record after another into buffers that are used again.

use crate::dns::rdata::{self, RdataFault};
use crate::dns::wire::{Reader, WireError};
use crate::dns::{Class, RecordType};

/// Octets of a DNS header.
pub(super) const HEADER: usize = 12;

/// A resource record as octets of buffers that the next one overwrites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireRecord<'b> {
    /// Owner name in wire form, uncompressed, in its case on the wire.
    pub owner: &'b [u8],
    /// RR type.
    pub rtype: RecordType,
    /// Class.
    pub class: Class,
    /// TTL in seconds, as the 32 bits on the wire.
    pub ttl: u32,
    /// RDATA with its names expanded; as it was on the wire when `fault` is set.
    pub rdata: &'b [u8],
    /// Why the names in the RDATA could not be expanded. Whether the RDATA is what its type demands apart
    /// from that, [`rdata::check`] says.
    pub fault: Option<RdataFault>,
}

/// The twelve octets in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub id: u16,
    pub flags: u16,
    /// Questions, answers, authority, additional.
    pub counts: [u16; 4],
}

impl Header {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            id: reader.u16()?,
            flags: reader.u16()?,
            counts: [reader.u16()?, reader.u16()?, reader.u16()?, reader.u16()?],
        })
    }

    pub(super) fn is_response_to_query(self) -> bool {
        self.flags & 0xF800 == 0x8000
    }

    pub(super) fn is_truncated(self) -> bool {
        self.flags & 0x0200 != 0
    }
}

/// Where names and RDATA are expanded to.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    owner: Vec<u8>,
    rdata: Vec<u8>,
}

impl Buffers {
    /// The next record.
    pub(super) fn record(&mut self, reader: &mut Reader<'_>) -> Result<WireRecord<'_>, WireError> {
        self.owner.clear();
        self.rdata.clear();
        reader.name_into(&mut self.owner)?;
        let rtype = RecordType(reader.u16()?);
        let class = Class(reader.u16()?);
        let ttl = reader.u32()?;
        let length = usize::from(reader.u16()?);
        let mut window = reader.window(length)?;
        let fault = rdata::expand_into(rtype, window.clone(), &mut self.rdata).err();
        if fault.is_some() {
            self.rdata.clear();
            self.rdata.extend_from_slice(window.rest());
        }
        Ok(WireRecord {
            owner: &self.owner,
            rtype,
            class,
            ttl,
            rdata: &self.rdata,
            fault,
        })
    }

    /// The next question: its name, type and class.
    pub(super) fn question(
        &mut self,
        reader: &mut Reader<'_>,
    ) -> Result<(&[u8], RecordType, Class), WireError> {
        self.owner.clear();
        reader.name_into(&mut self.owner)?;
        Ok((&self.owner, RecordType(reader.u16()?), Class(reader.u16()?)))
    }
}
