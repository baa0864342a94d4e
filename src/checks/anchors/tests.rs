//! Trust anchors against the calendar and against what IANA publishes.

use crate::checks::tests::lab::{NOW, codes, evidence, judge, straight};
use crate::dns::{Record, Timestamp};
use crate::evidence::Evidence;
use crate::report::Verdict;
use crate::validate::anchor::{TrustAnchor, built_in, from_records, to_records};

/// What is heard of a healthy zone.
fn heard() -> Evidence {
    evidence("valid.test.", &[], true, straight)
}

fn judged(anchors: Vec<Record>) -> (Verdict, Vec<String>) {
    let report = judge(&Evidence { anchors, ..heard() });
    let codes = codes(&report).into_iter().map(str::to_owned).collect();
    (report.verdict, codes)
}

fn until(anchor: &TrustAnchor, end: Timestamp) -> TrustAnchor {
    TrustAnchor {
        valid_until: Some(end),
        ..anchor.clone()
    }
}

#[test]
fn an_end_that_has_passed_is_told_unless_another_anchor_holds() {
    let code = &"trust-anchor-expired".to_owned();
    let own = from_records(&heard().anchors).unwrap().remove(0);
    let over = until(&own, NOW);
    let (verdict, codes) = judged(to_records(std::slice::from_ref(&over)));
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(codes.contains(code), "{codes:?}");
    for good in [vec![over, own.clone()], vec![until(&own, NOW.plus(1))]] {
        let (verdict, codes) = judged(to_records(&good));
        assert_eq!(verdict, Verdict::Secure);
        assert!(!codes.contains(code), "{codes:?}");
    }
}

#[test]
fn a_key_of_iana_that_is_missing_is_told_unless_the_root_is_private() {
    let code = &"trust-anchor-root-key-missing".to_owned();
    let published = built_in();
    for one in &published {
        let (_, codes) = judged(to_records(std::slice::from_ref(one)));
        assert!(codes.contains(code), "{codes:?}");
    }
    for good in [to_records(&published), heard().anchors] {
        let (_, codes) = judged(good);
        assert!(!codes.contains(code), "{codes:?}");
    }
}
