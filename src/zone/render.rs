//! How an outcome reads: for people, for programs, for monitoring plugins, for node_exporter.

use std::fmt::Write;

use super::live::Live;
use super::outcome::Outcome;
use crate::dns::present::one_line;
use crate::dns::time::humane;
use crate::report::Severity;
use crate::report::render::{Mark, Role, Style, counted};
use crate::report::status::Status;

/// A story for people. Where the style wants all, notices are told in full and every day of the histogram is shown.
pub fn text(outcome: &Outcome, status: Status, style: &Style) -> String {
    let head = style.paint(role(status), &headline(outcome, status));
    let mut out = format!("{head}\n\n");
    let counts = &outcome.counts;
    let _ = writeln!(
        out,
        "  {}, {}, {} ({} with DS)",
        counted(counts.names, "name"),
        counted(counts.records, "record"),
        counted(counts.delegations, "delegation"),
        counts.secure_delegations
    );
    let _ = writeln!(
        out,
        "  {} over {}, {} verified",
        counted(counts.signatures, "signature"),
        counted(counts.rrsets, "RRset"),
        counts.verified
    );
    let chain = match &outcome.nsec3 {
        Some(hashing) => format!(
            "NSEC3, {}, {} of salt",
            counted(hashing.iterations, "iteration"),
            counted(hashing.salt_octets, "octet")
        ),
        None if counts.nsec3 > 0 => "NSEC3, not looked at".to_owned(),
        None if counts.nsec > 0 => "NSEC".to_owned(),
        None => "nothing".to_owned(),
    };
    let _ = writeln!(out, "  denial by {chain}");
    for key in &outcome.keys {
        let role = match (key.signs_keys, key.signs) {
            (true, _) => "signs the keys",
            (false, true) => "signs the zone",
            (false, false) => "signs nothing",
        };
        let _ = writeln!(
            out,
            "  DNSKEY {} {} flags {}: {role}",
            key.tag, key.algorithm, key.flags
        );
    }
    if let Some(end) = outcome.first_expiration {
        let left = end.since(outcome.at);
        let when = if left < 0 {
            format!("{} ago", humane(-left))
        } else {
            format!("in {}", humane(left))
        };
        let _ = writeln!(out, "  the first signature ends at {end} ({when})");
    }
    if let Some(sample) = &outcome.sample {
        let _ = writeln!(
            out,
            "  a sample of {} of {} names (seed {}): if one name in a thousand is bad, it misses all of them with a probability of {}",
            sample.names,
            sample.of,
            sample.seed,
            probability(sample.miss(0.001))
        );
    }
    histogram(&mut out, outcome, style.all);
    if let Some(heard) = &outcome.live {
        live(&mut out, heard);
    }
    if let Some(change) = &outcome.change {
        super::change::text(&mut out, change, outcome.serial);
    }
    faults(&mut out, outcome, style);
    out
}

/// To four places, and never 0 for what can happen.
fn probability(most: f64) -> String {
    match (most * 1e4).ceil() / 1e4 {
        0.0 => "0".to_owned(),
        most => format!("at most {most:.4}"),
    }
}

fn live(out: &mut String, heard: &Live) {
    let _ = writeln!(out);
    match heard.ds.as_deref() {
        Some([]) => {
            let _ = writeln!(out, "  the parent has no DS");
        }
        Some(set) => {
            for ds in set {
                let _ = writeln!(out, "  the parent has DS {ds}");
            }
        }
        None => {}
    }
    if !heard.servers.is_empty() {
        let servers = heard.servers.join(", ");
        let _ = writeln!(out, "  the apex compared at {}", one_line(&servers));
    }
    for server in &heard.silent {
        let _ = writeln!(out, "  no answer from {}", one_line(server));
    }
}

fn role(status: Status) -> Role {
    match status {
        Status::Ok => Role::Good,
        Status::Warning | Status::Unknown => Role::Attention,
        Status::Critical => Role::Bad,
    }
}

