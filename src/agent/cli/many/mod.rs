//! `audit --zones`: many names audited once, reports as they come, and what they have in common at the end.

mod list;
mod log;
pub mod since;
mod summary;
#[cfg(test)]
mod tests;
mod writer;

use std::collections::{BTreeSet, HashSet};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use self::list::{BadLine, List};
use self::log::Log;
use self::since::Earlier;
use self::writer::{Sink, Writer};
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
use crate::report::delta::Delta;
use crate::report::render::{Sheet, Style, counted, plain};
use crate::report::snapshot::Snapshot;
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
    let earlier = plan.baseline.as_ref();
    let earlier = earlier.map(|baseline| Earlier::load(baseline, plan.rtype));
    let earlier = earlier.transpose()?.map(Arc::new);
    let mut crowd = crowd(plan, works)?;
    let list = read(&plan.list)?;
    list.bad.iter().for_each(|bad| tell(&place(plan, bad)));
    if list.names.is_empty() {
        let problem = "no name in it; write one a line";
        return Err(Failure::usage(name_of(&plan.list), problem));
    }
    let is_whole = list.bad.is_empty();
    let listed: HashSet<Name> = list.names.iter().cloned().collect();
    let mut names = list::choose(list.names, plan.sample, plan.seed);
    let mut count = Count::default();
    let sink = match &plan.resume {
        Some(path) => Sink::Log(resume(plan, path, &book, &mut names, &mut count)?),
        None => Sink::Out(out),
    };
    let sheet = sheet(plan, works, console);
    let mut writer = Writer::new(sink, sheet.clone());
    let started = Instant::now();
    let progress = Progress::timed(names.len(), console);
    crowd.names = names;
    let form = match &earlier {
        Some(earlier) => Form::Since(Arc::clone(earlier), console.style(plan.color)),
        None => Form::Report(sheet.clone()),
    };
    let judge = judge(plan, form.clone(), book.clone());
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
    gone(&mut writer, &form, plan.format, &listed, &mut count)?;
    tell_rate(count.asked, started.elapsed().as_secs_f64());
    let mut summary = summary::text(&count.tally) + &summary::unmet(&book, &count.met);
    if earlier.is_some() {
        summary += &count.since.text();
    }
    let text = match (&plan.resume, plan.format) {
        (None, Format::Text) => format!("\n{summary}"),
        (None, Format::Markdown) => format!("## All of them\n\n```text\n{}\n```\n", summary.trim()),
        (resume, _) => {
            eprint_block(&summary);
            resume.as_ref().map_or(sheet.foot(), |_| "").to_owned()
        }
    };
    let is_only_new = plan
        .baseline
        .as_ref()
        .is_some_and(|baseline| baseline.is_only_new);
    let status = match is_only_new && plan.threshold.expect.is_none() {
        true => count.since.status(),
        false => count.tally.status(),
    };
    let code = code(status, is_whole && count.lost == 0);
    Ok(Said { text, code })
}

fn tell_rate(asked: usize, took: f64) {
    if asked > 0 {
        let rate = asked as f64 / took.max(0.001);
        let names = counted(asked, "name");
        tell(&format!("{names} in {took:.1} s, {rate:.1} a second"));
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
        Format::Junit => Sheet::Junit(plan.threshold),
        Format::Text => Sheet::Headlines(console.style(plan.color)),
        Format::Ndjson | Format::Json | Format::Nagios | Format::Markdown => Sheet::Ndjson,
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
    /// Names audited in this run.
    asked: usize,
    /// Silences that some finding met, by their place in the policy.
    met: BTreeSet<usize>,
    /// What became of them since an earlier run.
    since: since::Count,
    /// Names that were begun, and of which nothing was told.
    lost: usize,
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
        piece
            .since
            .into_iter()
            .for_each(|gist| count.since.add(gist));
        progress.tell(count.tally.reports - before, &standing(&count.tally));
        progress.aside(|| writer.add(&piece.text))
    };
    works.ask_many(&crowd, judge, done)?;
    if let Some(problem) = writer.problem.take() {
        return Err(problem);
    }
    count.asked = count.tally.reports - before;
    count.lost = asked.saturating_sub(count.asked);
    if count.lost > 0 {
        tell(&format!("{} of {asked} names were not audited", count.lost));
    }
    Ok(())
}

/// What the bar says beside how far it is.
fn standing(tally: &Tally) -> String {
    let (bogus, unknown) = (tally.of(Verdict::Bogus), tally.of(Verdict::Indeterminate));
    format!("{bogus} bogus, {unknown} not told")
}

/// What is written of each name.
#[derive(Clone)]
enum Form {
    /// Its report.
    Report(Sheet),
    /// What changed since an earlier run.
    Since(Arc<Earlier>, Style),
}

impl Form {
    /// What changed, in the form asked for. People are told of nothing that is as it was.
    fn delta(&self, delta: &Delta, format: Format) -> String {
        let Self::Since(_, style) = self else {
            return String::new();
        };
        match format {
            Format::Ndjson => delta.ndjson(),
            _ if delta.is_empty() => String::new(),
            Format::Markdown => delta.markdown() + "\n",
            _ => delta.text(style) + "\n",
        }
    }
}

/// Writes what became of the names that are no longer on the list.
fn gone(
    writer: &mut Writer<'_>,
    form: &Form,
    format: Format,
    listed: &HashSet<Name>,
    count: &mut Count,
) -> Result<(), Failure> {
    let Form::Since(earlier, _) = form else {
        return Ok(());
    };
    for delta in earlier.gone(listed) {
        count.since.add(since::Gist::of(&delta));
        if !writer.add(&form.delta(&delta, format)) {
            break;
        }
    }
    writer.problem.take().map_or(Ok(()), Err)
}

fn judge(plan: &ManyPlan, form: Form, rules: Rulebook) -> Judge {
    let (at, threshold, format) = (plan.at, plan.threshold, plan.format);
    let verified = Arc::new(Verified::default());
    Arc::new(move |evidence: &Evidence| {
        let at = at.unwrap_or(evidence.started);
        let report = rules.judge_among(evidence, at, &verified);
        let delta = match &form {
            Form::Since(earlier, _) => Some(earlier.since(&Snapshot::from(&report))),
            Form::Report(_) => None,
        };
        let text = match (&form, &delta) {
            (Form::Report(sheet), _) => sheet.piece(&report, threshold.status(&report)),
            (_, delta) => delta
                .iter()
                .map(|delta| form.delta(delta, format))
                .collect(),
        };
        Piece {
            text,
            since: delta.as_ref().map(since::Gist::of),
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
