//! The zones that the tests ask for, and asking everyone about them.

use std::path::Path;

use super::support::fault::Fault;
use super::support::hierarchy::{Hierarchy, TOP};
use super::support::ledger::{Comparison, Ledger};
use super::support::process::with_threads;
use super::support::resolver::Resolver;
use super::support::server::{Kind, Manner};
use super::support::tools::{self, Audit, Start, Verdict};
use super::support::zone::{Algorithm, CHILD_SERVERS, Denial, Plan, Signer};

/// Our program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// How many questions are asked at a time. named and delv wait twelve seconds before they give up on some
/// broken zones, so that there are more than the machine has processors.
pub const AT_ONCE: usize = 16;

/// A name that no zone has, directly below an apex.
pub const MISSING: &str = "missing";

/// A zone with what is true of it.
#[derive(Clone)]
pub struct Case {
    /// How to make it.
    pub plan: Plan,
    /// The verdict on the address of `www`.
    pub www: Verdict,
    /// The verdict on a name that is not there.
    pub missing: Verdict,
    /// Codes that name the fault; one of them must be found.
    pub codes: &'static [&'static str],
}

/// One question about a case.
pub struct Question<'a> {
    /// The case.
    pub case: &'a Case,
    /// `www` or [`MISSING`].
    pub label: &'static str,
}

impl Question<'_> {
    /// The name asked for.
    pub fn name(&self) -> String {
        format!("{}.{}", self.label, self.case.plan.name)
    }

    /// What is true.
    pub fn expected(&self) -> Verdict {
        match self.label {
            MISSING => self.case.missing,
            _ => self.case.www,
        }
    }

    /// The name of this question in a ledger.
    pub fn key(&self, suite: &str) -> String {
        let zone = self.case.plan.name.trim_end_matches(&format!(".{TOP}"));
        format!("{suite}/{zone}/{}", self.label)
    }
}

/// Both questions about each case.
pub fn questions(cases: &[Case]) -> Vec<Question<'_>> {
    let labels = ["www", MISSING];
    let both = |case| labels.map(|label| Question { case, label });
    cases.iter().flat_map(both).collect()
}

/// Whole zones: each signer, each denial, each pair of servers; the algorithms in turn.
pub fn healthy() -> Vec<Case> {
    let algorithms = [
        Algorithm::EcdsaP256,
        Algorithm::RsaSha256,
        Algorithm::Ed25519,
        Algorithm::EcdsaP384,
    ];
    let mut cases = Vec::new();
    for signer in Signer::ALL {
        for denial in [Denial::Nsec, Denial::Nsec3, Denial::OptOut] {
            for pair in Kind::PAIRS {
                let name = format!(
                    "{}-{}-{}.{TOP}",
                    signer.label(),
                    denial.label(),
                    cases.len()
                );
                let algorithm = algorithms[cases.len() % algorithms.len()];
                let plan = Plan::good(&name, signer, denial, &pair).with_algorithm(algorithm);
                cases.push(whole(plan));
            }
        }
    }
    cases.extend(presigned());
    cases.extend(live());
    cases
}

/// Zones that PowerDNS serves beside NSD, signed in their file. In that of BIND with NSEC3 the NSEC3PARAM has a TTL of
/// 0, and PowerDNS sends it with another.
pub fn presigned() -> Vec<Case> {
    let both = |signer| [Denial::Nsec, Denial::Nsec3].map(|denial| (signer, denial));
    let made = Signer::ALL.into_iter().flat_map(both);
    let case = |(signer, denial): (Signer, Denial)| {
        let name = format!("presigned-{}-{}.{TOP}", signer.label(), denial.label());
        let servers = [Kind::PowerDns, Kind::Nsd];
        whole(Plan::good(&name, signer, denial, &servers))
    };
    made.map(case).collect()
}

/// Zones that PowerDNS signs as it answers, in each of its modes.
pub fn live() -> Vec<Case> {
    let modes = [
        (Denial::Nsec, Algorithm::RsaSha256),
        (Denial::Nsec3, Algorithm::EcdsaP256),
        (Denial::OptOut, Algorithm::EcdsaP384),
        (Denial::Narrow, Algorithm::Ed25519),
    ];
    let case = |(denial, algorithm): (Denial, Algorithm)| {
        let name = format!("live-{}.{TOP}", denial.label());
        let plan = Plan::good(&name, Signer::PowerDns, denial, &[Kind::PowerDns]);
        whole(plan.with_algorithm(algorithm))
    };
    modes.map(case).into()
}

