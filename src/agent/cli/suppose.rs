//! `audit --with-…`, `--without-…`: a change that nobody has made yet, judged before it is made.

use std::path::Path;

use super::args::SupposeArgs;
use super::failure::Failure;
use super::files;
use super::nearest::hint;
use crate::agent::probe;
use crate::dns::{Name, Timestamp, master};
use crate::evidence::Evidence;
use crate::hypothesis::{self, Given, Heard, Hypothesis, Source, Stage, Wrong};
use crate::policy::Policy;
use crate::report::Report;
use crate::validate::Supposed;
use crate::walk::{Settings, Walk};

/// Reads every file that is named.
pub(super) fn read(args: &SupposeArgs, name: &Name) -> Result<Given, Failure> {
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
pub(super) fn refused(wrong: &Wrong) -> Failure {
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

/// Judges a hypothesis as an audit judges.
pub(super) fn weigh(
    heard: &Heard,
    hypothesis: &Hypothesis,
    at: Timestamp,
) -> (Report, Evidence, Supposed) {
    let policy = Policy::default();
    let judge = |evidence: &Evidence, supposed: &Supposed| match supposed.is_empty() {
        true => crate::audit(evidence, &policy, at),
        false => crate::audit_supposing(evidence, &policy, at, supposed),
    };
    hypothesis::weigh(heard, hypothesis, at, &judge)
}
