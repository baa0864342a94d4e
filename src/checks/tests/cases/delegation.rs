//! Trust anchors, and what parent and child say of each other.

use super::bends::{
    child_answers_ds, ds_as_referral, glue_elsewhere, glue_for_one, no_ds_proof, ns_in_capitals,
    one_parent_refers_to_one, one_parent_refuses_ds, parents_refuse_ds, revoke_root_ksk,
    revoke_root_zsk,
};
use super::{Row, lab, row};
use crate::checks::tests::lab::NOW;
use crate::dns::Record;
use crate::validate::anchor::{TrustAnchor, built_in, from_records, to_records};

pub(super) fn rows() -> Vec<Row> {
    let healthy = lab("valid.test");
    vec![
        row(
            "trust-anchor-algorithm-unsupported",
            healthy.anchored(of_unknown_digest),
            healthy.anchored(of_no_key),
        ),
        row(
            "trust-anchor-expired",
            healthy.anchored(over),
            healthy.anchored(over_in_a_second),
        ),
        row(
            "trust-anchor-not-published",
            healthy.anchored(of_no_key),
            healthy.anchored(of_unknown_digest),
        ),
        row(
            "trust-anchor-not-signing",
            healthy.anchored(of_no_key),
            healthy.anchored(own_and_of_no_key),
        )
        .beneath("trust-anchor-not-published"),
        row(
            "trust-anchor-revoked",
            healthy.bent(revoke_root_ksk),
            healthy.bent(revoke_root_zsk),
        ),
        row(
            "trust-anchor-root-key-missing",
            healthy.anchored(one_of_iana),
            healthy.anchored(all_of_iana),
        ),
        row(
            "chain-bogus",
            lab("rrsig-exp-a.test"),
            lab("one-ns-expired.test"),
        )
        .beneath("rrsig-expired"),
        row(
            "chain-indeterminate",
            lab("all-lame.test"),
            lab("one-ns-lame.test"),
        )
        .beneath("delegation-lame"),
        row(
            "chain-insecure-unexpected",
            lab("no-ds.test").wished(),
            healthy.wished(),
        ),
        row(
            "delegation-glue-differs",
            healthy.bent(glue_elsewhere),
            healthy.bent(glue_for_one),
        ),
        row(
            "delegation-glue-missing",
            healthy.bent(glue_for_one),
            healthy.bent(glue_elsewhere),
        ),
        row(
            "delegation-inconsistent-at-parent",
            healthy.bent(one_parent_refers_to_one),
            healthy.bent(ns_in_capitals),
        ),
        row(
            "delegation-ns-is-alias",
            lab("ns-alias.test"),
            lab("ns-nowhere.test"),
        ),
        row(
            "delegation-ns-missing-in-parent",
            lab("child.shared-unlisted.test"),
            lab("child.ns-unlisted.test"),
        ),
        row(
            "ns-host-zone-not-secure",
            lab("ns-insecure.test").thorough(),
            lab("ns-added.test").thorough(),
        ),
        row(
            "dependency-not-secure",
            lab("mx-insecure.test").thorough(),
            lab("mx-secure.test").thorough(),
        ),
        row(
            "ds-at-apex",
            lab("ds-inside.test").thorough(),
            lab("www.ds-www.test").thorough(),
        ),
        row(
            "ds-without-ns",
            lab("www.ds-www.test").thorough(),
            lab("ds-inside.test").thorough(),
        ),
        row(
            "delegation-ns-redundancy-low",
            lab("one-network.test"),
            lab("two-networks.test"),
        ),
        row(
            "delegation-ns-single-family",
            lab("one-network.test"),
            lab("two-networks.test"),
        ),
        row(
            "delegation-lame",
            lab("one-ns-lame.test"),
            lab("one-ns-timeout.test"),
        ),
        row(
            "delegation-ns-address-special",
            lab("v4-private-10.test"),
            lab("v4-loopback.test"),
        ),
        row(
            "delegation-ns-sets-differ",
            lab("ns-added.test"),
            healthy.bent(ns_in_capitals),
        ),
        row(
            "delegation-ns-unresolvable",
            lab("ns-nowhere.test"),
            lab("ns-added.test"),
        ),
        row(
            "ds-absence-unproven",
            lab("unsigned.test").bent(no_ds_proof),
            lab("unsigned.test"),
        ),
        row(
            "ds-algorithm-without-signing-key",
            lab("ds-bad-key-algo.test"),
            lab("ds-ahead.test"),
        )
        .beneath("ds-no-matching-dnskey"),
        row(
            "ds-all-unsupported",
            lab("ds-unassigned-key-algo.test"),
            lab("ds-unknown-beside.test"),
        ),
        row(
            "ds-digest-length-wrong",
            lab("ds-short.test"),
            lab("ds-bogus-digest-value.test"),
        ),
        row(
            "ds-digest-mismatch",
            lab("ds-bogus-digest-value.test"),
            lab("ds-bad-tag.test"),
        ),
        row(
            "ds-digest-must-not-use",
            lab("ds-sha1-only.test"),
            lab("ds-sha384.test"),
        ),
        row(
            "ds-digest-sha256-missing",
            lab("ds-sha384.test"),
            lab("ds-sha1-bad.test"),
        ),
        row(
            "ds-digest-unassigned",
            lab("ds-unassigned-digest-algo.test"),
            lab("ds-gost.test"),
        )
        .beneath("ds-all-unsupported"),
        row(
            "ds-digest-unsupported",
            lab("ds-gost.test"),
            lab("ds-unassigned-digest-algo.test"),
        ),
        row(
            "ds-differs-from-expected",
            healthy.judged_by(|policy| policy.expected_ds = Some(Vec::new())),
            lab("unsigned.test").judged_by(|policy| policy.expected_ds = Some(Vec::new())),
        ),
        row(
            "ds-digest-sets-differ",
            lab("ds-mixed.test"),
            lab("ds-both-digests.test"),
        ),
        row(
            "ds-ttl-excessive",
            healthy.judged_by(|policy| policy.ds_ttl_most = 3_599),
            healthy.judged_by(|policy| policy.ds_ttl_most = 3_600),
        ),
        row(
            "ds-dnskey-revoked",
            lab("revoked-ksk.test"),
            lab("revoked-beside.test"),
        ),
        row(
            "ds-dnskey-sep-bit-clear",
            lab("csk-256.test"),
            lab("csk.test"),
        ),
        row(
            "ds-dnskey-zone-bit-clear",
            lab("zone-key-clear.test"),
            lab("no-dnskey-256.test"),
        ),
        row(
            "ds-key-not-signing-dnskey-rrset",
            lab("no-rrsig-ksk.test"),
            lab("bad-rrsig-ksk.test"),
        ),
        row(
            "ds-missing-for-signed-zone",
            lab("no-ds.test"),
            lab("unsigned.test"),
        ),
        row(
            "ds-no-matching-dnskey",
            lab("stale-ds.test"),
            lab("multi-signer.test"),
        ),
        row(
            "ds-no-secure-entry-point",
            lab("stale-ds.test"),
            lab("standby-ds.test"),
        )
        .beneath("ds-no-matching-dnskey"),
        row(
            "ds-present-zone-unsigned",
            lab("ds-unsigned.test"),
            lab("one-ns-unsigned.test"),
        ),
        row(
            "ds-query-failed",
            healthy.bent(parents_refuse_ds),
            healthy.bent(one_parent_refuses_ds),
        ),
        row(
            "ds-query-referral",
            healthy.bent(ds_as_referral),
            healthy.bent(child_answers_ds),
        ),
        row(
            "ds-rrset-unsigned-or-invalid",
            lab("child.broken-parent.test"),
            lab("rrsig-exp-all.test"),
        )
        .beneath("rrsig-expired"),
        row(
            "ds-sha1-ignored",
            lab("ds-sha1-bad.test"),
            lab("ds-sha1-only.test"),
        )
        .beneath("ds-digest-mismatch"),
        row(
            "parent-unsigned",
            lab("child.island-parent.test"),
            lab("no-ds.test"),
        ),
    ]
}