/// A whole zone. A missing name below opt-out is insecure (RFC 5155, section 9.2).
fn whole(plan: Plan) -> Case {
    let missing = match plan.denial {
        Denial::OptOut => Verdict::Insecure,
        Denial::Nsec | Denial::Nsec3 | Denial::Narrow => Verdict::Secure,
    };
    Case {
        plan,
        www: Verdict::Secure,
        missing,
        codes: &[],
    }
}

/// Zones without signatures, properly delegated: from NSEC, and below each signer's NSEC3 opt-out.
pub fn unsigned() -> Vec<Case> {
    let insecure = |plan| Case {
        plan,
        www: Verdict::Insecure,
        missing: Verdict::Insecure,
        codes: &[],
    };
    let mut cases = vec![insecure(Plan::unsigned(
        &format!("unsigned.{TOP}"),
        &Kind::PAIRS[0],
    ))];
    for signer in Signer::ALL {
        for denial in [Denial::Nsec, Denial::Nsec3, Denial::OptOut] {
            let name = format!("parent-{}-{}.{TOP}", signer.label(), denial.label());
            let mut plan = Plan::good(&name, signer, denial, &Kind::PAIRS[1]);
            plan.unsigned_children.push("plain".into());
            let child = Plan::unsigned(&format!("plain.{name}"), &CHILD_SERVERS);
            cases.extend([whole(plan), insecure(child)]);
        }
    }
    cases
}

/// Every fault with every signer and denial, served by each pair of servers in turn.
pub fn broken() -> Vec<Case> {
    let mut cases = Vec::new();
    for fault in Fault::ALL {
        for signer in Signer::ALL {
            for denial in [Denial::Nsec, Denial::Nsec3] {
                let name = format!(
                    "{}-{}-{}.{TOP}",
                    fault.label(),
                    signer.label(),
                    denial.label()
                );
                let pair = match fault.turns_named_unsigned() {
                    true => [Kind::Nsd, Kind::Knot],
                    false => Kind::PAIRS[cases.len() % Kind::PAIRS.len()],
                };
                let plan = Plan::good(&name, signer, denial, &pair).with_fault(fault);
                cases.push(bad(plan));
            }
        }
    }
    cases
}

/// Zones that are whole at one server and have a fault at the other.
pub fn mixed() -> Vec<Case> {
    let faults = [
        Fault::Expired,
        Fault::NoSignature,
        Fault::BentAddress,
        Fault::BentDenial,
    ];
    let cases = faults.iter().enumerate().map(|(index, fault)| {
        let pair = Kind::PAIRS[index % Kind::PAIRS.len()];
        let signer = Signer::ALL[index % Signer::ALL.len()];
        let name = format!("one-{}.{TOP}", fault.label());
        let mut plan = Plan::good(&name, signer, Denial::Nsec3, &pair).with_fault(*fault);
        plan.only_at = Some(pair[1]);
        Case {
            www: Verdict::Secure,
            missing: Verdict::Secure,
            ..bad(plan)
        }
    });
    cases.collect()
}

/// What a fault does, by the books.
fn bad(plan: Plan) -> Case {
    use Verdict::{Bogus, Secure};
    let (www, missing, codes): (_, _, &[&str]) = match plan.fault {
        Fault::None => (Secure, Secure, &[]),
        Fault::Expired => (Bogus, Bogus, &["rrsig-expired"]),
        Fault::ExpiredAddress => (Bogus, Secure, &["rrsig-expired"]),
        Fault::DsDigest => (Bogus, Bogus, &["ds-digest-mismatch"]),
        Fault::DsOfOtherKey => (Bogus, Bogus, &["ds-no-matching-dnskey"]),
        Fault::NoDnskey => (Bogus, Bogus, &["ds-present-zone-unsigned"]),
        Fault::NoKsk => (Bogus, Bogus, &["ds-no-matching-dnskey", "rrsig-invalid"]),
        Fault::NoSignature => (Bogus, Secure, &["rrsig-missing"]),
        Fault::BentAddress => (Bogus, Secure, &["rrsig-invalid"]),
        Fault::UnknownKey => (Bogus, Secure, &["rrsig-signer-key-unknown"]),
        Fault::NoDenial => (Secure, Bogus, &["denial-missing-for-nxdomain"]),
        Fault::NoDenialSignature => (Secure, Bogus, &["rrsig-missing"]),
        Fault::BentDenial => (Secure, Bogus, &["rrsig-invalid"]),
    };
    Case {
        plan,
        www,
        missing,
        codes,
    }
}

