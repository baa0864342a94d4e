//! A list of names, one a line; what is wrong in it; and which of them are audited, in which order.

use std::collections::HashMap;

use crate::agent::cli::values;
use crate::crypto;
use crate::dns::Name;

/// Most names in one list.
pub const MOST_NAMES: usize = 1_000_000;
/// What a line that is no name is shown of, in characters.
const SHOWN: usize = 80;

/// What stands in a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The names, each once, in the order of the list.
    pub names: Vec<Name>,
    /// Lines that are no name.
    pub bad: Vec<BadLine>,
    /// Lines with a name that stood before.
    pub again: usize,
}

/// A line that is no name.
#[derive(Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl List {
    /// Reads a list: blank lines and what follows a # are passed over.
    ///
    /// # Errors
    /// There are too many names.
    pub fn read(octets: &[u8]) -> Result<Self, String> {
        let mut list = Self::default();
        let mut seen: HashMap<Name, usize> = HashMap::new();
        let octets = octets.strip_prefix("\u{feff}".as_bytes()).unwrap_or(octets);
        for (index, line) in octets.split(|octet| *octet == b'\n').enumerate() {
            match read_line(line) {
                Ok(None) => {}
                Ok(Some(name)) if seen.contains_key(&name) => list.again += 1,
                Ok(Some(_)) if list.names.len() == MOST_NAMES => {
                    return Err(format!(
                        "more than {MOST_NAMES} names; make several lists of it"
                    ));
                }
                Ok(Some(name)) => {
                    seen.insert(name.clone(), index + 1);
                    list.names.push(name);
                }
                Err(what) => list.bad.push(BadLine {
                    line: index + 1,
                    what,
                }),
            }
        }
        Ok(list)
    }
}

fn read_line(line: &[u8]) -> Result<Option<Name>, String> {
    let text = std::str::from_utf8(line).map_err(|_| "not text in UTF-8".to_owned())?;
    let word = text.split('#').next().unwrap_or_default().trim();
    if word.is_empty() {
        return Ok(None);
    }
    let shown: String = word.chars().take(SHOWN).collect();
    if word.contains(char::is_whitespace) {
        return Err(format!(
            "\"{shown}\": more than one word; write one name a line"
        ));
    }
    let name = values::name(word).map_err(|what| format!("\"{shown}\": {what}"))?;
    Ok(Some(name))
}

/// So many of the names as are wanted, in an order that spreads what stands together in the list: names of
/// one operator would all be asked for at one time and wait for each other.
///
/// Order and choice follow from the names and the seed alone, so that a list in another order gives the same
/// sample, and a longer list mostly the same.
pub fn choose(names: Vec<Name>, sample: Option<usize>, seed: u64) -> Vec<Name> {
    let rank =
        |name: &Name| crypto::sha256(&[&seed.to_be_bytes()[..], &name.canonical_wire()].concat());
    let mut ranked: Vec<_> = names.into_iter().map(|name| (rank(&name), name)).collect();
    ranked.sort_unstable_by_key(|(rank, _)| *rank);
    let wanted = sample.unwrap_or(ranked.len());
    ranked
        .into_iter()
        .take(wanted)
        .map(|(_, name)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_told_with_its_number_and_the_rest_is_read() {
        let text = b"\xef\xbb\xbfa.test # the first\r\n\n# nothing\nB.test.\na..test\nA.TEST.\nx y\n\xff\nc.test";
        let list = List::read(text).unwrap();
        let names: Vec<_> = list.names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["a.test.", "B.test.", "c.test."]);
        let lines: Vec<_> = list.bad.iter().map(|bad| bad.line).collect();
        assert_eq!((lines, list.again), (vec![5, 7, 8], 1));
        assert!(list.bad[0].what.contains("a..test"), "{:?}", list.bad);
        assert_eq!(List::read(b""), Ok(List::default()));
    }

    #[test]
    fn a_sample_depends_on_names_and_seed_alone() {
        let names = |numbers: std::ops::Range<u32>| -> Vec<Name> {
            numbers
                .map(|n| format!("zone-{n}.test.").parse().unwrap())
                .collect()
        };
        let mut turned = names(0..100);
        turned.reverse();
        let sample = choose(names(0..100), Some(10), 7);
        assert_eq!(sample.len(), 10);
        assert_eq!(sample, choose(turned, Some(10), 7));
        assert_ne!(sample, choose(names(0..100), Some(10), 8));
        let more = choose(names(0..110), Some(10), 7);
        assert!(sample.iter().filter(|name| more.contains(name)).count() >= 5);
        assert_eq!(choose(names(0..3), Some(10), 0).len(), 3);
    }
}