fn headline(outcome: &Outcome, status: Status) -> String {
    let serial = outcome
        .serial
        .map_or_else(String::new, |serial| format!(" serial {serial}"));
    let verdict = match (status, outcome.faults.first()) {
        (Status::Ok, _) if outcome.sample.is_some() => "no fault in what was looked at".to_owned(),
        (Status::Ok, _) => "good".to_owned(),
        (Status::Unknown, _) => not_told(outcome),
        (_, Some(worst)) => format!(
            "{}: {} of {}",
            worst.severity_word(),
            worst.total,
            worst.code
        ),
        (_, None) => status.to_string(),
    };
    format!("{}{serial}: {verdict}", outcome.zone)
}

fn not_told(outcome: &Outcome) -> String {
    match (outcome.unreadable.total, outcome.counts.unverifiable) {
        (0, 0) if !outcome.is_denial_checked => {
            "could not tell: the chain of NSEC3 records was not gone through".to_owned()
        }
        (0, 0) => match &outcome.live {
            Some(live) if !live.silent.is_empty() => {
                format!(
                    "could not tell: {} did not answer",
                    counted(live.silent.len(), "server")
                )
            }
            _ => "could not tell: the older version cannot be read to its end".to_owned(),
        },
        (0, unverifiable) => {
            let signatures = counted(unverifiable, "signature");
            format!("could not tell: {signatures} that nothing here verifies")
        }
        (unread, _) => format!(
            "could not tell: {} that cannot be read",
            counted(unread, "record")
        ),
    }
}

impl super::Grievance {
    fn severity_word(&self) -> &'static str {
        match self.severity {
            Severity::Bogus => "bogus",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
        }
    }
}

fn histogram(out: &mut String, outcome: &Outcome, is_all: bool) {
    const SHORT: usize = 7;
    let shown = if is_all {
        outcome.expirations.len()
    } else {
        SHORT
    };
    if outcome.expirations.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nSignatures end on");
    for day in outcome.expirations.iter().take(shown) {
        let _ = writeln!(out, "  {}  {}", day.day, day.signatures);
    }
    let later = outcome.expirations.iter().skip(shown);
    let (days, signatures) =
        later.fold((0, 0), |(days, sum), day| (days + 1, sum + day.signatures));
    if days > 0 {
        let _ = writeln!(out, "  later       {signatures} on {days} days");
    }
}

fn faults(out: &mut String, outcome: &Outcome, style: &Style) {
    for line in &outcome.unreadable.first {
        let _ = writeln!(out, "\nunreadable  {line}");
    }
    for grievance in &outcome.faults {
        let _ = writeln!(
            out,
            "\n{} {}: {}",
            style.paint(
                grievance.severity.role(),
                &format!("{:<8}", grievance.severity_word())
            ),
            grievance.code,
            grievance.total
        );
        if grievance.severity == Severity::Notice && !style.all {
            continue;
        }
        for fault in &grievance.first {
            let at = match fault.line {
                Some(line) => format!("{}:{line}: ", outcome.file(fault)),
                None => String::new(),
            };
            let _ = writeln!(
                out,
                "  {at}{} {}",
                one_line(&fault.owner),
                one_line(&fault.message)
            );
        }
        let more = grievance.total.saturating_sub(grievance.first.len() as u64);
        if more > 0 && !grievance.first.is_empty() {
            let _ = writeln!(out, "  and {more} more");
        }
    }
}

/// One JSON document.
pub fn json(outcome: &Outcome) -> String {
    let written = serde_json::to_string_pretty(outcome);
    written.expect("plain data can be written") + "\n"
}

