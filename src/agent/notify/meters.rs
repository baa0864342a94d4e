//! What is counted of messages: the families whose names begin with `anchorwatch_notification`,
//! `anchorwatch_outbox`, `anchorwatch_incident`, `anchorwatch_silence` and `anchorwatch_drill`.

use prometheus::core::Collector;
use prometheus::{Gauge, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// The meters of messages.
#[derive(Debug, Clone)]
pub struct Meters {
    /// Attempts to send, by endpoint.
    pub attempts: IntCounterVec,
    /// Of these, those that failed.
    pub failures: IntCounterVec,
    /// When an attempt last succeeded.
    pub success: IntGaugeVec,
    /// Bodies for which the user's template could not be used.
    pub templates: IntCounterVec,
    /// Whether the endpoint said that it is gone.
    pub disabled: IntGaugeVec,
    /// Messages that wait.
    pub waiting: IntGaugeVec,
    /// When the oldest of them was made.
    pub oldest: IntGaugeVec,
    /// Messages that are dead.
    pub dead: IntGaugeVec,
    /// Changes that the store did not take at once.
    pub store_failures: IntCounter,
    /// Incidents at present.
    pub incidents: IntGauge,
    /// Alarms by phase.
    pub alarms: IntGaugeVec,
    /// Silences that are not over.
    pub silences: IntGauge,
    /// Silences that ended without having matched anything.
    pub unused: IntCounter,
    /// When a rehearsal last came through.
    pub drill_success: IntGauge,
    /// How long the last one took.
    pub drill_duration: Gauge,
    /// Rehearsals that did not come through.
    pub drill_failures: IntCounter,
}

impl Meters {
    /// All at zero, in `registry`.
    ///
    /// # Errors
    /// The library's, when two families have one name.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let of = |label: &'static str| {
            move |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), &[label])
        };
        let gauges = of("endpoint");
        let counters =
            |name: &str, help: &str| IntCounterVec::new(Opts::new(name, help), &["endpoint"]);
        let meters = Self {
            attempts: counters(
                "anchorwatch_notifications_total",
                "Attempts to send a message.",
            )?,
            failures: counters(
                "anchorwatch_notification_failures_total",
                "Attempts to send a message that failed.",
            )?,
            success: gauges(
                "anchorwatch_notification_last_success_timestamp_seconds",
                "When the endpoint last took a message.",
            )?,
            templates: counters(
                "anchorwatch_notification_template_failures_total",
                "Messages that the template of the endpoint did not render, sent with the one that is built in.",
            )?,
            disabled: gauges(
                "anchorwatch_notification_endpoint_disabled",
                "Whether the endpoint has said that it is gone, with status 410.",
            )?,
            waiting: gauges(
                "anchorwatch_outbox_messages",
                "Messages that wait to be taken.",
            )?,
            oldest: gauges(
                "anchorwatch_outbox_oldest_message_timestamp_seconds",
                "When the oldest message that waits was made; 0 when none does.",
            )?,
            dead: gauges(
                "anchorwatch_outbox_dead_messages",
                "Messages that were sent as often as they may be, and not taken.",
            )?,
            store_failures: IntCounter::new(
                "anchorwatch_outbox_store_failures_total",
                "Changes to the outbox that the store did not take at once; they are tried again.",
            )?,
            incidents: IntGauge::new("anchorwatch_incidents", "Incidents that are not over.")?,
            alarms: of("phase")(
                "anchorwatch_alarms",
                "Things that are wrong with zones, by where they are in their life.",
            )?,
            silences: IntGauge::new("anchorwatch_silences", "Silences that are not over.")?,
            unused: IntCounter::new(
                "anchorwatch_silences_unused_total",
                "Silences that ended without having matched anything.",
            )?,
            drill_success: IntGauge::new(
                "anchorwatch_drill_last_success_timestamp_seconds",
                "When a rehearsal of alerts last went through all endpoints and back.",
            )?,
            drill_duration: Gauge::new(
                "anchorwatch_drill_duration_seconds",
                "How long the last rehearsal of alerts took.",
            )?,
            drill_failures: IntCounter::new(
                "anchorwatch_drill_failures_total",
                "Rehearsals of alerts that did not come through.",
            )?,
        };
        for family in meters.families() {
            registry.register(family)?;
        }
        Ok(meters)
    }

    fn families(&self) -> Vec<Box<dyn Collector>> {
        vec![
            Box::new(self.attempts.clone()),
            Box::new(self.failures.clone()),
            Box::new(self.success.clone()),
            Box::new(self.templates.clone()),
            Box::new(self.disabled.clone()),
            Box::new(self.waiting.clone()),
            Box::new(self.oldest.clone()),
            Box::new(self.dead.clone()),
            Box::new(self.store_failures.clone()),
            Box::new(self.incidents.clone()),
            Box::new(self.alarms.clone()),
            Box::new(self.silences.clone()),
            Box::new(self.unused.clone()),
            Box::new(self.drill_success.clone()),
            Box::new(self.drill_duration.clone()),
            Box::new(self.drill_failures.clone()),
        ]
    }

    /// Has the series of an endpoint there from the start.
    pub fn begin(&self, endpoint: &str) {
        let label = [endpoint];
        for counters in [&self.attempts, &self.failures, &self.templates] {
            counters.with_label_values(&label);
        }
        for gauges in [
            &self.success,
            &self.disabled,
            &self.waiting,
            &self.oldest,
            &self.dead,
        ] {
            gauges.with_label_values(&label);
        }
    }

    /// Drops the series of an endpoint that is no longer there.
    pub fn end(&self, endpoint: &str) {
        let label = [endpoint];
        // What was never counted has no series to drop.
        for counters in [&self.attempts, &self.failures, &self.templates] {
            let _ = counters.remove_label_values(&label);
        }
        for gauges in [
            &self.success,
            &self.disabled,
            &self.waiting,
            &self.oldest,
            &self.dead,
        ] {
            let _ = gauges.remove_label_values(&label);
        }
    }
}
