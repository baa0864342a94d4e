//! `--zones --baseline`: what became of each name since an earlier run, and of the list.
//!
//! The file holds reports, one after another: what a run over a list wrote with `--format ndjson` or `--resume`, or
//! reports of single audits put into one file. It is checked as a whole before anybody is asked; only the text is
//! kept, and read again when its name is at hand, so that a long list costs no more memory than its file.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::agent::cli::failure::Failure;
use crate::agent::cli::files;
use crate::agent::cli::plan::Baseline;
use crate::agent::cli::rows;
use crate::dns::{Name, RecordType};
use crate::report::Severity;
use crate::report::delta::Delta;
use crate::report::render::Mark;
use crate::report::snapshot::Snapshot;
use crate::report::status::Status;

/// Greatest size of the file, in octets: reports of some ten thousand zones.
const MAX_REPORTS: usize = 512 << 20;
/// Names that are written out of those that have something in common.
const NAMES: usize = 5;
/// Rows of a table at most.
const ROWS: usize = 40;

/// The reports of an earlier run.
#[derive(Debug, Default)]
pub struct Earlier {
    text: String,
    places: HashMap<Name, Range<usize>>,
}

impl Earlier {
    /// Reads the file; reports about another type are passed over. Of several about one name the latest counts.
    ///
    /// # Errors
    /// [`Failure::Usage`] with the line of the first document that is no report, or when none is of the type.
    pub fn load(baseline: &Baseline, rtype: RecordType) -> Result<Self, Failure> {
        let text = files::read_text("--baseline", &baseline.path, MAX_REPORTS)?;
        let refused = |problem: String| {
            Failure::usage(format!("--baseline {}", baseline.path.display()), problem)
        };
        Self::read(text, rtype).map_err(refused)
    }

    /// The same of its text.
    pub fn read(text: String, rtype: RecordType) -> Result<Self, String> {
        let mut latest = HashMap::new();
        let mut places = HashMap::new();
        let mut count = 0_usize;
        for_each(&text, &mut |place, report| {
            count += 1;
            let (name, at) = (report.query.name, report.at);
            let is_older = latest.get(&name).is_some_and(|known| *known > at);
            if report.query.rtype == rtype && !is_older {
                latest.insert(name.clone(), at);
                places.insert(name, place);
            }
        })?;
        match (count, places.is_empty()) {
            (0, _) => Err("no report in it; give what --format ndjson wrote".to_owned()),
            (_, true) => Err(format!("no report of {rtype} in it; give the type with -t")),
            _ => Ok(Self { text, places }),
        }
    }

    /// The report about a name.
    pub fn about(&self, name: &Name) -> Option<Snapshot> {
        let place = self.places.get(name)?;
        // It was read when the file was checked.
        Snapshot::read(self.text.get(place.clone())?).ok()
    }

    /// What became of a name.
    pub fn since(&self, report: &Snapshot) -> Delta {
        match self.about(&report.query.name) {
            // Names and types were made to fit when the file was read.
            Some(before) => {
                Delta::between(&before, report).unwrap_or_else(|_| Delta::appeared(report))
            }
            None => Delta::appeared(report),
        }
    }

    /// What is no longer on the list, in the order of the names.
    pub fn gone(&self, listed: &HashSet<Name>) -> Vec<Delta> {
        let mut names: Vec<&Name> = self
            .places
            .keys()
            .filter(|name| !listed.contains(name))
            .collect();
        names.sort();
        let reports = names.into_iter().filter_map(|name| self.about(name));
        reports.map(|report| Delta::vanished(&report)).collect()
    }
}

/// Calls `take` with each report of a text and where it stands.
///
/// # Errors
/// What is wrong, with the line that the document begins in.
pub fn for_each(text: &str, take: &mut dyn FnMut(Range<usize>, Snapshot)) -> Result<(), String> {
    let mut from = 0;
    let (mut line, mut counted) = (1, 0);
    loop {
        let rest = &text[from..];
        let begin = from + (rest.len() - rest.trim_start().len());
        if begin == text.len() {
            return Ok(());
        }
        line += text[counted..begin].matches('\n').count();
        counted = begin;
        let mut documents =
            serde_json::Deserializer::from_str(&text[begin..]).into_iter::<IgnoredAny>();
        let read = documents.next();
        let end = begin + documents.byte_offset();
        let at = |what: String| format!("line {line}: {what}");
        match read {
            Some(Ok(_)) => {
                let report = Snapshot::read(&text[begin..end]);
                take(begin..end, report.map_err(|error| at(error.to_string()))?);
                from = end;
            }
            Some(Err(error)) => return Err(at(format!("not a report: {error}"))),
            None => return Ok(()),
        }
    }
}

