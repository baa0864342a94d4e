//! `audit --zones`: many names audited once, reports as they come, and what they have in common at the end.

mod list;
mod log;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use self::list::{BadLine, List};
use self::log::Log;
use super::Said;
use super::audit::{DNS_PORT, read_anchors, read_hints, rulebook, rules};
use super::console::Console;
use super::failure::Failure;
use super::files;
use super::plan::{Family, ManyPlan, Source, ZoneList};
use super::progress::Progress;
use super::values::Format;
use super::works::{CrowdRequest, Judge, Piece, Request, Works};
use crate::agent::config::policy::Rulebook;
use crate::dns::{Name, Record};
use crate::evidence::Evidence;
use crate::report::Verdict;
use crate::report::render::{Sheet, plain};
use crate::report::status::Status;
use crate::report::tally::{Gist, Tally};
use crate::validate::Verified;

/// Greatest size of a list, in octets: a million names of the greatest length.
const MAX_LIST: usize = 256 << 20;

/// Carries out `plan`. Reports go to `out` as they come, or into the file that is resumed.
pub fn run(
    plan: &ManyPlan,
    works: &dyn Works,
    console: &Console,
    out: &mut dyn Write,
) -> Result<Said, Failure> {
    let book = rulebook(plan.policy.as_deref())?;
    let mut crowd = crowd(plan, works)?;
    let list = read(&plan.list)?;
    list.bad.iter().for_each(|bad| tell(&place(plan, bad)));
    if list.names.is_empty() {
        let problem = "no name in it; write one a line";
        return Err(Failure::usage(name_of(&plan.list), problem));
    }
    let is_whole = list.bad.is_empty();
    let mut names = list::choose(list.names, plan.sample, plan.seed);
    let mut count = Count::default();
    let sink = match &plan.resume {
        Some(path) => Sink::Log(resume(plan, path, &book, &mut names, &mut count)?),
        None => Sink::Out(out),
    };
    let sheet = sheet(plan, works, console);
    let mut writer = Writer::new(sink, sheet.clone());
    let (started, asked) = (Instant::now(), names.len());
    let progress = Progress::timed(asked, console);
    crowd.names = names;
    let judge = judge(plan, sheet.clone(), book.clone());
    let ended = ask(
        crowd,
        plan,
        works,
        &mut writer,
        &mut count,
        judge,
        &progress,
    );
    drop(progress);
    if ended == Err(Failure::Interrupted) {
        // What was found until then is worth telling.
        eprint_block(&summary::text(&count.tally));
    }
    ended?;
    tell_rate(asked, started.elapsed().as_secs_f64());
    let summary = summary::text(&count.tally) + &summary::unmet(&book, &count.met);
    let text = match (&plan.resume, plan.format) {
        (None, Format::Text) => format!("\n{summary}"),
        (resume, _) => {
            eprint_block(&summary);
            resume.as_ref().map_or(sheet.foot(), |_| "").to_owned()
        }
    };
    let code = code(count.tally.status(), is_whole);
    Ok(Said { text, code })
}

fn tell_rate(asked: usize, took: f64) {
    if asked > 0 {
        let rate = asked as f64 / took.max(0.001);
        tell(&format!("{asked} names in {took:.1} s, {rate:.1} a second"));
    }
}

/// A line that could not be audited is a name of which nothing could be told.
fn code(status: Status, is_whole: bool) -> u8 {
    match status {
        Status::Ok | Status::Warning if !is_whole => Status::Unknown.exit_code(),
        status => status.exit_code(),
    }
}

fn read(list: &ZoneList) -> Result<List, Failure> {
    let octets = match list {
        ZoneList::File(path) => files::read("--zones", path, MAX_LIST)?,
        ZoneList::Input => {
            let mut octets = Vec::new();
            let bound = u64::try_from(MAX_LIST).unwrap_or(u64::MAX);
            let read = std::io::stdin().take(bound).read_to_end(&mut octets);
            read.map_err(|error| Failure::trouble("standard input", error))?;
            octets
        }
    };
    List::read(&octets).map_err(|problem| Failure::usage(name_of(list), problem))
}

fn name_of(list: &ZoneList) -> String {
    match list {
        ZoneList::File(path) => format!("--zones {}", path.display()),
        ZoneList::Input => "--zones -".to_owned(),
    }
}

/// `zones.txt:7: what is wrong`.
fn place(plan: &ManyPlan, bad: &BadLine) -> String {
    let file = match &plan.list {
        ZoneList::File(path) => path.display().to_string(),
        ZoneList::Input => "standard input".to_owned(),
    };
    format!("{file}:{}: {}; left out", bad.line, bad.what)
}

/// Says a line on standard error. Where nobody can be told, the run goes on.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "anchorwatch: {}", plain(line));
}

fn eprint_block(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Leaves out the names whose reports are there already, and counts these.
fn resume(
    plan: &ManyPlan,
    path: &Path,
    book: &Rulebook,
    names: &mut Vec<Name>,
    count: &mut Count,
) -> Result<Log, Failure> {
    let mut left: HashSet<Name> = names.iter().cloned().collect();
    let log = Log::open(path, &mut |report| {
        if report.query.rtype == plan.rtype && left.remove(&report.query.name) {
            count.met.extend(book.met(report.zone(), &report.silenced));
            count
                .tally
                .add(&Gist::of_snapshot(&report, &plan.threshold));
        }
    })?;
    if log.mended > 0 {
        tell(&format!(
            "{}: the last line was torn and is cut off",
            path.display()
        ));
    }
    if count.tally.reports > 0 {
        let (done, all) = (count.tally.reports, names.len());
        tell(&format!("{}: has {done} of {all} names", path.display()));
    }
    names.retain(|name| left.contains(name));
    Ok(log)
}

fn sheet(plan: &ManyPlan, works: &dyn Works, console: &Console) -> Sheet {
    match plan.format {
        _ if plan.resume.is_some() => Sheet::Ndjson,
        Format::Csv => Sheet::Csv,
        Format::Sarif => Sheet::Sarif(rules(works)),
        Format::Junit => Sheet::Junit,
        Format::Text => Sheet::Headlines(console.style(plan.color)),
        Format::Ndjson | Format::Json | Format::Nagios | Format::Markdown => Sheet::Ndjson,
    }
}

/// Where reports go.
enum Sink<'o> {
    Out(&'o mut dyn Write),
    Log(Log),
}

struct Writer<'o> {
    sink: Sink<'o>,
    sheet: Sheet,
    is_begun: bool,
    problem: Option<Failure>,
}

