//! `zone`: a whole zone out of a file, a pipe or a transfer.
//!
//! The zone is read and verified on threads of its own, so that the time limit holds and the progress is
//! shown whatever the other end of a pipe does.

mod live;
mod patched;
mod source;
mod transfer;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::Said;
use super::args::{ZoneArgs, ZoneFormat};
use super::console::Console;
use super::failure::Failure;
use super::files::{self, Destination};
use super::progress::Progress as Bar;
use super::values::Color;
use super::works::Works;
use crate::agent::transfer::Feed;
use crate::dns::master::{self, Reader};
use crate::dns::{Ds, Name, RecordType};
use crate::policy::Policy;
use crate::report::render::Style;
use crate::report::status::Status;
use crate::transfer::Differences;
use crate::zone::{self, Outcome, Progress, Refusal, Settings, Version};
use patched::Patched;
use source::Source;
use transfer::{Arrival, Transferred};

/// How often the progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// Verifies the zone that `args` name.
pub fn run(
    args: &ZoneArgs,
    works: &dyn Works,
    console: &Console,
    color: Color,
) -> Result<Said, Failure> {
    let metrics = args.metrics_file.as_deref();
    let metrics = metrics
        .map(|path| Destination::new("--metrics-file", path))
        .transpose()?;
    let judged = settings(args, works);
    let judged = judged.and_then(|settings| judge(args, settings, works, console));
    if let (Err(_), Some(metrics)) = (&judged, &metrics) {
        // A result of before must not stand there as if it were that of today.
        metrics.write(zone::metrics_of_nothing(&label(args)).as_bytes())?;
    }
    let outcome = match judged {
        Err(Failure::Trouble(why)) if args.format == ZoneFormat::Nagios && !args.quiet => {
            return Ok(Said {
                text: zone::nagios_of_nothing(&label(args), &why),
                code: Status::Unknown.exit_code(),
            });
        }
        judged => judged?,
    };
    let status = outcome.status(args.fail_on);
    if let Some(metrics) = metrics {
        metrics.write(zone::metrics(&outcome, status).as_bytes())?;
    }
    Ok(Said {
        text: said(args, &outcome, status, console.style(color)),
        code: status.exit_code(),
    })
}

/// What the zone is called before anything is known of it.
fn label(args: &ZoneArgs) -> String {
    let file = args.file.display().to_string();
    let asked = args.axfr.as_ref().and_then(|_| file.parse().ok());
    let name: Option<Name> = args.origin.clone().or(asked);
    name.map_or(file, |name| name.to_string())
}

/// Verifies it, and holds it against what else was asked for.
fn judge(
    args: &ZoneArgs,
    mut settings: Settings,
    works: &dyn Works,
    console: &Console,
) -> Result<Outcome, Failure> {
    let source = origin(args, &mut settings)?;
    let (older, (mut outcome, version)) = verify(args, &settings, source, console)?;
    if args.live || args.live_ds {
        let heard = live::hear(args, &version.apex(), settings.at, works, console)?;
        zone::delegated(&mut outcome, &version, &heard.ds, &settings);
        if args.live {
            let silent = heard.silent;
            zone::served(&mut outcome, &version, &heard.served, silent, &settings);
        }
        settings.ds = Some(heard.ds);
    }
    if let Some((before, older)) = &older {
        let compared = zone::compare((before, older), (&mut outcome, &version), &settings);
        compared.map_err(|other| Failure::usage("--against", other))?;
    }
    if args.allow_unsigned {
        outcome.allow_unsigned();
    }
    Ok(outcome)
}

/// Where the records come from.
enum Origin {
    File(Source),
    /// The older and the newer.
    Versions(Source, Source),
    /// With what it is called.
    Server(Feed, String),
    /// An older version, and what changed since. With what the server is called.
    Patched(Source, Differences, String),
}

