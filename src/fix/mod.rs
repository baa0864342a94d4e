//! What to type: the records and commands that put findings right, as a script that a person reads first.
//!
//! The commands are those of the pages of the checks (the file `page` finds them), so there is one place where they
//! are written and looked after. A command stands open only if it signs, loads, transfers or shows what is there
//! once more. What makes or moves keys, changes records, or tells a signer that the parent did its part is a
//! comment: whoever reads it has to know that its time has come. So is a command that still needs something filled
//! in, or is one of several to choose from, and everything for a zone whose name a shell would read as something
//! else.

mod page;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::checks::{Area, CHECKS};
use crate::delegation::{Action, DsPlan, Step};
use crate::report::render::{Mark, plain};
use crate::report::{Finding, Report, Severity};

/// Whom the script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// ISC BIND.
    Bind,
    /// Knot DNS.
    Knot,
    /// PowerDNS Authoritative Server.
    PowerDns,
    /// NSD, with zones signed by the tools of ldns.
    Nsd,
    /// Who passes records on to the parent.
    Registrar,
}

impl Signer {
    fn name(self) -> &'static str {
        match self {
            Self::Bind => "BIND",
            Self::Knot => "Knot DNS",
            Self::PowerDns => "PowerDNS",
            Self::Nsd => "NSD and ldns",
            Self::Registrar => "the registrar",
        }
    }

    /// The words that its lines on a page begin with.
    fn marks(self) -> &'static [&'static str] {
        match self {
            Self::Bind => &["BIND"],
            Self::Knot => &["Knot", "Knot DNS"],
            Self::PowerDns => &["PowerDNS"],
            Self::Nsd => &["NSD", "ldns"],
            Self::Registrar => &[],
        }
    }
}

/// The script for the findings of a report; `plan` is that of its last delegation.
pub fn script(report: &Report, plan: Option<&DsPlan>, signer: Signer) -> String {
    let mut out = head(report, signer);
    let mut seen = BTreeSet::new();
    let findings = report.findings.iter();
    for finding in findings.filter(|finding| is_for(finding, signer)) {
        let is_new = seen.insert((finding.code.as_str(), &finding.zone));
        out += &told(finding, signer, is_new);
    }
    if seen.is_empty() {
        out += "\n# There is nothing to put right here.\n";
    }
    if let Some(plan) = plan.filter(|plan| !plan.steps.is_empty()) {
        out += &delegation(plan, signer);
    }
    out
}

/// Whether something is to be done, and by them: a registrar has the delegation alone.
fn is_for(finding: &Finding, signer: Signer) -> bool {
    let check = CHECKS.iter().find(|check| check.code == finding.code);
    let is_theirs = check.is_some_and(|check| check.area == Area::Delegation);
    finding.severity > Severity::Notice && (signer != Signer::Registrar || is_theirs)
}

