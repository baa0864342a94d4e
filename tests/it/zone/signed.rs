//! Zones signed by `dnssec-signzone` of BIND, and what is said of a zone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anchorwatch::dns::master::{Reader, Settings as ReaderSettings, no_includes};
use anchorwatch::dns::{Ds, Timestamp};
use anchorwatch::policy::Policy;
use anchorwatch::report::Severity;
use anchorwatch::report::status::Status;
use anchorwatch::zone::{self, Outcome, Progress, Refusal, Settings};

/// Within the life of every signature made here.
pub const NOW: Timestamp = Timestamp(1_798_761_600);
/// Long before and long after, so that those who judge by the clock find them valid as well.
const INCEPTION: &str = "20200101000000";
const EXPIRATION: &str = "20370101000000";
/// [`EXPIRATION`].
pub const END: Timestamp = Timestamp(2_114_380_800);

/// How a zone proves what it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    Nsec,
    Nsec3,
    OptOut,
}

/// A directory that goes away with it.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("anchorwatch-zones-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A zone with everything that has a rule of its own.
pub const UNSIGNED: &str = "\
$TTL 3600
$ORIGIN example.
@ SOA ns1 host 7 7200 3600 1209600 3600
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 AAAA 2001:db8::2
deep.empty.ent TXT \"one\" \"two words\"
*.wild A 192.0.2.9
mail MX 10 NS1
svc HTTPS 1 . alpn=\"h2,h3\" port=443
dname DNAME elsewhere.test.
secure NS ns.secure
secure DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
ns.secure A 192.0.2.53
plain NS ns1.elsewhere.test.
a.lonely NS ns1.elsewhere.test.
zz TYPE65280 \\# 2 ABCD
";

/// The text of [`UNSIGNED`], signed. One record a line, in canonical order.
pub fn signed(chain: Chain) -> &'static str {
    static SIGNED: OnceLock<BTreeMap<Chain, String>> = OnceLock::new();
    &SIGNED.get_or_init(|| {
        let scratch = Scratch::new();
        keys(&scratch.0);
        let all = [Chain::Nsec, Chain::Nsec3, Chain::OptOut];
        all.into_iter()
            .map(|chain| (chain, sign(&scratch.0, UNSIGNED, chain)))
            .collect()
    })[&chain]
}

