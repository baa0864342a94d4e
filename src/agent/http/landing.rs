//! `/`: the zones that are watched and what is called of each, the worst first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::{Desk, runbooks};
use crate::agent::daemon::fleet::Member;
use crate::report::Verdict;

/// Zones on the page at most; the API has all.
const MOST: usize = 1_000;

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing {
    version: &'static str,
    zones: usize,
    broken: usize,
    rows: Vec<Line>,
    runbooks: Vec<&'static str>,
}

struct Line {
    zone: String,
    group: String,
    glyph: &'static str,
    verdict: String,
    since: String,
    what: String,
    probed: String,
    deadline: String,
}

pub(super) async fn page(State(desk): State<Desk>) -> Response {
    let landing = {
        let fleet = desk.watch.fleet();
        let mut members: Vec<&Member> = fleet.members().collect();
        members.sort_by_key(|member| std::cmp::Reverse(weight(member)));
        Landing {
            version: env!("CARGO_PKG_VERSION"),
            zones: members.len(),
            broken: members.iter().filter(|member| is_broken(member)).count(),
            rows: members.into_iter().take(MOST).map(line).collect(),
            runbooks: runbooks::names(),
        }
    };
    match landing.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn is_broken(member: &Member) -> bool {
    member.state.called.verdict == Some(Verdict::Bogus)
}

/// Bogus first, then by the worst finding.
fn weight(member: &Member) -> (bool, bool, Option<crate::report::Severity>) {
    let verdict = member.state.called.verdict;
    let is_blind = verdict == Some(Verdict::Indeterminate);
    (is_broken(member), is_blind, member.state.worst())
}

fn line(member: &Member) -> Line {
    let state = &member.state;
    let shown =
        |at: Option<crate::dns::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let (glyph, verdict) = match state.called.verdict {
        Some(Verdict::Secure) => ("✓", "secure"),
        Some(Verdict::Insecure) => ("○", "insecure"),
        Some(Verdict::Indeterminate) => ("?", "indeterminate"),
        Some(Verdict::Bogus) => ("✗", "bogus"),
        None => ("…", "not audited yet"),
    };
    Line {
        zone: member.target.zone.to_string(),
        group: member.target.group.clone(),
        glyph,
        verdict: verdict.to_owned(),
        since: shown(state.called.since),
        what: state.summary.clone(),
        probed: shown(state.probed),
        deadline: shown(state.deadline.as_ref().map(|deadline| deadline.at)),
    }
}
