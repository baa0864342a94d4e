//! One thing bent at a time: what must be noticed is, by the code that it must have, and nothing else is.

use super::signed::{Chain, END, codes, digested, ds_of, is_good, signed, verified};

/// A line of the zone, by its owner and its type; for RRSIG, of the type covered.
pub fn is(line: &str, owner: &str, rtype: &str) -> bool {
    let mut words = line.split_whitespace();
    let (found, _, _, first) = (words.next(), words.next(), words.next(), words.next());
    let second = words.next();
    let name = found == Some(owner);
    match rtype.strip_prefix("RRSIG ") {
        Some(covered) => name && first == Some("RRSIG") && second == Some(covered),
        None => name && first == Some(rtype),
    }
}

/// The zone with each such line replaced by what `change` makes of it.
pub fn bent(chain: Chain, owner: &str, rtype: &str, change: impl Fn(&str) -> String) -> String {
    let text = signed(chain);
    let mut count = 0;
    let lines = text.lines().map(|line| {
        if is(line, owner, rtype) {
            count += 1;
            change(line)
        } else {
            format!("{line}\n")
        }
    });
    let out: String = lines.collect();
    assert!(count > 0, "{owner} {rtype} in\n{text}");
    out
}

pub fn dropped(_: &str) -> String {
    String::new()
}

/// The line with its word `at` replaced.
pub fn word(at: usize, with: &str) -> impl Fn(&str) -> String {
    let with = with.to_owned();
    move |line| {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        words[at] = &with;
        words.join(" ") + "\n"
    }
}

pub fn added(chain: Chain, line: &str) -> String {
    format!("{}{line}\n", signed(chain))
}

/// The line with one character of its last word, Base64, exchanged.
pub fn flipped(line: &str) -> String {
    let at = line.len() - 10;
    let other = if line.as_bytes()[at] == b'A' {
        "B"
    } else {
        "A"
    };
    format!("{}{other}{}\n", &line[..at], &line[at + 1..])
}

/// A zone in which one thing is bent, and the codes that it must have.
pub struct Bent {
    /// What kind of thing.
    pub group: &'static str,
    /// What is bent.
    pub what: String,
    /// The zone.
    pub text: String,
    /// The codes of a weight above a notice, in order; none for a good zone.
    pub expected: Vec<&'static str>,
}

impl Bent {
    fn all<const N: usize>(
        group: &'static str,
        list: [(&'static str, String, &[&'static str]); N],
    ) -> Vec<Self> {
        list.map(|(what, text, expected)| Self::new(group, what, text, expected))
            .into()
    }

    pub fn new(
        group: &'static str,
        what: impl Into<String>,
        text: String,
        expected: &[&'static str],
    ) -> Self {
        Self {
            group,
            what: what.into(),
            text,
            expected: expected.to_vec(),
        }
    }
}

/// All of them.
pub fn all() -> Vec<Bent> {
    let lists = [
        good(),
        signatures(),
        apex(),
        nsec(),
        nsec3(),
        opt_out(),
        digest(),
        super::more::all(),
    ];
    lists.into_iter().flatten().collect()
}

/// Must be told as it says, and nothing else with it.
pub fn expect(bent: &Bent) {
    let Bent { group, what, .. } = bent;
    let origin = Some("example.".parse().unwrap());
    let outcome = verified(&bent.text, |settings| settings.origin = origin)
        .unwrap_or_else(|why| panic!("{group}: {what}: {why}"));
    assert_eq!(
        codes(&outcome),
        bent.expected,
        "{group}: {what}: {:#?}",
        outcome.faults
    );
    assert_eq!(
        is_good(&outcome),
        bent.expected.is_empty(),
        "{group}: {what}"
    );
}

fn good() -> Vec<Bent> {
    let chains = [Chain::Nsec, Chain::Nsec3, Chain::OptOut];
    chains
        .map(|chain| {
            let text = signed(chain).to_owned();
            Bent::new("good", format!("{chain:?}"), text, &[])
        })
        .into()
}