fn run(folder: &Path, program: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(
        output.status.success(),
        "{program} {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A key of the zone, by the name of its files.
pub fn key(folder: &Path, algorithm: &str, more: &[&str]) -> String {
    let size: &[&str] = match algorithm.starts_with("RSA") {
        true => &["-b", "2048"],
        false => &[],
    };
    let args = [more, size, &["-q", "-a", algorithm, "example."]].concat();
    run(folder, "dnssec-keygen", &args).trim().to_owned()
}

/// A ZSK and a KSK.
pub fn keys(folder: &Path) -> Vec<String> {
    let make = |more: &[&str]| key(folder, "ECDSAP256SHA256", more);
    vec![make(&[]), make(&["-f", "KSK"])]
}

/// The text, signed by the keys that lie in the folder.
pub fn sign(folder: &Path, text: &str, chain: Chain) -> String {
    std::fs::write(folder.join("zone"), text).unwrap();
    let denial: &[&str] = match chain {
        Chain::Nsec => &[],
        Chain::Nsec3 => &["-3", "-", "-H", "0"],
        Chain::OptOut => &["-3", "-", "-H", "0", "-A"],
    };
    let fixed = [
        "-S", "-K", ".", "-P", "-o", "example.", "-O", "full", "-s", INCEPTION, "-e", EXPIRATION,
        "-f", "out",
    ];
    let args = [&fixed[..], denial, &["zone"]].concat();
    run(folder, "dnssec-signzone", &args);
    std::fs::read_to_string(folder.join("out")).unwrap()
}

/// The text, signed from one instant to another, as `20270101000000`.
pub fn sign_between(folder: &Path, text: &str, inception: &str, expiration: &str) -> String {
    std::fs::write(folder.join("zone"), text).unwrap();
    let args = [
        "-S", "-K", ".", "-P", "-o", "example.", "-O", "full", "-s", inception, "-e", expiration,
        "-X", expiration, "-f", "out", "zone",
    ];
    run(folder, "dnssec-signzone", &args);
    std::fs::read_to_string(folder.join("out")).unwrap()
}

/// A zone signed as of now, for those who judge by the clock. `more` are words for dnssec-signzone.
pub fn sign_today(folder: &Path, text: &str, more: &[&str]) -> String {
    std::fs::write(folder.join("zone"), text).unwrap();
    let fixed = [
        "-S", "-K", ".", "-P", "-o", "example.", "-O", "full", "-f", "today",
    ];
    let args = [&fixed[..], more, &["zone"]].concat();
    run(folder, "dnssec-signzone", &args);
    std::fs::read_to_string(folder.join("today")).unwrap()
}

/// The text of [`UNSIGNED`], signed by ldns, with a ZONEMD record.
pub fn digested() -> String {
    let scratch = Scratch::new();
    let keys = keys(&scratch.0);
    sign_with_ldns(&scratch.0, UNSIGNED, &keys, &["-z", "1:1", "-z", "1:2"])
}

/// The text, signed by ldns, which leaves DNSKEY records as they are.
pub fn sign_with_ldns(folder: &Path, text: &str, keys: &[String], more: &[&str]) -> String {
    std::fs::write(folder.join("zone"), text).unwrap();
    let fixed = [
        "-i", INCEPTION, "-e", EXPIRATION, "-o", "example.", "-f", "out", "zone",
    ];
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    run(folder, "ldns-signzone", &[more, &fixed, &names].concat());
    std::fs::read_to_string(folder.join("out")).unwrap()
}

/// What is said of a text.
pub fn verified(text: &str, change: impl FnOnce(&mut Settings)) -> Result<Outcome, Refusal> {
    let mut settings = Settings {
        origin: None,
        at: NOW,
        policy: Policy::default(),
        kept: 3,
        max_ttl: None,
        max_lifetime: None,
        max_remaining: None,
        ds: None,
        sample: None,
        is_going_on: false,
    };
    change(&mut settings);
    let input = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let mut opener = no_includes;
    let of_reader = ReaderSettings::of_zone("zone", settings.origin.clone());
    let mut reader = Reader::new(input, of_reader, &mut opener);
    zone::verify(&mut reader, &settings, &Progress::default())
}

/// The codes of a weight above a notice.
pub fn codes(outcome: &Outcome) -> Vec<&'static str> {
    let heavy = outcome
        .faults
        .iter()
        .filter(|fault| fault.severity > Severity::Notice);
    let mut codes: Vec<_> = heavy.map(|fault| fault.code).collect();
    codes.sort_unstable();
    codes
}

/// Whether a script would be told that all is well.
pub fn is_good(outcome: &Outcome) -> bool {
    outcome.status(Severity::Warning) == Status::Ok
}

/// The DS RRset of the KSK in a signed zone.
pub fn ds_of(text: &str) -> Vec<Ds> {
    use anchorwatch::crypto::{DigestType, ds_digest};
    use anchorwatch::dns::{Dnskey, Name, RecordType, master};
    let records = master::read_only(text, &Name::root(), &[RecordType::DNSKEY]).unwrap();
    let keys = records
        .iter()
        .map(|record| Dnskey::parse(&record.rdata).unwrap());
    keys.filter(Dnskey::is_sep)
        .map(|key| Ds {
            key_tag: key.key_tag(),
            algorithm: key.algorithm,
            digest_type: 2,
            digest: ds_digest(DigestType(2), b"\x07example\x00", &key.rdata())
                .unwrap()
                .into(),
        })
        .collect()
}
