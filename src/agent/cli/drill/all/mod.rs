//! `drill --all`: outages of the past on the lab, from the fault to the message that it is over.

mod receiver;
mod scenario;
mod stage;
mod table;

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::sleep;

use self::receiver::{FAILURES, FLAKY, GONE, GOOD, Message};
use self::scenario::{End, SCENARIOS, Scenario};
use self::stage::{HEARTBEAT, Stage};
use self::table::{Row, Scene};
use crate::agent::cli::Said;
use crate::agent::cli::console::Console;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::plan::DrillPlan;
use crate::agent::cli::progress::Progress;
use crate::agent::cli::values::TableFormat;

/// How long a part of the drill may take on a machine that does much else.
const LIMIT: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(100);
/// How long caches hold, in seconds: on the first stage, and on one for scenes that were missed there. A change
/// made too early is told only while a cache may hold what was, so that a machine on which two looks at a zone
/// lie further apart misses it.
const TTLS: [u32; 2] = [10, 90];
/// TTLs after which such a change is not told any more.
const WINDOW: u32 = 3;

/// Plays every scene.
pub fn run(plan: &DrillPlan, console: &Console) -> Result<Said, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = built.map_err(|error| Failure::trouble("drill --all", error))?;
    let progress = Progress::of(SCENARIOS.len(), console);
    let played = runtime.block_on(play(&progress));
    let rows = played.map_err(|problem| Failure::trouble("drill --all", problem))?;
    drop(progress);
    let text = match plan.format {
        TableFormat::Text => table::text(&rows, &console.style(plan.color)),
        TableFormat::Json => table::json(&rows),
        TableFormat::Markdown => table::markdown(&rows),
    };
    let code = if rows.iter().all(Row::has_passed) {
        0
    } else {
        2
    };
    Ok(Said { text, code })
}

async fn play(progress: &Progress) -> Result<Vec<Row>, String> {
    let mut stage = Stage::build(SCENARIOS, TTLS[0]).await?;
    let outcome = perform(&mut stage, progress).await;
    stage.strike().await;
    let mut rows = outcome?;
    for &ttl in &TTLS[1..] {
        again(&mut rows, ttl, progress).await?;
    }
    Ok(rows)
}

async fn perform(stage: &mut Stage, progress: &Progress) -> Result<Vec<Row>, String> {
    let scenes = act(stage, progress).await?;
    let mut rows: Vec<Row> = scenes.into_iter().map(Row::Zone).collect();
    progress.tell(SCENARIOS.len(), "receivers that fail");
    rows.push(dead_receiver(stage).await);
    progress.tell(SCENARIOS.len(), "silence");
    rows.push(silent_pipeline(stage).await);
    Ok(rows)
}

/// Plays the scenes again that were missed, on a stage of their own where caches hold for longer.
async fn again(rows: &mut [Row], ttl: u32, progress: &Progress) -> Result<(), String> {
    let missed = rows.iter().filter_map(|row| match row {
        Row::Zone(scene) if scene.is_missed() => Some(scene.scenario),
        _ => None,
    });
    let missed: Vec<Scenario> = missed.collect();
    if missed.is_empty() {
        return Ok(());
    }
    let mut stage = Stage::build(&missed, ttl).await?;
    let outcome = act(&mut stage, progress).await;
    stage.strike().await;
    for scene in outcome? {
        let place = rows.iter_mut().find(
            |row| matches!(row, Row::Zone(known) if known.scenario.name == scene.scenario.name),
        );
        if let Some(place) = place {
            *place = Row::Zone(scene);
        }
    }
    Ok(())
}

/// Every zone of the stage from health through its fault to the message that it is over.
async fn act(stage: &mut Stage, progress: &Progress) -> Result<Vec<Scene>, String> {
    progress.tell(0, "every zone is healthy");
    healthy(stage).await?;
    let scenes = stage.scenes.iter();
    let mut scenes: Vec<Scene> = scenes.map(|scene| Scene::new(scene, stage.ttl)).collect();
    let begun = Instant::now();
    stage.show(false).await?;
    let is_told = |scene: &Scene| {
        let window = WINDOW * scene.ttl;
        scene.told.is_some() || scene.waits() && begun.elapsed().as_secs() > u64::from(window)
    };
    until(stage, progress, &mut scenes, is_told, begun, None).await;
    let repaired = Instant::now();
    stage.show(true).await?;
    let is_over = |scene: &Scene| scene.over.is_some() || scene.is_missed();
    until(stage, progress, &mut scenes, is_over, begun, Some(repaired)).await;
    Ok(scenes)
}

