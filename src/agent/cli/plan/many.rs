//! The words of `audit --zones`.

use std::path::{Path, PathBuf};

use super::audit::asking;
use super::{Asking, Baseline, Plan, Source};
use crate::agent::cli::args::{AuditArgs, FailOn};
use crate::agent::cli::failure::Failure;
use crate::agent::cli::values::{Color, Format};
use crate::dns::{RecordType, Timestamp};
use crate::report::status::Threshold;

/// Audits at a time.
const AUDITS: u32 = 64;
/// Questions a second to one address.
const A_SERVER: u32 = 50;
/// Questions a second to one network.
const A_NETWORK: u32 = 200;

/// An option that was given and has no meaning without a list.
pub(super) fn only_for_lists(args: &AuditArgs) -> Option<&'static str> {
    let given = [
        ("--resume", args.resume.is_some()),
        ("--sample", args.sample.is_some()),
        ("--audits", args.audits.is_some()),
        (
            "--server-queries-per-second",
            args.server_queries_per_second.is_some(),
        ),
        (
            "--network-queries-per-second",
            args.network_queries_per_second.is_some(),
        ),
    ];
    let mut given = given.into_iter();
    given.find_map(|(option, is_given)| is_given.then_some(option))
}

/// One run over many names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManyPlan {
    /// Where the names stand.
    pub list: ZoneList,
    /// Type asked for.
    pub rtype: RecordType,
    /// Whether the lab is audited.
    pub source: Source,
    /// How servers are asked.
    pub asking: Asking,
    /// Root hints in place of the built-in ones.
    pub root_hints: Option<PathBuf>,
    /// Trust anchors in place of the built-in ones.
    pub trust_anchor: Option<PathBuf>,
    /// Instant to judge at; without it, when the evidence of each was collected.
    pub at: Option<Timestamp>,
    /// File that has some of the reports, and gets the others.
    pub resume: Option<PathBuf>,
    /// How many of the names are taken.
    pub sample: Option<usize>,
    /// Which ones.
    pub seed: u64,
    /// Audits at a time.
    pub at_once: usize,
    /// Questions a second to one address; 0 for no limit.
    pub a_server: u32,
    /// Questions a second to one network; 0 for no limit.
    pub a_network: u32,
    /// The earlier run to compare with.
    pub baseline: Option<Baseline>,
    /// What counts as a failure.
    pub threshold: Threshold,
    /// How they are judged.
    pub policy: Option<PathBuf>,
    /// Form.
    pub format: Format,
    /// When to use colours.
    pub color: Color,
}

/// Where names stand, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZoneList {
    /// In a file.
    File(PathBuf),
    /// On standard input.
    Input,
}

/// Makes the plan.
pub(super) fn many(args: AuditArgs, color: Color) -> Result<Plan, Failure> {
    refuse(&args)?;
    let source = if args.lab {
        Source::Lab
    } else {
        Source::Network
    };
    let asking = asking(&args);
    let list = match args.zones {
        Some(path) if path != Path::new("-") => ZoneList::File(path),
        _ => ZoneList::Input,
    };
    let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Plan::Many(Box::new(ManyPlan {
        list,
        rtype: args.rtype.unwrap_or(RecordType::SOA),
        source,
        asking,
        root_hints: args.root_hints,
        trust_anchor: args.trust_anchor,
        at: args.at,
        resume: args.resume,
        sample: args.sample.map(number),
        seed: args.seed,
        at_once: number(args.audits.unwrap_or(AUDITS)),
        a_server: args.server_queries_per_second.unwrap_or(A_SERVER),
        a_network: args.network_queries_per_second.unwrap_or(A_NETWORK),
        baseline: args.baseline.map(|path| Baseline {
            path,
            is_only_new: args.fail_on == FailOn::New,
        }),
        threshold: Threshold {
            fail_on: args.fail_on.weight(),
            expect: args.expect,
        },
        policy: args.policy,
        format: args.format,
        color,
    })))
}

fn refuse(args: &AuditArgs) -> Result<(), Failure> {
    if args.baseline.is_some() {
        return refuse_with_baseline(args);
    }
    if args.fail_on == FailOn::New {
        let problem = "nothing to compare with; add --baseline FILE, reports as lines of JSON";
        return Err(Failure::usage("--fail-on new", problem));
    }
    let format = match args.format {
        Format::Json => "json",
        Format::Nagios => "nagios",
        Format::Markdown => "markdown",
        Format::Csv if args.resume.is_some() => "csv",
        Format::Sarif if args.resume.is_some() => "sarif",
        Format::Junit if args.resume.is_some() => "junit",
        _ => return Ok(()),
    };
    let problem = match args.resume {
        Some(_) => "what is resumed are lines of JSON; leave it out",
        None => "a form of one report; give text, ndjson, csv, sarif or junit",
    };
    Err(Failure::usage(format!("--format {format}"), problem))
}

/// What changed has forms of its own.
fn refuse_with_baseline(args: &AuditArgs) -> Result<(), Failure> {
    if args.resume.is_some() {
        let problem =
            "what is resumed are reports; run to the end first, then compare what it wrote";
        return Err(Failure::usage("--baseline and --resume", problem));
    }
    match args.format {
        Format::Text | Format::Ndjson | Format::Markdown => Ok(()),
        _ => {
            let problem =
                "not a form of what changed with many names; give text, ndjson or markdown";
            Err(Failure::usage("--format", problem))
        }
    }
}
