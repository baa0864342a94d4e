//! Name and type out of words in any order, as dig takes them.

use super::failure::Failure;
use super::values;
use crate::dns::{Name, RecordType};

/// What the words and `-t` ask for. Neither is filled in when it is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The name.
    pub name: Option<Name>,
    /// The type.
    pub rtype: Option<RecordType>,
}

/// Reads the words. One word is a name even when it spells a type (there are hosts called `mx`); of two,
/// the second is the type if it can be, else the first.
pub fn question(words: &[String], option: Option<RecordType>) -> Result<Question, Failure> {
    let words = without_class(words)?;
    match words[..] {
        [] => Ok(Question {
            name: None,
            rtype: option,
        }),
        [name] => Ok(Question {
            name: Some(read(name)?),
            rtype: option,
        }),
        [first, second] => {
            let (name, word) = split(first, second);
            let rtype = values::rtype(word).map_err(|problem| Failure::usage(word, problem))?;
            if let Some(option) = option.filter(|option| *option != rtype) {
                let problem = "two types; leave one out";
                return Err(Failure::usage(format!("{rtype} and -t {option}"), problem));
            }
            Ok(Question {
                name: Some(read(name)?),
                rtype: Some(rtype),
            })
        }
        [_, _, third, ..] => Err(Failure::usage(
            third,
            "one word too many; give one name and one type",
        )),
    }
}

/// Drops the class IN, which is the only one there is to audit. A name may be called `in`: the class
/// stands behind a name.
fn without_class(words: &[String]) -> Result<Vec<&str>, Failure> {
    let mut kept: Vec<&str> = Vec::new();
    for word in words {
        match word.to_ascii_uppercase().as_str() {
            "IN" if !kept.is_empty() => {}
            "CH" | "HS" if !kept.is_empty() => {
                return Err(Failure::usage(
                    word,
                    "only class IN can be audited; leave it out",
                ));
            }
            _ => kept.push(word),
        }
    }
    Ok(kept)
}

/// Which of two words is the name, and which the type or what was meant as one.
fn split<'a>(first: &'a str, second: &'a str) -> (&'a str, &'a str) {
    let is_type = |word: &str| word.parse::<RecordType>().is_ok();
    let is_swapped = match (is_type(first), is_type(second)) {
        (_, true) => false,
        (true, false) => true,
        // Neither: a word without a dot was hardly meant as the name.
        (false, false) => second.contains('.') && !first.contains('.'),
    };
    if is_swapped {
        (second, first)
    } else {
        (first, second)
    }
}

fn read(word: &str) -> Result<Name, Failure> {
    let shown = if word.is_empty() { "\"\"" } else { word };
    values::name(word).map_err(|problem| Failure::usage(shown, problem))
}
