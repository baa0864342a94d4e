//! `notify` and `silence`: a test of an endpoint, the outbox of a daemon, and words for it.

use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde_json::json;
use tokio::runtime::Builder as Runtime;

use super::Said;
use super::args::{ListArgs, NotifyCommand, Place, SilenceArgs};
use super::failure::Failure;
use super::nearest::hint;
use super::rows;
use super::values::TableFormat;
use crate::agent::config;
use crate::agent::daemon::now;
use crate::agent::notify::endpoint::Endpoint;
use crate::agent::store::outbox::{Change, Waiting};
use crate::agent::store::{Hand, Problem, Reader, StoreError};
use crate::checks;
use crate::crypto::sha256;
use crate::dns::Timestamp;
use crate::notify::alarm::CHAIN_BROKEN;
use crate::notify::{Happening, Notice, Silence};
use crate::report::render::plain;

/// Carries out a command for messages.
pub fn run(command: &NotifyCommand) -> Result<Said, Failure> {
    match command {
        NotifyCommand::Test { name, config } => test(name, config),
        NotifyCommand::Pending(args) => list(args, false),
        NotifyCommand::Dead(args) => list(args, true),
        NotifyCommand::Replay { name, place } => replay(name.as_deref(), place),
    }
}

/// The directory of the daemon's state.
pub fn state_dir(place: &Place) -> Result<PathBuf, Failure> {
    if let Some(directory) = &place.state_dir {
        return Ok(directory.clone());
    }
    let file =
        config::effective(&place.config).map_err(|error| Failure::Usage(error.to_string()))?;
    file.store.directory.ok_or_else(|| {
        let problem =
            "it names no directory for the store, so nothing outlives the daemon; give --state-dir";
        Failure::usage(place.config.display(), problem)
    })
}

/// A directory without a store was given by mistake; any other trouble is the disk's or the file's.
pub fn failure(error: StoreError) -> Failure {
    match error.problem {
        Problem::Missing => Failure::usage("the store", error),
        _ => Failure::trouble("the store", error),
    }
}

fn test(name: &str, path: &std::path::Path) -> Result<Said, Failure> {
    let settings = config::load(path).map_err(|error| Failure::Usage(error.to_string()))?;
    let found = settings
        .notify
        .iter()
        .find(|endpoint| endpoint.name == name);
    let configured = found.ok_or_else(|| {
        let known = settings
            .notify
            .iter()
            .map(|endpoint| endpoint.name.as_str());
        let near = hint(name, known, "name one in [[notify]]");
        Failure::usage(
            path.display(),
            format!("no endpoint is called {name}{near}"),
        )
    })?;
    let endpoint = Endpoint::open(configured).map_err(Failure::Usage)?;
    let runtime = Runtime::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::trouble("sockets and timers", error))?;
    let at = now();
    let id = format!("msg_test_{name}_{}", at.0);
    let notice = Notice::of_nothing(Happening::Test, id, at);
    let begun = std::time::Instant::now();
    let attempt = runtime.block_on(endpoint.send(&notice, false, at));
    let took = begun.elapsed().as_millis();
    let (word, code) = match attempt.answer.is_taken() {
        true => ("taken", 0),
        false => ("not taken", 2),
    };
    let mut text = format!(
        "{name}: {word} after {took} ms: {}\n",
        plain(&attempt.answer.to_string())
    );
    if !attempt.said.is_empty() {
        text += &format!("it said: {}\n", plain(&attempt.said));
    }
    if let Some(problem) = attempt.template {
        text += &format!("the template cannot be used: {}\n", plain(&problem));
    }
    Ok(Said { text, code })
}

fn list(args: &ListArgs, is_dead: bool) -> Result<Said, Failure> {
    let reader = Reader::open(&state_dir(&args.place)?).map_err(failure)?;
    let messages = reader.messages(is_dead, args.limit).map_err(failure)?;
    Ok(Said::ok(match args.format {
        TableFormat::Json => document(&messages, is_dead),
        _ if messages.is_empty() && args.format == TableFormat::Text => "no messages\n".to_owned(),
        TableFormat::Text => rows::text(HEADER, cells(&messages, is_dead)),
        TableFormat::Markdown => rows::markdown(HEADER, cells(&messages, is_dead)),
    }))
}

const HEADER: [&str; 6] = [
    "made",
    "endpoint",
    "attempts",
    "next",
    "last answer",
    "what",
];

fn cells(messages: &[Waiting], is_dead: bool) -> Vec<[String; 6]> {
    let row = |waiting: &Waiting| {
        let notice = serde_json::from_str::<Notice>(&waiting.message.body);
        [
            waiting.message.made.to_string(),
            waiting.message.endpoint.clone(),
            waiting.attempts.to_string(),
            if is_dead {
                "never".to_owned()
            } else {
                waiting.due.to_string()
            },
            waiting.answer.clone(),
            notice.map_or_else(|_| waiting.message.name.clone(), |notice| notice.title),
        ]
    };
    messages.iter().map(row).collect()
}

