//! Scripts over the lab at one instant, as golden files; and every command on a page for a signer.

use super::*;
use crate::checks::tests::lab::{evidence, judge, straight};
use crate::delegation::plan_evidence;
use crate::dns::Timestamp;

const SIGNERS: [Signer; 5] = [
    Signer::Bind,
    Signer::Knot,
    Signer::PowerDns,
    Signer::Nsd,
    Signer::Registrar,
];

fn scripts(name: &str) -> String {
    let evidence = evidence(name, &[], true, straight);
    let report = judge(&evidence);
    let at: Timestamp = evidence.started;
    let plan = plan_evidence(&evidence, &[], at).ok();
    let all = SIGNERS.map(|signer| script(&report, plan.as_ref(), signer));
    all.join("\n-----\n")
}

#[test]
fn scripts_over_the_lab() {
    insta::assert_snapshot!("fix_stale_ds", scripts("stale-ds.test"));
    insta::assert_snapshot!("fix_rrsig_exp_all", scripts("rrsig-exp-all.test"));
    insta::assert_snapshot!("fix_nsec3_iter_200", scripts("nsec3-iter-200.test"));
    insta::assert_snapshot!("fix_one_ns_expired", scripts("one-ns-expired.test"));
    insta::assert_snapshot!("fix_valid", scripts("valid.test"));
}

#[test]
fn what_a_shell_would_read_otherwise_is_a_comment() {
    let mut finding = crate::report::render::samples::finding(Severity::Error);
    finding.code = "rrsig-expired".to_owned();
    for (zone, is_run) in [
        ("valid.test.", true),
        ("a$(reboot).test.", false),
        ("a;b.test.", false),
    ] {
        finding.zone = zone.parse().unwrap();
        let text = told(&finding, Signer::Bind, true);
        let mut lines = text.lines().filter(|line| !line.is_empty());
        assert_eq!(lines.any(|line| !line.starts_with('#')), is_run, "{text}");
    }
}
