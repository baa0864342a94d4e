//! Algorithms and digest types in a policy file: by mnemonic or by number.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

use crate::agent::cli::nearest::hint;
use crate::crypto::{ALGORITHMS, Algorithm, DIGEST_TYPES, DigestType};

/// An algorithm of DNSKEY records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlgorithmWord(pub Algorithm);

/// A digest type of DS records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestWord(pub DigestType);

/// What is read from a mnemonic or a number.
trait Numbered: Sized {
    const WHAT: &'static str;
    fn of_number(number: u8) -> Self;
    fn of_word(word: &str) -> Option<Self>;
    fn words() -> Vec<&'static str>;
}

impl Numbered for AlgorithmWord {
    const WHAT: &'static str = "algorithm";

    fn of_number(number: u8) -> Self {
        Self(Algorithm(number))
    }

    fn of_word(word: &str) -> Option<Self> {
        Algorithm::from_mnemonic(word).map(Self)
    }

    fn words() -> Vec<&'static str> {
        ALGORITHMS.iter().map(|entry| entry.mnemonic).collect()
    }
}

impl Numbered for DigestWord {
    const WHAT: &'static str = "digest type";

    fn of_number(number: u8) -> Self {
        Self(DigestType(number))
    }

    fn of_word(word: &str) -> Option<Self> {
        DigestType::from_mnemonic(word).map(Self)
    }

    fn words() -> Vec<&'static str> {
        DIGEST_TYPES.iter().map(|entry| entry.mnemonic).collect()
    }
}

struct Reader<T>(std::marker::PhantomData<T>);

impl<T: Numbered> Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the mnemonic of the {} in quotes, or its number",
            T::WHAT
        )
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        let number = u8::try_from(number);
        number
            .map(T::of_number)
            .map_err(|_| E::custom("not a number from 0 to 255"))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        let number = u8::try_from(number);
        number
            .map(T::of_number)
            .map_err(|_| E::custom("not a number from 0 to 255"))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<T, E> {
        T::of_word(word).ok_or_else(|| {
            let near = hint(word, T::words(), "its number can be given too");
            E::custom(format!(
                "\"{}\": no such {}{near}",
                word.escape_debug(),
                T::WHAT
            ))
        })
    }
}

macro_rules! read_and_described {
    ($($kind:ty),*) => {$(
        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Reader(std::marker::PhantomData))
            }
        }

        impl JsonSchema for $kind {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                <$kind as Numbered>::WHAT.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": ["string", "integer"], "minimum": 0, "maximum": 255 })
            }
        }
    )*};
}

read_and_described!(AlgorithmWord, DigestWord);
