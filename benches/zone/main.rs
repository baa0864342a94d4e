//! What it takes to verify a whole zone, side by side with the verifiers that registries have today:
//! `cargo bench --bench zone`.
//!
//! The zones are made by `registry` and signed by `dnssec-signzone`; they are kept in `target/tmp/zones` (or
//! `directory=`), so that a second run need not sign again. Every program verifies the same file, one after
//! another, each the child of a small process of its own: processor time and peak memory are the kernel's.
//! Ratios in one run count; on a busy machine those of processor time.
//!
//! The words after `--`, none of which is needed:
//!
//! ```text
//! zones=100000,1000000   how many delegations; several sizes also show how time and memory grow
//! nsec nsec3 optout      how the zone proves what it does not have; nsec and nsec3 without a word
//! ecdsa rsa              the keys: ECDSA P-256 or RSA 2048; both without a word
//! alone                  without the others
//! directory=DIR          where the signed zones are kept
//! program=FILE           another build of this program
//! ```
//!
//! A million delegations take other programs two to eight minutes of a processor each. It ends with 1 when
//! a bound is missed; bounds are for zones of 100,000 delegations and more.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark starts processes and reads the clock"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anchorwatch::crypto::{Algorithm, PublicKey};
use nix::sys::resource::{UsageWho, getrusage};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

mod cost;
mod registry;
mod signed;

use cost::Cost;
use registry::APEX;
use signed::{Denial, Keys};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// How many signatures the library verifies to be measured.
const TURNS: u32 = 10_000;
/// From so many delegations on, what every zone takes hardly counts any more, and the bounds hold.
const BOUNDED: u64 = 100_000;
/// The size that the bound of memory is for.
const MILLION: u64 = 1_000_000;

/// What is asked for.
struct Plan {
    sizes: Vec<u64>,
    denials: Vec<Denial>,
    keys: Vec<Keys>,
    is_alone: bool,
    directory: PathBuf,
    program: String,
}

/// One zone, verified by this program.
struct Ours {
    zone: String,
    delegations: u64,
    cost: Cost,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some(cost::MEASURE) => return cost::measure(&words[1..]),
        Some(_) if words.iter().any(|word| word == "--bench") => {}
        _ => {
            println!("run by: cargo bench --bench zone");
            return ExitCode::SUCCESS;
        }
    }
    let plan = Plan::of(&words);
    let mut missed = Vec::new();
    for keys in &plan.keys {
        for denial in &plan.denials {
            let row: Vec<Ours> = plan
                .sizes
                .iter()
                .map(|size| {
                    let mut own = Vec::new();
                    let ours = zone(&plan, *denial, *keys, *size, &mut own);
                    missed.extend(own.into_iter().filter(|_| *size >= BOUNDED));
                    ours
                })
                .collect();
            growth(&row, &mut missed);
        }
    }
    for bound in &missed {
        println!("MISSED: {bound}");
    }
    ExitCode::from(u8::from(!missed.is_empty()))
}

impl Plan {
    fn of(words: &[String]) -> Self {
        let value = |key: &str| words.iter().find_map(|word| word.strip_prefix(key));
        let is_named = |word: &str| words.iter().any(|named| named == word);
        let sizes = value("zones=").unwrap_or("100000").split(',');
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("zones");
        let mut denials = vec![Denial::Nsec, Denial::Nsec3, Denial::OptOut];
        denials.retain(|denial| is_named(denial.word()));
        let mut keys = vec![Keys::Ecdsa, Keys::Rsa];
        if keys.iter().any(|keys| is_named(keys.word())) {
            keys.retain(|keys| is_named(keys.word()));
        }
        if denials.is_empty() {
            denials = vec![Denial::Nsec, Denial::Nsec3];
        }
        Self {
            sizes: sizes.map(|size| size.parse().expect("a number")).collect(),
            denials,
            keys,
            is_alone: is_named("alone"),
            directory: value("directory=").map_or(kept, PathBuf::from),
            program: value("program=").unwrap_or(PROGRAM).to_owned(),
        }
    }
}

/// Verifies one zone by all programs.
fn zone(plan: &Plan, denial: Denial, keys: Keys, size: u64, missed: &mut Vec<String>) -> Ours {
    let file = signed::file(&plan.directory, denial, keys, size);
    let zone = format!("{size} delegations, {}, {}", denial.word(), keys.word());
    let bytes = std::fs::metadata(&file).map_or(0, |data| data.len()) >> 20;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{zone}: {bytes} MiB of text; load {}", load.trim());
    println!(
        "  {:<28} {:>9} {:>9} {:>9} {:>7} {:>7}",
        "", "wall s", "CPU s", "peak MiB", "wall", "CPU"
    );
    let file = file.display().to_string();
    let said = plan.directory.join("said");
    let command = [
        plan.program.as_str(),
        "zone",
        &file,
        "--origin",
        APEX,
        "--format",
        "json",
    ];
    let ours = Cost::of(&command, &said);
    row("anchorwatch zone", &ours, &ours);
    let report = std::fs::read_to_string(&said).expect("it was just written");
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let verified = report["counts"]["verified"].as_u64().expect("a number");
    assert_eq!(
        report["counts"]["delegations"], size,
        "it was read to its end"
    );
    if keys == Keys::Ecdsa {
        arithmetic(&zone, verified, &ours, missed);
    }
    if keys == Keys::Ecdsa && size == MILLION {
        bound(&zone, "peak memory in MiB", ours.memory, 450.0, missed);
    }
    if !plan.is_alone {
        peers(&zone, &file, keys, &said, &ours, missed);
    }
    println!();
    Ours {
        zone,
        delegations: size,
        cost: ours,
    }
}

