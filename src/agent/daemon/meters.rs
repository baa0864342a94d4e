//! What the agent counts of itself: the families whose names begin with `anchorwatch_`, and the process.
//!
//! None has a label for a zone. Scrapes are not counted: Prometheus does that itself.

use prometheus::{
    Encoder, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, TextEncoder,
};

use crate::agent::notify;
use crate::dns::Timestamp;

/// The meters of one daemon, with a registry of their own.
#[derive(Debug, Clone)]
pub struct Meters {
    registry: Registry,
    /// Audits that ended.
    pub audits: IntCounter,
    /// Of these, those that could not tell anything.
    pub audit_failures: IntCounter,
    /// How long audits took.
    pub audit_duration: Histogram,
    /// Questions asked in audits.
    pub exchanges: IntCounter,
    /// Rounds of cheap questions.
    pub glances: IntCounter,
    /// Of these, those that saw a change.
    pub glance_changes: IntCounter,
    /// Events by kind.
    pub events: IntCounterVec,
    /// Audits under way.
    pub running: IntGauge,
    /// How long the zone that has been due longest waits.
    pub lag: Gauge,
    /// Zones that are watched.
    pub zones: IntGauge,
    /// Records the store did not take.
    pub store_failures: IntCounter,
    /// Size of the store.
    pub store_size: IntGauge,
    /// Whether the last reload was taken.
    pub reload_successful: IntGauge,
    /// When a configuration was last taken.
    pub reload_timestamp: IntGauge,
    /// Whether a list of zones could be read, by source.
    pub source_up: IntGaugeVec,
    /// Whether a resolver validates, by its control names.
    pub resolver_validates: IntGaugeVec,
    /// Whether a resolver takes signatures out of its answers.
    pub resolver_strips: IntGaugeVec,
    /// When the loop last moved on.
    pub progress: IntGauge,
    /// Those of messages.
    pub notify: notify::meters::Meters,
}

impl Meters {
    /// All at zero.
    ///
    /// # Errors
    /// The library's, when two families have one name.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let meters = Self {
            audits: IntCounter::new("anchorwatch_audits_total", "Audits that ended.")?,
            audit_failures: IntCounter::new(
                "anchorwatch_audit_failures_total",
                "Audits that could not tell anything.",
            )?,
            audit_duration: Histogram::with_opts(
                HistogramOpts::new(
                    "anchorwatch_audit_duration_seconds",
                    "How long audits took.",
                )
                .buckets(vec![0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0]),
            )?,
            exchanges: IntCounter::new("anchorwatch_exchanges_total", "Questions in audits.")?,
            glances: IntCounter::new(
                "anchorwatch_glances_total",
                "Rounds of cheap questions between audits.",
            )?,
            glance_changes: IntCounter::new(
                "anchorwatch_glance_changes_total",
                "Rounds of cheap questions that saw a change.",
            )?,
            events: IntCounterVec::new(
                Opts::new("anchorwatch_events_total", "Events by kind."),
                &["kind"],
            )?,
            running: IntGauge::new("anchorwatch_audits_running", "Audits under way.")?,
            lag: Gauge::new(
                "anchorwatch_schedule_lag_seconds",
                "How long the zone that has been due longest waits for its audit.",
            )?,
            zones: IntGauge::new("anchorwatch_zones", "Zones that are watched.")?,
            store_failures: IntCounter::new(
                "anchorwatch_store_failures_total",
                "Records that the store did not take.",
            )?,
            store_size: IntGauge::new("anchorwatch_store_size_bytes", "Size of the store.")?,
            reload_successful: IntGauge::new(
                "anchorwatch_config_last_reload_successful",
                "Whether the last reading of the configuration was taken.",
            )?,
            reload_timestamp: IntGauge::new(
                "anchorwatch_config_last_reload_success_timestamp_seconds",
                "When a configuration was last taken.",
            )?,
            source_up: IntGaugeVec::new(
                Opts::new(
                    "anchorwatch_source_up",
                    "Whether the list of zones could be read; the last one is kept when it could not.",
                ),
                &["source"],
            )?,
            resolver_validates: IntGaugeVec::new(
                Opts::new(
                    "dnssec_resolver_validates",
                    "Whether the resolver fails on its known-bad control name and not on its known-good one.",
                ),
                &["resolver"],
            )?,
            resolver_strips: IntGaugeVec::new(
                Opts::new(
                    "dnssec_resolver_strips_dnssec",
                    "Whether the resolver's answer for its known-good control name lacks signatures, with DO set.",
                ),
                &["resolver"],
            )?,
            progress: IntGauge::new(
                "anchorwatch_progress_timestamp_seconds",
                "When the loop that starts audits last moved on.",
            )?,
            notify: notify::meters::Meters::new(&registry)?,
            registry,
        };
        meters.register()?;
        Ok(meters)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        let info = Opts::new("anchorwatch_build_info", "Version of the agent.")
            .const_label("version", env!("CARGO_PKG_VERSION"));
        let info = IntGauge::with_opts(info)?;
        info.set(1);
        let registry = &self.registry;
        registry.register(Box::new(info))?;
        for counter in [
            &self.audits,
            &self.audit_failures,
            &self.exchanges,
            &self.glances,
            &self.glance_changes,
            &self.store_failures,
        ] {
            registry.register(Box::new(counter.clone()))?;
        }
        for gauge in [
            &self.running,
            &self.zones,
            &self.store_size,
            &self.reload_successful,
            &self.reload_timestamp,
            &self.progress,
        ] {
            registry.register(Box::new(gauge.clone()))?;
        }
        registry.register(Box::new(self.audit_duration.clone()))?;
        registry.register(Box::new(self.events.clone()))?;
        registry.register(Box::new(self.lag.clone()))?;
        registry.register(Box::new(self.source_up.clone()))?;
        registry.register(Box::new(self.resolver_validates.clone()))?;
        registry.register(Box::new(self.resolver_strips.clone()))?;
        registry.register(Box::new(
            prometheus::process_collector::ProcessCollector::for_self(),
        ))
    }

    /// Drops the series of a resolver that is no longer asked.
    pub fn forget_resolver(&self, label: &str) {
        for family in [&self.resolver_validates, &self.resolver_strips] {
            // One that never answered has no series.
            let _ = family.remove_label_values(&[label]);
        }
    }

    /// A configuration was read at `at`, and taken or not.
    pub fn reloaded(&self, is_taken: bool, at: Timestamp) {
        self.reload_successful.set(i64::from(is_taken));
        if is_taken {
            self.reload_timestamp.set(at.0);
        }
    }

    /// All of them in the text format.
    pub fn text(&self) -> String {
        let mut page = Vec::new();
        let families = self.registry.gather();
        // Writing to memory cannot fail, and the encoder writes text.
        let _ = TextEncoder::new().encode(&families, &mut page);
        String::from_utf8(page).unwrap_or_default()
    }
}