fn origin(args: &ZoneArgs, settings: &mut Settings) -> Result<Origin, Failure> {
    let open = |path| Source::open(path, args.include_anywhere);
    let server = match (&args.axfr, &args.against) {
        (None, None) => return Ok(Origin::File(open(&args.file)?)),
        (None, Some(newer)) => return Ok(Origin::Versions(open(&args.file)?, open(newer)?)),
        (Some(server), _) => server,
    };
    let (zone, arrival) = transfer::begin(args, server)?;
    settings.origin = Some(zone);
    let older = args.ixfr_from.as_deref().unwrap_or(&args.file);
    Ok(match arrival {
        Arrival::Whole(feed) => Origin::Server(feed, place(args)),
        Arrival::Current => Origin::File(open(older)?),
        Arrival::Differences(all) => Origin::Patched(open(older)?, all, place(args)),
    })
}

/// What the zone is called in messages.
fn place(args: &ZoneArgs) -> String {
    let file = args.file.display();
    match &args.axfr {
        None => file.to_string(),
        Some(server) => format!("{file} from {}", server.text),
    }
}

fn said(args: &ZoneArgs, outcome: &Outcome, status: Status, style: Style) -> String {
    let style = Style {
        all: args.all,
        ..style
    };
    match args.format {
        _ if args.quiet => String::new(),
        ZoneFormat::Text => zone::text(outcome, status, &style),
        ZoneFormat::Json => zone::json(outcome),
        ZoneFormat::Ndjson => zone::ndjson(outcome),
        ZoneFormat::Nagios => zone::nagios(outcome, status),
    }
}

fn settings(args: &ZoneArgs, works: &dyn Works) -> Result<Settings, Failure> {
    let mut policy = Policy::default();
    if let Some(seconds) = args.expiring_soon {
        policy.expiring_soon = seconds;
    }
    policy.removal_share_most = args.max_removed;
    Ok(Settings {
        origin: args.origin.clone(),
        at: args.at.unwrap_or_else(|| works.now()),
        policy,
        kept: args.first as usize,
        max_ttl: args.max_ttl,
        max_lifetime: args.max_lifetime,
        max_remaining: args.max_remaining,
        ds: args.ds.as_deref().map(read_ds).transpose()?,
        sample: args.sample.map(|count| (count as usize, args.seed)),
        is_going_on: args.keep_going,
    })
}

fn read_ds(path: &std::path::Path) -> Result<Vec<Ds>, Failure> {
    const OPTION: &str = "--ds";
    let refused = |problem: String| Failure::usage(format!("{OPTION} {}", path.display()), problem);
    let text = files::read_text(OPTION, path, master::MAX_INPUT)?;
    let records = master::read_only(&text, &Name::root(), &[RecordType::DS]);
    let records = records.map_err(|error| refused(error.to_string()))?;
    let set: Result<Vec<Ds>, _> = records
        .iter()
        .map(|record| Ds::parse(&record.rdata))
        .collect();
    let set = set.map_err(|fault| refused(fault.to_string()))?;
    if set.is_empty() {
        return Err(refused(
            "no DS record in it; give a file like dsset-example.com.".to_owned(),
        ));
    }
    Ok(set)
}

/// A version of a zone, and what is said of it.
type Read = (Outcome, Version);

