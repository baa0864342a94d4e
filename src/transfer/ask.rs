//! What is asked for: a whole zone, or what has changed since a serial.

use crate::dns::{Class, Name, RecordType, Serial};

/// The zone that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Its apex.
    pub zone: Name,
    /// The serial of the copy at hand: differences are asked for (IXFR). A server may still send it whole.
    pub since: Option<Serial>,
}

impl Ask {
    /// All of a zone (AXFR).
    pub fn whole(zone: Name) -> Self {
        Self { zone, since: None }
    }

    /// The QTYPE.
    pub fn rtype(&self) -> RecordType {
        match self.since {
            None => RecordType::AXFR,
            Some(_) => RecordType::IXFR,
        }
    }

    /// The query with message ID `id`, without a signature.
    pub(super) fn to_wire(&self, id: u16) -> Vec<u8> {
        let mut octets = Vec::with_capacity(128);
        for field in [id, 0, 1, 0, u16::from(self.since.is_some()), 0] {
            octets.extend(field.to_be_bytes());
        }
        octets.extend_from_slice(self.zone.wire());
        octets.extend(self.rtype().0.to_be_bytes());
        octets.extend(Class::IN.0.to_be_bytes());
        if let Some(serial) = self.since {
            push_soa(&mut octets, &self.zone, serial);
        }
        octets
    }
}

/// The SOA record of the copy at hand, of which a server reads the serial alone (RFC 1995, section 3).
fn push_soa(octets: &mut Vec<u8>, zone: &Name, serial: Serial) {
    octets.extend_from_slice(zone.wire());
    octets.extend(RecordType::SOA.0.to_be_bytes());
    octets.extend(Class::IN.0.to_be_bytes());
    octets.extend([0; 4]);
    octets.extend([0, 22, 0, 0]);
    octets.extend(serial.0.to_be_bytes());
    octets.extend([0; 16]);
}
