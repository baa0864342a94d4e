//! `audit`: gather evidence, keep it, judge it, show the report.

use std::path::Path;

use super::Said;
use super::console::Console;
use super::failure::Failure;
use super::files::{self, Destination};
use super::nearest::hint;
use super::plan::{AuditPlan, Family, Source};
use super::progress::Progress;
use super::suppose::{self, Again};

use super::values::{Format, Host, Scheme, Server, Validator};
use super::works::{LabResolver, Page, Request, Works};
use crate::agent::config::policy::Rulebook;
use crate::dns::{Ds, Name, Record, RecordType, master};
use crate::evidence::Evidence;
use crate::hypothesis::Heard;
use crate::report::Report;
use crate::report::render::{self, Rule, Sheet, Style};
use crate::validate::Supposed;

/// Greatest size of an evidence file, in octets. An audit keeps a few hundred responses.
const MAX_EVIDENCE: usize = 64 << 20;

/// Greatest size of a file of certificates, in octets. Those of a system take a quarter of a megabyte.
const MAX_ROOTS: usize = 4 << 20;

/// Port of authoritative servers.
pub(super) const DNS_PORT: u16 = 53;

/// Carries out `plan`.
pub fn run(plan: &AuditPlan, works: &dyn Works, console: &Console) -> Result<Said, Failure> {
    // Read first, so that nobody waits for an audit that there is nothing to compare with.
    let baseline = plan
        .baseline
        .as_ref()
        .map(|baseline| super::baseline::read(plan, baseline));
    let baseline = baseline.transpose()?;
    let rules = rulebook(plan.policy.as_deref())?;
    // So are the files of what is supposed.
    let given = plan.suppose.is_any().then(|| suppose::given(plan));
    let given = given.transpose()?;
    let mut supposed = None;
    let evidence = collect_twice(plan, works, console, &mut |evidence, ask| {
        if let Some(given) = &given {
            supposed = Some(suppose::settled(evidence, given, ask)?);
        }
        Ok(())
    })?;
    let rules = match plan.expect_ds.as_deref() {
        Some(path) => rules.pinned(read_ds(path, &evidence.name)?),
        None => rules,
    };
    // Judged as of when it was collected, so that a replay says what the audit said.
    let at = plan.at.unwrap_or(evidence.started);
    let (mut report, evidence, supposed) = match supposed {
        None => (
            works.judge(&evidence, &rules, at),
            evidence,
            Supposed::default(),
        ),
        Some((hypothesis, then)) => {
            let now = evidence;
            works.weigh(&Heard { now, then }, &hypothesis, &rules, at)
        }
    };
    if !plan.validators.is_empty() {
        let products = Validator::products(&plan.validators);
        report.views = works.views(&evidence, &products, &supposed, at);
    }
    if let Some(signer) = plan.fix {
        return Ok(suppose::script(
            &report,
            evidence,
            signer.into(),
            works,
            plan,
        ));
    }
    let style = console.style(plan.show.color);
    match baseline {
        Some(before) => super::baseline::show(&before, &report, plan, &style),
        None => Ok(show(&report, plan, works, &style)),
    }
}

/// The policy in force: an empty one where no file is named.
pub(super) fn rulebook(path: Option<&Path>) -> Result<Rulebook, Failure> {
    let rules = path.map(Rulebook::load).transpose();
    let rules = rules.map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(rules.unwrap_or_default())
}

/// Gathers evidence, and keeps it where the plan says.
pub(super) fn collect(
    plan: &AuditPlan,
    works: &dyn Works,
    console: &Console,
) -> Result<Evidence, Failure> {
    collect_twice(plan, works, console, &mut |_, _| Ok(()))
}