/// A hierarchy with the resolvers that other tools need.
pub struct Setting {
    resolver: Resolver,
    validating: Resolver,
    hierarchy: Hierarchy,
}

impl Setting {
    /// Starts everything.
    pub fn new(cases: &[Case]) -> Self {
        Self::in_manner(Manner::Plain, cases)
    }

    /// The same with servers in a manner.
    pub fn in_manner(manner: Manner, cases: &[Case]) -> Self {
        let is_root_of_its_files = |case: &&Case| !case.plan.name.starts_with("plain.");
        let plans = cases.iter().filter(is_root_of_its_files);
        let plans: Vec<Plan> = plans.map(|case| case.plan.clone()).collect();
        let hierarchy = Hierarchy::in_manner(manner, &plans, 1);
        Self {
            resolver: hierarchy.resolver(false),
            validating: hierarchy.resolver(true),
            hierarchy,
        }
    }

    /// Our report on a question.
    pub fn audit(&self, question: &Question<'_>, more: &[&str]) -> Audit {
        let (hints, anchor) = (self.hierarchy.hints(), self.hierarchy.trust_anchor());
        let start = Start {
            hints: &hints,
            anchor: &anchor,
            port: self.hierarchy.network.port,
        };
        tools::audit(PROGRAM, start, &question.name(), "A", more)
    }

    /// What the other tools say to a question, beside our verdict.
    pub fn compare(&self, suite: &str, question: &Question<'_>, ours: Verdict) -> [Comparison; 2] {
        let name = question.name();
        let delv = tools::delv(
            self.resolver.address,
            &self.hierarchy.delv_anchor(),
            &name,
            "A",
        );
        let named = tools::validating_resolver(self.validating.address, &name, "A");
        [("delv", delv), ("named", named)].map(|(tool, (theirs, text))| Comparison {
            case: question.key(suite),
            tool,
            theirs,
            ours,
            text,
        })
    }

    /// Asks everyone all questions; what is wrong with the answers, a line each. `judge` looks at our
    /// report.
    pub fn complaints(
        &self,
        suite: &str,
        cases: &[Case],
        judge: impl Fn(&Question<'_>, &Audit) -> Result<(), String> + Sync,
    ) -> Vec<String> {
        let questions = questions(cases);
        let answers = with_threads(AT_ONCE, &questions, |question| {
            let audit = self.audit(question, &[]);
            let complaint = judge(question, &audit).err();
            (complaint, self.compare(suite, question, audit.verdict))
        });
        let (complaints, comparisons): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
        let mut complaints: Vec<String> = complaints.into_iter().flatten().collect();
        complaints.extend(ledger(suite).complaints(&comparisons.concat()));
        complaints
    }
}

/// The ledger of a suite.
pub fn ledger(suite: &str) -> Ledger {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledger.tsv");
    Ledger::read(&path, suite)
}

/// `Err` with the report unless `holds`.
pub fn demand(
    holds: bool,
    question: &Question<'_>,
    audit: &Audit,
    what: &str,
) -> Result<(), String> {
    if holds {
        return Ok(());
    }
    let report = serde_json::to_string_pretty(&audit.json).unwrap_or_default();
    let name = question.name();
    Err(format!(
        "{name}: {what}; exit {}, verdict {}, findings {:?}\n{report}",
        audit.exit,
        audit.verdict.word(),
        audit.findings,
    ))
}

/// Fails with all complaints, if there are any.
pub fn settle(complaints: &[String]) {
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}