/// A line of JSON for the zone without its faults, then one for each fault that is told.
pub fn ndjson(outcome: &Outcome) -> String {
    let mut head = outcome.clone();
    let faults = std::mem::take(&mut head.faults);
    let mut out = serde_json::to_string(&head).expect("plain data can be written") + "\n";
    for grievance in &faults {
        for fault in &grievance.first {
            let line = serde_json::json!({
                "code": grievance.code,
                "total": grievance.total,
                "file": outcome.file(fault),
                "fault": fault,
            });
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// One line for Nagios and its kin.
pub fn nagios(outcome: &Outcome, status: Status) -> String {
    let line = one_line(&headline(outcome, status)).replace('|', "/");
    let total = |severity| -> u64 {
        let these = outcome
            .faults
            .iter()
            .filter(|fault| fault.severity == severity);
        these.map(|fault| fault.total).sum()
    };
    let left = outcome.first_expiration.map_or_else(
        || "U".to_owned(),
        |end| format!("{}s", end.since(outcome.at)),
    );
    format!(
        "ZONE {status} - {line} | names={} signatures={} verified={} bogus={} errors={} warnings={} remaining={left}\n",
        outcome.counts.names,
        outcome.counts.signatures,
        outcome.counts.verified,
        total(Severity::Bogus),
        total(Severity::Error),
        total(Severity::Warning),
    )
}

/// One line for Nagios and its kin, when nothing is known of the zone.
pub fn nagios_of_nothing(zone: &str, why: &str) -> String {
    let line = one_line(&format!("{zone}: {why}")).replace('|', "/");
    format!("ZONE {} - {line}\n", Status::Unknown)
}

const STATUS: &str = "# HELP anchorwatch_zone_file_status 0 good, 1 warning, 2 critical, 3 unknown.
# TYPE anchorwatch_zone_file_status gauge
";

fn label(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    escaped.replace('\n', "\\n")
}

/// For node_exporter's textfile collector, when nothing is known of the zone of this name.
pub fn metrics_of_nothing(zone: &str) -> String {
    let zone = label(zone);
    let unknown = Status::Unknown.exit_code();
    format!("{STATUS}anchorwatch_zone_file_status{{zone=\"{zone}\"}} {unknown}\n")
}

/// For node_exporter's textfile collector.
pub fn metrics(outcome: &Outcome, status: Status) -> String {
    let zone = label(&outcome.zone);
    let mut out = format!(
        "{STATUS}anchorwatch_zone_file_status{{zone=\"{zone}\"}} {}\n",
        status.exit_code()
    );
    let mut gauge = |name: &str, help: &str, labels: &str, value: String| {
        if !out.contains(&format!("# TYPE {name} ")) {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
        }
        let _ = writeln!(out, "{name}{{zone=\"{zone}\"{labels}}} {value}");
    };
    let counts = &outcome.counts;
    gauge(
        "anchorwatch_zone_file_names",
        "Names in the zone.",
        "",
        counts.names.to_string(),
    );
    gauge(
        "anchorwatch_zone_file_signatures",
        "RRSIG records.",
        "",
        counts.signatures.to_string(),
    );
    gauge(
        "anchorwatch_zone_file_verified",
        "Signatures verified.",
        "",
        counts.verified.to_string(),
    );
    gauge(
        "anchorwatch_zone_file_checked_timestamp_seconds",
        "The instant judged at.",
        "",
        outcome.at.0.to_string(),
    );
    if let Some(serial) = outcome.serial {
        gauge(
            "anchorwatch_zone_file_serial",
            "Serial of the SOA.",
            "",
            serial.to_string(),
        );
    }
    if let Some(end) = outcome.first_expiration {
        gauge(
            "anchorwatch_zone_file_first_expiration_timestamp_seconds",
            "When the first signature ends.",
            "",
            end.0.to_string(),
        );
    }
    for fault in &outcome.faults {
        let labels = format!(
            ",code=\"{}\",severity=\"{}\"",
            fault.code,
            fault.severity_word()
        );
        gauge(
            "anchorwatch_zone_file_faults",
            "Faults by code.",
            &labels,
            fault.total.to_string(),
        );
    }
    out
}