fn opt_out() -> Vec<Bent> {
    let chain = Chain::OptOut;
    let insecure = "new.example. 3600 IN NS ns1.elsewhere.test.\nb.c.d.new2.example. 3600 IN NS ns1.elsewhere.test.";
    let secure = "new.example. 3600 IN NS ns1.elsewhere.test.\nnew.example. 3600 IN DS 1 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";
    let list = [
        ("insecure delegations", added(chain, insecure), &[][..]),
        (
            "a name",
            added(chain, "new.example. 3600 IN A 192.0.2.1"),
            &["rrsig-missing", "zone-nsec-missing"],
        ),
        (
            "a secure one",
            added(chain, secure),
            &["nsec3-opt-out-over-secure-delegation", "rrsig-missing"],
        ),
        (
            "a span to nowhere",
            span_to_nowhere(),
            &["rrsig-invalid", "zone-nsec3-chain-broken"],
        ),
    ];
    Bent::all("opt-out", list)
}

fn digest() -> Vec<Bent> {
    let text = digested();
    let glue = text.replace("192.0.2.53", "192.0.2.54");
    let delegation = text.replace("ns1.elsewhere.test.", "ns2.elsewhere.test.");
    let more = format!("{text}extra.plain.example. 3600 IN A 192.0.2.1\n");
    assert!(glue != text && delegation != text);
    // No signature covers glue and delegations; the digest does.
    let wrong = &["zone-zonemd-invalid"];
    let list = [
        ("of the zone", text, &[][..]),
        ("glue changed", glue, wrong),
        ("a delegation changed", delegation, wrong),
        ("glue added", more, wrong),
    ];
    Bent::all("zonemd", list)
}

#[test]
fn good_zones_are_good() {
    good().iter().for_each(expect);
    for chain in [Chain::Nsec, Chain::Nsec3, Chain::OptOut] {
        let text = signed(chain);
        let outcome = verified(text, |settings| settings.ds = Some(ds_of(text))).unwrap();
        assert!(is_good(&outcome), "{:#?}", outcome.faults);
        assert_eq!(outcome.counts.signatures, outcome.counts.verified);
        assert_eq!(outcome.counts.delegations, 3);
        assert_eq!(outcome.counts.secure_delegations, 1);
    }
}

#[test]
fn the_order_of_records_and_the_spacing_do_not_matter() {
    for chain in [Chain::Nsec, Chain::Nsec3] {
        let text = signed(chain);
        let mut lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(';')).collect();
        lines.reverse();
        let reversed = lines.join("\n") + "\n";
        lines.sort_by_key(|line| line.len());
        let shuffled = lines.join(" \t; comment\r\n") + "\n";
        // The next name of NSEC is signed in the case that it has (RFC 6840, section 5.1).
        let upper: String = text
            .lines()
            .map(|line| match line.contains("NSEC") && chain == Chain::Nsec {
                true => format!("{line}\n"),
                false => line.replace("example.", "EXAMPLE.") + "\n",
            })
            .collect();
        let plain = verified(text, |_| {}).unwrap();
        for other in [&reversed, &shuffled, &upper] {
            let mut outcome = verified(other, |_| {}).unwrap();
            outcome.files.clone_from(&plain.files);
            for (ours, theirs) in outcome.faults.iter_mut().zip(&plain.faults) {
                for (ours, theirs) in ours.first.iter_mut().zip(&theirs.first) {
                    ours.line = theirs.line;
                }
            }
            assert_eq!(outcome, plain);
        }
    }
}

