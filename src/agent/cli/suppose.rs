//! `audit --with-…`, `--without-…`: a change that nobody has made yet, judged before it is made.

use std::path::Path;
use std::sync::Arc;

use super::Said;
use super::args::SupposeArgs;
use super::failure::Failure;
use super::files;
use super::nearest::hint;
use super::plan::AuditPlan;
use super::works::Works;
use crate::agent::config::policy::Rulebook;
use crate::agent::probe;
use crate::dns::{Name, Timestamp, master};
use crate::evidence::Evidence;
use crate::fix;
use crate::hypothesis::{self, Given, Heard, Hypothesis, Source, Stage, Wrong};
use crate::policy::Policy;
use crate::report::Report;
use crate::validate::Supposed;
use crate::walk::{Settings, Walk};

/// Reads every file that is named.
fn read(args: &SupposeArgs, name: &Name) -> Result<Given, Failure> {
    let source = |option: &str, path: &Path, origin: &Name| {
        let label = format!("{option} {}", path.display());
        let text = files::read_text(option, path, master::MAX_INPUT)?;
        let records = master::read_numbered(&text, origin);
        let records = records.map_err(|error| {
            Failure::usage(format!("{label}, line {}", error.line), error.problem)
        })?;
        Ok(Source { label, records })
    };
    let root = Name::root();
    let all = |option: &str, paths: &[std::path::PathBuf]| {
        let each = paths.iter().map(|path| source(option, path, &root));
        each.collect::<Result<Vec<_>, Failure>>()
    };
    let given = Given {
        with_ds: all("--with-ds", &args.with_ds)?,
        without_ds: args.without_ds.clone(),
        with_ns: args
            .with_ns
            .as_deref()
            .map(|path| source("--with-ns", path, &root))
            .transpose()?,
        with_key: all("--with-key", &args.with_key)?,
        without_key: args.without_key.clone(),
        with_zone: args
            .with_zone
            .as_deref()
            .map(|path| source("--with-zone", path, name))
            .transpose()?,
    };
    given.read(name).map_err(|wrong| refused(&wrong))?;
    Ok(given)
}

/// What is wrong, with the nearest word that would have been right.
fn refused(wrong: &Wrong) -> Failure {
    let hint = wrong.known.as_ref().map(|(word, known)| {
        hint(
            word,
            known.iter().map(String::as_str),
            "nothing is supposed, and nothing was judged",
        )
    });
    Failure::usage(
        &wrong.what,
        format!("{}{}", wrong.problem, hint.unwrap_or_default()),
    )
}

/// Walks once more with what was heard alone, on a stage.
pub(super) fn replay(evidence: &Evidence, stage: &Stage) -> Evidence {
    let walk = Walk::new(Settings {
        hints: evidence.hints.clone(),
        anchors: evidence.anchors.clone(),
        port: evidence.port,
        allow_private: evidence.allow_private,
        ..Settings::new(evidence.name.clone(), evidence.rtype, evidence.started)
    });
    probe::replay(walk, stage)
}

/// Judges a hypothesis as an audit judges, by the rules for the zone as it is now.
pub(super) fn weigh(
    heard: &Heard,
    hypothesis: &Hypothesis,
    rules: &Rulebook,
    at: Timestamp,
) -> (Report, Evidence, Supposed) {
    let today = rules.judge(&heard.now, at);
    let policy = rules.over(Policy::default(), today.zone());
    let judge = |evidence: &Evidence, supposed: &Supposed| match supposed.is_empty() {
        true => crate::audit(evidence, &policy, at),
        false => crate::audit_supposing(evidence, &policy, at, supposed),
    };
    hypothesis::weigh(heard, hypothesis, at, &judge)
}

/// What is supposed, with the name that it is about; a replay that names none cannot be checked before it is
/// read, so the name has to be given.
pub(super) fn given(plan: &AuditPlan) -> Result<Given, Failure> {
    let name = plan.question.name.as_ref().ok_or_else(|| {
        Failure::usage(
            "audit",
            "name the zone whose change is supposed; a replay tells it too late",
        )
    })?;
    read(&plan.suppose, name)
}

/// Asks a second time, on a stage; only what was not heard yet.
pub(super) type Again<'a> = &'a mut dyn FnMut(Arc<Stage>) -> Result<Evidence, Failure>;

/// The hypothesis, and what is heard when the servers or the zone are others.
pub(super) fn settled(
    evidence: &Evidence,
    given: &Given,
    again: Again<'_>,
) -> Result<(Hypothesis, Option<Evidence>), Failure> {
    let hypothesis = given.settle(evidence).map_err(|wrong| refused(&wrong))?;
    if !hypothesis.is_elsewhere() {
        return Ok((hypothesis, None));
    }
    let then = again(Arc::new(Stage::new(evidence, &hypothesis)))?;
    Ok((hypothesis, Some(then)))
}

/// The script for the findings, with the exit code of the report.
pub(super) fn script(
    report: &Report,
    evidence: Evidence,
    signer: fix::Signer,
    works: &dyn Works,
    plan: &AuditPlan,
) -> Said {
    let last = report.chain.last().map(|link| link.zone.clone());
    let of_zone = last.map(|name| Evidence { name, ..evidence });
    let steps = of_zone.and_then(|evidence| works.plan_ds(&evidence, &[], report.at).ok());
    Said {
        text: fix::script(report, steps.as_ref(), signer),
        code: plan.threshold.status(report).exit_code(),
    }
}
