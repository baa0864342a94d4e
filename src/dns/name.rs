//! Domain names in wire form, uncompressed, with the letter case they arrived in.
//!
//! Equality and hashing ignore ASCII case (RFC 4343); order is the canonical order of RFC 4034,
//! section 6.1: by label from the right, each label as lower-cased octets. A `Name` always ends in the
//! root label, has labels of at most 63 octets and is at most 255 octets long (RFC 1035, section 2.3.4).

mod order;

use std::fmt;
use std::str::FromStr;

/// Greatest length of a name in octets, the root label included.
pub const MAX_NAME: usize = 255;
/// Greatest length of one label in octets.
pub const MAX_LABEL: usize = 63;

/// An absolute domain name.
#[derive(Clone)]
pub struct Name {
    wire: Box<[u8]>,
}

/// Why octets or text are not a domain name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameError {
    /// A label is longer than 63 octets.
    LabelTooLong,
    /// The whole name is longer than 255 octets.
    NameTooLong,
    /// Two dots stand side by side, or the text is empty.
    EmptyLabel,
    /// A backslash is not followed by a character or by three digits up to 255.
    BadEscape,
    /// The octets end before the root label, or go on after it.
    BadWire,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LabelTooLong => "a label is longer than 63 octets",
            Self::NameTooLong => "the name is longer than 255 octets",
            Self::EmptyLabel => "a label is empty",
            Self::BadEscape => "a backslash is not followed by a character or three digits",
            Self::BadWire => "the octets are not one uncompressed name",
        })
    }
}

impl std::error::Error for NameError {}

impl Name {
    /// The root, `.`.
    pub fn root() -> Self {
        Self {
            wire: Box::new([0]),
        }
    }

    /// Takes uncompressed wire octets that hold exactly one name.
    ///
    /// # Errors
    /// [`NameError`] when a label or the name is too long, or the octets do not end at the root label.
    pub fn from_wire(wire: &[u8]) -> Result<Self, NameError> {
        if wire.len() > MAX_NAME {
            return Err(NameError::NameTooLong);
        }
        let mut at = 0;
        loop {
            let length = usize::from(*wire.get(at).ok_or(NameError::BadWire)?);
            if length > MAX_LABEL {
                return Err(NameError::LabelTooLong);
            }
            at += 1 + length;
            if length == 0 {
                break;
            }
        }
        if at == wire.len() {
            Ok(Self { wire: wire.into() })
        } else {
            Err(NameError::BadWire)
        }
    }

