//! The page of one probe in the multi-target pattern: how the probe itself went, in the names that the
//! blackbox exporter gave them, then the families of the one zone that was asked for.

use std::time::Duration;

use super::{Level, Watched, families, head, line};
use crate::report::Verdict;
use crate::watch::ZoneState;

/// One probe that ended.
#[derive(Debug, Clone, Copy)]
pub struct Probed<'a> {
    /// What the audit found; `None` when it did not end in time.
    pub state: Option<&'a ZoneState>,
    /// How long it took.
    pub took: Duration,
    /// How long it was allowed to take.
    pub allowed: Duration,
}

impl Probed<'_> {
    /// Whether those who validate can resolve the zone: it is secure, or known to be unsigned.
    pub fn is_success(&self) -> bool {
        let verdict = self.state.and_then(|state| state.verdict);
        matches!(verdict, Some(Verdict::Secure | Verdict::Insecure))
    }

    /// The whole page.
    pub fn page(&self) -> String {
        let mut page = String::new();
        let mut gauge = |name: &str, help: &str, value: String| {
            page.push_str(&head(name, help, "gauge"));
            line(&mut page, format_args!("{name} {value}"));
        };
        gauge(
            "probe_success",
            "Whether the zone is secure or provably unsigned; 0 when it is bogus or nothing could be told.",
            u8::from(self.is_success()).to_string(),
        );
        gauge(
            "probe_duration_seconds",
            "How long the audit took.",
            self.took.as_secs_f64().to_string(),
        );
        gauge(
            "probe_timeout_seconds",
            "How long the audit was allowed to take.",
            self.allowed.as_secs_f64().to_string(),
        );
        let Some(state) = self.state else {
            return page;
        };
        let labels = Default::default();
        let zone = Watched {
            state,
            group: "",
            labels: &labels,
        };
        page.extend(families(&[zone], Level::Detail));
        page
    }
}
