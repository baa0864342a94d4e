//! From what a resolver says to what that means: a pure table.

use super::{Said, Silence};
use crate::dns::Rcode;
use crate::validate::Status;

/// How a resolver deals with the question audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conduct {
    /// Its name has no address.
    NotFound,
    /// It does not answer.
    Down,
    /// What it sends does not answer the question.
    Garbled,
    /// It does not offer recursion: an authoritative server, most often.
    NoRecursion,
    /// It refuses to answer here.
    Refuses,
    /// Validation fails there: SERVFAIL, but an answer with CD.
    ValidationFails,
    /// No answer in time with checking, an answer with CD.
    SilentWhenChecking,
    /// It fails with and without CD: not a matter of DNSSEC.
    Fails,
    /// It fails with and without CD, and either does not copy CD or hands out all but this: validation may
    /// be what fails.
    IgnoresCd,
    /// It answers without any signature although DO was set.
    StripsDnssec,
    /// It calls secure data authentic, or answers data that is provably insecure.
    Validates,
    /// It calls data authentic, and the same data is not secure here.
    AdUnfounded,
    /// It validates other names, and answers this one without AD although a chain leads to it or should.
    NegativeTrustAnchor,
    /// It answers everything without AD.
    NotValidating,
    /// It answers without AD, and what it hands out does not suffice to say whether it should.
    Untold,
}

impl Conduct {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Down => "down",
            Self::Garbled => "garbled",
            Self::NoRecursion => "no-recursion",
            Self::Refuses => "refuses",
            Self::ValidationFails => "validation-fails",
            Self::SilentWhenChecking => "silent-when-checking",
            Self::Fails => "fails",
            Self::IgnoresCd => "ignores-cd",
            Self::StripsDnssec => "strips-dnssec",
            Self::Validates => "validates",
            Self::AdUnfounded => "ad-unfounded",
            Self::NegativeTrustAnchor => "negative-trust-anchor",
            Self::NotValidating => "not-validating",
            Self::Untold => "untold",
        }
    }

    /// Whether what it hands out tells anything about the zones.
    pub fn hands_out_data(self) -> bool {
        !matches!(
            self,
            Self::NotFound
                | Self::Down
                | Self::Garbled
                | Self::NoRecursion
                | Self::Refuses
                | Self::Fails
                | Self::IgnoresCd
                | Self::StripsDnssec
        )
    }
}

/// All that the conduct is told from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signs {
    /// Whether its name has an address.
    pub is_found: bool,
    /// With checking.
    pub checked: Said,
    /// With checking disabled.
    pub unchecked: Said,
    /// Whether it calls the SOA of the root authentic.
    pub validates_root: Option<bool>,
    /// Whether not one signature came with all that it answered.
    pub is_stripping: bool,
    /// Whether only the last step is missing from what it hands out: it gives the keys of a zone, and
    /// fails on what lies in that zone on the way to the name.
    pub is_near: bool,
    /// What the data that it hands out is worth here.
    pub data: Status,
    /// Whether it answers with the same data with checking as without.
    pub is_same_data: bool,
}

impl Signs {
    /// What they mean. Extended errors take no part.
    pub fn conduct(&self) -> Conduct {
        if !self.is_found {
            return Conduct::NotFound;
        }
        let (checked, unchecked) = (&self.checked, &self.unchecked);
        let Some(first) = [checked, unchecked]
            .into_iter()
            .find(|said| said.rcode.is_some())
        else {
            return self.without_answer();
        };
        if first.rcode == Some(Rcode::REFUSED) && first.is_recursion_available {
            return Conduct::Refuses;
        }
        if !first.is_recursion_available {
            return Conduct::NoRecursion;
        }
        match (checked.rcode.is_some(), unchecked.is_answer()) {
            (true, _) if checked.is_answer() => self.of_answer(),
            (true, true) => Conduct::ValidationFails,
            (false, true) => Conduct::SilentWhenChecking,
            (_, false) if unchecked.rcode.is_some() && self.is_cd_vain() => Conduct::IgnoresCd,
            (_, false) => Conduct::Fails,
        }
    }

    /// Whether CD seems to make no difference there. PowerDNS Recursor copies it, and answers SERVFAIL all
    /// the same where a denial is bogus.
    fn is_cd_vain(&self) -> bool {
        !self.unchecked.is_checking_disabled || self.is_near
    }

    fn without_answer(&self) -> Conduct {
        let both = [&self.checked, &self.unchecked];
        let mut silences = both.into_iter().filter_map(|said| said.silence.as_ref());
        match silences.any(|silence| *silence == Silence::Garbled) {
            true => Conduct::Garbled,
            false => Conduct::Down,
        }
    }

