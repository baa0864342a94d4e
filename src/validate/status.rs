//! The four statuses of RFC 4035, section 4.3.

use std::fmt;

/// What data is worth to a validator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// A chain of signatures leads from a trust anchor to the data.
    Secure,
    /// It is proven that no chain leads there.
    Insecure,
    /// There should be a chain, and there is none.
    Bogus,
    /// No trust anchor covers the name, or the data could not be had.
    Indeterminate,
}

impl Status {
    /// What a resolver that tries one server after the other ends with: secure before insecure before
    /// bogus; indeterminate only when nobody gave anything.
    pub fn best(statuses: impl IntoIterator<Item = Self>) -> Self {
        statuses
            .into_iter()
            .min_by_key(|status| match status {
                Self::Secure => 0,
                Self::Insecure => 1,
                Self::Bogus => 2,
                Self::Indeterminate => 3,
            })
            .unwrap_or(Self::Indeterminate)
    }

    /// What a chain of answers is worth: the worst of its links decides.
    pub fn worst(statuses: impl IntoIterator<Item = Self>) -> Self {
        statuses
            .into_iter()
            .max_by_key(|status| match status {
                Self::Secure => 0,
                Self::Insecure => 1,
                Self::Indeterminate => 2,
                Self::Bogus => 3,
            })
            .unwrap_or(Self::Indeterminate)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Secure => "secure",
            Self::Insecure => "insecure",
            Self::Bogus => "bogus",
            Self::Indeterminate => "indeterminate",
        })
    }
}
