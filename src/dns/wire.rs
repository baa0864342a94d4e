//! Reading octets: a cursor that never goes past the end, and compressed names.
//!
//! A compression pointer (RFC 1035, section 4.1.4) must point before the place where the name that holds
//! it began, or before the last place jumped to. So every jump goes strictly backwards, a loop cannot
//! be written, and reading one name costs at most 255 octets and 127 jumps.

use super::name::{MAX_NAME, Name};

/// Greatest number of pointers followed for one name: a name has at most 127 labels, and two jumps
/// without a label between them are already more than any server sends.
const MAX_JUMPS: usize = 127;

/// Why octets could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireError {
    /// The octets ended too early.
    Short,
    /// A compression pointer does not point backwards, or there are too many of them.
    BadPointer,
    /// A label has the reserved type 0x40 or 0x80.
    BadLabel,
    /// The name is longer than 255 octets.
    NameTooLong,
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Short => "the octets end too early",
            Self::BadPointer => "a compression pointer does not point backwards",
            Self::BadLabel => "a label has a reserved type",
            Self::NameTooLong => "a name is longer than 255 octets",
        })
    }
}

impl std::error::Error for WireError {}

/// A cursor over a whole message; names may refer to any earlier octet of it.
#[derive(Clone)]
pub struct Reader<'a> {
    message: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first octet.
    pub fn new(message: &'a [u8]) -> Self {
        Self {
            message,
            at: 0,
            end: message.len(),
        }
    }

    /// The offset of the next octet.
    pub fn position(&self) -> usize {
        self.at
    }

    /// How many octets are left.
    pub fn remaining(&self) -> usize {
        self.end - self.at
    }

    /// Takes the next `length` octets.
    ///
    /// # Errors
    /// [`WireError::Short`] when there are fewer.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        if length > self.remaining() {
            return Err(WireError::Short);
        }
        let start = self.at;
        self.at += length;
        Ok(&self.message[start..self.at])
    }

    /// All octets that are left.
    pub fn rest(&mut self) -> &'a [u8] {
        let start = self.at;
        self.at = self.end;
        &self.message[start..self.end]
    }

    /// A cursor over the next `length` octets, which this one skips. Names read through it may still
    /// point to the whole message before them.
    ///
    /// # Errors
    /// [`WireError::Short`] when there are fewer.
    pub fn window(&mut self, length: usize) -> Result<Self, WireError> {
        let start = self.at;
        self.take(length)?;
        Ok(Self {
            message: self.message,
            at: start,
            end: self.at,
        })
    }

    /// Takes one octet.
    ///
    /// # Errors
    /// [`WireError::Short`] at the end.
    pub fn u8(&mut self) -> Result<u8, WireError> {
        Ok(self.take(1)?[0])
    }

    /// Takes two octets in network order.
    ///
    /// # Errors
    /// [`WireError::Short`] at the end.
    pub fn u16(&mut self) -> Result<u16, WireError> {
        let octets = self.take(2)?;
        Ok(u16::from_be_bytes([octets[0], octets[1]]))
    }

    /// Takes four octets in network order.
    ///
    /// # Errors
    /// [`WireError::Short`] at the end.
    pub fn u32(&mut self) -> Result<u32, WireError> {
        let octets = self.take(4)?;
        Ok(u32::from_be_bytes([
            octets[0], octets[1], octets[2], octets[3],
        ]))
    }

    /// Takes a character-string (RFC 1035, section 3.3), its length octet included in what is returned.
    ///
    /// # Errors
    /// [`WireError::Short`] at the end.
    pub fn text(&mut self) -> Result<&'a [u8], WireError> {
        let length = usize::from(
            *self.message[self.at..self.end]
                .first()
                .ok_or(WireError::Short)?,
        );
        self.take(1 + length)
    }

    /// Takes a name and expands its compression.
    ///
    /// # Errors
    /// [`WireError`] when the name is cut off, loops, is too long or has labels of unknown type.
    pub fn name(&mut self) -> Result<Name, WireError> {
        let mut wire = Vec::with_capacity(32);
        self.name_into(&mut wire)?;
        Name::from_wire(&wire).map_err(|_| WireError::NameTooLong)
    }

    /// Takes a name and appends it, expanded, to `wire`, so that reading many takes no memory for each.
    /// After an error `wire` has a part of the name.
    ///
    /// # Errors
    /// As for [`Reader::name`].
    pub fn name_into(&mut self, wire: &mut Vec<u8>) -> Result<(), WireError> {
        let start = wire.len();
        let mut at = self.at;
        let mut end = self.end;
        let mut lowest = self.at;
        let mut after_first_jump = None;
        for _ in 0..=MAX_JUMPS {
            let pointer = read_labels(self.message, &mut at, end, wire, start)?;
            let Some(target) = pointer else {
                self.at = after_first_jump.unwrap_or(at);
                return Ok(());
            };
            after_first_jump.get_or_insert(at);
            if target >= lowest {
                return Err(WireError::BadPointer);
            }
            (lowest, at, end) = (target, target, self.message.len());
        }
        Err(WireError::BadPointer)
    }
}

