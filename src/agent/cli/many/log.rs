//! The file that a run can be resumed from: a report a line, each written at once and whole.
//!
//! A run that was killed leaves at most its last line torn, which is cut off: that name is audited again.
//! Anything else that is no report means that this is not such a file, and nothing is changed in it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use crate::agent::cli::failure::Failure;
use crate::agent::cli::files::problem;
use crate::report::SCHEMA;
use crate::report::snapshot::Snapshot;

/// Greatest length of a line, in octets. A report of a zone with many servers has some hundred thousand.
const LINE: u64 = 64 << 20;

/// The file, which no other run writes to.
#[derive(Debug)]
pub struct Log {
    file: File,
    /// Octets of a torn line that were cut off.
    pub mended: usize,
}

impl Log {
    /// Opens the file, or makes it. Each report in it is given to `take`.
    ///
    /// # Errors
    /// [`Failure::Usage`] with the number of the line when it is no such file, or when another run has it.
    pub fn open(path: &Path, take: &mut dyn FnMut(Snapshot)) -> Result<Self, Failure> {
        let refused =
            |problem: String| Failure::usage(format!("--resume {}", path.display()), problem);
        let opened = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path);
        let mut file = opened.map_err(|error| refused(problem(&error)))?;
        match patiently_locked(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(refused(
                    "another run writes to it; give another file".to_owned(),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(refused(error.to_string())),
        }
        let (whole, torn) = read(&file, take).map_err(refused)?;
        if torn > 0 {
            let cut = file
                .set_len(whole)
                .and_then(|()| file.seek(SeekFrom::End(0)));
            cut.map_err(|error| refused(error.to_string()))?;
        }
        Ok(Self { file, mended: torn })
    }

    /// Adds a report, a line with its end. It is written in one piece, so that a reader meets whole lines.
    ///
    /// # Errors
    /// [`Failure::Trouble`] when the disk does not take it.
    pub fn add(&mut self, line: &str) -> Result<(), Failure> {
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|error| Failure::trouble("--resume", error))
    }
}

/// Reads all lines: the octets of those that are whole, and of what stands behind the last line end.
fn read(file: &File, take: &mut dyn FnMut(Snapshot)) -> Result<(u64, usize), String> {
    let mut reader = BufReader::new(file);
    let (mut line, mut number, mut whole) = (Vec::new(), 0_usize, 0_u64);
    loop {
        line.clear();
        number += 1;
        let read = reader.by_ref().take(LINE).read_until(b'\n', &mut line);
        let length = read.map_err(|error| error.to_string())?;
        if length == 0 {
            return Ok((whole, 0));
        }
        let at = |what: String| format!("line {number}: {what}; give a file that such a run wrote");
        if line.last() != Some(&b'\n') {
            return match is_beginning(&line) {
                true => Ok((whole, length)),
                false => Err(at("not a report".to_owned())),
            };
        }
        let text = std::str::from_utf8(&line).map_err(|_| at("not text in UTF-8".to_owned()))?;
        if !text.trim().is_empty() {
            take(Snapshot::read(text).map_err(|error| at(error.to_string()))?);
        }
        whole += u64::try_from(length).unwrap_or(u64::MAX);
    }
}

/// Whether a line without an end is the beginning of a report.
fn is_beginning(line: &[u8]) -> bool {
    let opening = format!("{{\"schema\":\"{SCHEMA}\"");
    let known = opening.len().min(line.len());
    line[..known] == opening.as_bytes()[..known]
}

/// Locks a file. A program that was started a moment ago holds what this one has open until it has begun, so that
/// one refusal says nothing.
fn patiently_locked(file: &File) -> Result<(), TryLockError> {
    for _ in 0..10 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            ended => return ended,
        }
    }
    file.try_lock()
}
