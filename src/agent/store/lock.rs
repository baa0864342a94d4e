//! One writer a directory.
//!
//! The lock is the system's own on an open file, so it ends with the process, however that ends. The file
//! says who holds it, for people, and stays behind.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use super::error::{Problem, StoreError};

/// Name of the file in the state directory.
const FILE: &str = "store.lock";
/// Greatest number of octets of the file that are shown.
const SHOWN: u64 = 80;

/// Takes the lock of `directory`, which is made if need be. It is held until the file is closed.
pub fn take(directory: &Path) -> Result<File, StoreError> {
    let refused =
        |error: std::io::Error| StoreError::new(directory, Problem::Directory(error.to_string()));
    fs::create_dir_all(directory).map_err(refused)?;
    let mut open = OpenOptions::new();
    let open = open.read(true).write(true).create(true).truncate(false);
    let mut file = open.open(directory.join(FILE)).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::new(directory, Problem::InUse(holder(&file))));
        }
        Err(TryLockError::Error(error)) => return Err(refused(error)),
    }
    // Who holds it is a courtesy: a full disk does not stop the holder.
    let _ = file.set_len(0);
    let _ = writeln!(file, "process {}", std::process::id());
    Ok(file)
}

fn holder(file: &File) -> Option<String> {
    let mut text = String::new();
    file.take(SHOWN).read_to_string(&mut text).ok()?;
    let line = text.lines().next()?.trim();
    let is_shown = !line.is_empty() && line.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    is_shown.then(|| line.to_owned())
}