/// Holds the processor time against what the signatures alone would take the library.
fn arithmetic(zone: &str, verified: u64, ours: &Cost, missed: &mut Vec<String>) {
    let each = verification();
    let share = ours.processor.as_secs_f64() / (each.as_secs_f64() * verified as f64);
    println!(
        "  {verified} signatures of {:.1} us each by the library: CPU {share:.2} of that",
        each.as_secs_f64() * 1e6
    );
    bound(zone, "CPU against the library", share, 1.15, missed);
}

/// What one verification by the library costs.
fn verification() -> Duration {
    let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let made = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("there is randomness");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random);
    let pair = pair.expect("it was just made");
    let point = &pair.public_key().as_ref()[1..];
    let key = PublicKey::parse(Algorithm::ECDSAP256SHA256, point).expect("it is a point");
    let message = [7; 180];
    let signature = pair.sign(&random, &message).expect("there is randomness");
    let spent = || {
        let usage = getrusage(UsageWho::RUSAGE_THREAD);
        cost::spent(&usage.expect("the kernel keeps account"))
    };
    let before = spent();
    for _ in 0..TURNS {
        key.verify(&message, signature.as_ref())
            .expect("it was just made");
    }
    (spent() - before) / TURNS
}

fn peers(zone: &str, file: &str, keys: Keys, said: &Path, ours: &Cost, missed: &mut Vec<String>) {
    let run = |name: &str, command: &[&str]| {
        let theirs = Cost::of(command, said);
        row(name, &theirs, ours);
        theirs
    };
    let theirs = run("dnssec-verify", &["dnssec-verify", "-o", APEX, file]);
    let times = theirs.wall.as_secs_f64() / ours.wall.as_secs_f64();
    if keys == Keys::Ecdsa {
        bound(
            zone,
            "wall time against dnssec-verify",
            1.0 / times,
            1.0 / 3.0,
            missed,
        );
    }
    run("ldns-verify-zone", &["ldns-verify-zone", file]);
    run(
        "kzonecheck -d on",
        &["kzonecheck", "-d", "on", "-o", APEX, file],
    );
    // It knows no ECDSA.
    if keys == Keys::Rsa {
        let theirs = run("validns", &["validns", "-z", APEX, file]);
        let share = ours.processor.as_secs_f64() / theirs.processor.as_secs_f64();
        bound(zone, "CPU against validns", share, 1.0, missed);
    }
}

fn row(name: &str, cost: &Cost, ours: &Cost) {
    let wall = cost.wall.as_secs_f64();
    let times = |theirs: Duration, ours: Duration| theirs.as_secs_f64() / ours.as_secs_f64();
    println!(
        "  {name:<28} {wall:>9.2} {:>9.2} {:>9.0} {:>6.1}x {:>6.1}x",
        cost.processor.as_secs_f64(),
        cost.memory,
        times(cost.wall, ours.wall),
        times(cost.processor, ours.processor)
    );
}

/// Time and memory of a delegation must not rise with their number.
fn growth(row: &[Ours], missed: &mut Vec<String>) {
    let row: Vec<&Ours> = row
        .iter()
        .filter(|ours| ours.delegations >= BOUNDED)
        .collect();
    for pair in row.windows(2) {
        let [few, many] = pair else { continue };
        let each = |ours: &Ours, all: f64| all / ours.delegations as f64;
        let processor = |ours: &Ours| each(ours, ours.cost.processor.as_secs_f64());
        let memory = |ours: &Ours| each(ours, ours.cost.memory);
        let (time, space) = (processor(many) / processor(few), memory(many) / memory(few));
        println!(
            "{}: of each delegation, against {}: CPU {time:.2}, memory {space:.2}",
            many.zone, few.delegations
        );
        bound(&many.zone, "growth of CPU", time, 1.2, missed);
        bound(&many.zone, "growth of memory", space, 1.1, missed);
    }
}

fn bound(zone: &str, what: &str, found: f64, most: f64, missed: &mut Vec<String>) {
    if found > most {
        missed.push(format!("{zone}: {what} is {found:.2}, more than {most:.2}"));
    }
}
