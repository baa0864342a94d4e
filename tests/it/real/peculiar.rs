//! What real servers do differently, and that it is told of the server that does it.

use super::cases::{Case, Setting, questions};
use super::support::fault::Fault;
use super::support::hierarchy::TOP;
use super::support::server::{Kind, Manner};
use super::support::tools::{Audit, Verdict};
use super::support::zone::{Denial, Plan, Signer};

/// What is to be said of the names of a case: the first finding is the cause, about the server.
struct Told {
    case: Case,
    code: &'static str,
    server: Kind,
    /// What must be nothing but a consequence of it.
    folded: &'static [&'static str],
}

fn zone(label: &str, servers: &[Kind]) -> Plan {
    let name = format!("{label}.{TOP}");
    Plan::good(&name, Signer::Bind, Denial::Nsec, servers)
}

fn case(plan: Plan, www: Verdict, missing: Verdict) -> Case {
    Case {
        plan,
        www,
        missing,
        codes: &[],
    }
}

/// named takes a zone without NSEC records for an unsigned one, and leaves out all signatures.
fn withheld() -> Told {
    let plan = zone("withheld", &[Kind::Named, Kind::Nsd]).with_fault(Fault::NoDenial);
    Told {
        case: case(plan, Verdict::Secure, Verdict::Bogus),
        code: "server-without-dnssec",
        server: Kind::Named,
        folded: &["rrsig-missing", "denial-missing-for-nxdomain"],
    }
}

/// NSD 4.6 answers for the DS of a zone as its grandparent, where it has all three.
fn referred() -> [Told; 2] {
    let mut plan = zone("referred", &[Kind::Nsd, Kind::Knot]);
    plan.unsigned_children.push("plain".into());
    plan.child_servers = vec![Kind::Nsd];
    let child = Plan::unsigned(&format!("plain.{}", plan.name), &[Kind::Nsd]);
    let whole = Told {
        case: case(plan, Verdict::Secure, Verdict::Secure),
        code: "",
        server: Kind::Nsd,
        folded: &[],
    };
    let child = Told {
        case: case(child, Verdict::Insecure, Verdict::Insecure),
        code: "ds-query-referral",
        server: Kind::Nsd,
        folded: &[],
    };
    [whole, child]
}

/// A resolver that is listed as a name server.
fn cached() -> Told {
    let plan = zone("cached", &[Kind::Nsd, Kind::Unbound]);
    Told {
        case: case(plan, Verdict::Secure, Verdict::Secure),
        code: "response-not-authoritative",
        server: Kind::Unbound,
        folded: &[],
    }
}

fn check(told: &Told, audit: &Audit, name: &str) {
    if told.code.is_empty() {
        assert!(audit.faults().is_empty(), "{name}\n{:#}", audit.json);
        return;
    }
    let first = &audit.json["findings"][0];
    assert_eq!(first["code"], told.code, "{name}\n{:#}", audit.json);
    let server = first["subject"]["nameserver"].as_str().unwrap_or_default();
    let is_only_it = |kind: &Kind| server.contains(kind.host()) == (*kind == told.server);
    assert!(Kind::ALL.iter().all(is_only_it), "{name}: {server}");
    let listed = |list: &str| {
        let all = audit.json[list].as_array().into_iter().flatten();
        let codes = all.filter_map(|finding| finding["code"].as_str());
        codes.map(str::to_owned).collect::<Vec<_>>()
    };
    let (findings, folded) = (listed("findings"), listed("folded"));
    for code in told.folded {
        assert!(
            !findings.iter().any(|found| found == code),
            "{name}: {code}"
        );
    }
    let is_any = told
        .folded
        .iter()
        .any(|code| folded.iter().any(|f| f == code));
    assert!(told.folded.is_empty() || is_any, "{name}: {folded:?}");
}

#[test]
fn what_a_server_does_differently_is_told_of_it() {
    let [whole, child] = referred();
    let all = [withheld(), whole, child, cached()];
    let cases: Vec<Case> = all.iter().map(|told| told.case.clone()).collect();
    let setting = Setting::in_manner(Manner::Plain, &cases);
    for question in questions(&cases) {
        let name = question.name();
        let audit = setting.audit(&question, &[]);
        assert_eq!(
            audit.verdict,
            question.expected(),
            "{name}\n{:#}",
            audit.json
        );
        let told = all
            .iter()
            .find(|told| told.case.plan.name == question.case.plan.name);
        check(told.expect("each case has one"), &audit, &name);
    }
}
