//! The lab as the source of names for resolvers that trust its anchor.

use crate::agent::cli::audit;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::values::{Host, Server};
use crate::agent::cli::works::{Case, LabResolver};
use crate::crypto::{Algorithm, DigestType};
use crate::drill::{DrillName, Expect, Tests};
use crate::report::Verdict;

/// Cases that every validator takes in the same way, one for each kind of fault.
const CONTROLS: &[&str] = &[
    "ds-bogus-digest-value",
    "stale-ds",
    "ds-unsigned",
    "rrsig-exp-all",
    "rrsig-not-yet-all",
    "rrsig-no-all",
    "bad-zsk",
    "no-zsk",
    "valid",
    "csk",
    "wildcard-nsec3",
    "unsigned",
];

/// Cases that are signed with one algorithm.
const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("rsamd5", Algorithm::RSAMD5),
    ("dsa", Algorithm::DSA),
    ("rsasha1", Algorithm::RSASHA1),
    ("rsasha1-nsec3", Algorithm::RSASHA1_NSEC3_SHA1),
    ("rsasha256", Algorithm::RSASHA256),
    ("rsasha512", Algorithm::RSASHA512),
    ("csk", Algorithm::ECDSAP256SHA256),
    ("p384", Algorithm::ECDSAP384SHA384),
    ("ed25519", Algorithm::ED25519),
    ("ed448", Algorithm::ED448),
];

/// Cases whose DS has one digest.
const DIGESTS: &[(&str, DigestType)] = &[
    ("ds-sha1-only", DigestType::SHA1),
    ("csk", DigestType::SHA256),
    ("ds-sha384", DigestType::SHA384),
];

/// A case that answers for every name, those of RFC 8509 too.
const SENTINEL: &str = "wildcard-apex";

/// The names that resolvers are asked for, out of the cases of the lab.
pub fn lab_names(cases: &[Case]) -> Vec<DrillName> {
    let controls = CONTROLS.iter().map(|label| (*label, Tests::Validation));
    let algorithms = ALGORITHMS
        .iter()
        .map(|(label, algorithm)| (*label, Tests::Algorithm(*algorithm)));
    let digests = DIGESTS
        .iter()
        .map(|(label, digest)| (*label, Tests::Digest(*digest)));
    let all = controls
        .chain(algorithms)
        .chain(digests)
        .chain([(SENTINEL, Tests::RootKeys)]);
    all.filter_map(|(label, tests)| {
        let case = cases.iter().find(|case| case.label == label)?;
        name(case, tests)
    })
    .collect()
}

fn name(case: &Case, tests: Tests) -> Option<DrillName> {
    let name = match tests {
        // The labels stand directly below the zone.
        Tests::RootKeys => case.name.parent()?,
        _ => case.name.clone(),
    };
    let expect = match case.verdict {
        Verdict::Secure => Expect::Secure,
        Verdict::Insecure => Expect::Insecure,
        Verdict::Bogus => Expect::Bogus,
        Verdict::Indeterminate => return None,
    };
    Some(DrillName {
        name,
        rtype: case.rtype,
        expect,
        tests,
        about: case.fault.clone(),
    })
}

/// Puts the addresses of the lab's resolvers in the place of their words.
pub fn name_resolvers(servers: &mut [Server], known: &[LabResolver]) -> Result<(), Failure> {
    for server in servers {
        let word = server.text.to_lowercase();
        let Some(resolver) = known.iter().find(|resolver| resolver.label == word) else {
            return Err(no_such_resolver(server, known));
        };
        server.host = Host::Address(resolver.address.ip());
        server.port = Some(resolver.address.port());
    }
    Ok(())
}

fn no_such_resolver(server: &Server, known: &[LabResolver]) -> Failure {
    if let Host::Address(_) = server.host {
        let word = format!("@{}", server.text);
        let problem = "with --lab, resolvers are those of the lab; for one that is set to the lab's root, run \
                       anchorwatch lab --port 53 --dir lab and write --names lab/drill.names --trust-anchor lab/trust-anchor";
        return Failure::usage(word, problem);
    }
    audit::no_such_resolver(&server.text, known)
}