/// The older version where there is one, and the one that counts.
fn verify(
    args: &ZoneArgs,
    settings: &Settings,
    source: Origin,
    console: &Console,
) -> Result<(Option<Read>, Read), Failure> {
    let settings = settings.clone();
    let started = Instant::now();
    let progress = Arc::new(Progress::default());
    let (sender, receiver) = channel();
    let (total, read) = match &source {
        Origin::File(source) | Origin::Patched(source, ..) => {
            (source.octets, vec![Arc::clone(&source.read)])
        }
        Origin::Versions(older, newer) => {
            let both = older.octets.zip(newer.octets).map(|(a, b)| a + b);
            (both, vec![Arc::clone(&older.read), Arc::clone(&newer.read)])
        }
        Origin::Server(feed, _) => (None, vec![feed.octets()]),
    };
    let theirs = Arc::clone(&progress);
    let worker = std::thread::Builder::new()
        .name("zone".to_owned())
        .spawn(move || {
            // If nobody waits any more, nobody wants to know.
            let _ = sender.send(work(source, &settings, &theirs));
        });
    worker.map_err(|error| Failure::trouble("zone", error))?;
    let bar = (!args.quiet).then(|| Bar::of_octets(total, console));
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(done) => return done.map_err(|why| failure(args, why)),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::trouble(
                    place(args),
                    "the verification ended without a result",
                ));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(bar) = &bar {
            let octets = read.iter().map(|octets| octets.load(Ordering::Relaxed));
            let now = format!(
                "{} records, {} signatures verified",
                progress.records(),
                progress.signatures()
            );
            bar.tell_octets(octets.sum(), &now);
        }
        if args.timeout.is_some_and(|limit| started.elapsed() >= limit) {
            progress.stop();
            return Err(stopped(args));
        }
    }
}

fn work(
    source: Origin,
    settings: &Settings,
    progress: &Progress,
) -> Result<(Option<Read>, Read), Trouble> {
    match source {
        Origin::File(source) => Ok((None, read(source, settings, progress)?)),
        Origin::Versions(older, newer) => {
            // Only the newer one has to go with the DS that there is now.
            let of_older = Settings {
                ds: None,
                ..settings.clone()
            };
            let before = read(older, &of_older, progress)?;
            Ok((Some(before), read(newer, settings, progress)?))
        }
        Origin::Server(feed, name) => {
            let mut transferred = Transferred::new(feed, name.clone());
            let read = zone::read(&mut transferred, settings, progress);
            Ok((None, read.map_err(|why| Trouble(name, why))?))
        }
        Origin::Patched(mut source, differences, name) => {
            let input = source.input();
            let settings_of_reader =
                master::Settings::of_zone(source.name.clone(), settings.origin.clone());
            let mut opener = |path: &str| source.include(path);
            let reader = Reader::new(input, settings_of_reader, &mut opener);
            let mut patched = Patched::new(reader, differences, name.clone());
            let read = zone::read(&mut patched, settings, progress);
            Ok((None, read.map_err(|why| Trouble(name, why))?))
        }
    }
}

fn read(mut source: Source, settings: &Settings, progress: &Progress) -> Result<Read, Trouble> {
    let name = source.name.clone();
    let input = source.input();
    let mut opener = |path: &str| source.include(path);
    let settings_of_reader = master::Settings::of_zone(name.clone(), settings.origin.clone());
    let mut reader = Reader::new(input, settings_of_reader, &mut opener);
    let read = zone::read(&mut reader, settings, progress);
    read.map_err(|why| Trouble(name, why))
}

/// What cannot be read, and why.
struct Trouble(String, Refusal);

fn failure(args: &ZoneArgs, Trouble(file, why): Trouble) -> Failure {
    match why {
        Refusal::Unreadable(error) if args.axfr.is_some() && args.ixfr_from.is_none() => {
            Failure::trouble(file, error.problem)
        }
        // It names the file itself.
        Refusal::Unreadable(error) => Failure::Trouble(error.to_string()),
        Refusal::NoOrigin => Failure::trouble(file, format!("{why}; give --origin")),
        Refusal::Stopped => stopped(args),
        Refusal::Empty | Refusal::TooLarge => Failure::trouble(file, why),
    }
}