fn signatures() -> Vec<Bent> {
    let chain = Chain::Nsec;
    let a = "ns1.example.";
    let sig = "RRSIG A";
    let list = [
        (
            "bit of a signature",
            bent(chain, a, sig, flipped),
            &["rrsig-invalid"][..],
        ),
        (
            "dropped signature",
            bent(chain, a, sig, dropped),
            &["rrsig-missing"],
        ),
        (
            "bit of the data",
            bent(chain, a, "A", word(4, "192.0.2.7")),
            &["rrsig-invalid"],
        ),
        (
            "record dropped",
            bent(chain, a, "A", dropped),
            &[
                "delegation-ns-unresolvable",
                "zone-nsec-chain-broken",
                "zone-nsec-superfluous",
                "zone-rrsig-orphan",
            ],
        ),
        (
            "record added",
            added(chain, "ns1.example. 3600 IN A 192.0.2.8"),
            &["rrsig-invalid"],
        ),
        (
            "record twice",
            added(chain, "ns1.example. 3600 IN A 192.0.2.1"),
            &[],
        ),
        (
            "TTL of a record",
            bent(chain, a, "A", word(1, "60")),
            &["rrsig-ttl-differs-from-rrset"],
        ),
        (
            "TTL above the original",
            bent(chain, a, "A", word(1, "7200")),
            &["rrset-ttl-exceeds-original", "rrsig-ttl-differs-from-rrset"],
        ),
        (
            "TTL of the signature",
            bent(chain, a, sig, word(1, "60")),
            &["rrsig-ttl-differs-from-rrset"],
        ),
        (
            "TTLs within an RRset",
            bent(chain, "example.", "NS", |line| {
                if line.contains("ns2") {
                    word(1, "60")(line)
                } else {
                    format!("{line}\n")
                }
            }),
            &["zone-rrset-ttl-differs"],
        ),
        (
            "key tag",
            bent(chain, a, sig, word(10, "1")),
            &["rrsig-signer-key-unknown"],
        ),
        (
            "algorithm",
            bent(chain, a, sig, word(5, "8")),
            &[
                "rrsig-missing-for-dnskey-algorithm",
                "rrsig-signer-key-unknown",
            ],
        ),
        (
            "more labels",
            bent(chain, a, sig, word(6, "3")),
            &["rrsig-labels-exceed-owner"],
        ),
        (
            "fewer labels",
            bent(chain, a, sig, word(6, "1")),
            &["rrsig-malformed"],
        ),
        (
            "no labels",
            bent(chain, a, sig, word(6, "0")),
            &["rrsig-labels-below-signer"],
        ),
        (
            "original TTL",
            bent(chain, a, sig, word(7, "86400")),
            &["rrsig-invalid"],
        ),
        (
            "expired",
            bent(chain, a, sig, word(8, "20210101000000")),
            &["rrsig-expired"],
        ),
        (
            "not yet valid",
            bent(chain, a, sig, word(9, "20360101000000")),
            &["rrsig-not-yet-valid"],
        ),
        (
            "times reversed",
            bent(chain, a, sig, word(8, "20191201000000")),
            &["rrsig-expiration-before-inception"],
        ),
        (
            "expiring",
            bent(chain, a, sig, word(8, "20270102000000")),
            &["rrsig-invalid"],
        ),
        (
            "signer",
            bent(chain, a, sig, word(11, "other.")),
            &["rrsig-signer-not-zone"],
        ),
        (
            "short",
            bent(chain, a, sig, |line| {
                line.split_whitespace()
                    .take(12)
                    .collect::<Vec<_>>()
                    .join(" ")
                    + " AAAA\n"
            }),
            &["rrsig-bad-length"],
        ),
        (
            "moved",
            bent(chain, a, sig, word(0, "ns2.example.")),
            &["rrsig-missing", "zone-rrsig-orphan"],
        ),
        (
            "over glue",
            added(
                chain,
                &signed(chain)
                    .lines()
                    .find(|l| is(l, a, sig))
                    .unwrap()
                    .replace("ns1", "ns.secure"),
            ),
            &["zone-rrsig-unexpected"],
        ),
        (
            "over a delegation",
            added(
                chain,
                &signed(chain)
                    .lines()
                    .find(|l| is(l, "example.", "RRSIG NS"))
                    .unwrap()
                    .replacen("example.", "plain.example.", 1),
            ),
            &["zone-rrsig-unexpected"],
        ),
        (
            "DS",
            bent(chain, "secure.example.", "DS", word(4, "1")),
            &["rrsig-invalid"],
        ),
        (
            "unknown type",
            bent(chain, "zz.example.", "TYPE65280", word(6, "ABCE")),
            &["rrsig-invalid"],
        ),
    ];
    Bent::all("signatures", list)
}

