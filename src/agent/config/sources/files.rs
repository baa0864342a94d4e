//! Lists of zones in files and directories.

use std::path::{Path, PathBuf};

use super::list::{self, Entry, MOST_ZONES};
use crate::agent::config::{problem, read_text};

/// Greatest length of one file, in octets.
const FILE_LIMIT: u64 = 64 << 20;
/// Most entries of one directory.
const MOST_FILES: usize = 10_000;

/// Reads one file.
///
/// # Errors
/// What is wrong, with the line where there is one.
pub fn file(path: &Path) -> Result<Vec<Entry>, String> {
    list::read(&read_text(path, FILE_LIMIT)?)
}

/// Reads the files of a directory in the order of their names. Hidden ones, those that end with `~`, and
/// directories in it are left out.
///
/// # Errors
/// What is wrong, with the file it is wrong in.
pub fn directory(path: &Path) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for file_path in files_of(path)? {
        let name = file_path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let read = file(&file_path).map_err(|what| format!("{name}: {what}"))?;
        entries.extend(read);
        if entries.len() > MOST_ZONES {
            return Err(format!("more than {MOST_ZONES} zones"));
        }
    }
    Ok(entries)
}

fn files_of(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut paths = Vec::new();
    for found in std::fs::read_dir(path).map_err(|error| problem(&error))? {
        let found = found.map_err(|error| problem(&error))?;
        let name = found.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !name.ends_with('~') && found.path().is_file() {
            paths.push(found.path());
        }
        if paths.len() > MOST_FILES {
            return Err(format!("more than {MOST_FILES} files"));
        }
    }
    paths.sort();
    Ok(paths)
}
