//! Keys, and their algorithms.

use super::bends::one_fails_dnskey;
use super::{Row, lab, row};

pub(super) fn rows() -> Vec<Row> {
    let right = lab("spare-rsa.test");
    vec![
        row(
            "dnskey-algorithm-lacks-role",
            lab("bad-zsk-algo.test"),
            lab("alg-roll.test"),
        )
        .beneath("dnskey-bad-length"),
        row(
            "dnskey-bad-length",
            lab("bad-zsk-algo.test"),
            lab("p384.test"),
        ),
        row("dnskey-known-weak", lab("spare-roca.test"), right),
        row(
            "dnskey-not-at-apex",
            lab("www.keyed-www.test"),
            lab("www.keyless-www.test"),
        ),
        row(
            "dnskey-reused-across-zones",
            lab("child.key-shared.test"),
            lab("child.ds-half.test"),
        ),
        row(
            "dnskey-flags-invalid",
            lab("spare-no-flag.test"),
            lab("revoked-beside.test"),
        ),
        row(
            "dnskey-keytag-collision",
            lab("key-tag-collision.test"),
            lab("tcp-dnskey.test"),
        ),
        row("dnskey-no-ksk", lab("no-ksk.test"), lab("csk-256.test"))
            .beneath("ds-no-matching-dnskey"),
        row(
            "dnskey-protocol-not-3",
            lab("spare-protocol-2.test"),
            lab("alg-roll-incomplete.test"),
        ),
        row(
            "dnskey-query-failed",
            lab("valid.test").bent(one_fails_dnskey),
            lab("one-ns-timeout.test"),
        ),
        row(
            "dnskey-revoked-not-self-signed",
            lab("revoked-idle.test"),
            lab("revoked-beside.test"),
        ),
        row(
            "dnskey-revoked-present",
            lab("revoked-beside.test"),
            lab("cds-mismatch.test"),
        ),
        row(
            "dnskey-rsa-below-recommended",
            lab("rsa-1024.test"),
            lab("rsasha256.test"),
        ),
        row(
            "dnskey-rsa-leading-zero",
            lab("spare-rsa-zero-first.test"),
            right,
        ),
        row(
            "dnskey-rsa-too-large",
            lab("spare-rsa-4104.test"),
            lab("spare-rsa-4096.test"),
        ),
        row(
            "dnskey-rsa-too-small",
            lab("spare-rsa-504.test"),
            lab("rsa-512.test"),
        ),
        row(
            "dnskey-rsa-weak-exponent",
            lab("spare-rsa-exponent-3.test"),
            right,
        ),
        row("dnskey-unparsable", lab("spare-rsa-even.test"), right),
        row(
            "dnskey-unused",
            lab("alg-roll-incomplete.test"),
            lab("alg-roll.test"),
        )
        .beneath("rrsig-missing-for-dnskey-algorithm"),
        row(
            "dnskey-zero-length",
            lab("spare-empty.test"),
            lab("bad-zsk-algo.test"),
        ),
        row(
            "zone-unsigned",
            lab("unsigned.test"),
            lab("ds-unsigned.test"),
        ),
        row(
            "algorithm-must-not-use",
            lab("rsasha1.test"),
            lab("rsasha256.test"),
        ),
        row(
            "algorithm-all-deprecated",
            lab("rsasha1.test"),
            lab("spare-dsa.test"),
        )
        .beneath("algorithm-must-not-use"),
        row(
            "algorithm-validation-prohibited",
            lab("spare-dsa.test"),
            lab("rsasha1.test"),
        )
        .beneath("algorithm-must-not-use"),
        row(
            "algorithm-policy-violation",
            lab("valid.test").judged_by(|policy| policy.allowed_algorithms = Some([8].into())),
            lab("valid.test").judged_by(|policy| {
                policy.allowed_algorithms = Some([13].into());
                policy.allowed_digests = Some([2].into());
                policy.allowed_rsa_bits = Some([4_096].into());
            }),
        ),
        row(
            "algorithm-not-for-zone-signing",
            lab("spare-dh.test"),
            lab("unassigned-zsk-algo.test"),
        ),
        row(
            "algorithm-not-recommended",
            lab("rsasha512.test"),
            lab("rsasha256.test"),
        ),
        row(
            "algorithm-unassigned",
            lab("unassigned-zsk-algo.test"),
            lab("spare-dh.test"),
        ),
        row(
            "algorithm-unsupported",
            lab("spare-sm2.test"),
            lab("unassigned-zsk-algo.test"),
        ),
    ]
}