#[test]
fn signatures_bent() {
    signatures().iter().for_each(expect);
}

#[test]
fn a_signature_that_ends_soon_is_told_of() {
    let soon = anchorwatch::dns::Timestamp(END.0 - 86_400);
    let outcome = verified(signed(Chain::Nsec), |settings| settings.at = soon).unwrap();
    assert_eq!(codes(&outcome), ["rrsig-expiring-soon"]);
    let over = anchorwatch::dns::Timestamp(END.0 + 86_400);
    let outcome = verified(signed(Chain::Nsec), |settings| settings.at = over).unwrap();
    assert!(codes(&outcome).contains(&"rrsig-expired") && !is_good(&outcome));
}

fn apex() -> Vec<Bent> {
    let chain = Chain::Nsec;
    let list = [
        (
            "no SOA",
            bent(chain, "example.", "SOA", dropped),
            &[
                "zone-nsec-bitmap-wrong",
                "zone-rrsig-orphan",
                "zone-soa-invalid",
            ][..],
        ),
        (
            "two SOA",
            added(
                chain,
                "example. 3600 IN SOA ns1.example. host.example. 8 7200 3600 1209600 3600",
            ),
            &["rrsig-invalid", "zone-soa-invalid"],
        ),
        (
            "SOA below",
            added(chain, "ns1.example. 3600 IN SOA a. b. 1 2 3 4 5"),
            &[
                "rrsig-missing",
                "zone-nsec-bitmap-wrong",
                "zone-soa-invalid",
            ],
        ),
        (
            "no NS",
            bent(chain, "example.", "NS", dropped),
            &[
                "zone-apex-ns-missing",
                "zone-nsec-bitmap-wrong",
                "zone-rrsig-orphan",
            ],
        ),
        (
            "outside",
            added(chain, "other. 3600 IN A 192.0.2.1"),
            &["zone-out-of-zone-data"],
        ),
        (
            "below a DNAME",
            added(chain, "x.dname.example. 3600 IN A 192.0.2.1"),
            &["zone-dname-misplaced"],
        ),
        (
            "keys not signed",
            bent(chain, "example.", "RRSIG DNSKEY", dropped),
            &["rrsig-missing", "zone-dnskey-missing"],
        ),
        (
            "DS at the apex",
            added(chain, "example. 3600 IN DS 1 13 2 00"),
            &["ds-at-apex", "rrsig-missing", "zone-nsec-bitmap-wrong"],
        ),
        (
            "glue",
            bent(chain, "ns.secure.example.", "A", dropped),
            &["delegation-glue-missing"],
        ),
    ];
    Bent::all("apex", list)
}

#[test]
fn the_apex_bent() {
    let chain = Chain::Nsec;
    apex().iter().for_each(expect);
    let unsigned = verified(super::signed::UNSIGNED, |_| {}).unwrap();
    assert_eq!(
        codes(&unsigned),
        ["zone-dnskey-missing"],
        "{:#?}",
        unsigned.faults
    );
    let mut wrong = ds_of(signed(chain));
    wrong[0].digest[0] ^= 1;
    let outcome = verified(signed(chain), |settings| settings.ds = Some(wrong)).unwrap();
    assert_eq!(
        codes(&outcome),
        ["ds-digest-mismatch", "ds-no-secure-entry-point"]
    );
    let mut other = ds_of(signed(chain));
    other[0].key_tag ^= 1;
    let outcome = verified(signed(chain), |settings| settings.ds = Some(other)).unwrap();
    assert_eq!(
        codes(&outcome),
        ["ds-no-matching-dnskey", "ds-no-secure-entry-point"]
    );
}

