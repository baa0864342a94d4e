//! The record of what the tools said, and the table that puts it beside what we say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anchorwatch::checks::coverage::{Foreign, Group, State, coverage};

use super::ledger::{Kind, Ledger};
use super::tools::{NO_RESULT, Said, TOOLS};

const HEAD: &str = "# The lab in the eyes of DNSViz and Zonemaster

<!-- Generated. `UPDATE_GOLDEN=1 cargo test --test it peers` writes it anew from peers.tsv, peers-ledger.tsv and our
audits; `UPDATE_GOLDEN=1 cargo test --test it peers::they_look_at_the_whole_lab -- --ignored` asks about the zones that
peers.tsv lacks: without that file, about all. -->

DNSViz 0.11.2 (`probe -A -4`, `grok`, warnings and errors) and Zonemaster (engine 4.6.2, all tests, NOTICE and above)
look at each zone of the lab, over IPv4, in a network that has only loopback; we look at the same. What a tool puts on
top is bold: our root cause, their gravest code. What they say of `valid.test`, they say of every zone: it is shown
there alone. *no result* means that the tool crashed, gave up for lack of a route, or took more than a minute.

A code that only they name is one for which none of our codes for the same fault (`anchorwatch catalogue --coverage`)
was found. The last column has those that we miss (**open**) and those in which they are wrong; the lists below say why,
and which of their codes are another name for what we say.

";

/// What we say of a zone.
pub struct Ours {
    pub zone: String,
    /// Root cause first.
    pub codes: Vec<String>,
}

/// What the tools said, in the order in which it was asked: zone, then a list of codes for each tool.
pub struct Record(Vec<Said>);

impl Record {
    /// Out of what the tools said, the healthy zone first: what they say of that one is left out of all others.
    pub fn new(mut said: Vec<Said>) -> Self {
        for tool in TOOLS {
            let mut of_tool = said.iter_mut().filter(|said| said.tool == tool);
            let usual = of_tool.next().map_or(Vec::new(), |said| said.codes.clone());
            for said in of_tool {
                said.codes.retain(|code| !usual.contains(code));
            }
        }
        Self(said)
    }

    /// Whether a zone is in it.
    pub fn has(&self, zone: &str) -> bool {
        self.0.iter().any(|said| said.zone == zone)
    }

    /// Its lines, and those of another record for the zones that it lacks, in the order of `zones`.
    pub fn with(self, other: Self, zones: &[String]) -> Self {
        let has = |zone: &str| self.has(zone);
        let added: Vec<Said> = other
            .0
            .into_iter()
            .filter(|said| !has(&said.zone))
            .collect();
        let mut said = [self.0, added].concat();
        said.sort_by_key(|said| zones.iter().position(|zone| *zone == said.zone));
        said.retain(|said| zones.contains(&said.zone));
        Self(said)
    }

    /// The file: zone, tool, codes.
    pub fn write(&self) -> String {
        let line =
            |said: &Said| format!("{}\t{}\t{}\n", said.zone, said.tool, said.codes.join(" "));
        self.0.iter().map(line).collect()
    }

    /// Reads the file.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let said = text.lines().map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [zone, tool, codes] = fields[..] else {
                panic!("a line has three fields: {line}");
            };
            let tool = TOOLS.into_iter().find(|known| *known == tool);
            Said {
                zone: zone.to_owned(),
                tool: tool.expect("a tool"),
                codes: codes.split_whitespace().map(str::to_owned).collect(),
            }
        });
        Self(said.collect())
    }

    fn codes(&self, zone: &str, tool: &str) -> Option<&[String]> {
        let mut said = self.0.iter();
        let said = said.find(|said| said.zone == zone && said.tool == tool)?;
        Some(said.codes.as_slice())
    }

    /// Where another run over some of the zones said something else.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let differing = other
            .0
            .iter()
            .filter(|said| self.codes(&said.zone, said.tool) != Some(said.codes.as_slice()));
        let line = |said: &Said| {
            let before = self.codes(&said.zone, said.tool).unwrap_or_default();
            format!(
                "{} {}: {:?}, recorded {before:?}",
                said.zone, said.tool, said.codes
            )
        };
        differing.map(line).collect()
    }
}

/// For each tool and code, our codes for the same fault; none where it is left out on purpose.
type Known = BTreeMap<(&'static str, String), Option<Vec<&'static str>>>;

fn known() -> Known {
    let entry = |foreign: Foreign| {
        let tool = TOOLS[usize::from(foreign.group != Group::DnsViz)];
        let key = (tool, foreign.key().into_owned());
        let codes = match foreign.state {
            State::Found(codes) | State::Waits(codes) => Some(codes),
            State::Told(_) | State::Left(_) => None,
        };
        (key, codes)
    };
    coverage().into_iter().map(entry).collect()
}

/// The codes of theirs for which we have named nothing.
fn only_they<'a>(
    tool: &'static str,
    theirs: &'a [String],
    ours: &[String],
    known: &Known,
) -> Vec<&'a str> {
    let is_only = |code: &&String| match known.get(&(tool, (*code).clone())) {
        Some(Some(codes)) => !codes
            .iter()
            .any(|code| ours.iter().any(|named| named == code)),
        Some(None) => false,
        None => *code != NO_RESULT,
    };
    theirs.iter().filter(is_only).map(String::as_str).collect()
}