fn stopped(args: &ZoneArgs) -> Failure {
    let limit = args.timeout.unwrap_or_default().as_secs_f64();
    Failure::trouble(
        place(args),
        format!("not finished within {limit} s; nothing is known of the zone"),
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::agent::cli::real::Real;

    fn args(words: &[&str]) -> ZoneArgs {
        use clap::Parser;
        #[derive(Parser)]
        struct Words {
            #[command(flatten)]
            args: ZoneArgs,
        }
        Words::parse_from(std::iter::once("zone").chain(words.iter().copied())).args
    }

    fn run_on(octets: &[u8], more: &[&str]) -> Result<Said, Failure> {
        run_painted(octets, more, Color::Auto)
    }

    fn run_painted(octets: &[u8], more: &[&str], color: Color) -> Result<Said, Failure> {
        let mut file = tempfile();
        file.1.write_all(octets).unwrap();
        let path = file.0.display().to_string();
        let words: Vec<&str> = std::iter::once(&path[..])
            .chain(more.iter().copied())
            .collect();
        let said = run(&args(&words), &Real::default(), &Console::default(), color);
        std::fs::remove_file(&file.0).unwrap();
        said
    }

    fn tempfile() -> (std::path::PathBuf, std::fs::File) {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("anchorwatch-zone-{}-{number}", std::process::id()));
        (path.clone(), std::fs::File::create(path).unwrap())
    }

    const UNSIGNED: &[u8] =
        b"example. 60 SOA ns.example. a.example. 1 2 3 4 5\nexample. 60 NS ns.example.net.\n";

    #[test]
    fn what_is_not_whole_is_never_good() {
        for (octets, part) in [
            (&b""[..], "no record"),
            (&UNSIGNED[..UNSIGNED.len() - 1], "cut off"),
            (b"\x00\x01\x02", "control character"),
            (b"example. 60 A 1.2.3\n", "not an address"),
            (b"$INCLUDE /etc/passwd\n", "outside"),
            (b"example. 60 A (\n", "not closed"),
        ] {
            let failure = run_on(octets, &["--quiet"]).unwrap_err();
            assert_eq!(failure.exit_code(), 3, "{failure}");
            assert!(failure.to_string().contains(part), "{failure}");
        }
        assert_eq!(run_on(UNSIGNED, &[]).unwrap().code, 2);
    }

    #[test]
    fn colours_are_for_text_where_they_are_wanted() {
        let is_painted = |format, color| {
            let said = run_painted(UNSIGNED, &["--format", format], color);
            said.unwrap().text.contains('\u{1b}')
        };
        assert!(is_painted("text", Color::Always));
        assert!(!is_painted("text", Color::Auto), "it is no terminal");
        assert!(!is_painted("json", Color::Always));
    }

    #[test]
    fn compressed_files_are_known_by_their_contents_and_cut_ones_are_refused() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(UNSIGNED).unwrap();
        let gzip = packer.finish().unwrap();
        let zstd = ruzstd::encoding::compress_to_vec(
            UNSIGNED,
            ruzstd::encoding::CompressionLevel::Uncompressed,
        );
        let plain = run_on(
            UNSIGNED,
            &["--format", "json", "--at", "2026-01-01T00:00:00Z"],
        )
        .unwrap();
        let strip = |said: &Said| {
            let mut value: serde_json::Value = serde_json::from_str(&said.text).unwrap();
            value["files"] = serde_json::Value::Null;
            value
        };
        for packed in [gzip, zstd] {
            let said = run_on(
                &packed,
                &["--format", "json", "--at", "2026-01-01T00:00:00Z"],
            )
            .unwrap();
            assert_eq!(strip(&said), strip(&plain));
            for cut in 5..packed.len() {
                let failure = run_on(&packed[..cut], &["--quiet"]).unwrap_err();
                assert_eq!(failure.exit_code(), 3, "{cut}: {failure}");
            }
            // Two members or frames are one file.
            let second = b"sub.example. 60 NS ns.example.net.\n";
            let mut twice = packed.clone();
            if packed[0] == 0x1F {
                let mut packer =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                packer.write_all(second).unwrap();
                twice.extend(packer.finish().unwrap());
            } else {
                twice.extend(ruzstd::encoding::compress_to_vec(
                    &second[..],
                    ruzstd::encoding::CompressionLevel::Uncompressed,
                ));
            }
            let said = run_on(&twice, &["--format", "json"]).unwrap();
            assert!(said.text.contains("\"delegations\": 1"), "{}", said.text);
        }
    }
}
