//! Files: read within bounds, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;

/// Reads the file that `option` names, if it is not longer than `limit` octets.
///
/// # Errors
/// [`Failure::Usage`] with option, path and problem.
pub fn read(option: &str, path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let refused = |problem: String| Failure::usage(format!("{option} {}", path.display()), problem);
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    let read = File::open(path).and_then(|file| file.take(bound).read_to_end(&mut octets));
    read.map_err(|error| refused(problem(&error)))?;
    if octets.len() > limit {
        return Err(refused(format!(
            "longer than {limit} octets; give another file"
        )));
    }
    Ok(octets)
}

/// Reads a file that has to be UTF-8.
///
/// # Errors
/// As [`read`].
pub fn read_text(option: &str, path: &Path, limit: usize) -> Result<String, Failure> {
    let octets = read(option, path, limit)?;
    String::from_utf8(octets).map_err(|_| {
        let problem = "not text in UTF-8; give another file";
        Failure::usage(format!("{option} {}", path.display()), problem)
    })
}

/// Why a file cannot be used, and what to do.
pub fn problem(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file; give the path of one that exists".to_owned(),
        ErrorKind::PermissionDenied => "permission denied; give a file you may use".to_owned(),
        ErrorKind::IsADirectory => "a directory; give the path of a file".to_owned(),
        _ => error.to_string(),
    }
}

/// A file that is going to be written. It appears under its name with all of its contents or not at all:
/// they are written beside it first and then renamed.
#[derive(Debug)]
pub struct Destination {
    option: &'static str,
    path: PathBuf,
    folder: PathBuf,
}

impl Destination {
    /// Checks that a file can be made at `path`, before any work is done for it.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the directory is missing or may not be written to, or `path` is a directory.
    pub fn new(option: &'static str, path: &Path) -> Result<Self, Failure> {
        let refused = |problem: &str| {
            Err(Failure::usage(
                format!("{option} {}", path.display()),
                problem,
            ))
        };
        if path.is_dir() {
            return refused("a directory; give the path of a file");
        }
        if path.file_name().is_none() {
            return refused("not the path of a file; give one such as audit.aw");
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        if !folder.is_dir() {
            return refused("its directory does not exist; make it first");
        }
        let path = path.to_owned();
        Ok(Self {
            option,
            path,
            folder,
        })
    }

    /// Writes `octets` there.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the file cannot be made there. Nothing is left behind then.
    pub fn write(&self, octets: &[u8]) -> Result<(), Failure> {
        let written = if self.is_device() {
            // A pipe or a device has no contents to keep whole, and must not be replaced by a file.
            let opened = OpenOptions::new().write(true).open(&self.path);
            opened.and_then(|mut file| file.write_all(octets))
        } else {
            self.replace(octets)
        };
        let what = || format!("{} {}", self.option, self.path.display());
        written.map_err(|error| Failure::usage(what(), problem(&error)))
    }

    fn is_device(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| !metadata.is_file())
    }

    fn replace(&self, octets: &[u8]) -> io::Result<()> {
        let (file, beside) = self.beside()?;
        let done = fill(file, octets).and_then(|()| fs::rename(&beside, self.target()));
        if done.is_err() {
            let _ = fs::remove_file(&beside);
        }
        done
    }

    /// Where a symbolic link leads, so that the link stays and its target is replaced.
    fn target(&self) -> PathBuf {
        fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    /// A new file in the directory of the target, under a name that no other run uses.
    fn beside(&self) -> io::Result<(File, PathBuf)> {
        let target = self.target();
        let folder = target.parent().unwrap_or(&self.folder);
        let name = target
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut attempt = 0_u32;
        loop {
            let beside = folder.join(format!(".{name}.{}.{attempt}.tmp", std::process::id()));
            match OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&beside)
            {
                Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < 100 => {
                    attempt += 1
                }
                opened => return opened.map(|file| (file, beside)),
            }
        }
    }
}

fn fill(mut file: File, octets: &[u8]) -> io::Result<()> {
    file.write_all(octets)?;
    file.sync_all()
}

/// Makes `path` a directory if it is none yet.
///
/// # Errors
/// [`Failure::Usage`] when that cannot be done.
pub fn make_directory(option: &str, path: &Path) -> Result<(), Failure> {
    let made = fs::create_dir_all(path);
    made.map_err(|error| {
        let problem = format!("cannot be made a directory: {error}");
        Failure::usage(format!("{option} {}", path.display()), problem)
    })
}
