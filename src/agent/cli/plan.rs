//! What is to be done, checked as a whole: nothing in a plan contradicts anything else in it.

mod audit;
mod change;
mod drill;
mod many;
mod schedule;
mod serve;

use std::path::PathBuf;
use std::time::Duration;

use clap_complete::Shell;

pub use drill::{DrillPlan, DrillSubject, NamesSource, ResolverDrill, Whom};
pub use many::{ManyPlan, ZoneList};
pub use schedule::{SchedulePlan, ScheduleSource};
pub use serve::{ServePlan, WatchSource};

use super::args::{
    Cli, Command, ConfigCommand, DsArgs, EventsArgs, LabArgs, NotifyCommand, SilenceArgs,
    SupposeArgs, ZoneArgs,
};
use super::failure::Failure;
use super::question::Question;
use super::values::{
    Color, ConfigFormat, Document, DsFormat, Format, Server, Signer, TableFormat, Validator,
};
use crate::agent::store::Filter;
use crate::crypto::DigestType;
use crate::dns::{Name, RecordType, Timestamp};
use crate::report::status::Threshold;

/// One run of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Audit a name.
    Audit(Box<AuditPlan>),
    /// Audit many names.
    Many(Box<ManyPlan>),
    /// Plan for a delegation.
    Ds(Box<DsPlan>),
    /// Rehearse.
    Drill(DrillPlan),
    /// Watch zones.
    Serve(ServePlan),
    /// Serve the lab.
    Lab(LabPlan),
    /// Show the log of a zone.
    Events(EventsPlan),
    /// Look after messages.
    Notify(NotifyCommand),
    /// Look after silences.
    Silence(Box<SilenceArgs>),
    /// Show what is due when.
    Schedule(SchedulePlan),
    /// Verify a whole zone.
    Zone {
        /// What was asked for.
        args: Box<ZoneArgs>,
        /// When to use colours.
        color: Color,
    },
    /// Show the page of a finding.
    Explain {
        /// Its code.
        code: String,
        /// When to use colours.
        color: Color,
    },
    /// List the findings.
    Catalogue(TableFormat),
    /// Codes of other tools, and ours.
    Coverage(TableFormat),
    /// Write a schema.
    Schema(Document),
    /// Check, show or describe a configuration.
    Config(ConfigPlan),
    /// Write completions.
    Completions(Shell),
    /// Write manual pages.
    Man(ManPlan),
}

/// What to do with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigPlan {
    /// Check the file.
    Check {
        /// The file.
        file: PathBuf,
        /// Whether lists of zones are read over the network too.
        is_online: bool,
    },
    /// Show the settings in effect.
    Dump {
        /// The file; the defaults without it.
        file: Option<PathBuf>,
        /// Form of the settings.
        format: ConfigFormat,
    },
    /// Write the schema.
    Schema,
}

/// Where evidence comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The servers that the root hints lead to.
    Network,
    /// The embedded lab.
    Lab,
    /// A file that `--save` wrote.
    Replay(PathBuf),
}

/// Address families to ask over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Family {
    /// Both.
    #[default]
    Any,
    /// IPv4 alone.
    Ipv4,
    /// IPv6 alone.
    Ipv6,
}

/// How servers are asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asking {
    /// Resolvers to ask; none for the authoritative view.
    pub servers: Vec<Server>,
    /// With resolvers, the authoritative view as well.
    pub iterate: bool,
    /// Address families.
    pub family: Family,
    /// TCP alone.
    pub tcp: bool,
    /// Longest wait for one answer.
    pub timeout: Option<Duration>,
    /// Port of authoritative servers.
    pub port: Option<u16>,
    /// Whether addresses that cannot be global are asked.
    pub allow_private: bool,
    /// Whether the servers of the zone of the name are asked more than an audit needs.
    pub thorough: bool,
    /// Certificates that resolvers over TLS are checked by in place of those of the system.
    pub tls_ca: Option<PathBuf>,
}

/// One audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPlan {
    /// Name and type. The name is there unless evidence is replayed.
    pub question: Question,
    /// Where evidence comes from.
    pub source: Source,
    /// How servers are asked.
    pub asking: Asking,
    /// Root hints in place of the built-in ones.
    pub root_hints: Option<PathBuf>,
    /// Trust anchors in place of the built-in ones.
    pub trust_anchor: Option<PathBuf>,
    /// Instant to judge at; without it, when the evidence was collected.
    pub at: Option<Timestamp>,
    /// Where to keep the evidence.
    pub save: Option<PathBuf>,
    /// The file with the DS records that are pinned.
    pub expect_ds: Option<PathBuf>,
    /// What is supposed.
    pub suppose: SupposeArgs,
    /// Whom a script is wanted for, in place of the report.
    pub fix: Option<Signer>,
    /// Validators whose views are wanted.
    pub validators: Vec<Validator>,
    /// What counts as a failure.
    pub threshold: Threshold,
    /// How it is judged.
    pub policy: Option<PathBuf>,
    /// The report to compare with.
    pub baseline: Option<Baseline>,
    /// How the report is shown.
    pub show: Show,
}

impl AuditPlan {
    /// A plain audit: nothing is supposed, compared or kept, and everything counts as it comes.
    pub fn of(question: Question, source: Source) -> Self {
        Self {
            question,
            source,
            asking: Asking::default(),
            root_hints: None,
            trust_anchor: None,
            at: None,
            save: None,
            expect_ds: None,
            suppose: SupposeArgs::default(),
            fix: None,
            validators: Vec::new(),
            threshold: Threshold::default(),
            policy: None,
            baseline: None,
            show: Show::default(),
        }
    }
}

