//! The type bitmap of NSEC, NSEC3 and CSYNC (RFC 4034, section 4.1.2).

use super::rtype::RecordType;

/// A type bitmap in its wire form, known to be well formed.
#[derive(Clone, PartialEq, Eq)]
pub struct TypeBitmap {
    wire: Box<[u8]>,
}

/// The octets are not blocks of rising window number with 1 to 32 octets each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadBitmap;

impl TypeBitmap {
    /// Takes the octets of a whole bitmap field.
    ///
    /// # Errors
    /// [`BadBitmap`] when a block is cut off, empty, longer than 32 octets or out of order.
    pub fn from_wire(wire: &[u8]) -> Result<Self, BadBitmap> {
        let mut rest = wire;
        let mut last = None;
        while !rest.is_empty() {
            let [window, length, ..] = *rest else {
                return Err(BadBitmap);
            };
            let block = 2 + usize::from(length);
            let in_order = last.is_none_or(|before| window > before);
            if !in_order || !(1..=32).contains(&length) || block > rest.len() {
                return Err(BadBitmap);
            }
            last = Some(window);
            rest = &rest[block..];
        }
        Ok(Self { wire: wire.into() })
    }

    /// The bitmap that lists exactly `types`.
    pub fn from_types(types: impl IntoIterator<Item = RecordType>) -> Self {
        let mut sorted: Vec<u16> = types.into_iter().map(|rtype| rtype.0).collect();
        sorted.sort_unstable();
        let mut wire = Vec::new();
        for window in sorted.chunk_by(|a, b| a >> 8 == b >> 8) {
            let greatest = window[window.len() - 1] & 0xFF;
            let mut block = vec![0_u8; usize::from(greatest / 8) + 1];
            for rtype in window {
                block[usize::from(rtype & 0xFF) / 8] |= 0x80 >> (rtype & 7);
            }
            // The high octet of a u16 and a length of at most 32 both fit an octet.
            wire.extend([(window[0] >> 8) as u8, block.len() as u8]);
            wire.extend(block);
        }
        Self { wire: wire.into() }
    }

    /// The octets on the wire.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// Whether `rtype` is listed.
    pub fn contains(&self, rtype: RecordType) -> bool {
        self.blocks().any(|(window, block)| {
            u16::from(window) == rtype.0 >> 8
                && block
                    .get(usize::from(rtype.0 & 0xFF) / 8)
                    .is_some_and(|octet| octet & (0x80 >> (rtype.0 & 7)) != 0)
        })
    }

    /// The types listed, in rising order.
    pub fn types(&self) -> impl Iterator<Item = RecordType> {
        self.blocks().flat_map(|(window, block)| {
            block.iter().zip(0_u16..).flat_map(move |(octet, index)| {
                (0..8)
                    .filter(move |bit| octet & (0x80 >> bit) != 0)
                    .map(move |bit| RecordType((u16::from(window) << 8) | (index * 8 + bit)))
            })
        })
    }

    fn blocks(&self) -> impl Iterator<Item = (u8, &[u8])> {
        let mut rest = &*self.wire;
        std::iter::from_fn(move || {
            let [window, length, ..] = *rest else {
                return None;
            };
            let (block, after) = rest.split_at(2 + usize::from(length));
            rest = after;
            Some((window, &block[2..]))
        })
    }
}

impl std::fmt::Display for TypeBitmap {
    /// The mnemonics, separated by spaces.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<String> = self.types().map(|rtype| rtype.to_string()).collect();
        f.write_str(&texts.join(" "))
    }
}

impl std::fmt::Debug for TypeBitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{self}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 4034, section 4.3: A MX RRSIG NSEC TYPE1234.
    #[test]
    fn the_example_of_rfc_4034_round_trips() {
        let types = [1, 15, 46, 47, 1234].map(RecordType);
        let bitmap = TypeBitmap::from_types(types);
        let mut expected = vec![0x00, 0x06, 0x40, 0x01, 0x00, 0x00, 0x00, 0x03, 0x04, 0x1b];
        expected.extend([0; 26]);
        expected.push(0x20);
        assert_eq!(bitmap.wire(), expected);
        assert_eq!(TypeBitmap::from_wire(&expected), Ok(bitmap.clone()));
        assert!(bitmap.types().eq(types));
        assert!(bitmap.contains(RecordType::MX) && !bitmap.contains(RecordType::AAAA));
    }

    #[test]
    fn malformed_bitmaps_are_refused() {
        for wire in [&[0][..], &[0, 0], &[0, 33], &[0, 2, 1], &[1, 1, 1, 0, 1, 1]] {
            assert_eq!(TypeBitmap::from_wire(wire), Err(BadBitmap), "{wire:?}");
        }
        assert!(TypeBitmap::from_wire(&[]).is_ok());
    }
}
