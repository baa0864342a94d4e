//! The configuration of a watch: one TOML file in, effective [`Settings`] out.
//!
//! [`mod@file`] is the shape of the file, with every default; [`check`] is what a shape cannot say (ranges,
//! names that must exist, things that may be said once); [`settings`] is what the rest of the program
//! reads. Every mistake is told with line and column, and the first one ends the reading: a watch never
//! runs on half of a file. Lists of zones that the file names are read apart from it ([`sources`]), since
//! they change while the file stays.

pub mod check;
pub mod dump;
pub mod error;
pub mod file;
pub mod policy;
pub mod secret;
pub mod settings;
pub mod sources;
pub mod values;

use std::fs::File as Handle;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

pub use error::ConfigError;
pub use file::File;
pub use settings::Settings;

use self::error::{Mistake, Step};
use crate::evidence::hints;
use crate::notify::format::Formatter;
use crate::validate::anchor;

/// Greatest length of a configuration file, in octets.
const FILE_LIMIT: u64 = 16 << 20;

/// Reads the file at `path` and checks it.
///
/// # Errors
/// The first thing that is wrong, with line and column where it has a place.
pub fn load(path: &Path) -> Result<Settings, ConfigError> {
    Ok(open(path)?.1)
}

/// The file at `path`, checked, with every default filled in: what [`load`] makes its settings of.
///
/// # Errors
/// As [`load`].
pub fn effective(path: &Path) -> Result<File, ConfigError> {
    Ok(open(path)?.0)
}

fn open(path: &Path) -> Result<(File, Settings), ConfigError> {
    let text = read_text(path, FILE_LIMIT).map_err(|what| ConfigError::whole(path, what))?;
    let state = std::env::var_os("STATE_DIRECTORY").map(PathBuf::from);
    let folder = path.parent().unwrap_or(Path::new(""));
    let (file, settings) = parse(path, &text, folder, state)?;
    named_files(&file).map_err(|mistake| mistake.place(path, &text))?;
    Ok((file, settings))
}

/// Whether the files that a watch begins with can be read and are what they should be.
fn named_files(file: &File) -> Result<(), Mistake> {
    let (hints, anchor) = (&file.trust.root_hints, &file.trust.trust_anchor);
    named_file(&["trust", "root-hints"], hints, |text| {
        hints::read_hints(text)
            .map(drop)
            .map_err(|error| error.to_string())
    })?;
    named_file(&["trust", "trust-anchor"], anchor, |text| {
        anchor::read(text)
            .map(drop)
            .map_err(|error| error.to_string())
    })?;
    named_file(&["web", "config-file"], &file.web.config_file, |_| Ok(()))?;
    for (index, endpoint) in file.notify.iter().enumerate() {
        let at = |key: &str| check::way!["notify", index, key];
        named_at(at("tls-ca"), &endpoint.tls_ca, |_| Ok(()))?;
        named_at(at("template"), &endpoint.template, |text| {
            let own = Some(text.to_owned());
            Formatter::new(endpoint.format.into(), &endpoint.name, None, own).map(drop)
        })?;
    }
    Ok(())
}

fn named_file(
    way: &[&str],
    path: &Option<PathBuf>,
    read: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Mistake> {
    let way: Vec<Step> = way.iter().map(|key| Step::from(*key)).collect();
    named_at(way, path, read)
}

fn named_at(
    way: impl Into<Vec<Step>>,
    path: &Option<PathBuf>,
    read: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Mistake> {
    let Some(path) = path else { return Ok(()) };
    let text = read_text(path, FILE_LIMIT);
    text.and_then(|text| read(&text))
        .map_err(|what| Mistake::new(way, format!("{}: {what}", path.display())))
}

/// The file whose contents are `text`. Relative paths in it begin at `folder`; `state` is the directory
/// that systemd keeps for the service.
///
/// # Errors
/// As [`load`].
pub fn parse(
    path: &Path,
    text: &str,
    folder: &Path,
    state: Option<PathBuf>,
) -> Result<(File, Settings), ConfigError> {
    let mut file: File = error::read(path, text)?;
    file.complete(folder, state);
    let settings = check::check(&file).map_err(|mistake| mistake.place(path, text))?;
    Ok((file, settings))
}

/// Reads a text of at most `limit` octets; what is wrong in one line otherwise.
pub(in crate::agent) fn read_text(path: &Path, limit: u64) -> Result<String, String> {
    let mut octets = Vec::new();
    let read = Handle::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut octets));
    read.map_err(|error| problem(&error))?;
    if octets.len() as u64 > limit {
        return Err(format!("longer than {limit} octets"));
    }
    String::from_utf8(octets).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        format!("not text in UTF-8, in line {line}")
    })
}

/// What went wrong with a file, in the words of this program where they are shorter.
fn problem(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "a directory, not a file".to_owned(),
        ErrorKind::NotADirectory => "not a directory".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