    /// The name whose labels are `labels`, leftmost first, without the root label.
    ///
    /// # Errors
    /// [`NameError`] when a label is empty or too long, or the name too long.
    pub fn from_labels<'a>(labels: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, NameError> {
        let mut wire = Vec::new();
        for label in labels {
            if label.is_empty() {
                return Err(NameError::EmptyLabel);
            }
            push_label(&mut wire, label)?;
        }
        wire.push(0);
        Self::check_length(wire)
    }

    fn check_length(wire: Vec<u8>) -> Result<Self, NameError> {
        if wire.len() > MAX_NAME {
            return Err(NameError::NameTooLong);
        }
        Ok(Self { wire: wire.into() })
    }

    /// The octets on the wire, uncompressed, root label included, in their original case.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// The canonical octets of RFC 4034, section 6.2: uncompressed and in lower case.
    pub fn canonical_wire(&self) -> Vec<u8> {
        // A length octet is at most 63 and so never an upper-case letter.
        self.wire.to_ascii_lowercase()
    }

    /// The same name in lower case.
    pub fn to_lowercase(&self) -> Self {
        Self {
            wire: self.canonical_wire().into(),
        }
    }

    /// Whether both names have the same octets, letter case included.
    pub fn eq_case(&self, other: &Self) -> bool {
        self.wire == other.wire
    }

    /// Labels from the left, without the root label.
    pub fn labels(&self) -> Labels<'_> {
        Labels { rest: &self.wire }
    }

    /// Number of labels, the root label not counted. A leading `*` counts here; the Labels field of an
    /// RRSIG does not count it, see [`Name::rrsig_labels`].
    pub fn label_count(&self) -> usize {
        self.labels().count()
    }

    /// Number of labels as the RRSIG Labels field counts them: without root and without a leading
    /// wildcard (RFC 4034, section 3.1.3).
    pub fn rrsig_labels(&self) -> usize {
        self.label_count() - usize::from(self.is_wildcard())
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.wire.len() == 1
    }

    /// Whether the leftmost label is `*` (RFC 4592, section 2.1.1).
    pub fn is_wildcard(&self) -> bool {
        self.wire.starts_with(&[1, b'*'])
    }

    /// The name without its leftmost label; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        let length = usize::from(self.wire[0]);
        (length > 0).then(|| Self {
            wire: self.wire[1 + length..].into(),
        })
    }

    /// The rightmost `count` labels; the name itself when it has no more than that.
    pub fn suffix(&self, count: usize) -> Self {
        let skip = self.label_count().saturating_sub(count);
        let at: usize = self.labels().take(skip).map(|label| 1 + label.len()).sum();
        Self {
            wire: self.wire[at..].into(),
        }
    }

    /// Whether this name is `ancestor` or lies below it.
    pub fn is_at_or_below(&self, ancestor: &Self) -> bool {
        let Some(extra) = self.wire.len().checked_sub(ancestor.wire.len()) else {
            return false;
        };
        let mut at = 0;
        while at < extra {
            at += 1 + usize::from(self.wire[at]);
        }
        at == extra && self.wire[at..].eq_ignore_ascii_case(&ancestor.wire)
    }

    /// Whether this name lies below `ancestor` and is not the same.
    pub fn is_below(&self, ancestor: &Self) -> bool {
        self.label_count() > ancestor.label_count() && self.is_at_or_below(ancestor)
    }

    /// The longest name that both are at or below.
    pub fn common_ancestor(&self, other: &Self) -> Self {
        let own: Vec<_> = self.labels().collect();
        let others: Vec<_> = other.labels().collect();
        let shared = own
            .iter()
            .rev()
            .zip(others.iter().rev())
            .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
            .count();
        self.suffix(shared)
    }

    /// `label` put in front of this name.
    ///
    /// # Errors
    /// [`NameError`] when the label or the result is too long, or the label is empty.
    pub fn child(&self, label: &[u8]) -> Result<Self, NameError> {
        if label.is_empty() {
            return Err(NameError::EmptyLabel);
        }
        let mut wire = Vec::with_capacity(1 + label.len() + self.wire.len());
        push_label(&mut wire, label)?;
        wire.extend_from_slice(&self.wire);
        Self::check_length(wire)
    }

    /// The wildcard `*.` below this name; `None` when that would be too long.
    pub fn wildcard(&self) -> Option<Self> {
        self.child(b"*").ok()
    }

    /// This name with its ending `from` replaced by `to`, as a DNAME does (RFC 6672, section 2.2).
    /// `None` when the name is not below `from`; an error when the result is too long.
    pub fn substitute(&self, from: &Self, to: &Self) -> Option<Result<Self, NameError>> {
        if !self.is_below(from) {
            return None;
        }
        let keep = self.wire.len() - from.wire.len();
        let wire = [&self.wire[..keep], &to.wire[..]].concat();
        Some(Self::check_length(wire))
    }
}

fn push_label(wire: &mut Vec<u8>, label: &[u8]) -> Result<(), NameError> {
    match u8::try_from(label.len()) {
        Ok(length) if label.len() <= MAX_LABEL => {
            wire.push(length);
            wire.extend_from_slice(label);
            Ok(())
        }
        _ => Err(NameError::LabelTooLong),
    }
}

/// Iterator over the labels of a [`Name`], from the left.
#[derive(Clone)]
pub struct Labels<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (&length, rest) = self.rest.split_first()?;
        if length == 0 {
            return None;
        }
        let (label, rest) = rest.split_at(usize::from(length));
        self.rest = rest;
        Some(label)
    }
}

impl FromStr for Name {
    type Err = NameError;

    /// Reads presentation form (RFC 1035, section 5.1). A missing final dot is taken as if it stood there.
    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == "." {
            return Ok(Self::root());
        }
        let mut wire = Vec::with_capacity(text.len() + 2);
        let mut label = Vec::new();
        let mut octets = text.bytes();
        let mut ended_by_dot = false;
        while let Some(octet) = octets.next() {
            ended_by_dot = octet == b'.';
            match octet {
                b'.' if label.is_empty() => return Err(NameError::EmptyLabel),
                b'.' => {
                    push_label(&mut wire, &label)?;
                    label.clear();
                }
                b'\\' => label.push(unescape(&mut octets)?),
                _ => label.push(octet),
            }
        }
        if !ended_by_dot {
            if label.is_empty() {
                return Err(NameError::EmptyLabel);
            }
            push_label(&mut wire, &label)?;
        }
        wire.push(0);
        Self::check_length(wire)
    }
}

/// Reads what follows a backslash: three decimal digits, or one character as it is.
pub(crate) fn unescape(octets: &mut impl Iterator<Item = u8>) -> Result<u8, NameError> {
    let first = octets.next().ok_or(NameError::BadEscape)?;
    if !first.is_ascii_digit() {
        return Ok(first);
    }
    let mut value = u32::from(first - b'0');
    for _ in 0..2 {
        let digit = octets
            .next()
            .filter(u8::is_ascii_digit)
            .ok_or(NameError::BadEscape)?;
        value = value * 10 + u32::from(digit - b'0');
    }
    u8::try_from(value).map_err(|_| NameError::BadEscape)
}