fn nsec() -> Vec<Bent> {
    let chain = Chain::Nsec;
    let last = "zz.example.";
    let list = [
        (
            "dropped",
            bent(chain, "ns1.example.", "NSEC", dropped),
            &["zone-nsec-missing", "zone-rrsig-orphan"][..],
        ),
        (
            "next",
            bent(chain, "ns1.example.", "NSEC", word(4, "ns3.example.")),
            &["rrsig-invalid", "zone-nsec-chain-broken"],
        ),
        (
            "last",
            bent(chain, last, "NSEC", word(4, "ns1.example.")),
            &["nsec-last-next-not-apex", "rrsig-invalid"],
        ),
        (
            "bitmap",
            bent(chain, "ns1.example.", "NSEC", word(5, "AAAA")),
            &["rrsig-invalid", "zone-nsec-bitmap-wrong"],
        ),
        (
            "at glue",
            added(chain, "ns.secure.example. 3600 IN NSEC example. A"),
            &["zone-nsec-superfluous"],
        ),
        (
            "TTL",
            bent(chain, "ns1.example.", "NSEC", word(1, "60")),
            &["denial-ttl-wrong", "rrsig-ttl-differs-from-rrset"],
        ),
        (
            "name added",
            added(chain, "new.example. 3600 IN A 192.0.2.1"),
            &["rrsig-missing", "zone-nsec-missing"],
        ),
        (
            "delegation added",
            added(chain, "new.example. 3600 IN NS ns1.elsewhere.test."),
            &["zone-nsec-missing"],
        ),
        (
            "delegation dropped",
            bent(chain, "plain.example.", "NS", dropped),
            &["zone-nsec-chain-broken", "zone-nsec-superfluous"],
        ),
    ];
    Bent::all("nsec", list)
}

#[test]
fn nsec_bent() {
    nsec().iter().for_each(expect);
}

/// The owner of the NSEC3 whose line passes.
fn hashed(chain: Chain, nth: usize) -> String {
    let mut owners = signed(chain)
        .lines()
        .filter(|line| line.split_whitespace().nth(3) == Some("NSEC3"));
    owners
        .nth(nth)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned()
}

fn nsec3() -> Vec<Bent> {
    let chain = Chain::Nsec3;
    let hash = anchorwatch::crypto::nsec3_hash(b"\x03ns1\x07example\x00", 0, &[]);
    let first = data_encoding::BASE32HEX_NOPAD.encode(&hash) + ".example.";
    let ghost = "0000000000000000000000000000000A.example. 3600 IN NSEC3 1 0 0 - 00000000000000000000000000000010";
    let list = [
        (
            "next",
            bent(
                chain,
                &first,
                "NSEC3",
                word(8, "00000000000000000000000000000010"),
            ),
            &["rrsig-invalid", "zone-nsec3-chain-broken"][..],
        ),
        (
            "orphan",
            added(chain, ghost),
            &[
                "rrsig-missing",
                "zone-nsec3-chain-broken",
                "zone-nsec3-orphan",
            ],
        ),
        (
            "salt",
            bent(chain, &first, "NSEC3", word(7, "AB")),
            &[
                "nsec3param-chain-mismatch",
                "rrsig-invalid",
                "zone-nsec-missing",
            ],
        ),
        (
            "owner",
            added(
                chain,
                "xyz.example. 3600 IN NSEC3 1 0 0 - 00000000000000000000000000000010",
            ),
            &["nsec3-owner-invalid", "rrsig-missing"],
        ),
        (
            "NSEC beside",
            added(chain, "ns1.example. 3600 IN NSEC ns2.example. A RRSIG NSEC"),
            &[
                "denial-nsec-nsec3-mixed",
                "rrsig-missing",
                "zone-nsec-superfluous",
            ],
        ),
        (
            "delegation added",
            added(chain, "new.example. 3600 IN NS ns1.elsewhere.test."),
            &["zone-nsec-missing"],
        ),
        (
            "name added",
            added(chain, "new.example. 3600 IN A 192.0.2.1"),
            &["rrsig-missing", "zone-nsec-missing"],
        ),
    ];
    Bent::all("nsec3", list)
}

