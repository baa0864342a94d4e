//! The words of `audit`.

use super::{Asking, AuditPlan, Baseline, Plan, Show, Source, change, family, many, replay};
use crate::agent::cli::args::{AuditArgs, FailOn};
use crate::agent::cli::failure::Failure;
use crate::agent::cli::question::question;
use crate::agent::cli::values::{Color, Format};
use crate::report::status::Threshold;

/// Makes the plan.
pub fn audit(args: AuditArgs, color: Color) -> Result<Plan, Failure> {
    if args.zones.is_some() {
        change::refuse_many(&args)?;
        return many::many(args, color);
    }
    if let Some(option) = many::only_for_lists(&args) {
        return Err(Failure::usage(
            option,
            "goes with --zones, which names a list",
        ));
    }
    let question = question(&args.words, args.rtype)?;
    if question.name.is_none() && args.replay.is_none() {
        let problem = "no name to audit; write anchorwatch audit www.example.com";
        return Err(Failure::usage("audit", problem));
    }
    refuse_without_baseline(&args)?;
    if args.short && args.format != Format::Text {
        let problem = "--short is a form of its own; leave one out";
        return Err(Failure::usage("--short and --format", problem));
    }
    let asking = asking(&args);
    change::check(&args, &asking)?;
    if asking.iterate && asking.servers.is_empty() && args.replay.is_none() {
        let problem = "authoritative servers are asked anyway; it adds them to a resolver, written @192.0.2.53";
        return Err(Failure::usage("--iterate", problem));
    }
    if asking.thorough && !asking.iterate && !asking.servers.is_empty() {
        let problem = "it asks authoritative servers; add --iterate, or leave out the resolvers";
        return Err(Failure::usage("--thorough", problem));
    }
    let source = match (args.lab, args.replay) {
        (true, _) => Source::Lab,
        (false, Some(path)) => replay(path, &asking)?,
        (false, None) => Source::Network,
    };
    Ok(Plan::Audit(Box::new(AuditPlan {
        question,
        source,
        asking,
        root_hints: args.root_hints,
        trust_anchor: args.trust_anchor,
        at: args.at,
        save: args.save,
        expect_ds: args.expect_ds,
        suppose: args.suppose,
        fix: args.fix,
        validators: args.validators,
        threshold: Threshold {
            fail_on: args.fail_on.weight(),
            expect: args.expect,
        },
        policy: args.policy,
        baseline: args.baseline.map(|path| Baseline {
            path,
            is_only_new: args.fail_on == FailOn::New,
        }),
        show: Show {
            format: args.format,
            short: args.short,
            all: args.all,
            color,
        },
    })))
}

/// Forms that a delta has, and an exit code that only it can give.
fn refuse_without_baseline(args: &AuditArgs) -> Result<(), Failure> {
    let is_delta_form = matches!(
        args.format,
        Format::Text | Format::Json | Format::Ndjson | Format::Markdown
    );
    match (&args.baseline, args.fail_on) {
        (None, FailOn::New) => {
            let problem = "nothing to compare with; add --baseline FILE, a report in JSON";
            Err(Failure::usage("--fail-on new", problem))
        }
        (Some(_), _) if !is_delta_form => {
            let problem = "not a form of what changed; give text, json, ndjson or markdown";
            Err(Failure::usage("--format", problem))
        }
        _ => Ok(()),
    }
}

pub(super) fn asking(args: &AuditArgs) -> Asking {
    let servers = args.servers.iter().cloned();
    Asking {
        servers: match args.port.filter(|_| !args.iterate) {
            // As dig has it: -p is the port of the server that is asked.
            Some(port) => servers.map(|server| server.on_port(port)).collect(),
            None => servers.collect(),
        },
        iterate: args.iterate,
        family: family(args.only_ipv4, args.only_ipv6),
        tcp: args.tcp,
        timeout: args.timeout,
        port: args.port,
        allow_private: args.allow_private,
        thorough: args.thorough,
        tls_ca: args.tls_ca.clone(),
    }
}