/// Waits until every zone was audited and found secure.
async fn healthy(stage: &Stage) -> Result<(), String> {
    let begun = Instant::now();
    for scene in &stage.scenes {
        loop {
            let report = stage.report(&scene.zone()).await;
            if report.is_some_and(|report| report["verdict"] == "secure") {
                break;
            }
            if begun.elapsed() > LIMIT {
                return Err(format!("{} was not secure before its fault", scene.zone()));
            }
            sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// Looks on until every scene is as far as it should be, or the time is over.
async fn until(
    stage: &Stage,
    progress: &Progress,
    scenes: &mut [Scene],
    is_done: impl Fn(&Scene) -> bool,
    begun: Instant,
    repaired: Option<Instant>,
) {
    let from = Instant::now();
    let limit = LIMIT + Duration::from_secs(stage.ttl.into());
    while from.elapsed() < limit {
        for scene in scenes.iter_mut().filter(|scene| scene.found.is_none()) {
            let report = stage.report(&scene.scenario.zone()).await;
            if report.is_some_and(|report| has(&report, scene.scenario.code)) {
                scene.found = Some(begun.elapsed());
            }
        }
        let messages = stage.receiver.messages();
        for scene in scenes.iter_mut() {
            hear(scene, &messages, begun, repaired);
        }
        let done = scenes.iter().filter(|scene| is_done(scene)).count();
        let now = scenes.iter().find(|scene| !is_done(scene));
        let Some(now) = now else {
            return;
        };
        progress.tell(done, now.scenario.name);
        sleep(PAUSE).await;
    }
}

/// Whether a report has a finding, be it a consequence.
fn has(report: &Value, code: &str) -> bool {
    let lists = [&report["findings"], &report["folded"]];
    let mut all = lists.iter().filter_map(|list| list.as_array()).flatten();
    all.any(|finding| finding["code"] == code)
}

/// Notes what the good receiver was told of a scene.
fn hear(scene: &mut Scene, messages: &[Message], begun: Instant, repaired: Option<Instant>) {
    let about = |message: &&Message| {
        message.path == GOOD && message.is_signed && is_about(&message.body, &scene.scenario)
    };
    let firing = messages
        .iter()
        .filter(about)
        .find(|one| one.body["data"]["status"] == "firing");
    if scene.told.is_none()
        && let Some(message) = firing
    {
        let told = message.at.saturating_duration_since(begun);
        scene.told = Some(told);
        // What is told was found before, be it between two looks at the report.
        scene.found = Some(scene.found.map_or(told, |found| found.min(told)));
        scene.alert = message.body["data"]["code"].as_str().map(str::to_owned);
    }
    let Some(firing) = firing else {
        return;
    };
    let same = |one: &&Message| one.body["data"]["incident"] == firing.body["data"]["incident"];
    let mut over = messages.iter().filter(same).filter(|one| one.path == GOOD);
    let over = over.find(|one| one.body["data"]["status"] == "resolved");
    let from = match scene.scenario.end {
        End::Repair => repaired,
        End::Wait => Some(begun),
    };
    if let (None, Some(over), Some(from)) = (scene.over, over, from) {
        scene.over = Some(over.at.saturating_duration_since(from));
    }
}

fn is_about(body: &Value, scenario: &Scenario) -> bool {
    let data = &body["data"];
    let zone = scenario.zone();
    let zone = zone.trim_end_matches('.');
    let zones = data["zones"].as_array();
    let is_named = zones.is_some_and(|zones| {
        let mut names = zones.iter().filter_map(|row| row["zone"].as_str());
        names.any(|name| name.trim_end_matches('.') == zone)
    });
    is_named
        && [&data["code"], &data["reason"]]
            .iter()
            .any(|code| **code == scenario.code)
}

/// One receiver fails a few times and then gets every message under the same identifier; one is gone, and
/// the others hear of it.
async fn dead_receiver(stage: &Stage) -> Row {
    let begun = Instant::now();
    loop {
        let messages = stage.receiver.messages();
        let failed = messages
            .iter()
            .filter(|one| one.path == FLAKY && !one.answer.is_success());
        let failed: Vec<&Message> = failed.collect();
        let came = |id: &str| {
            messages
                .iter()
                .any(|one| one.path == FLAKY && one.id == id && one.answer.is_success())
        };
        let again = failed.iter().filter(|one| came(&one.id)).count();
        let told = messages.iter().any(|one| {
            let text = one.body["data"]["summary"].as_str().unwrap_or_default();
            one.path == GOOD && text.contains("gone")
        });
        let attempts = messages.iter().filter(|one| one.path == GONE).count();
        let is_done = again == FAILURES && told;
        if is_done || begun.elapsed() > LIMIT {
            return Row::Receiver {
                again,
                told,
                attempts,
            };
        }
        sleep(PAUSE).await;
    }
}

/// The daemon ends without a word: whoever expects its sign of life notices after two intervals.
async fn silent_pipeline(stage: &mut Stage) -> Row {
    let beats = |stage: &Stage| {
        let all = stage.receiver.messages();
        all.iter().filter(|one| is_heartbeat(one)).count()
    };
    let begun = Instant::now();
    while beats(stage) < 2 && begun.elapsed() < LIMIT {
        sleep(PAUSE).await;
    }
    let before = beats(stage);
    stage.cut();
    // What was on its way may still arrive.
    sleep(PAUSE).await;
    let last = beats(stage);
    sleep(2 * HEARTBEAT).await;
    Row::Silence {
        before,
        after: beats(stage) - last,
    }
}

fn is_heartbeat(message: &Message) -> bool {
    message.path == GOOD && message.is_signed && message.body["type"] == "heartbeat"
}