#[test]
fn nsec3_bent() {
    let chain = Chain::Nsec3;
    nsec3().iter().for_each(expect);
    let total = signed(chain)
        .lines()
        .filter(|line| line.split_whitespace().nth(3) == Some("NSEC3"))
        .count();
    let mut seen = std::collections::BTreeSet::new();
    for nth in 0..total {
        // Each NSEC3 dropped with its signature: the name it is of is told, and nothing else.
        let owner = hashed(chain, nth);
        let text: String = signed(chain)
            .lines()
            .filter(|line| !line.starts_with(&owner))
            .map(|line| format!("{line}\n"))
            .collect();
        let outcome = verified(&text, |_| {}).unwrap();
        let found = codes(&outcome);
        assert!(
            found == ["zone-nsec-missing"] || found == ["zone-nsec3-ent-missing"],
            "{owner}: {:#?}",
            outcome.faults
        );
        seen.extend(found);
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn opt_out_spans_may_leave_out_what_has_no_ds_and_nothing_else() {
    opt_out().iter().for_each(expect);
}

#[test]
fn what_cannot_be_read_is_never_good() {
    let text = signed(Chain::Nsec);
    // Cut anywhere before the end of its last record, the zone is refused or wrong.
    let mut records = text.lines().filter(|line| !line.starts_with(';'));
    let last = records.next_back().unwrap();
    let end = text.rfind(last).unwrap() + last.len();
    for cut in (1..=end).step_by(97).chain([end]) {
        let good = verified(&text[..cut], |_| {}).is_ok_and(|outcome| is_good(&outcome));
        assert!(!good, "cut at {cut}");
    }
    let broken = added(Chain::Nsec, "x.example. 3600 IN A not-an-address");
    assert!(verified(&broken, |_| {}).is_err());
    let outcome = verified(&broken, |settings| settings.is_going_on = true).unwrap();
    assert!(
        !is_good(&outcome) && outcome.unreadable.total == 1,
        "{outcome:?}"
    );
    assert!(codes(&outcome).is_empty());
}

#[test]
fn a_sample_finds_what_it_looks_at() {
    let text = bent(Chain::Nsec, "ns1.example.", "RRSIG A", flipped);
    let all = verified(&text, |settings| settings.sample = Some((10_000, 1))).unwrap();
    assert_eq!(codes(&all), ["rrsig-invalid"]);
    let seeds = (0..40).filter(|seed| {
        let outcome = verified(&text, |settings| settings.sample = Some((3, *seed))).unwrap();
        // The apex is looked at whatever chance says.
        assert!((3..=4).contains(&outcome.sample.unwrap().names));
        is_good(&outcome)
    });
    let missed = seeds.count();
    assert!((15..40).contains(&missed), "{missed}");
}

#[test]
fn the_digest_of_a_zone() {
    digest().iter().for_each(expect);
    let outcome = verified(signed(Chain::Nsec), |_| {}).unwrap();
    let has = |code| outcome.faults.iter().any(|fault| fault.code == code);
    assert!(has("zone-zonemd-missing") && !has("zone-zonemd-invalid"));
}

/// An Opt-Out span that ends at the hash of a name that it leaves out.
fn span_to_nowhere() -> String {
    // A delegation without DS that the chain of all names has, and the one with Opt-Out leaves out.
    let owners = |chain: Chain| -> Vec<&str> {
        let lines = signed(chain).lines();
        let records = lines.filter(|line| line.split_whitespace().nth(3) == Some("NSEC3"));
        let owners = records.map(|line| line.split_whitespace().next().unwrap());
        let mut owners: Vec<&str> = owners.collect();
        owners.sort_unstable();
        owners
    };
    let (all, left) = (owners(Chain::Nsec3), owners(Chain::OptOut));
    let out = all.iter().find(|owner| !left.contains(owner));
    let out = out.expect("one is left out");
    let before = left.iter().rfind(|owner| *owner < out).or(left.last());
    let hash = out.split('.').next().unwrap();
    bent(Chain::OptOut, before.unwrap(), "NSEC3", word(8, hash))
}

/// named and Knot do not load a zone whose own name server has no address in it.
#[test]
fn the_name_servers_of_the_zone_have_addresses() {
    let told = |more: &str| {
        let text =
            format!("$TTL 60\n$ORIGIN example.\n@ SOA a.test. b.test. 1 2 3 4 5\n@ NS ns\n{more}");
        let outcome = verified(&text, |_| {}).unwrap();
        let codes = codes(&outcome).into_iter();
        codes
            .filter(|code| code.starts_with("delegation-ns"))
            .collect::<Vec<_>>()
    };
    for good in [
        "ns A 192.0.2.1\n",
        "ns AAAA 2001:db8::1\n",
        "* A 192.0.2.1\n",
        "ns NS ns.test.\n",
        "@ DNAME elsewhere.test.\n",
    ] {
        assert_eq!(told(good), [""; 0], "{good}");
    }
    for bad in ["", "ns TXT x\n", "a.ns A 192.0.2.1\n", "*.ns A 192.0.2.1\n"] {
        assert_eq!(told(bad), ["delegation-ns-unresolvable"], "{bad}");
    }
    assert_eq!(
        told("ns CNAME x\nx A 192.0.2.1\n"),
        ["delegation-ns-is-alias"]
    );
}

#[test]
fn what_no_server_would_load_is_told_of() {
    for (what, line, code) in [
        (
            "a CNAME beside other data",
            "ns1.example. 3600 IN CNAME elsewhere.test.",
            "cname-with-other-data",
        ),
        (
            "two CNAMEs",
            "x.example. 3600 IN CNAME a.test.\nx.example. 3600 IN CNAME b.test.",
            "cname-with-other-data",
        ),
        (
            "a digest that is cut off",
            "x.example. 3600 IN NS ns.test.\nx.example. 3600 IN DS 1 13 2 00112233",
            "ds-digest-length-wrong",
        ),
    ] {
        let outcome = verified(&added(Chain::Nsec, line), |_| {}).unwrap();
        assert!(
            codes(&outcome).contains(&code),
            "{what}: {:?}",
            codes(&outcome)
        );
    }
    for line in [
        "x.example. 3600 IN A \\# 3 0A0000",
        "example. 3600 IN DNSKEY \\# 3 010103",
        "x.example. 3600 IN NS \\# 1 05",
        "x.example. 3600 IN HINFO one",
        "x.example. 3600 IN OPT \\# 0",
        "x.example. 3600 IN AXFR \\# 0",
        "$ORIGIN example. more",
        "$TTL 1 2",
    ] {
        assert!(
            verified(&added(Chain::Nsec, line), |_| {}).is_err(),
            "{line}"
        );
    }
}

/// By serial numbers the end of a life of more than 68 years comes before its beginning.
#[test]
fn a_life_that_is_too_long_to_be_one_is_reversed() {
    let text = bent(Chain::Nsec, "ns1.example.", "RRSIG A", |line| {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        (words[8], words[9]) = ("20590101000000", "19900101000000");
        words.join(" ") + "\n"
    });
    let outcome = verified(&text, |_| {}).unwrap();
    assert!(
        codes(&outcome).contains(&"rrsig-expiration-before-inception"),
        "{:?}",
        codes(&outcome)
    );
}

/// A sample has the apex in it, whose keys decide about all the rest.
#[test]
fn a_sample_looks_at_the_signature_over_the_keys() {
    let text = bent(Chain::Nsec, "example.", "RRSIG DNSKEY", flipped);
    for seed in 0..5 {
        let outcome = verified(&text, |settings| settings.sample = Some((1, seed))).unwrap();
        assert!(!is_good(&outcome), "{seed}");
    }
}
