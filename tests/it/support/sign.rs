//! The signers: BIND's and ldns's commands, Knot's automatic signing, and PowerDNS, which signs as it answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::powerdns;
use super::process::{in_parallel, run};
use super::server::{Kind, START_LIMIT, Served, knot_head, knot_template, start_program};
use super::zone::{Algorithm, Denial, Signer};
use super::zonefile::ZoneFile;

/// How long signatures made "in the past" by Knot still live: it cannot be told the time, but it can be
/// told to sign for two seconds.
const KNOT_PAST: Duration = Duration::from_secs(4);

/// A zone to be signed.
pub struct Job {
    /// Apex, with the final dot.
    pub zone: String,
    /// By whom.
    pub signer: Signer,
    /// With which keys.
    pub algorithm: Algorithm,
    /// With which denial of existence.
    pub denial: Denial,
    /// The unsigned zone file.
    pub unsigned: PathBuf,
    /// Whether to sign it a second time, with the same keys, in the past.
    pub needs_past: bool,
}

/// A zone as its signer left it.
#[derive(Clone)]
pub struct Signed {
    /// Valid now.
    pub now: ZoneFile,
    /// Signed with the same keys, expired.
    pub past: Option<ZoneFile>,
}

/// Signs all zones, in `directory`; by apex.
pub fn sign(directory: &Path, jobs: &[Job]) -> BTreeMap<String, Signed> {
    let (live, files): (Vec<&Job>, Vec<&Job>) =
        jobs.iter().partition(|job| job.signer == Signer::PowerDns);
    let (knot, commands): (Vec<&Job>, Vec<&Job>) = files
        .into_iter()
        .partition(|job| job.signer == Signer::Knot);
    let mut signed = with_knot(&directory.join("knot"), &knot);
    let server = directory.with_file_name(Kind::PowerDns.host());
    signed.extend(
        live.iter()
            .map(|job| (job.zone.clone(), with_powerdns(&server, job))),
    );
    let by_command = in_parallel(&commands, |job| {
        let folder = directory.join(folder_name(&job.zone));
        std::fs::create_dir_all(&folder).expect("a directory can be made");
        let result = match job.signer {
            Signer::Ldns => with_ldns(&folder, job),
            Signer::Bind | Signer::Knot | Signer::PowerDns => with_bind(&folder, job),
        };
        (job.zone.clone(), result)
    });
    signed.extend(by_command);
    signed
}

/// Makes a key signing key in BIND's format; the base name of its files.
pub fn bind_key(folder: &Path, zone: &str, algorithm: Algorithm, is_ksk: bool) -> String {
    let mut arguments = vec!["-q", "-a", algorithm.mnemonic()];
    if algorithm == Algorithm::RsaSha256 {
        arguments.extend(["-b", "2048"]);
    }
    if is_ksk {
        arguments.extend(["-f", "KSK"]);
    }
    arguments.push(zone);
    run(folder, "dnssec-keygen", &arguments).trim().to_owned()
}

fn with_bind(folder: &Path, job: &Job) -> Signed {
    bind_key(folder, &job.zone, job.algorithm, true);
    bind_key(folder, &job.zone, job.algorithm, false);
    let sign = |output: &str, times: &[&str]| {
        let denial: &[&str] = match job.denial {
            Denial::Nsec => &[],
            Denial::Nsec3 | Denial::Narrow => &["-3", "-", "-H", "0"],
            Denial::OptOut => &["-3", "-", "-H", "0", "-A"],
        };
        let unsigned = job.unsigned.to_str().expect("paths here are ASCII");
        let mut arguments = vec!["-S", "-q", "-K", ".", "-o", &job.zone, "-f", output];
        arguments.extend(denial);
        arguments.extend(times);
        arguments.push(unsigned);
        run(folder, "dnssec-signzone", &arguments);
        ZoneFile::read(&folder.join(output), &job.zone)
    };
    let (inception, expiration) = past(folder);
    // BIND verifies what it signed unless told not to (-P), and refuses what has expired.
    let past = ["-P", "-s", &inception, "-e", &expiration];
    Signed {
        now: sign("signed", &[]),
        past: job.needs_past.then(|| sign("past", &past)),
    }
}

fn with_ldns(folder: &Path, job: &Job) -> Signed {
    let key = |is_ksk: bool| {
        let mut arguments = vec!["-a", job.algorithm.mnemonic()];
        if job.algorithm == Algorithm::RsaSha256 {
            arguments.extend(["-b", "2048"]);
        }
        if is_ksk {
            arguments.push("-k");
        }
        arguments.push(&job.zone);
        run(folder, "ldns-keygen", &arguments).trim().to_owned()
    };
    let (ksk, zsk) = (key(true), key(false));
    let sign = |output: &str, times: &[&str]| {
        let denial: &[&str] = match job.denial {
            Denial::Nsec => &[],
            Denial::Nsec3 | Denial::Narrow => &["-n", "-t", "0"],
            Denial::OptOut => &["-n", "-t", "0", "-p"],
        };
        let unsigned = job.unsigned.to_str().expect("paths here are ASCII");
        let mut arguments = vec!["-o", &job.zone, "-f", output];
        arguments.extend(denial);
        arguments.extend(times);
        arguments.extend([unsigned, &zsk, &ksk]);
        run(folder, "ldns-signzone", &arguments);
        ZoneFile::read(&folder.join(output), &job.zone)
    };
    let (inception, expiration) = past(folder);
    // ldns lets signatures begin now; a warning that clocks may differ is then in place.
    let an_hour_ago = instant(folder, 3_600);
    Signed {
        now: sign("signed", &["-i", &an_hour_ago]),
        past: job
            .needs_past
            .then(|| sign("past", &["-i", &inception, "-e", &expiration])),
    }
}