    fn of_answer(&self) -> Conduct {
        let validates_root = self.validates_root == Some(true);
        match (self.is_stripping, self.checked.is_authentic, self.data) {
            (true, ..) => Conduct::StripsDnssec,
            (_, true, Status::Secure | Status::Indeterminate) => Conduct::Validates,
            (_, true, Status::Insecure | Status::Bogus) if self.is_same_data => {
                Conduct::AdUnfounded
            }
            (_, true, Status::Insecure | Status::Bogus) => Conduct::Validates,
            (_, false, Status::Insecure) if validates_root => Conduct::Validates,
            (_, false, Status::Secure | Status::Bogus) if validates_root => {
                Conduct::NegativeTrustAnchor
            }
            (_, false, _) if self.validates_root == Some(false) => Conduct::NotValidating,
            (_, false, _) => Conduct::Untold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent(silence: Silence) -> Said {
        Said {
            exchange: Some(0),
            silence: Some(silence),
            rcode: None,
            is_authentic: false,
            is_recursion_available: false,
            is_checking_disabled: false,
            has_signatures: false,
            has_edns: false,
            extended_errors: Vec::new(),
        }
    }

    fn says(rcode: Rcode) -> Said {
        Said {
            silence: None,
            rcode: Some(rcode),
            is_recursion_available: true,
            has_signatures: true,
            has_edns: true,
            ..silent(Silence::Timeout)
        }
    }

    fn good() -> Signs {
        Signs {
            is_found: true,
            checked: Said {
                is_authentic: true,
                ..says(Rcode::NOERROR)
            },
            unchecked: Said {
                is_checking_disabled: true,
                ..says(Rcode::NOERROR)
            },
            validates_root: Some(true),
            is_stripping: false,
            is_near: false,
            data: Status::Secure,
            is_same_data: true,
        }
    }

    #[test]
    fn each_conduct_has_its_signs() {
        type Bend = fn(&mut Signs);
        let cases: [(&str, Bend); 22] = [
            ("validates", |_| ()),
            ("not-found", |s| s.is_found = false),
            ("down", |s| {
                s.checked = silent(Silence::Timeout);
                s.unchecked = silent(Silence::Unreachable("connection refused".to_owned()));
            }),
            ("garbled", |s| {
                s.checked = silent(Silence::Garbled);
                s.unchecked = silent(Silence::Timeout);
            }),
            ("no-recursion", |s| s.checked.is_recursion_available = false),
            ("no-recursion", |s| {
                s.checked = says(Rcode::REFUSED);
                s.checked.is_recursion_available = false;
            }),
            ("refuses", |s| s.checked = says(Rcode::REFUSED)),
            ("validation-fails", |s| s.checked = says(Rcode::SERVFAIL)),
            ("silent-when-checking", |s| {
                s.checked = silent(Silence::Timeout)
            }),
            ("fails", |s| {
                s.checked = says(Rcode::SERVFAIL);
                s.unchecked.rcode = Some(Rcode::SERVFAIL);
            }),
            ("fails", |s| {
                s.checked = says(Rcode::SERVFAIL);
                s.unchecked = silent(Silence::Timeout);
            }),
            ("ignores-cd", |s| {
                s.checked = says(Rcode::SERVFAIL);
                s.unchecked = says(Rcode::SERVFAIL);
            }),
            ("ignores-cd", |s| {
                s.checked = says(Rcode::SERVFAIL);
                s.unchecked.rcode = Some(Rcode::SERVFAIL);
                s.is_near = true;
            }),
            ("strips-dnssec", |s| s.is_stripping = true),
            ("ad-unfounded", |s| s.data = Status::Bogus),
            ("ad-unfounded", |s| s.data = Status::Insecure),
            ("validates", |s| {
                s.data = Status::Bogus;
                s.is_same_data = false;
            }),
            ("validates", |s| {
                s.checked.is_authentic = false;
                s.data = Status::Insecure;
            }),
            ("negative-trust-anchor", |s| {
                s.checked.is_authentic = false;
                s.data = Status::Bogus;
            }),
            ("negative-trust-anchor", |s| s.checked.is_authentic = false),
            ("not-validating", |s| {
                s.checked.is_authentic = false;
                s.validates_root = Some(false);
            }),
            ("untold", |s| {
                s.checked.is_authentic = false;
                s.validates_root = None;
            }),
        ];
        for (word, bend) in cases {
            let mut signs = good();
            bend(&mut signs);
            assert_eq!(signs.conduct().word(), word, "{signs:?}");
        }
    }

    #[test]
    fn an_extended_error_decides_nothing() {
        let mut signs = good();
        for code in [6, 22, 33] {
            let text = String::new();
            let error = crate::dns::edns::ExtendedError { code, text };
            signs.checked.extended_errors.push(error);
        }
        assert_eq!(signs.conduct(), Conduct::Validates);
    }
}
