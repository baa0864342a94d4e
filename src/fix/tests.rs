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

/// The lines of a script for a finding that a shell would run.
fn open_lines(code: &str, signer: Signer) -> Vec<String> {
    let mut finding = crate::report::render::samples::finding(Severity::Error);
    finding.code = code.to_owned();
    finding.zone = "own.test.".parse().unwrap();
    finding
        .subject
        .insert("key_tag".to_owned(), "40931".to_owned());
    let text = told(&finding, signer, true);
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_script_moves_a_rollover_on_makes_a_key_or_writes_a_record() {
    // A signer that is told of a DS before it is there takes the old key away, and the zone is bogus.
    for code in [
        "cds-update-overdue",
        "rollover-ds-awaited",
        "rollover-ds-withdrawal-awaited",
    ] {
        for signer in SIGNERS {
            assert_eq!(open_lines(code, signer), [""; 0], "{code}");
        }
    }
    let dangerous = [
        "-checkds",
        "-rollover",
        "ksk-submitted",
        "generate",
        " set ",
        "delete",
        "add-",
        "remove-",
        "keygen",
        "secure-zone",
        "zone-begin",
        "create-",
        "publish",
        "activate",
        "import",
        "replace-",
        "edit-",
    ];
    let mut count = 0;
    for check in CHECKS {
        for signer in SIGNERS {
            for line in open_lines(check.code, signer) {
                count += 1;
                let found = dangerous.iter().find(|word| line.contains(**word));
                assert_eq!(found, None, "{}: {line}", check.code);
                // Names and addresses of a page are those of no zone.
                let is_of_page = line.contains("example") || line.contains("192.0.2.");
                assert!(!is_of_page, "{}: {line}", check.code);
            }
        }
    }
    assert!(count > 200, "only {count} commands stand open");
}

#[test]
fn a_signer_is_told_of_each_key_that_it_has_and_of_no_other() {
    let evidence = evidence("cds-mismatch.test", &[], true, straight);
    let mut plan = plan_evidence(&evidence, &[], evidence.started).unwrap();
    let step = plan
        .steps
        .iter_mut()
        .find(|step| step.action == Action::Withdraw);
    let step = step.unwrap();
    let zone = step.records[0].split(' ').next().unwrap().to_owned();
    step.records.push(format!("{zone} IN DS 1 13 2 00"));
    let step = step.clone();
    let tags: Vec<_> = plan.keys.iter().map(|key| key.key_tag).collect();
    assert!(!tags.contains(&1) && tags.len() == 2, "{tags:?}");
    let told = told_signer(&plan, &step, Signer::Bind);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told.iter().all(|line| line.contains(" withdrawn ")),
        "{told:?}"
    );
    let script = step_told(&plan, 0, &step, Signer::Bind);
    assert!(
        script.contains("once no server of the parent has it, and not before: rndc"),
        "{script}"
    );
}