fn changed(anchors: &[Record], change: impl Fn(&mut TrustAnchor)) -> Vec<Record> {
    let mut read = from_records(anchors).unwrap();
    read.iter_mut().for_each(change);
    to_records(&read)
}

fn over(anchors: Vec<Record>) -> Vec<Record> {
    changed(&anchors, |anchor| anchor.valid_until = Some(NOW))
}

fn over_in_a_second(anchors: Vec<Record>) -> Vec<Record> {
    changed(&anchors, |anchor| anchor.valid_until = Some(NOW.plus(1)))
}

/// The fields of a DS: tag, algorithm, digest type, digest.
fn with_octet(anchors: Vec<Record>, at: usize, octet: u8) -> Vec<Record> {
    let bend = |mut record: Record| {
        record.rdata[at] ^= octet;
        record
    };
    anchors.into_iter().map(bend).collect()
}

fn of_no_key(anchors: Vec<Record>) -> Vec<Record> {
    with_octet(anchors, 1, 1)
}

fn of_unknown_digest(anchors: Vec<Record>) -> Vec<Record> {
    with_octet(anchors, 3, 0x40)
}

fn own_and_of_no_key(anchors: Vec<Record>) -> Vec<Record> {
    [anchors.clone(), of_no_key(anchors)].concat()
}

fn one_of_iana(_: Vec<Record>) -> Vec<Record> {
    to_records(&built_in()[..1])
}

fn all_of_iana(_: Vec<Record>) -> Vec<Record> {
    to_records(&built_in())
}
