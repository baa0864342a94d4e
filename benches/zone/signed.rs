//! Zones signed with BIND's `dnssec-signzone`, kept for the next time.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::registry::{self, APEX};

/// How the zone proves what it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// NSEC.
    Nsec,
    /// NSEC3 without salt and additional iterations (RFC 9276).
    Nsec3,
    /// The same with Opt-Out.
    OptOut,
}

/// What the keys are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// ECDSAP256SHA256.
    Ecdsa,
    /// RSASHA256 with 2048 bits.
    Rsa,
}

impl Denial {
    /// As it is called on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nsec => "nsec",
            Self::Nsec3 => "nsec3",
            Self::OptOut => "optout",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Nsec => &[],
            Self::Nsec3 => &["-3", "-", "-H", "0"],
            Self::OptOut => &["-3", "-", "-H", "0", "-A"],
        }
    }
}

impl Keys {
    /// As it is called on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ecdsa => "ecdsa",
            Self::Rsa => "rsa",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Ecdsa => &["-a", "ECDSAP256SHA256"],
            Self::Rsa => &["-a", "RSASHA256", "-b", "2048"],
        }
    }
}

/// The zone file, from an earlier run where there is one.
pub fn file(directory: &Path, denial: Denial, keys: Keys, delegations: u64) -> PathBuf {
    std::fs::create_dir_all(directory).expect("a directory can be made");
    let name = format!("{}-{}-{delegations}.zone", denial.word(), keys.word());
    let signed = directory.join(&name);
    if signed.exists() {
        return signed;
    }
    let [input, output] = ["in", "out"].map(|end| directory.join(format!("{name}.{end}")));
    registry::write(&input, delegations).expect("a zone can be written");
    let [ksk, zsk] = [&["-f", "KSK"][..], &[]].map(|flags| key(directory, keys, flags));
    let mut text = std::fs::OpenOptions::new()
        .append(true)
        .open(&input)
        .expect("it was just written");
    for key in [&ksk, &zsk] {
        let mut public = std::fs::File::open(directory.join(format!("{key}.key")))
            .expect("dnssec-keygen has made it");
        std::io::copy(&mut public, &mut text).expect("a file can be written");
    }
    drop(text);
    let mut command = Command::new("dnssec-signzone");
    // What it signs it would verify as well. The zone is good for as long as anybody keeps it.
    command.args(["-P", "-x", "-o", APEX, "-e", "now+300d", "-k", &ksk]);
    command.args(denial.options()).arg("-f").arg(&output);
    run(command.arg(&input).arg(&zsk), directory);
    std::fs::remove_file(input).expect("it is ours");
    std::fs::rename(output, &signed).expect("dnssec-signzone has written it");
    signed
}

/// Makes a key and gives the beginning of the names of its files.
fn key(directory: &Path, keys: Keys, flags: &[&str]) -> String {
    let mut command = Command::new("dnssec-keygen");
    let said = run(
        command.arg("-q").args(keys.options()).args(flags).arg(APEX),
        directory,
    );
    said.trim().to_owned()
}

fn run(command: &mut Command, directory: &Path) -> String {
    let output = command
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .expect("BIND's tools are there");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