/// The zone without signatures, with the keys that the server in `directory` will sign its answers with: it
/// leaves keys in the file alone.
fn with_powerdns(directory: &Path, job: &Job) -> Signed {
    let served = Served {
        zone: job.zone.clone(),
        file: job.unsigned.clone(),
    };
    let keys = powerdns::make_keys(directory, &served, job.algorithm, job.denial);
    let mut text = std::fs::read_to_string(&job.unsigned).expect("a zone file can be read");
    for key in keys {
        let _ = writeln!(text, "{key}");
    }
    let file = job.unsigned.with_extension("keyed");
    std::fs::write(&file, text).expect("a zone file can be written");
    Signed {
        now: ZoneFile::read(&file, &job.zone),
        past: None,
    }
}

/// Signs with one server for all zones, twice where needed; the key database stays the same.
fn with_knot(directory: &Path, jobs: &[&Job]) -> BTreeMap<String, Signed> {
    let needs_past: Vec<&Job> = jobs.iter().filter(|job| job.needs_past).copied().collect();
    let mut past = knot_run(directory, &needs_past, true);
    let start = Instant::now();
    let now = knot_run(directory, jobs, false);
    if !past.is_empty() {
        std::thread::sleep(KNOT_PAST.saturating_sub(start.elapsed()));
    }
    now.into_iter()
        .map(|(zone, now)| {
            let past = past.remove(&zone);
            (zone, Signed { now, past })
        })
        .collect()
}

/// Runs the server until it has written every zone signed.
fn knot_run(directory: &Path, jobs: &[&Job], is_past: bool) -> BTreeMap<String, ZoneFile> {
    if jobs.is_empty() {
        return BTreeMap::new();
    }
    let mut text = knot_head(directory);
    let template = knot_template(directory, "0");
    text.push_str(&knot_policies(is_past));
    text.push_str(&template);
    text.push_str("zone:\n");
    for job in jobs {
        let file = directory.join(folder_name(&job.zone));
        std::fs::copy(&job.unsigned, &file).expect("a zone file can be copied");
        let policy = knot_policy(job.algorithm, job.denial);
        let _ = writeln!(
            text,
            "  - domain: \"{}\"\n    file: \"{}\"\n    dnssec-signing: on\n    dnssec-policy: {policy}",
            job.zone,
            file.display(),
        );
    }
    let configuration = directory.join("signer.conf");
    std::fs::write(&configuration, text).expect("a configuration can be written");
    let mut process = start_program(directory, "knotd", &["-c"], &configuration);
    for job in jobs {
        let file = directory.join(folder_name(&job.zone));
        let what = format!("it has not signed {}", job.zone);
        process.wait_until(&what, START_LIMIT, || is_written_by_knot(&file));
    }
    drop(process);
    let read = |job: &&Job| ZoneFile::read(&directory.join(folder_name(&job.zone)), &job.zone);
    let files = in_parallel(jobs, read);
    let zones = jobs.iter().map(|job| job.zone.clone());
    zones.zip(files).collect()
}

/// Knot ends a zone file that it wrote with the time at which it did.
fn is_written_by_knot(file: &Path) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| text.contains("\n;; Time "))
}

fn knot_policy(algorithm: Algorithm, denial: Denial) -> String {
    format!("{}-{}", algorithm.mnemonic(), denial.label())
}

/// A policy for each algorithm and denial.
fn knot_policies(is_past: bool) -> String {
    let lifetime = if is_past {
        "    rrsig-lifetime: 2s\n    rrsig-refresh: 1s\n    rrsig-pre-refresh: 0\n    \
         propagation-delay: 0\n    zone-max-ttl: 0\n"
    } else {
        "    rrsig-lifetime: 30d\n"
    };
    let algorithms = [
        Algorithm::RsaSha256,
        Algorithm::EcdsaP256,
        Algorithm::EcdsaP384,
        Algorithm::Ed25519,
    ];
    let mut text = "policy:\n".to_owned();
    for algorithm in algorithms {
        for denial in [Denial::Nsec, Denial::Nsec3, Denial::OptOut] {
            let denies = match denial {
                Denial::Nsec => "off",
                Denial::Nsec3 | Denial::Narrow => "on",
                Denial::OptOut => "on\n    nsec3-opt-out: on",
            };
            let _ = writeln!(
                text,
                "  - id: {}\n    algorithm: {}\n    nsec3: {denies}\n    nsec3-iterations: 0\n    \
                 nsec3-salt-length: 0\n{lifetime}",
                knot_policy(algorithm, denial),
                algorithm.mnemonic(),
            );
        }
    }
    text
}

/// Inception and expiration ten and one days ago.
fn past(folder: &Path) -> (String, String) {
    (instant(folder, 10 * 86_400), instant(folder, 86_400))
}

/// The instant so many seconds ago, as YYYYMMDDHHMMSS.
fn instant(folder: &Path, seconds_ago: u64) -> String {
    let since_epoch = SystemTime::UNIX_EPOCH.elapsed();
    let now = since_epoch.expect("the clock is past 1970").as_secs();
    let seconds = format!("@{}", now - seconds_ago);
    let text = run(folder, "date", &["-u", "-d", &seconds, "+%Y%m%d%H%M%S"]);
    text.trim().to_owned()
}

/// The apex as a file name.
pub fn folder_name(zone: &str) -> String {
    match zone {
        "." => "root".into(),
        zone => zone.trim_end_matches('.').into(),
    }
}
