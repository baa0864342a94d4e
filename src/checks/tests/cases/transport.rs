//! What servers make of odd questions, and oddities of the way there.

use super::bends::probes::{
    alias_at_apex, any_cookie, any_version, authoritative_referral, bogus_over_tls, cookie_for_all,
    cookie_left_out, cookie_of_another, cookies, cut_probes, deaf_to_do, deaf_to_edns,
    deaf_to_options, deaf_to_probes, deaf_to_types, dname_ttl_zero, equal_instance,
    flags_come_back, from_elsewhere, lies_to_probes, lossy, narrow, recursion_refused, recursive,
    refuses_cd, small_letters, transfers, unsigned_instance,
};
use super::{Codes, Row, lab, row, straight};
use crate::audit;
use crate::checks::Area;
use crate::checks::tests::lab::{NOW, thorough};
use crate::policy::Policy;
use crate::report::Report;

const YEAR: i64 = 365 * 86_400;

pub(super) fn rows() -> Vec<Row> {
    let (healthy, dname) = (lab("valid.test"), lab("host.old.dname.test"));
    let looked = healthy.thorough();
    let silent = lab("one-ns-timeout.test").thorough();
    let both = lab("valid.test @validating @tls://validating");
    vec![
        row(
            "anycast-instance-differs",
            looked.bent(unsigned_instance),
            looked.bent(equal_instance),
        ),
        row("axfr-open", looked.bent(transfers), looked),
        row(
            "cname-with-other-data",
            healthy.bent(alias_at_apex),
            lab("alias.cname-secure.test"),
        ),
        row(
            "cookie-bad-accepted",
            looked.bent(any_cookie),
            looked.bent(cookies),
        ),
        row(
            "cookie-incomplete",
            looked.bent(cookie_left_out),
            looked.bent(cookies),
        ),
        row(
            "cookie-invalid",
            looked.bent(cookie_of_another),
            looked.bent(cookies),
        ),
        row(
            "cookie-unsolicited",
            healthy.bent(cookie_for_all),
            looked.bent(cookies),
        ),
        row("dname-ttl-wrong", dname.bent(dname_ttl_zero), dname),
        row("dnssec-downgrade-do", looked.bent(deaf_to_do), silent),
        row("dnssec-downgrade-edns", looked.bent(deaf_to_edns), silent),
        row(
            "edns-flags-mishandled",
            looked.bent(flags_come_back),
            looked,
        ),
        row(
            "edns-options-mishandled",
            looked.bent(deaf_to_options),
            looked.bent(deaf_to_probes),
        ),
        row("edns-version-mishandled", looked.bent(any_version), looked),
        row(
            "encrypted-transport-differs",
            both.bent(bogus_over_tls),
            both,
        ),
        row(
            "family-verdict-differs",
            lab("family-differs.test"),
            lab("family-same.test"),
        )
        .beneath("server-without-dnssec"),
        row("pmtu-exceeded", looked.bent(narrow), looked.bent(lossy)),
        row(
            "probe-clock-unreliable",
            healthy.by_clock(YEAR),
            healthy.at(YEAR),
        ),
        row(
            "qname-case-not-preserved",
            looked.bent(small_letters),
            looked,
        ),
        row(
            "query-flag-intolerant",
            looked.bent(refuses_cd),
            looked.bent(cut_probes),
        ),
        row(
            "recursion-offered",
            looked.bent(recursive),
            looked.bent(recursion_refused),
        ),
        row(
            "referral-authoritative",
            healthy.bent(authoritative_referral),
            healthy,
        ),
        row(
            "response-source-differs",
            looked.bent(from_elsewhere),
            silent,
        ),
        row("unknown-qtype-dropped", healthy.bent(deaf_to_types), silent),
    ]
}

#[test]
fn a_healthy_zone_has_nothing_more_to_tell_in_a_thorough_look() {
    for asked in [
        "valid.test",
        "ns1.valid.test",
        "alias.cname-secure.test",
        "nsec3-valid.example",
    ] {
        let mut found = lab(asked).thorough().codes().all();
        // That names can be listed is no fault, and is said in a thorough look alone.
        found.remove("nsec-zone-enumerable");
        assert_eq!(found, lab(asked).codes().all(), "{asked}");
    }
}

#[test]
fn whatever_probes_bring_is_not_said_of_the_zone() {
    for name in [
        "valid.test.",
        "stale-ds.test.",
        "no-ds.test.",
        "one-ns-lame.test.",
    ] {
        let ordinary = crate::checks::tests::lab::evidence(name, &[], true, straight);
        let ordinary = audit(&ordinary, &Policy::default(), NOW);
        let lied_to = thorough(name, &[], lies_to_probes);
        let count = lied_to.exchanges.iter().filter(|e| e.query.probe.is_some());
        assert!(count.count() > 10, "{name}");
        let report = audit(&lied_to, &Policy::default(), NOW);
        assert_eq!(report.verdict, ordinary.verdict, "{name}");
        assert_eq!(report.reason, ordinary.reason, "{name}");
        let told = |report: &Report| {
            let judged = (&report.chain, &report.denials, &report.inventory);
            serde_json::to_string(&judged).unwrap()
        };
        assert_eq!(told(&report), told(&ordinary), "{name}");
        let others = |codes: Codes| {
            let mut codes = codes.all();
            codes.remove("nsec-zone-enumerable");
            codes.retain(|code| {
                crate::checks::find(code).is_none_or(|check| check.area != Area::Transport)
            });
            codes
        };
        assert_eq!(
            others(Codes::of(&report)),
            others(Codes::of(&ordinary)),
            "{name}"
        );
    }
}
