//! What resolvers make of it.

use super::bends::resolvers::{
    blocked, cached, fails_when_checking, no_recursion, silent_when_checking, stale, with_ad,
    with_another_error, without_ad,
};
use super::{Row, lab, row};

pub(super) fn rows() -> Vec<Row> {
    let validating = lab("valid.test @validating");
    let broken = lab("stale-ds.test @validating");
    let sentinel = lab("root-key-sentinel-is-ta-20326.valid.test @validating");
    vec![
        row(
            "recursion-not-available",
            lab("valid.test @plain").bent(no_recursion),
            lab("valid.test @refusing"),
        ),
        row("resolver-ad-missing", lab("valid.test @plain"), validating),
        row(
            "resolver-ad-unexpected",
            lab("stale-ds.test @plain").bent(with_ad),
            lab("valid.test @plain").bent(with_ad),
        ),
        row(
            "resolver-algorithm-gap",
            lab("ed25519.test @validating").bent(without_ad),
            validating.bent(without_ad),
        ),
        row(
            "resolver-answer-invalid",
            lab("valid.test @garbled"),
            lab("valid.test @refusing"),
        ),
        row(
            "resolver-cached-failure",
            broken.bent(cached),
            broken.bent(with_another_error),
        ),
        row(
            "resolver-cd-differential",
            broken,
            lab("stale-ds.test @plain @ignores-cd"),
        )
        .beneath("ds-no-matching-dnskey"),
        row(
            "resolver-differs-from-local",
            lab("moved.test @stale"),
            lab("moved.test @validating"),
        )
        .beneath("resolver-serves-old-ds"),
        row(
            "resolver-ede-disagrees",
            broken.bent(with_another_error),
            broken,
        ),
        row("resolver-ede-dnssec", broken, validating).beneath("ds-no-matching-dnskey"),
        row(
            "resolver-ignores-cd",
            lab("stale-ds.test @ignores-cd"),
            lab("valid.test @ignores-cd"),
        )
        .beneath("ds-no-matching-dnskey"),
        row(
            "resolver-name-not-found",
            lab("valid.test @nowhere"),
            lab("valid.test @silent"),
        ),
        row(
            "resolver-negative-trust-anchor",
            lab("stale-ds.test @negative-anchor"),
            lab("rrsig-exp-all.test @negative-anchor"),
        ),
        row(
            "resolver-not-validating",
            lab("stale-ds.test @plain"),
            lab("stale-ds.test @negative-anchor @validating"),
        ),
        row(
            "resolver-policy-interference",
            validating.bent(blocked),
            validating.bent(stale),
        ),
        row(
            "resolver-refuses",
            lab("valid.test @refusing"),
            lab("valid.test @silent"),
        ),
        row(
            "resolver-serves-old-ds",
            lab("moved.test @stale"),
            lab("valid.test @stale"),
        ),
        row(
            "resolver-serves-stale",
            validating.bent(stale),
            validating.bent(blocked),
        ),
        row(
            "resolver-servfail-not-dnssec",
            lab("allow-query-none.test @validating"),
            lab("stale-ds.test @ignores-cd"),
        ),
        row(
            "resolver-silent-when-checking",
            validating.bent(silent_when_checking),
            validating,
        ),
        row(
            "resolver-strips-dnssec",
            lab("valid.test @stripping"),
            lab("valid.test @plain"),
        ),
        row(
            "resolver-trust-anchor-missing",
            sentinel.bent(fails_when_checking),
            lab("www.valid.test @validating").bent(fails_when_checking),
        ),
        row(
            "resolver-unreachable",
            lab("valid.test @silent"),
            lab("valid.test @garbled"),
        ),
        row(
            "resolver-verdicts-differ",
            lab("valid.test @validating @plain"),
            lab("valid.test @validating @negative-anchor @silent"),
        )
        .beneath("resolver-ad-missing"),
    ]
}