fn document(messages: &[Waiting], is_dead: bool) -> String {
    let messages = messages.iter().map(|waiting| {
        let notice: Option<serde_json::Value> = serde_json::from_str(&waiting.message.body).ok();
        json!({
            "id": waiting.message.name,
            "endpoint": waiting.message.endpoint,
            "made": waiting.message.made.to_string(),
            "next": (!is_dead).then(|| waiting.due.to_string()),
            "attempts": waiting.attempts,
            "answer": waiting.answer,
            "notice": notice,
        })
    });
    let messages: Vec<_> = messages.collect();
    let document = json!({"schema": "anchorwatch.outbox/1", "messages": messages});
    format!("{document:#}\n")
}

fn replay(name: Option<&str>, place: &Place) -> Result<Said, Failure> {
    let directory = state_dir(place)?;
    let dead = Reader::open(&directory)
        .map_err(failure)?
        .messages(true, u32::MAX)
        .map_err(failure)?;
    let count = dead
        .iter()
        .filter(|one| name.is_none_or(|name| one.message.endpoint == name))
        .count();
    let mut hand = Hand::open(&directory).map_err(failure)?;
    let replay = Change::Replay(name.map(str::to_owned), now());
    hand.post(&replay).map_err(failure)?;
    Ok(Said::ok(match count {
        1 => "1 message is sent again\n".to_owned(),
        _ => format!("{count} messages are sent again\n"),
    }))
}

/// Carries out a command for silences.
pub fn silence(args: &SilenceArgs) -> Result<Said, Failure> {
    let directory = state_dir(&args.place)?;
    if args.list {
        return silences(&directory);
    }
    if let Some(id) = &args.expire {
        return expire(&directory, id);
    }
    let silence = declared(args, now())?;
    // Made of texts and numbers, which are always JSON.
    let body = serde_json::to_string(&silence).unwrap_or_default();
    let mut hand = Hand::open(&directory).map_err(failure)?;
    let change = Change::Silence(silence.id.clone(), silence.until, Some(body));
    hand.post(&change).map_err(failure)?;
    let (id, until) = (&silence.id, silence.until);
    Ok(Said::ok(format!(
        "{id}: {} is silenced until {until}\n",
        silence.zones
    )))
}

fn declared(args: &SilenceArgs, now: Timestamp) -> Result<Silence, Failure> {
    let zone = args.zone.as_deref().unwrap_or_default();
    let zones = zone
        .parse()
        .map_err(|problem: String| Failure::usage(zone, problem))?;
    let until = args.until.unwrap_or(now);
    let from = args.from.unwrap_or(now);
    if until <= from.max(now) {
        return Err(Failure::usage(
            "--until",
            format!("{until} is over, or before it begins"),
        ));
    }
    for code in &args.codes {
        if code == CHAIN_BROKEN {
            return Err(Failure::usage(
                code,
                "a zone that is bogus is told whatever is silenced",
            ));
        }
        let known = || checks::CHECKS.iter().map(|check| check.code);
        if !known().any(|known| known == code) {
            let near = hint(code, known(), "anchorwatch catalogue lists them all");
            return Err(Failure::usage(
                code,
                format!("no finding has this code{near}"),
            ));
        }
    }
    let why = args.why.clone().unwrap_or_default();
    let hash = sha256(format!("{zone} {:?} {until} {why}", args.codes).as_bytes());
    Ok(Silence {
        id: format!("{}-{}", now.0, HEXLOWER.encode(&hash[..2])),
        zones,
        codes: args.codes.clone(),
        from,
        until,
        why,
        matched: 0,
    })
}

fn kept(directory: &std::path::Path) -> Result<Vec<Silence>, Failure> {
    let reader = Reader::open(directory).map_err(failure)?;
    let [_, _, texts] = reader.bodies().map_err(failure)?;
    let at = now();
    let read = texts
        .iter()
        .filter_map(|text| serde_json::from_str::<Silence>(text).ok());
    Ok(read.filter(|silence| silence.until > at).collect())
}

fn silences(directory: &std::path::Path) -> Result<Said, Failure> {
    let rows = kept(directory)?.into_iter().map(|silence| {
        let codes = match silence.codes.is_empty() {
            true => "all".to_owned(),
            false => silence.codes.join(" "),
        };
        [
            silence.id,
            silence.zones.to_string(),
            codes,
            silence.until.to_string(),
            silence.matched.to_string(),
            silence.why,
        ]
    });
    let rows: Vec<_> = rows.collect();
    Ok(Said::ok(match rows.is_empty() {
        true => "no silences\n".to_owned(),
        false => rows::text(["id", "zones", "codes", "until", "matched", "why"], rows),
    }))
}

fn expire(directory: &std::path::Path, id: &str) -> Result<Said, Failure> {
    if id.starts_with("config-") {
        return Err(Failure::usage(
            id,
            "it is in the configuration; take it out there",
        ));
    }
    let known = kept(directory)?;
    let Some(silence) = known.iter().find(|silence| silence.id == id) else {
        let ids = known.iter().map(|silence| silence.id.as_str());
        let near = hint(id, ids, "anchorwatch silence --list shows them");
        return Err(Failure::usage(
            "--expire",
            format!("no silence is called {id}{near}"),
        ));
    };
    let mut hand = Hand::open(directory).map_err(failure)?;
    let change = Change::Silence(id.to_owned(), silence.until, None);
    hand.post(&change).map_err(failure)?;
    Ok(Said::ok(format!("{id}: over\n")))
}
