//! Validators in wide use, each as the list of what it does otherwise than this one.
//!
//! A [`Product`] has nothing but [`Rule`]s: each changes one term of a judgement and says where that is known
//! from. So a column of a report is the same judgement under other terms, and which rule makes a difference
//! can be found by leaving rules out. What all of them do alike is a rule that changes nothing, so that it is
//! told with its source like the others.

use super::judge::Terms;
use super::traits::Retries;

/// A validator and its rules.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    /// The word for it.
    pub word: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The release that the rules were seen in.
    pub version: &'static str,
    /// What it does otherwise.
    pub rules: &'static [Rule],
}

/// One thing that a validator does otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What it does, as half a sentence that begins with a verb.
    pub what: &'static str,
    /// Where that is known from.
    pub source: &'static str,
    /// How it changes a judgement.
    pub set: fn(&mut Terms),
}

const MEASURED: &str = "measured over the lab, tests/matrix.md";

/// What all the releases named here do alike, and this program too: nothing changes by it.
const ALIKE: Rule = Rule {
    what: "validates RSASHA1, Ed25519 and Ed448, knows no RSAMD5, DSA or GOST, and takes a DS with SHA-1 where none with a stronger digest stands beside it",
    source: MEASURED,
    set: |_| {},
};

/// What the RFCs say, with the limits of this program.
pub const RFC: Product = Product {
    word: "rfc",
    name: "the RFCs",
    version: "RFC 4035, 5155, 6840",
    rules: &[],
};

/// NLnet Labs Unbound.
pub const UNBOUND: Product = Product {
    word: "unbound",
    name: "Unbound",
    version: "1.17.1 (Debian 12)",
    rules: &[
        ALIKE,
        Rule {
            what: "takes NSEC3 of more than 150 iterations for insecure",
            source: "unbound.conf(5), val-nsec3-keysize-iterations; RFC 9276, section 3.2",
            set: |terms| terms.limits.nsec3_iterations = 150,
        },
        Rule {
            what: "tries eight signatures of an RRset",
            source: "its answer to CVE-2023-50387",
            set: |terms| terms.limits.signatures_per_rrset = 8,
        },
        Rule {
            what: "accepts a key with the REVOKE flag where a DS points at it",
            source: MEASURED,
            set: |terms| terms.traits.trusts_revoked_keys = true,
        },
    ],
};

/// ISC BIND.
pub const BIND: Product = Product {
    word: "bind",
    name: "BIND",
    version: "9.18.49 (Debian 12)",
    rules: &[
        ALIKE,
        Rule {
            what: "takes NSEC3 of more than 150 iterations for insecure",
            source: "measured over the lab, tests/matrix.md; RFC 9276, section 3.2",
            set: |terms| terms.limits.nsec3_iterations = 150,
        },
        Rule {
            what: "tries sixteen signatures, and gives up after one that fails",
            source: "its answer to CVE-2023-50387; measured over the lab, tests/matrix.md",
            set: |terms| {
                terms.limits.signatures_per_rrset = 16;
                terms.traits.failures_per_rrset = Some(1);
                terms.traits.is_sorting = true;
            },
        },
        Rule {
            what: "accepts a key without the Zone Key flag where a DS points at it",
            source: MEASURED,
            set: |terms| terms.traits.enters_by_unflagged_keys = true,
        },
    ],
};

/// CZ.NIC Knot Resolver.
pub const KRESD: Product = Product {
    word: "kresd",
    name: "Knot Resolver",
    version: "5.6.0 (Debian 12)",
    rules: &[
        ALIKE,
        Rule {
            what: "takes NSEC3 of more than 50 iterations for insecure",
            source: "measured over the lab, tests/matrix.md; RFC 9276, section 3.2",
            set: |terms| terms.limits.nsec3_iterations = 50,
        },
        Rule {
            what: "does not always ask another server after data without signatures",
            source: MEASURED,
            set: |terms| terms.traits.retries = Retries::UnlessUnsigned,
        },
        Rule {
            what: "asks at times for the addresses of the zone's own servers first, and ends where that is bogus",
            source: MEASURED,
            set: |terms| terms.traits.looks_up_servers = true,
        },
        Rule {
            what: "takes any NSEC whose next name is not after its owner for the last of the zone",
            source: MEASURED,
            set: |terms| terms.traits.wraps_backward_nsec = true,
        },
    ],
};

/// PowerDNS Recursor.
pub const PDNS: Product = Product {
    word: "pdns",
    name: "PowerDNS Recursor",
    version: "4.8.8 (Debian 12)",
    rules: &[
        ALIKE,
        Rule {
            what: "takes NSEC3 of more than 150 iterations for insecure",
            source: "pdns_recursor --config, nsec3-max-iterations; RFC 9276, section 3.2",
            set: |terms| terms.limits.nsec3_iterations = 150,
        },
        Rule {
            what: "looks at two signatures of an RRset",
            source: "pdns_recursor --config, max-rrsigs-per-record",
            set: |terms| terms.traits.signatures_read = Some(2),
        },
        Rule {
            what: "asks no other server when validation fails",
            source: MEASURED,
            set: |terms| terms.traits.retries = Retries::Never,
        },
        Rule {
            what: "takes any NSEC whose next name is not after its owner for the last of the zone",
            source: MEASURED,
            set: |terms| terms.traits.wraps_backward_nsec = true,
        },
    ],
};

/// All of them, in the order of columns.
pub const PRODUCTS: [Product; 5] = [RFC, UNBOUND, BIND, KRESD, PDNS];

impl Product {
    /// The terms of its judgement.
    pub fn terms(&self) -> Terms {
        let mut terms = Terms::default();
        for rule in self.rules {
            (rule.set)(&mut terms);
        }
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_something_and_every_word_is_one() {
        let mut words: Vec<_> = PRODUCTS.iter().map(|product| product.word).collect();
        words.dedup();
        assert_eq!(words.len(), PRODUCTS.len());
        for rule in PRODUCTS.iter().flat_map(|product| product.rules) {
            assert!(
                !rule.source.is_empty() && !rule.what.ends_with('.'),
                "{}",
                rule.what
            );
        }
    }

    #[test]
    fn the_rfcs_are_what_an_ordinary_audit_goes_by() {
        let (ours, rfc) = (Terms::default(), RFC.terms());
        assert_eq!((ours.limits, ours.traits), (rfc.limits, rfc.traits));
        assert!(ours.supposed.is_empty() && !ours.traits.has_chance());
    }
}
