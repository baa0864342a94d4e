//! Signatures.

use super::bends::{
    cut_rrsig, longer_ttl_of_rrsig_alone, longer_ttls, more_labels, no_labels, shorter_rrsig,
    shorter_ttls, signer_in_capitals, signer_other, ttl_of_rrsig_alone,
};
use super::{Row, lab, row};

const DAY: i64 = 86_400;

pub(super) fn rows() -> Vec<Row> {
    let healthy = lab("valid.test");
    vec![
        row(
            "rrset-ttl-exceeds-original",
            healthy.bent(longer_ttls),
            healthy.bent(shorter_ttls),
        ),
        row(
            "rrsig-bad-length",
            healthy.bent(shorter_rrsig),
            lab("bad-rrsig-dnskey.test"),
        ),
        row(
            "rrsig-by-non-zone-key",
            lab("zsk-no-flag.test"),
            lab("spare-no-flag.test"),
        )
        .beneath("dnskey-flags-invalid"),
        row(
            "rrsig-by-revoked-key",
            lab("zsk-revoked.test"),
            lab("revoked-beside.test"),
        ),
        row(
            "rrsig-expiration-before-inception",
            lab("rrsig-exp-before-a.test"),
            lab("rrsig-exp-a.test"),
        ),
        row(
            "rrsig-expired",
            lab("rrsig-exp-a.test"),
            lab("expiring-soon.test"),
        ),
        row(
            "rrsig-expiring-soon",
            lab("expiring-soon.test"),
            lab("short-signatures.test"),
        ),
        row(
            "rrsig-expiring-soon-relative",
            lab("aged-signatures.test"),
            lab("expiring-soon.test"),
        ),
        row(
            "rrsig-lifetime-too-long",
            lab("long-signatures-used.test"),
            lab("aged-signatures.test"),
        ),
        row(
            "rrsig-remaining-too-long",
            lab("long-signatures.test"),
            lab("long-signatures-used.test"),
        )
        .beneath("rrsig-lifetime-too-long"),
        row(
            "rrsig-lifetime-too-short",
            lab("minutes.test"),
            lab("short-signatures.test"),
        ),
        row(
            "rrsig-ttl-exceeds-original",
            healthy.bent(longer_ttl_of_rrsig_alone),
            healthy.bent(ttl_of_rrsig_alone),
        ),
        // Signatures of the lab are valid from a day before until fourteen days after.
        row(
            "rrsig-expiry-within-clock-skew",
            healthy.at(14 * DAY - 60),
            healthy.at(14 * DAY - 600),
        )
        .beneath("rrsig-expiring-soon"),
        row(
            "rrsig-inception-within-clock-skew",
            healthy.at(60 - DAY),
            healthy.at(600 - DAY),
        ),
        row("rrsig-invalid", lab("bad-zsk.test"), lab("no-zsk.test")),
        row(
            "rrsig-labels-below-signer",
            healthy.bent(no_labels),
            lab("host.wild.wildcard-nsec.test"),
        ),
        row(
            "rrsig-labels-exceed-owner",
            healthy.bent(more_labels),
            lab("host.wild.wildcard-nsec.test"),
        ),
        row(
            "rrsig-malformed",
            healthy.bent(cut_rrsig),
            healthy.bent(shorter_rrsig),
        ),
        row(
            "rrsig-missing",
            lab("rrsig-no-a.test"),
            lab("no-rrsig-ksk.test"),
        ),
        row(
            "rrsig-missing-for-dnskey-algorithm",
            lab("alg-roll-incomplete.test"),
            lab("alg-roll.test"),
        ),
        row(
            "rrsig-missing-for-ds-algorithm",
            lab("ds-ahead.test"),
            lab("alg-roll-incomplete.test"),
        ),
        row(
            "rrsig-none-valid",
            lab("two-ways.test"),
            lab("rolled-zsk.test"),
        )
        .beneath("rrsig-invalid"),
        row(
            "rrsig-not-yet-valid",
            lab("rrsig-not-yet-a.test"),
            healthy.at(60 - DAY),
        ),
        row(
            "rrsig-shorter-than-soa-expire",
            lab("short-signatures.test"),
            lab("brief-signatures.test"),
        ),
        row(
            "rrsig-signer-key-unknown",
            lab("no-zsk.test"),
            lab("rolled-zsk.test"),
        ),
        row(
            "rrsig-signer-not-zone",
            healthy.bent(signer_other),
            healthy.bent(signer_in_capitals),
        ),
        row(
            "rrsig-ttl-beyond-expiration",
            lab("long.ttl-beyond-signature.test"),
            lab("expiring-soon.test"),
        ),
        row(
            "rrsig-ttl-differs-from-rrset",
            healthy.bent(ttl_of_rrsig_alone),
            healthy.bent(shorter_ttls),
        ),
        row(
            "rrsig-validation-budget",
            lab("many-bad-sigs.test"),
            lab("few-bad-sigs.test"),
        )
        .beneath("rrsig-invalid"),
    ]
}
