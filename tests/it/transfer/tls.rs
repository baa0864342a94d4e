//! Transfers over TLS (RFC 9103) from the servers that serve it in these versions: named and NSD.

use anchorwatch::agent::transfer::{Errand, Tls, TransferError, Trouble};
use anchorwatch::dns::Serial;
use anchorwatch::transfer::Outcome;

use super::site::{CLOSED, KEYS, Site};
use super::{carry, errand, key};
use crate::real::support::scratch::Scratch;
use crate::real::support::server::Kind;
use crate::web::Authority;

fn over_tls(site: &Site, roots: Vec<u8>) -> Errand {
    let [algorithm, name, secret] = KEYS[2];
    let mut errand = errand(CLOSED, site.secured);
    errand.key = Some(key(&format!("{algorithm}:{name}:{secret}")));
    errand.tls = Some(Tls {
        name: site.secured.ip().to_string(),
        roots: Some(roots),
    });
    errand
}

fn speaks_tls(kind: Kind) {
    let site = Site::start(kind, 3_000);
    let roots = std::fs::read(site.authority.root()).unwrap();
    let good = over_tls(&site, roots);
    let (outcome, counts) = carry(&good).unwrap();
    assert_eq!(
        (outcome, counts.records),
        (Outcome::Whole(Serial(1)), 3_004)
    );

    let scratch = Scratch::new();
    let other = Authority::new(scratch.path().to_owned());
    let stranger = over_tls(&site, std::fs::read(other.root()).unwrap());
    assert!(
        problem(&stranger).contains("certificate"),
        "{}",
        problem(&stranger)
    );
    let mut elsewhere = good.clone();
    elsewhere.tls.as_mut().unwrap().name = "127.0.0.9".to_owned();
    assert!(
        problem(&elsewhere).contains("not valid for name"),
        "{}",
        problem(&elsewhere)
    );
    // A port that does not speak TLS.
    let plain = Errand {
        servers: vec![site.address],
        ..good
    };
    match carry(&plain) {
        Err(TransferError { trouble, counts }) => {
            assert_eq!(counts.messages, 0);
            assert!(!matches!(trouble, Trouble::Fault(_)), "{trouble}");
        }
        Ok(outcome) => panic!("{outcome:?}"),
    }
}

fn problem(errand: &Errand) -> String {
    carry(errand).unwrap_err().to_string()
}

#[test]
fn named_over_tls() {
    speaks_tls(Kind::Named);
}

#[test]
fn nsd_over_tls() {
    speaks_tls(Kind::Nsd);
}
