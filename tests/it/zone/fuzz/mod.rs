//! The reader of master files beside that of BIND: zones in wild spellings, out of a generator with fixed seeds,
//! read here and by `named-compilezone`, whose raw form has the octets of every record.
//!
//! `ANCHORWATCH_FUZZ_SEED=7` tries other zones, `ANCHORWATCH_FUZZ_ZONES=500` more of them.

mod spell;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anchorwatch::dns::master::{Reader, Settings, no_includes};

use crate::real::support::process::in_parallel;
use crate::real::support::scratch::Scratch;

/// Owner in lower case and type, to TTL and RDATA.
type Records = BTreeMap<Key, Set>;
type Key = (Vec<u8>, u16);
type Set = (u32, Vec<Vec<u8>>);

fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |text| text.parse().expect("a number"))
}

fn ours(text: &str) -> Result<Records, String> {
    let mut opener = no_includes;
    let input = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let settings = Settings::of_zone("zone", Some("example.".parse().unwrap()));
    let mut reader = Reader::new(input, settings, &mut opener);
    let mut records = Records::new();
    while let Some(entry) = reader.next().map_err(|error| error.to_string())? {
        let key = (entry.owner.to_ascii_lowercase(), entry.rtype.0);
        // BIND leaves out what is outside the zone while it reads.
        if !key.0.ends_with(b"\x07example\x00") {
            continue;
        }
        let set = records.entry(key).or_insert((entry.ttl, Vec::new()));
        set.1.push(entry.rdata.to_vec());
        set.1.sort_unstable();
        set.1.dedup();
    }
    Ok(records)
}

/// What BIND reads, out of its raw form: a head of 24 octets, then each RRset with its length before it.
fn theirs(folder: &Path, name: &str, text: &str) -> Result<Records, String> {
    std::fs::write(folder.join(name), text).unwrap();
    let out = format!("{name}.raw");
    let loose = [
        "-k", "ignore", "-n", "ignore", "-m", "ignore", "-r", "ignore", "-i", "none",
    ];
    let more = [
        "-M", "ignore", "-S", "ignore", "-W", "ignore", "-F", "raw", "-o", &out,
    ];
    let output = Command::new("named-compilezone")
        .args(loose)
        .args(more)
        .args(["example.", name])
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("named-compilezone: {error}; tests/run installs it"));
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        return Err(String::from_utf8_lossy(&said).into_owned());
    }
    let octets = std::fs::read(folder.join(out)).unwrap();
    let mut rest = &octets[24..];
    let mut records = Records::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let (key, set) = rrset(&rest[4..length]);
        assert!(records.insert(key, set).is_none());
        rest = &rest[length..];
    }
    Ok(records)
}

/// Class, type, type covered, TTL, count, name with its length, and each RDATA with its own.
fn rrset(octets: &[u8]) -> (Key, Set) {
    let two = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
    let four = |at: usize| u32::from_be_bytes(octets[at..at + 4].try_into().unwrap());
    let (rtype, ttl, count) = (two(2), four(6), four(10));
    let mut at = 16 + usize::from(two(14));
    let owner = octets[16..at].to_ascii_lowercase();
    let mut set = Vec::new();
    for _ in 0..count {
        let length = usize::from(two(at));
        set.push(octets[at + 2..at + 2 + length].to_vec());
        at += 2 + length;
    }
    set.sort_unstable();
    ((owner, rtype), (ttl, set))
}

/// The zones of these seeds.
fn seeds() -> Vec<u64> {
    let first = setting("ANCHORWATCH_FUZZ_SEED", 1) * 1_000_000;
    (first..first + setting("ANCHORWATCH_FUZZ_ZONES", 60)).collect()
}

#[test]
fn bind_reads_the_same_records_in_wild_zones() {
    let scratch = Scratch::new();
    let found = in_parallel(&seeds(), |seed| {
        let text = spell::zone(*seed, 60);
        let (ours, theirs) = (
            ours(&text),
            theirs(scratch.path(), &seed.to_string(), &text),
        );
        let (Ok(ours), Ok(theirs)) = (&ours, &theirs) else {
            return Some(format!(
                "seed {seed}: ours: {:?}\ntheirs: {:?}\n{text}",
                ours.err(),
                theirs.err()
            ));
        };
        let differ: Vec<_> = ours
            .keys()
            .chain(theirs.keys())
            .filter(|key| ours.get(key) != theirs.get(key))
            .map(|key| {
                (
                    String::from_utf8_lossy(&key.0),
                    key.1,
                    ours.get(key),
                    theirs.get(key),
                )
            })
            .collect();
        assert!(ours.len() > 50);
        (!differ.is_empty()).then(|| format!("seed {seed}: {differ:?}\n{text}"))
    });
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(
        found.is_empty(),
        "{} zones; {}",
        found.len(),
        found.join("\n---\n")
    );
}

/// Where the two differ, by what they say, and why it stays so.
const KNOWN: [(&str, &str, &str); 4] = [
    (
        "ours",
        "is not groups of 2 hexadecimal digits",
        "RFC 7043, sections 3.2 and 4.2: two digits each; BIND takes one",
    ),
    (
        "ours",
        "`` is not a number that fits",
        "RFC 1876, section 3: digits before the point; BIND takes `.89`",
    ),
    (
        "ours",
        "`\\#` is not a record type",
        "RFC 4034, section 4.3: types by mnemonic or TYPE123; BIND takes this in a list of types",
    ),
    (
        "theirs",
        "unexpected end of input",
        "octets at the end that may be none are read, so that a check can say what is wrong with them",
    ),
];

fn is_known(who: &str, why: &str) -> bool {
    KNOWN
        .iter()
        .any(|(known, part, _)| *known == who && why.contains(part))
}

/// Entries with one octet changed: read by both, or refused by both, but for what is known.
#[test]
fn bind_refuses_what_is_refused_here() {
    let scratch = Scratch::new();
    let seeds: Vec<u64> = seeds()
        .into_iter()
        .flat_map(|seed| (0..10).map(move |more| seed * 10 + more))
        .collect();
    let found = in_parallel(&seeds, |seed| {
        let text = spell::broken(*seed);
        let (ours, theirs) = (
            ours(&text),
            theirs(scratch.path(), &seed.to_string(), &text),
        );
        let entry = text.lines().skip(4).collect::<Vec<_>>().join("\n");
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) if ours != theirs => {
                Some(format!("DIFFER {entry}\n  {ours:?}\n  {theirs:?}"))
            }
            (Err(why), Ok(_)) if !is_known("ours", &why) => {
                Some(format!("OURS REFUSES {entry}\n  {why}"))
            }
            (Ok(_), Err(why)) if !is_known("theirs", &why) => {
                Some(format!("THEIRS REFUSES {entry}\n  {why}"))
            }
            _ => None,
        }
    });
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{}\n{}", found.len(), found.join("\n"));
}