impl fmt::Display for Name {
    /// Presentation form with the final dot; octets that are special or not printable are escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.pad(".");
        }
        let mut text = String::with_capacity(self.wire.len());
        for label in self.labels() {
            for &octet in label {
                push_escaped(&mut text, octet);
            }
            text.push('.');
        }
        f.pad(&text)
    }
}

fn push_escaped(text: &mut String, octet: u8) {
    match octet {
        b'.' | b'\\' | b'"' | b';' | b'(' | b')' | b'@' | b'$' => {
            text.push('\\');
            text.push(char::from(octet));
        }
        0x21..=0x7e => text.push(char::from(octet)),
        _ => text.push_str(&format!("\\{octet:03}")),
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().expect(text)
    }

    #[test]
    fn canonical_order_is_that_of_rfc_4034_section_6_1() {
        let ordered = [
            "example.",
            "a.example.",
            "yljkjljk.a.example.",
            "Z.a.example.",
            "zABC.a.EXAMPLE.",
            "z.example.",
            "\\001.z.example.",
            "*.z.example.",
            "\\200.z.example.",
        ];
        let mut sorted: Vec<Name> = ordered.iter().rev().map(|text| name(text)).collect();
        sorted.sort();
        let expected: Vec<Name> = ordered.iter().map(|text| name(text)).collect();
        assert!(sorted.iter().zip(&expected).all(|(a, b)| a.eq_case(b)));
    }

    #[test]
    fn canonical_order_compares_labels_from_the_right() {
        let mut names = vec![Name::root()];
        let labels = ["a", "b", "B", "aa", "*", "\\200"];
        for one in labels {
            names.push(name(one));
            for two in labels {
                names.push(name(&format!("{one}.{two}")));
                names.push(name(&format!("{one}.{two}.a")));
            }
        }
        let reversed = |name: &Name| {
            let mut labels: Vec<Vec<u8>> = name.labels().map(<[u8]>::to_ascii_lowercase).collect();
            labels.reverse();
            labels
        };
        for (one, two) in names
            .iter()
            .flat_map(|one| names.iter().map(move |two| (one, two)))
        {
            assert_eq!(
                one.cmp(two),
                reversed(one).cmp(&reversed(two)),
                "{one} {two}"
            );
        }
    }

    #[test]
    fn equality_ignores_case_and_keeps_it() {
        assert_eq!(name("WWW.Example"), name("www.example."));
        assert!(!name("WWW.Example").eq_case(&name("www.example.")));
        assert_eq!(name("WWW.Example").to_string(), "WWW.Example.");
    }

    #[test]
    fn text_round_trips_with_escapes() {
        for text in [
            "a\\.b.example.",
            "\\000\\255.",
            "*.x.",
            ".",
            "a\\\\b.",
            "sp\\032ce.",
        ] {
            assert_eq!(name(text).to_string(), text);
        }
    }

    #[test]
    fn impossible_names_are_refused() {
        let long = "a".repeat(64);
        let whole = "abcdefg.".repeat(32);
        for (text, error) in [
            ("", NameError::EmptyLabel),
            ("a..b", NameError::EmptyLabel),
            (".a", NameError::EmptyLabel),
            ("a\\25", NameError::BadEscape),
            ("a\\256", NameError::BadEscape),
            ("a\\", NameError::BadEscape),
            (long.as_str(), NameError::LabelTooLong),
            (whole.as_str(), NameError::NameTooLong),
        ] {
            assert_eq!(text.parse::<Name>(), Err(error), "{text}");
        }
    }

    #[test]
    fn suffix_parent_and_ancestry() {
        let www = name("www.example.com");
        assert_eq!(www.suffix(2), name("example.com"));
        assert_eq!(www.suffix(0), Name::root());
        assert_eq!(www.parent(), Some(name("example.com")));
        assert!(www.is_below(&name("com")));
        assert!(!name("badexample.com").is_at_or_below(&name("example.com")));
        assert_eq!(
            www.common_ancestor(&name("ftp.EXAMPLE.com")),
            name("example.com")
        );
    }

    #[test]
    fn substitution_follows_rfc_6672_table_1() {
        let swap =
            |owner: &str, from: &str, to: &str| name(owner).substitute(&name(from), &name(to));
        assert_eq!(swap("com.", "example.com.", "example.net."), None);
        assert_eq!(swap("example.com.", "example.com.", "example.net."), None);
        assert_eq!(
            swap("a.x.example.com.", "x.example.com.", "example.net."),
            Some(Ok(name("a.example.net.")))
        );
        assert_eq!(
            swap("shortloop.x.x.", "x.", "."),
            Some(Ok(name("shortloop.x.")))
        );
    }
}
