//! A rehearsal: of what, of whom, and with which names.

use std::path::PathBuf;
use std::time::Duration;

use super::{Family, Plan, family};
use crate::agent::cli::args::{DrillArgs, Place};
use crate::agent::cli::failure::Failure;
use crate::agent::cli::values::{Color, Server, TableFormat};

/// One rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillPlan {
    /// Of what.
    pub subject: DrillSubject,
    /// Form of the table.
    pub format: TableFormat,
    /// When to use colours.
    pub color: Color,
}

/// What is rehearsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrillSubject {
    /// The built-in validator, on these cases of the lab as typed; on all when empty.
    Cases(Vec<String>),
    /// Resolvers.
    Resolvers(Box<ResolverDrill>),
    /// The way of alerts, by the daemon that is running here.
    Alerts(Place),
    /// Outages of the past, from the fault to the message that it is over.
    All,
    /// Nothing: the names are shown.
    Names(NamesSource),
}

/// A rehearsal of resolvers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolverDrill {
    /// Who is asked, and how.
    pub whom: Whom,
    /// For what.
    pub names: NamesSource,
    /// Root keys to look for, in place of the built-in ones or those of the lab.
    pub trust_anchor: Option<PathBuf>,
    /// Certificates that resolvers over TLS are checked by in place of those of the system.
    pub tls_ca: Option<PathBuf>,
}

/// Where the names of a rehearsal come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamesSource {
    /// The built-in list.
    BuiltIn,
    /// A file.
    File(PathBuf),
    /// The embedded lab.
    Lab,
}

/// Resolvers to ask, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whom {
    /// The resolvers.
    pub servers: Vec<Server>,
    /// Address families.
    pub family: Family,
    /// TCP alone.
    pub tcp: bool,
    /// Longest wait for one answer; the default of the probe without it.
    pub timeout: Option<Duration>,
    /// Certificates in PEM that resolvers over TLS are checked by in place of those of the system.
    pub tls_roots: Option<Vec<u8>>,
}

/// The plan that the words behind `drill` describe.
pub(super) fn drill(args: DrillArgs, color: Color) -> Result<Plan, Failure> {
    let subject = drill_subject(&args)?;
    Ok(Plan::Drill(DrillPlan {
        subject,
        format: args.format,
        color,
    }))
}

fn drill_subject(args: &DrillArgs) -> Result<DrillSubject, Failure> {
    if args.alerts {
        return Ok(DrillSubject::Alerts(args.place.clone()));
    }
    if args.all {
        return Ok(DrillSubject::All);
    }
    let names = match (&args.names, args.lab) {
        (Some(path), _) => NamesSource::File(path.clone()),
        (None, true) => NamesSource::Lab,
        (None, false) => NamesSource::BuiltIn,
    };
    if args.print_names {
        return Ok(DrillSubject::Names(names));
    }
    match (args.servers.is_empty(), args.lab, args.cases.first()) {
        (true, false, Some(word)) => {
            let problem =
                format!("a resolver is written @{word}, and a case of the lab goes with --lab");
            Err(Failure::usage(word, problem))
        }
        (true, true, _) => Ok(DrillSubject::Cases(args.cases.clone())),
        (true, false, _) => {
            let problem = "neither a resolver nor the lab; write anchorwatch drill @192.0.2.53 to rehearse a resolver, \
                           anchorwatch drill --lab for the built-in validator, anchorwatch drill --all for outages of the past, or \
                           anchorwatch drill --alerts for the way of alerts";
            Err(Failure::usage("drill", problem))
        }
        (false, _, Some(word)) => {
            let problem = "resolvers are asked for the names of a list; leave it out, and choose names with --names FILE";
            Err(Failure::usage(word, problem))
        }
        (false, _, None) => Ok(DrillSubject::Resolvers(Box::new(ResolverDrill {
            whom: Whom {
                servers: match args.port {
                    Some(port) => args
                        .servers
                        .iter()
                        .cloned()
                        .map(|server| server.on_port(port))
                        .collect(),
                    None => args.servers.clone(),
                },
                family: family(args.only_ipv4, args.only_ipv6),
                tcp: args.tcp,
                timeout: args.timeout,
                tls_roots: None,
            },
            names,
            trust_anchor: args.trust_anchor.clone(),
            tls_ca: args.tls_ca.clone(),
        }))),
    }
}
