//! `config check|dump|schema`: the configuration of a watch, before it is used.

use std::path::Path;

use tokio::runtime::Builder;

use super::Said;
use super::failure::Failure;
use super::plan::ConfigPlan;
use super::values::ConfigFormat;
use crate::agent::config::settings::Target;
use crate::agent::config::sources::{self, Origin};
use crate::agent::config::{self, ConfigError, File, Settings, dump};
use crate::report::render::counted;

/// Carries out a plan for a configuration.
pub fn run(plan: &ConfigPlan) -> Result<Said, Failure> {
    match plan {
        ConfigPlan::Check { file, is_online } => check(file, *is_online),
        ConfigPlan::Dump { file, format } => {
            let file = match file {
                Some(path) => config::effective(path).map_err(|error| usage(&error))?,
                None => File::defaults(),
            };
            Ok(Said::ok(match format {
                ConfigFormat::Toml => dump::toml(&file),
                ConfigFormat::Json => dump::json(&file),
            }))
        }
        ConfigPlan::Schema => Ok(Said::ok(dump::schema())),
    }
}

fn usage(error: &ConfigError) -> Failure {
    Failure::Usage(error.to_string())
}

/// Most zones named twice that are told of one by one.
const TOLD: usize = 10;

fn check(path: &Path, is_online: bool) -> Result<Said, Failure> {
    let settings = config::load(path).map_err(|error| usage(&error))?;
    let (read, left) = lists(&settings, is_online)?;
    let named = read
        .iter()
        .map(|(origin, targets)| (*origin, targets.as_slice()));
    let (zones, duplicates) = sources::merge(&settings.zones, named);
    let mut text = format!("{}: {}\n", path.display(), summary(&settings, zones.len()));
    for origin in left {
        text += &format!("not asked: {origin}; config check --online asks it\n");
    }
    for duplicate in duplicates.iter().take(TOLD) {
        text += &format!("warning: {duplicate}\n");
    }
    if duplicates.len() > TOLD {
        text += &format!(
            "warning: {} more zones are named twice\n",
            duplicates.len() - TOLD
        );
    }
    Ok(Said::ok(text))
}

/// The lists that were read, and those that were left out.
pub(super) type Lists<'a> = (Vec<(&'a Origin, Vec<Target>)>, Vec<&'a Origin>);

pub(super) fn lists(settings: &Settings, is_online: bool) -> Result<Lists<'_>, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::trouble("sockets and timers", error))?;
    let (mut read, mut left) = (Vec::new(), Vec::new());
    for source in &settings.sources {
        if source.origin.is_remote() && !is_online {
            left.push(&source.origin);
            continue;
        }
        let targets = runtime.block_on(sources::read(source, &settings.groups));
        let targets = targets.map_err(|error| Failure::Usage(error.to_string()))?;
        read.push((&source.origin, targets));
    }
    Ok((read, left))
}

/// How much of what there is.
fn summary(settings: &Settings, zones: usize) -> String {
    let counts = [
        counted(zones, "zone"),
        counted(settings.sources.len(), "source"),
        counted(settings.resolvers.len(), "resolver"),
        counted(settings.groups.len(), "group"),
    ];
    counts.join(", ")
}
