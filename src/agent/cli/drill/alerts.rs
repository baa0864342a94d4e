//! The way of alerts, rehearsed by the daemon that is running: asked for in its store, waited for there.

use std::time::{Duration, Instant};

use crate::agent::cli::Said;
use crate::agent::cli::args::Place;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::notify::{failure, state_dir};
use crate::agent::notify::errand::{DRILL, FAILED, PASSED, RUNNING};
use crate::agent::store::outbox::Change;
use crate::agent::store::{Hand, Reader};

/// How long the daemon may take to hear of it.
const HEARD: Duration = Duration::from_secs(15);
/// How long all of it may take: two messages, each with the patience of the daemon.
const LIMIT: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(100);

/// Asks for a rehearsal and waits for what comes of it.
pub fn run(place: &Place) -> Result<Said, Failure> {
    let directory = state_dir(place)?;
    let mut hand = Hand::open(&directory).map_err(failure)?;
    let id = hand
        .post(&Change::Errand(DRILL.to_owned()))
        .map_err(failure)?;
    let reader = Reader::open(&directory).map_err(failure)?;
    let begun = Instant::now();
    let outcome = loop {
        let errands = reader.errands().map_err(failure)?;
        let state = errands.into_iter().find(|(known, ..)| *known == id);
        let state = state.map(|(_, _, state)| state).unwrap_or_default();
        if state.starts_with(PASSED) || state.starts_with(FAILED) {
            break Ok(state);
        }
        if state != RUNNING && begun.elapsed() > HEARD {
            let problem = "no daemon has heard of it; is one running with this directory?";
            break Err(Failure::trouble("drill --alerts", problem));
        }
        if begun.elapsed() > LIMIT {
            let problem = format!("not over after {} s", LIMIT.as_secs());
            break Err(Failure::trouble("drill --alerts", problem));
        }
        std::thread::sleep(PAUSE);
    };
    hand.post(&Change::ErrandState(id, None)).map_err(failure)?;
    let state = outcome?;
    let code = if state.starts_with(PASSED) { 0 } else { 2 };
    Ok(Said {
        text: format!("{state}\n"),
        code,
    })
}
