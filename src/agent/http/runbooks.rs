//! `/runbooks/`: the page of each alert, as it is in `alerts/`, for where there is no Internet.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

macro_rules! pages {
    ($($name:literal)*) => {
        &[$((
            $name,
            include_str!(concat!("../../../alerts/runbooks/", $name, ".md")),
        )),*]
    };
}

/// Every alert with its page.
const PAGES: &[(&str, &str)] = pages! {
    "AnchorwatchAbsent"
    "AnchorwatchBlind"
    "AnchorwatchClockWrong"
    "AnchorwatchDrillFailed"
    "AnchorwatchHeartbeat"
    "AnchorwatchLagging"
    "AnchorwatchMessagesDead"
    "AnchorwatchMessagesWaiting"
    "AnchorwatchNoZones"
    "AnchorwatchReloadFailed"
    "AnchorwatchSourceUnreadable"
    "AnchorwatchStalled"
    "AnchorwatchStoreFailing"
    "DnssecChainBroken"
    "DnssecChainLost"
    "DnssecDeadlineNear"
    "DnssecDeleteCdsSeen"
    "DnssecDenialWrong"
    "DnssecDsMismatch"
    "DnssecDsUnused"
    "DnssecKeyRemovedTooEarly"
    "DnssecNameserverBogus"
    "DnssecNameserverSilent"
    "DnssecNameserverStale"
    "DnssecParentBroken"
    "DnssecProbeStale"
    "DnssecRefreshOverdue"
    "DnssecResolverNotValidating"
    "DnssecResolverServfail"
    "DnssecResolverStripsDnssec"
    "DnssecVantagesDisagree"
    "DnssecZoneIndeterminate"
};

/// The name of an alert as it is written, and its page; letter case aside.
pub(in crate::agent) fn find(name: &str) -> Option<(&'static str, &'static str)> {
    let mut pages = PAGES.iter().copied();
    pages.find(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// The alerts that have a page.
pub(in crate::agent) fn names() -> Vec<&'static str> {
    PAGES.iter().map(|(name, _)| *name).collect()
}

/// The page of an alert, with or without `.md`.
pub(super) async fn page(Path(asked): Path<String>) -> Response {
    let wanted = asked.strip_suffix(".md").unwrap_or(&asked);
    match PAGES.iter().find(|(name, _)| *name == wanted) {
        Some((_, text)) => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], *text).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            "no alert has this name; / lists them\n",
        )
            .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alert_has_its_page_here() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/alerts/runbooks");
        let files = std::fs::read_dir(folder).unwrap();
        let mut files: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let names: Vec<String> = names().iter().map(|name| format!("{name}.md")).collect();
        assert_eq!(names, files);
    }
}