/// The table, and what the ledger does not say or says in vain.
pub fn markdown(ours: &[Ours], record: &Record, ledger: &Ledger) -> (String, Vec<String>) {
    let known = known();
    let mut complaints = Vec::new();
    let mut used: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let mut rows = String::new();
    for Ours { zone, codes } in ours {
        let mut judged = String::new();
        let mut cells = vec![zone.clone(), cell(codes)];
        for tool in TOOLS {
            let Some(theirs) = record.codes(zone, tool) else {
                complaints.push(format!("{zone}: the record has nothing of {tool}"));
                continue;
            };
            cells.push(cell(theirs));
            for code in only_they(tool, theirs, codes, &known) {
                let Some(place) = ledger.place(zone, code) else {
                    complaints.push(format!("{zone}: only {tool} says {code}; we say {codes:?}"));
                    continue;
                };
                used.entry(place).or_default().insert(zone);
                judged += &mark(ledger.0[place].kind, code);
            }
        }
        cells.push(judged.trim().to_owned());
        let _ = writeln!(rows, "| {} |", cells.join(" | "));
    }
    let unused = (0..ledger.0.len()).filter(|place| !used.contains_key(place));
    complaints.extend(unused.map(|place| {
        let line = &ledger.0[place];
        format!(
            "{}: in the ledger for {:?}, and nobody says only that",
            line.code, line.zones
        )
    }));
    let text = format!(
        "{HEAD}{}\n| zone | anchorwatch | DNSViz | Zonemaster | only they |\n|---|---|---|---|---|\n{rows}{}",
        summary(ours, record, ledger, &known),
        lists(ledger, &used)
    );
    (text, complaints)
}

fn mark(kind: Kind, code: &str) -> String {
    match kind {
        Kind::Same => String::new(),
        Kind::Wrong => format!("{code} (wrong) "),
        Kind::Open => format!("**open: {code}** "),
    }
}

fn cell(codes: &[String]) -> String {
    match codes {
        [] => "–".to_owned(),
        [only] if only == NO_RESULT => "*no result*".to_owned(),
        [top, rest @ ..] => format!("**{top}** {}", rest.join(" "))
            .trim_end()
            .to_owned(),
    }
}

/// How many zones each tool has what result for.
fn summary(ours: &[Ours], record: &Record, ledger: &Ledger, known: &Known) -> String {
    let mut text = "| | zones with no result | something wrong in | names nothing, where we name something | names what we miss (open) |\n|---|---|---|---|---|\n".to_owned();
    for tool in TOOLS {
        let mut counts = [0; 4];
        for Ours { zone, codes } in ours {
            let theirs = record.codes(zone, tool).unwrap_or_default();
            let only = only_they(tool, theirs, codes, known);
            let has = |kind| {
                let mut lines = only.iter().filter_map(|code| ledger.place(zone, code));
                lines.any(|place| ledger.0[place].kind == kind)
            };
            let is_lost = theirs.iter().any(|code| code == NO_RESULT);
            let is_silent = theirs.is_empty() && !codes.is_empty();
            let seen = [is_lost, has(Kind::Wrong), is_silent, has(Kind::Open)];
            for (count, is_so) in counts.iter_mut().zip(seen) {
                *count += usize::from(is_so);
            }
        }
        let _ = writeln!(
            text,
            "| {tool} | {} | {} | {} | {} |",
            counts[0], counts[1], counts[2], counts[3]
        );
    }
    text
}

/// The sentences of the ledger, the open ones first.
fn lists(ledger: &Ledger, used: &BTreeMap<usize, BTreeSet<&str>>) -> String {
    let mut text = String::new();
    for (kind, title) in [
        (Kind::Open, "Open: what we miss"),
        (Kind::Wrong, "Where they are wrong"),
        (Kind::Same, "The same under another name"),
    ] {
        let _ = write!(
            text,
            "\n## {title}\n\n| their code | zones | why |\n|---|---|---|\n"
        );
        for (place, zones) in used
            .iter()
            .filter(|(place, _)| ledger.0[**place].kind == kind)
        {
            let line = &ledger.0[*place];
            let zones: Vec<&str> = zones.iter().copied().collect();
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                line.code,
                zones.join(" "),
                line.why
            );
        }
    }
    text
}