/// Appends labels up to the root label (`None`) or a pointer (its target) to a name that begins at `start`
/// of `wire`. `at` ends behind what was read.
fn read_labels(
    message: &[u8],
    at: &mut usize,
    end: usize,
    wire: &mut Vec<u8>,
    start: usize,
) -> Result<Option<usize>, WireError> {
    loop {
        let window = message.get(*at..end).ok_or(WireError::Short)?;
        let length = *window.first().ok_or(WireError::Short)?;
        match length & 0xC0 {
            0x00 => {
                let label = window
                    .get(..1 + usize::from(length))
                    .ok_or(WireError::Short)?;
                wire.extend_from_slice(label);
                *at += label.len();
                if wire.len() - start > MAX_NAME {
                    return Err(WireError::NameTooLong);
                }
                if length == 0 {
                    return Ok(None);
                }
            }
            0xC0 => {
                let low = *window.get(1).ok_or(WireError::Short)?;
                *at += 2;
                return Ok(Some(usize::from(length & 0x3F) << 8 | usize::from(low)));
            }
            _ => return Err(WireError::BadLabel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_name_is_expanded_and_the_cursor_stands_behind_it() {
        let message = b"\x03com\x00\x07example\xC0\x00\x03www\xC0\x05!";
        let mut reader = Reader::new(message);
        assert_eq!(reader.name().unwrap().to_string(), "com.");
        assert_eq!(reader.name().unwrap().to_string(), "example.com.");
        assert_eq!(reader.name().unwrap().to_string(), "www.example.com.");
        assert_eq!(reader.rest(), b"!");
    }

    #[test]
    fn pointers_that_do_not_go_back_are_refused() {
        for message in [
            &b"\xC0\x00"[..],
            b"\x01a\xC0\x00",
            b"\xC0\x02\x00",
            b"\x00\xC0\x03\xC0\x01",
        ] {
            let mut reader = Reader::new(message);
            if message[0] == 0 {
                reader.u8().unwrap();
            }
            assert_eq!(reader.name(), Err(WireError::BadPointer), "{message:?}");
        }
    }

    #[test]
    fn cut_and_foreign_labels_are_refused() {
        assert_eq!(Reader::new(b"\x03ab").name(), Err(WireError::Short));
        assert_eq!(Reader::new(b"").name(), Err(WireError::Short));
        assert_eq!(Reader::new(b"\x41\x00").name(), Err(WireError::BadLabel));
    }

    #[test]
    fn a_window_ends_where_it_should() {
        let mut reader = Reader::new(b"\x02ab\x00");
        let mut window = reader.window(3).unwrap();
        assert_eq!(window.name(), Err(WireError::Short));
        assert_eq!(reader.u8(), Ok(0));
    }
}