impl<'o> Writer<'o> {
    fn new(sink: Sink<'o>, sheet: Sheet) -> Self {
        Self {
            sink,
            sheet,
            is_begun: false,
            problem: None,
        }
    }

    fn begin(&mut self) -> bool {
        let head = self.sheet.head();
        self.put(&head)
    }

    /// Writes what one report is in the form asked for; whether more is of any use.
    fn add(&mut self, text: &str) -> bool {
        if text.is_empty() {
            return true;
        }
        let between = if self.is_begun {
            self.sheet.between()
        } else {
            ""
        };
        self.is_begun = true;
        self.put(&format!("{between}{text}"))
    }

    fn put(&mut self, text: &str) -> bool {
        let written = match &mut self.sink {
            Sink::Log(log) => log.add(text),
            Sink::Out(out) => {
                let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
                match written {
                    // A reader that has gone away has read what it wanted.
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => return false,
                    written => written.map_err(|error| Failure::trouble("standard output", error)),
                }
            }
        };
        self.problem = written.err();
        self.problem.is_none()
    }
}

/// Everything that is asked but the names.
fn crowd(plan: &ManyPlan, works: &dyn Works) -> Result<CrowdRequest, Failure> {
    let anchors = plan.trust_anchor.as_deref();
    let anchors = anchors.map(|path| read_anchors(path, works)).transpose()?;
    let hints = plan.root_hints.as_deref().map(read_hints).transpose()?;
    Ok(CrowdRequest {
        each: request(plan, hints.unwrap_or_default(), anchors.unwrap_or_default())?,
        names: Vec::new(),
        at_once: plan.at_once,
        a_server: plan.a_server,
        a_network: plan.a_network,
    })
}

/// What was counted so far.
#[derive(Default)]
struct Count {
    tally: Tally,
    /// Silences that some finding met, by their place in the policy.
    met: BTreeSet<usize>,
}

/// Asks for all names of the crowd and writes what becomes of each.
fn ask(
    mut crowd: CrowdRequest,
    plan: &ManyPlan,
    works: &dyn Works,
    writer: &mut Writer<'_>,
    count: &mut Count,
    judge: Judge,
    progress: &Progress,
) -> Result<(), Failure> {
    let (before, asked) = (count.tally.reports, crowd.names.len());
    let lab = (plan.source == Source::Lab)
        .then(|| works.start_lab(None))
        .transpose()?;
    if let Some(lab) = &lab {
        crowd.each.hints = lab.hints();
        crowd.each.anchors = lab.anchors();
        crowd.each.port = lab.port();
    }
    if !writer.begin() || asked == 0 {
        return writer.problem.take().map_or(Ok(()), Err);
    }
    let done = &mut |piece: Piece| {
        count.tally.add(&piece.gist);
        count.met.extend(&piece.met);
        progress.tell(count.tally.reports - before, &standing(&count.tally));
        writer.add(&piece.text)
    };
    works.ask_many(&crowd, judge, done)?;
    if let Some(problem) = writer.problem.take() {
        return Err(problem);
    }
    let told = count.tally.reports - before;
    if told < asked {
        tell(&format!("{} names were not audited", asked - told));
    }
    Ok(())
}

/// What the bar says beside how far it is.
fn standing(tally: &Tally) -> String {
    let (bogus, unknown) = (tally.of(Verdict::Bogus), tally.of(Verdict::Indeterminate));
    format!("{bogus} bogus, {unknown} not told")
}

fn judge(plan: &ManyPlan, sheet: Sheet, rules: Rulebook) -> Judge {
    let (at, threshold) = (plan.at, plan.threshold);
    let verified = Arc::new(Verified::default());
    Arc::new(move |evidence: &Evidence| {
        let at = at.unwrap_or(evidence.started);
        let report = rules.judge_among(evidence, at, &verified);
        Piece {
            text: sheet.piece(&report, threshold.status(&report)),
            gist: Gist::of(&report, &threshold),
            met: rules.met(report.zone(), &report.silenced),
        }
    })
}

fn request(plan: &ManyPlan, hints: Vec<Record>, anchors: Vec<Record>) -> Result<Request, Failure> {
    let asking = &plan.asking;
    if asking.tcp || asking.family != Family::Any {
        let problem =
            "name servers are asked over both address families, and over UDP first; leave it out";
        return Err(Failure::usage("--tcp, -4 or -6", problem));
    }
    Ok(Request {
        name: Name::root(),
        rtype: plan.rtype,
        hints,
        anchors,
        port: asking.port.unwrap_or(DNS_PORT),
        family: asking.family,
        tcp: asking.tcp,
        timeout: asking.timeout,
        allow_private: asking.allow_private,
        is_thorough: asking.thorough,
        resolvers: Vec::new(),
        is_iterating: true,
        tls_roots: None,
    })
}