/// A report to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Where it is.
    pub path: PathBuf,
    /// Whether only what it does not have counts for the exit code.
    pub is_only_new: bool,
}

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Show {
    /// Form.
    pub format: Format,
    /// One line.
    pub short: bool,
    /// Everything.
    pub all: bool,
    /// When to use colours.
    pub color: Color,
}

/// One plan for a delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DsPlan {
    /// Where the keys come from.
    pub keys: KeySource,
    /// Digests wished for.
    pub digests: Vec<DigestType>,
    /// Form.
    pub format: DsFormat,
    /// When to use colours.
    pub color: Color,
}

/// Where the keys of a zone come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// The live zone, asked for as an audit of its DNSKEY RRset.
    Live(Box<AuditPlan>),
    /// A file, and the zone when it is named.
    File(PathBuf, Option<Name>),
}

/// One run of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabPlan {
    /// Port; any free one without it.
    pub port: Option<u16>,
    /// Where its files go.
    pub dir: Option<PathBuf>,
}

/// One look at the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsPlan {
    /// Where the daemon keeps its state.
    pub state_dir: PathBuf,
    /// Which events.
    pub filter: Filter,
    /// Form of the table.
    pub format: TableFormat,
}

/// Which manual pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManPlan {
    /// The command; without it the program.
    pub command: Option<String>,
    /// All pages, into this directory.
    pub dir: Option<PathBuf>,
}

impl Plan {
    /// The plan that the words describe.
    pub fn new(cli: Cli) -> Result<Self, Failure> {
        let color = cli.color;
        match cli.command {
            Command::Audit(args) => audit::audit(*args, color),
            Command::Ds(args) => ds(*args, color),
            Command::Drill(args) => drill::drill(args, color),
            Command::Serve(args) => serve::serve(args),
            Command::Lab(LabArgs { port, dir }) => Ok(Self::Lab(LabPlan { port, dir })),
            Command::Events(args) => Ok(Self::Events(events(args))),
            Command::Notify { command } => Ok(Self::Notify(command)),
            Command::Silence(args) => Ok(Self::Silence(Box::new(args))),
            Command::Schedule(args) => Ok(Self::Schedule(schedule::schedule(args))),
            Command::Zone(args) => Ok(Self::Zone { args, color }),
            Command::Explain { code } => Ok(Self::Explain { code, color }),
            Command::Catalogue { format, coverage } => Ok(match coverage {
                true => Self::Coverage(format),
                false => Self::Catalogue(format),
            }),
            Command::Schema { document } => Ok(Self::Schema(document)),
            Command::Config { command } => Ok(Self::Config(config(command))),
            Command::Completions { shell } => Ok(Self::Completions(shell)),
            Command::Man { command, dir } => Ok(Self::Man(ManPlan { command, dir })),
        }
    }
}

fn config(command: ConfigCommand) -> ConfigPlan {
    match command {
        ConfigCommand::Check { file, online } => ConfigPlan::Check {
            file,
            is_online: online,
        },
        ConfigCommand::Dump { file, format } => ConfigPlan::Dump { file, format },
        ConfigCommand::Schema => ConfigPlan::Schema,
    }
}

fn ds(args: DsArgs, color: Color) -> Result<Plan, Failure> {
    let (digests, format) = (args.digests.clone(), args.format);
    let plan = |keys, format| {
        Ok(Plan::Ds(Box::new(DsPlan {
            keys,
            digests,
            format,
            color,
        })))
    };
    if let Some(path) = args.from {
        return plan(
            KeySource::File(path, args.name),
            format.unwrap_or(DsFormat::Ds),
        );
    }
    let live = KeySource::Live(Box::new(ds_audit(args)?));
    plan(live, format.unwrap_or_default())
}

/// The audit whose evidence a plan rests on: that of the zone's DNSKEY RRset.
fn ds_audit(args: DsArgs) -> Result<AuditPlan, Failure> {
    let asking = Asking {
        family: family(args.only_ipv4, args.only_ipv6),
        tcp: args.tcp,
        timeout: args.timeout,
        port: args.port,
        allow_private: args.allow_private,
        ..Asking::default()
    };
    let is_replay = args.replay.is_some();
    let source = match (args.lab, args.replay) {
        (true, _) => Source::Lab,
        (false, Some(path)) => replay(path, &asking)?,
        (false, None) => Source::Network,
    };
    let question = Question {
        name: args.name,
        // The evidence of any audit of the zone's apex tells of its delegation.
        rtype: (!is_replay).then_some(RecordType::DNSKEY),
    };
    Ok(AuditPlan {
        asking,
        root_hints: args.root_hints,
        trust_anchor: args.trust_anchor,
        at: args.at,
        save: args.save,
        ..AuditPlan::of(question, source)
    })
}

fn family(only_ipv4: bool, only_ipv6: bool) -> Family {
    match (only_ipv4, only_ipv6) {
        (true, _) => Family::Ipv4,
        (false, true) => Family::Ipv6,
        (false, false) => Family::Any,
    }
}

/// A replay asks nobody, so an option that says how to ask was meant for another run.
fn replay(path: PathBuf, asking: &Asking) -> Result<Source, Failure> {
    if *asking == Asking::default() {
        return Ok(Source::Replay(path));
    }
    let problem = "a replay asks no server; leave out the options that say how to ask one";
    Err(Failure::usage("--replay", problem))
}

fn events(args: EventsArgs) -> EventsPlan {
    EventsPlan {
        state_dir: args.state_dir,
        filter: Filter {
            zone: args.name,
            since: args.since,
            limit: args.limit,
        },
        format: args.format,
    }
}
