//! What goes together with a change that is supposed, with the views of validators and with a script.

use super::Asking;
use crate::agent::cli::args::AuditArgs;
use crate::agent::cli::failure::Failure;

/// Refuses what would be understood otherwise than it is meant.
pub(super) fn check(args: &AuditArgs, asking: &Asking) -> Result<(), Failure> {
    if args.suppose.is_any() && !asking.servers.is_empty() && !asking.iterate {
        let problem = "a change is one of what authoritative servers say; add --iterate, or leave the resolver out";
        return Err(Failure::usage("--with and --without", problem));
    }
    if args.suppose.with_ns.is_some() && args.replay.is_some() && args.suppose.with_zone.is_none() {
        let problem = "a replay asks nobody, so not the new servers either; leave one out, or add --with-zone";
        return Err(Failure::usage("--with-ns and --replay", problem));
    }
    if args.suppose.is_any() && args.fix.is_some() {
        let problem = "a script is for things as they are; leave out what is supposed";
        return Err(Failure::usage("--fix", problem));
    }
    if !args.validators.is_empty() && !asking.servers.is_empty() && !asking.iterate {
        let problem =
            "it judges what authoritative servers say; add --iterate, or leave the resolver out";
        return Err(Failure::usage("--validator", problem));
    }
    Ok(())
}

/// Refuses with a list of zones what is for one.
pub(super) fn refuse_many(args: &AuditArgs) -> Result<(), Failure> {
    if !args.suppose.is_any() && args.fix.is_none() && args.validators.is_empty() {
        return Ok(());
    }
    let problem = "for one zone at a time; leave out the change, the script or the validators";
    Err(Failure::usage("--zones", problem))
}