fn head(report: &Report, signer: Signer) -> String {
    let first = match signer {
        Signer::Registrar => "",
        _ => "#!/bin/sh -e\n",
    };
    format!(
        "{first}# {} {} as of {}, for {}.\n# {}.\n# Read it before you use it: what has to be chosen, filled in or waited for is a comment.\n",
        plain(&report.query.name.to_string()),
        report.query.rtype,
        report.at,
        signer.name(),
        capitalised(&plain(report.summary.trim_end_matches('.'))),
    )
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

/// A finding as a comment, and its commands; those of a code for a zone are given once.
fn told(finding: &Finding, signer: Signer, has_commands: bool) -> String {
    let mut out = format!(
        "\n# {}  {}  {}\n# {}\n",
        finding.severity.word(),
        finding.code,
        plain(&finding.zone.to_string()),
        plain(&finding.message)
    );
    if signer == Signer::Registrar || !has_commands {
        return out;
    }
    let check = CHECKS.iter().find(|check| check.code == finding.code);
    let advice = check.map(|check| page::advice(check.page, signer.marks()));
    let advice = advice.unwrap_or_default();
    if advice.is_empty() {
        let lines = finding.fix.lines().filter(|line| !line.trim().is_empty());
        lines.for_each(|line| out += &format!("# {}\n", plain(line)));
    }
    for item in advice {
        if !matches!(item.commands.as_slice(), [only] if only.text == item.text) {
            let _ = writeln!(out, "# {}", put_in(&item.text, finding));
        }
        // What follows a command that is not ready waits for it.
        let mut is_open = is_plain(finding);
        for command in item.commands {
            let line = put_in(&command.text, finding);
            is_open &= command.is_first && is_again(&command.text) && is_ready(&line);
            let mark = if is_open { "" } else { "# " };
            let _ = writeln!(out, "{mark}{line}");
        }
    }
    out
}

/// The text with the zone and the key tag of a finding in the place of those of the page.
fn put_in(text: &str, finding: &Finding) -> String {
    let zone = plain(&finding.zone.to_string());
    let zone = match zone.as_str() {
        "." => ".",
        zone => zone.trim_end_matches('.'),
    };
    let text = text.replace("Kexample.com.+013+12345", &format!("K{zone}.+ALG+TAG"));
    let text = text.replace("example.com.zone", &format!("{zone}.zone"));
    let text = text.replace("example.com", zone);
    match finding.subject.get("key_tag") {
        Some(tag) => text.replace("12345", tag),
        None => text,
    }
}

/// How commands begin that do nothing but once more, as a page has them: for its own zone.
const AGAIN: [&str; 35] = [
    "rndc sign example.com",
    "rndc loadkeys example.com",
    "rndc reload example.com",
    "rndc retransfer example.com",
    "rndc reconfig",
    "rndc zonestatus example.com",
    "rndc dnssec -status example.com",
    "rndc signing -list example.com",
    "rndc signing -nsec3param 1 0 0 - example.com",
    "rndc flushname example.com",
    "rndc flushtree example.com",
    "rndc managed-keys status",
    "rndc nta -dump",
    "dnssec-signzone -o example.com example.com.zone",
    "knotc reload",
    "knotc zone-sign example.com",
    "knotc zone-keys-load example.com",
    "knotc zone-reload example.com",
    "knotc zone-retransfer example.com",
    "knotc zone-status example.com",
    "knotc zone-diff example.com",
    "keymgr example.com list",
    "keymgr example.com ds",
    "keymgr example.com dnskey",
    "pdnsutil rectify-zone example.com",
    "pdnsutil set-nsec3 example.com '1 0 0 -'",
    "pdnsutil show-zone example.com",
    "pdnsutil check-zone example.com",
    "pdnsutil export-zone-ds example.com",
    "pdnsutil list-zone example.com",
    "pdns_control retrieve example.com",
    "nsd-control reload example.com",
    "nsd-control force_transfer example.com",
    "nsd-control zonestatus example.com",
    "ldns-verify-zone example.com.zone.signed",
];

/// Whether a command of a page does nothing but once more.
fn is_again(command: &str) -> bool {
    let command = command.replace("example.com. ", "example.com ");
    let goes_on = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let mut known = AGAIN.iter();
    known.any(|known| command.strip_prefix(known).is_some_and(goes_on))
}

/// Words that stand for something on a page.
const BLANKS: [&str; 8] = [
    "12345", "FILE", "ID", "KEY", "KEY1", "KEY2", "ADDRESS", "SERVER",
];

/// Whether nothing is left to be filled in.
fn is_ready(command: &str) -> bool {
    let mut words = command.split_whitespace();
    !words.any(|word| BLANKS.contains(&word) || word.starts_with('K') && word.contains(".+"))
}

/// Whether a shell reads the name of the zone as it stands.
fn is_plain(finding: &Finding) -> bool {
    let zone = finding.zone.to_string();
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b".-_".contains(&octet);
    zone.bytes().all(is_plain) && !zone.starts_with('-')
}

/// The steps at the parent: records to publish and to withdraw, and from when on.
fn delegation(plan: &DsPlan, signer: Signer) -> String {
    let mut out = format!(
        "\n# The delegation of {}: {}\n",
        plain(&plan.zone.to_string()),
        plain(&plan.summary)
    );
    for (index, step) in plan.steps.iter().enumerate() {
        out += &step_told(plan, index, step, signer);
    }
    out
}

fn step_told(plan: &DsPlan, index: usize, step: &Step, signer: Signer) -> String {
    let from = match step.earliest > plan.at {
        true => format!("not before {}: ", step.earliest),
        false => String::new(),
    };
    let mut out = format!("# {}. {from}{}\n", index + 1, plain(&step.text));
    let sign = match step.action {
        Action::Withdraw => '-',
        _ => '+',
    };
    let mark = match signer {
        Signer::Registrar => "",
        _ => "# ",
    };
    for record in &step.records {
        let _ = writeln!(out, "{mark}{sign} {}", plain(record));
    }
    let seen = match step.action {
        Action::Withdraw => "no server of the parent has it",
        _ => "every server of the parent has it",
    };
    for command in told_signer(plan, step, signer) {
        let _ = writeln!(out, "# once {seen}, and not before: {command}");
    }
    out
}

/// How the signer is told that the parent did as it should, for each key that it has.
fn told_signer(plan: &DsPlan, step: &Step, signer: Signer) -> BTreeSet<String> {
    let zone = plain(&plan.zone.to_string());
    let zone = zone.trim_end_matches('.');
    let fields = step
        .records
        .iter()
        .filter_map(|record| record.split_whitespace().nth(3));
    let is_own = |tag: &&str| plan.keys.iter().any(|key| key.key_tag.to_string() == **tag);
    let told = |tag: &str| match (signer, step.action) {
        (Signer::Bind, Action::Publish) => {
            Some(format!("rndc dnssec -checkds -key {tag} published {zone}"))
        }
        (Signer::Bind, Action::Withdraw) => {
            Some(format!("rndc dnssec -checkds -key {tag} withdrawn {zone}"))
        }
        (Signer::Knot, Action::Publish) => Some(format!("knotc zone-ksk-submitted {zone}")),
        _ => None,
    };
    fields.filter(is_own).filter_map(told).collect()
}