/// What became of one name, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// The name.
    pub name: Name,
    /// What became of it.
    pub fate: Fate,
    /// The state of what became worse.
    pub status: Status,
    /// Codes of findings that are new or weigh more, with the weight.
    pub worse: Vec<(Severity, String)>,
}

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It was not there.
    New,
    /// It is no longer there.
    Gone,
    /// Something is worse.
    Worse,
    /// Something is another, and nothing worse.
    Changed,
    /// Nothing differs but the time.
    Same,
}

impl Gist {
    /// What counts of a delta.
    pub fn of(delta: &Delta) -> Self {
        let status = delta.status();
        let fate = match (&delta.from, &delta.to) {
            (None, _) => Fate::New,
            (_, None) => Fate::Gone,
            _ if status != Status::Ok => Fate::Worse,
            _ if delta.is_empty() => Fate::Same,
            _ => Fate::Changed,
        };
        let heavier = delta
            .changed()
            .filter(|(before, after)| after.severity > before.severity);
        let worse = delta.added().chain(heavier.map(|(_, after)| after));
        let counts = worse.filter(|told| told.severity >= Severity::Warning);
        Self {
            name: delta.query.name.clone(),
            fate,
            status,
            worse: counts
                .map(|told| (told.severity, told.code.clone()))
                .collect(),
        }
    }
}

/// What became of all names.
#[derive(Debug, Default)]
pub struct Count {
    fates: BTreeMap<Fate, (usize, Vec<Name>)>,
    worse: BTreeMap<(Severity, String), (usize, Vec<Name>)>,
    status: Option<Status>,
}

impl Count {
    /// Counts one.
    pub fn add(&mut self, gist: Gist) {
        let weight = |status: Status| [0, 1, 3, 2][usize::from(status.exit_code())];
        if weight(gist.status) > weight(self.status()) {
            self.status = Some(gist.status);
        }
        for code in gist.worse {
            put(self.worse.entry(code).or_default(), &gist.name);
        }
        put(self.fates.entry(gist.fate).or_default(), &gist.name);
    }

    /// The worst of what is worse; what could not be told weighs less than what is broken.
    pub fn status(&self) -> Status {
        self.status.unwrap_or(Status::Ok)
    }

    /// A line for each fate, and what is worse by code, the heaviest and most frequent first.
    pub fn text(&self) -> String {
        let fates = [
            (Fate::New, "new on the list"),
            (Fate::Gone, "no longer on the list"),
            (Fate::Worse, "worse"),
            (Fate::Changed, "changed and not worse"),
            (Fate::Same, "as before"),
        ];
        let mut out = String::from("\nSince the baseline\n");
        for (fate, what) in fates {
            let (count, names) = self.fates.get(&fate).cloned().unwrap_or_default();
            let such = match (fate, names.is_empty()) {
                (Fate::Same, _) | (_, true) => String::new(),
                _ => format!(
                    ": {}{}",
                    joined(&names),
                    if count > names.len() { " ..." } else { "" }
                ),
            };
            out += &format!(" {count} {what}{such}\n");
        }
        out + &self.causes()
    }

    fn causes(&self) -> String {
        let mut worse: Vec<_> = self.worse.iter().collect();
        worse.sort_by_key(|((severity, _), (count, _))| std::cmp::Reverse((*severity, *count)));
        if worse.is_empty() {
            return String::new();
        }
        let table = worse
            .into_iter()
            .take(ROWS)
            .map(|((severity, code), (count, names))| {
                [
                    count.to_string(),
                    severity.word(),
                    code.clone(),
                    joined(names),
                ]
            });
        let head = ["names", "weight", "new or heavier", "such as"];
        format!("\nWorse since the baseline\n{}", rows::text(head, table))
    }
}

fn put((count, names): &mut (usize, Vec<Name>), name: &Name) {
    *count += 1;
    // The first in their own order, so that the same names are told whichever audit ends first.
    let place = names.partition_point(|known| known < name);
    names.insert(place, name.clone());
    names.truncate(NAMES);
}

fn joined(names: &[Name]) -> String {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    names.join(" ")
}