/// What is done with evidence while the servers it came from are there.
type Meanwhile<'a> = &'a mut dyn FnMut(&Evidence, Again<'_>) -> Result<(), Failure>;

/// The same; what is kept is what was heard as things are.
fn collect_twice(
    plan: &AuditPlan,
    works: &dyn Works,
    console: &Console,
    meanwhile: Meanwhile<'_>,
) -> Result<Evidence, Failure> {
    let keep = plan
        .save
        .as_deref()
        .map(|path| Destination::new("--save", path));
    let keep = keep.transpose()?;
    let evidence = gather(plan, works, console, meanwhile)?;
    if let Some(keep) = keep {
        keep.write(&works.archive(&evidence)?)?;
    }
    Ok(evidence)
}

/// What is understood and cannot be done yet is refused rather than passed over.
fn refuse_unheeded(plan: &AuditPlan) -> Result<(), Failure> {
    let asking = &plan.asking;
    if asking.tcp {
        let problem = "servers are asked over UDP, and over TCP what is cut short; leave it out";
        return Err(Failure::usage("+tcp", problem));
    }
    let asks_authorities = asking.servers.is_empty() || asking.iterate;
    if asks_authorities && asking.family != Family::Any {
        let problem = "name servers are asked over both address families; leave it out";
        return Err(Failure::usage("-4 or -6", problem));
    }
    Ok(())
}

fn gather(
    plan: &AuditPlan,
    works: &dyn Works,
    console: &Console,
    meanwhile: Meanwhile<'_>,
) -> Result<Evidence, Failure> {
    let anchors = plan
        .trust_anchor
        .as_deref()
        .map(|path| read_anchors(path, works));
    let anchors = anchors.transpose()?.unwrap_or_default();
    if let Source::Replay(path) = &plan.source {
        let evidence = replay(plan, path, anchors, works)?;
        meanwhile(&evidence, &mut |stage| {
            Ok(works.stage_replay(&evidence, &stage))
        })?;
        return Ok(evidence);
    }
    refuse_unheeded(plan)?;
    let hints = plan.root_hints.as_deref().map(read_hints).transpose()?;
    let mut request = request(plan, hints.unwrap_or_default(), anchors)?;
    let progress = Progress::open_ended(console);
    let mut tell = |asked: usize, zone: &str| progress.tell(asked, zone);
    let lab = match plan.source {
        Source::Lab => Some(works.start_lab(None)?),
        _ => None,
    };
    if let Some(lab) = &lab {
        request.hints = lab.hints();
        request.anchors = lab.anchors();
        request.port = lab.port();
        name_resolvers(&mut request.resolvers, &lab.resolvers())?;
    }
    let evidence = works.ask(&request, None, &mut tell)?;
    let alone = Request {
        resolvers: Vec::new(),
        is_iterating: true,
        ..request
    };
    meanwhile(&evidence, &mut |stage| {
        works.ask(&alone, Some(stage), &mut tell)
    })?;
    Ok(evidence)
}

fn request(plan: &AuditPlan, hints: Vec<Record>, anchors: Vec<Record>) -> Result<Request, Failure> {
    let name = plan.question.name.clone();
    let asking = &plan.asking;
    Ok(Request {
        name: name.ok_or_else(|| Failure::usage("audit", "no name to audit"))?,
        rtype: plan.question.rtype.unwrap_or(RecordType::A),
        hints,
        anchors,
        port: asking.port.unwrap_or(DNS_PORT),
        family: asking.family,
        tcp: asking.tcp,
        timeout: asking.timeout,
        allow_private: asking.allow_private,
        is_thorough: asking.thorough,
        resolvers: without_twins(&asking.servers),
        is_iterating: asking.iterate || asking.servers.is_empty(),
        tls_roots: asking.tls_ca.as_deref().map(read_roots).transpose()?,
    })
}

/// Puts the addresses of the lab's resolvers in the place of their words. Only a plain word is one: not a
/// name of several labels, nor one with a port.
fn name_resolvers(servers: &mut [Server], known: &[LabResolver]) -> Result<(), Failure> {
    for server in servers {
        let Host::Name(name) = &server.host else {
            continue;
        };
        if name.label_count() != 1 || server.port.is_some() || server.scheme != Scheme::Plain {
            continue;
        }
        let word = server.text.to_lowercase();
        let Some(resolver) = known.iter().find(|resolver| resolver.label == word) else {
            return Err(no_such_resolver(&server.text, known));
        };
        server.host = Host::Address(resolver.address.ip());
        server.port = Some(resolver.address.port());
    }
    Ok(())
}

pub(super) fn no_such_resolver(word: &str, known: &[LabResolver]) -> Failure {
    let labels: Vec<_> = known.iter().map(|known| known.label.as_str()).collect();
    let all = format!("it has {}", labels.join(", "));
    let near = hint(word, labels, &all);
    Failure::usage(
        format!("@{word}"),
        format!("not a resolver of the lab{near}"),
    )
}

/// Each resolver once, in the order given.
pub(super) fn without_twins(servers: &[Server]) -> Vec<Server> {
    let mut kept: Vec<Server> = Vec::new();
    for server in servers {
        if !kept.contains(server) {
            kept.push(server.clone());
        }
    }
    kept
}

pub(super) fn read_roots(path: &Path) -> Result<Vec<u8>, Failure> {
    files::read("--tls-ca", path, MAX_ROOTS)
}

pub(super) fn read_hints(path: &Path) -> Result<Vec<Record>, Failure> {
    const OPTION: &str = "--root-hints";
    let refused = |problem: String| Failure::usage(format!("{OPTION} {}", path.display()), problem);
    let text = files::read_text(OPTION, path, master::MAX_INPUT)?;
    let records = master::read(&text, &Name::root());
    let records = records.map_err(|error| refused(error.to_string()))?;
    let has = |wanted: &[RecordType]| records.iter().any(|record| wanted.contains(&record.rtype));
    if !has(&[RecordType::NS]) || !has(&[RecordType::A, RecordType::AAAA]) {
        let problem = "no NS record with an address in it; give a file like named.root";
        return Err(refused(problem.to_owned()));
    }
    Ok(records)
}

pub(super) fn read_anchors(path: &Path, works: &dyn Works) -> Result<Vec<Record>, Failure> {
    const OPTION: &str = "--trust-anchor";
    let text = files::read_text(OPTION, path, master::MAX_INPUT)?;
    let anchors = works.trust_anchors(&text);
    anchors.map_err(|problem| Failure::usage(format!("{OPTION} {}", path.display()), problem))
}

/// The DS records in a file of the zone that `name` is in.
fn read_ds(path: &Path, name: &Name) -> Result<Vec<Ds>, Failure> {
    const OPTION: &str = "--expect-ds";
    let refused = |problem: String| Failure::usage(format!("{OPTION} {}", path.display()), problem);
    let text = files::read_text(OPTION, path, master::MAX_INPUT)?;
    let records = master::read(&text, &Name::root()).map_err(|error| refused(error.to_string()))?;
    let own = records
        .iter()
        .filter(|record| record.rtype == RecordType::DS && name.is_at_or_below(&record.owner));
    let pinned: Result<Vec<Ds>, _> = own.map(|record| Ds::parse(&record.rdata)).collect();
    match pinned {
        Ok(pinned) if pinned.is_empty() => Err(refused(format!(
            "no DS record for {name} in it; `anchorwatch ds {name}` prints them"
        ))),
        Ok(pinned) => Ok(pinned),
        Err(error) => Err(refused(error.to_string())),
    }
}

fn replay(
    plan: &AuditPlan,
    path: &Path,
    anchors: Vec<Record>,
    works: &dyn Works,
) -> Result<Evidence, Failure> {
    let refused = |problem: String| Failure::usage(format!("--replay {}", path.display()), problem);
    let octets = files::read("--replay", path, MAX_EVIDENCE)?;
    let mut evidence = works.unarchive(&octets).map_err(refused)?;
    let question = &plan.question;
    let is_other_name = question
        .name
        .as_ref()
        .is_some_and(|name| *name != evidence.name);
    let is_other_type = question.rtype.is_some_and(|rtype| rtype != evidence.rtype);
    if is_other_name || is_other_type {
        let held = format!("{} {}", evidence.name, evidence.rtype);
        return Err(refused(format!(
            "holds an audit of {held}; ask for that, or for none"
        )));
    }
    if !anchors.is_empty() {
        evidence.anchors = anchors;
    }
    Ok(evidence)
}

/// Every check, as a document for pipelines lists them.
pub(super) fn rules(works: &dyn Works) -> Vec<Rule> {
    let rule = |page: Page| Rule {
        code: page.code,
        summary: page.summary,
        severity: page.severity,
    };
    works.catalogue().into_iter().map(rule).collect()
}

/// The report in the form asked for, with its exit code.
fn show(report: &Report, plan: &AuditPlan, works: &dyn Works, style: &Style) -> Said {
    let (show, status) = (&plan.show, plan.threshold.status(report));
    let style = Style {
        all: show.all,
        ..*style
    };
    let text = match show.format {
        Format::Text if show.short => render::short(report, &style),
        Format::Text => render::text(report, &style),
        Format::Json => render::json(report),
        Format::Ndjson => render::ndjson(report),
        Format::Nagios => render::nagios(report, status),
        Format::Markdown => render::markdown(report, show.all),
        Format::Csv => Sheet::Csv.whole(report, status),
        Format::Sarif => Sheet::Sarif(rules(works)).whole(report, status),
        Format::Junit => Sheet::Junit(plan.threshold).whole(report, status),
    };
    let code = status.exit_code();
    Said { text, code }
}
