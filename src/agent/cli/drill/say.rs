//! What a rehearsal of resolvers came to, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};
use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use crate::agent::cli::works::Page;
use crate::drill::{DrillName, Drilled, Found, Judged, KeyTrust, Standing, Support, Tests};
use crate::report::Severity;
use crate::report::render::{Role, Style, escape_markdown, plain, wrap};
use crate::validate::resolver::Said;

/// A rehearsal with its names, and the catalogue that weighs what was found.
pub struct Weighed<'a> {
    /// The names asked for.
    pub names: &'a [DrillName],
    /// What came of it.
    pub drilled: &'a Drilled,
    /// Every check.
    pub pages: &'a [Page],
}

const COLUMNS: [&str; 6] = ["", "tests", "name", "expected", "found", "with CD"];

impl Weighed<'_> {
    /// The weight of a code.
    pub fn severity(&self, code: &str) -> Severity {
        let page = self.pages.iter().find(|page| page.code == code);
        page.map_or(Severity::Error, |page| page.severity)
    }

    /// The names that were asked for, with what was found.
    fn rows<'j>(&self, judged: &'j Judged) -> Vec<(usize, &DrillName, &'j Found)> {
        let pairs = self.names.iter().zip(&judged.found).enumerate();
        let pairs = pairs.map(|(index, (name, found))| (index, name, found));
        pairs
            .filter(|(_, name, _)| name.tests != Tests::RootKeys)
            .collect()
    }
}

fn role(standing: Standing) -> Role {
    match standing {
        Standing::Validates => Role::Good,
        Standing::Behind => Role::Attention,
        _ => match standing.is_validating() {
            Some(_) => Role::Bad,
            None => Role::Attention,
        },
    }
}

/// `9.9.9.9`, or a name with its address.
fn who(judged: &Judged) -> String {
    let label = &judged.resolver.label;
    match judged.resolver.address {
        Some(address) if !label.contains(&address.ip().to_string()) => {
            format!("{label} ({})", address.ip())
        }
        _ => label.clone(),
    }
}

/// For people: a sentence for each resolver, then what each rests on.
pub fn text(weighed: &Weighed<'_>, style: &Style) -> String {
    let mut out = String::new();
    for judged in &weighed.drilled.resolvers {
        let line = wrap(
            &format!("{} {}", who(judged), judged.sentence),
            style.width,
            "",
            2,
        );
        let _ = writeln!(out, "{}", style.paint(role(judged.standing), &line));
    }
    for (index, why) in &weighed.drilled.left_out {
        if let Some(name) = weighed.names.get(*index) {
            let line = format!("{} {}: {why}", name.name, name.rtype);
            let _ = writeln!(out, "{}", wrap(&line, style.width, "left out: ", 2));
        }
    }
    for judged in &weighed.drilled.resolvers {
        let has_rows = judged.found.iter().any(|found| !found.checked.is_empty());
        if !has_service(judged) && judged.findings.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}", style.paint(Role::Strong, &plain(&who(judged))));
        out += &findings(weighed, judged, style);
        for line in summaries(judged) {
            let _ = writeln!(out, "{}", wrap(&line, style.width, "  ", 4));
        }
        if has_rows && has_service(judged) {
            out += &table(weighed, judged, style);
        }
    }
    out
}

/// Whether its answers to single names tell anything.
fn has_service(judged: &Judged) -> bool {
    use Standing::{Down, Garbled, NoRecursion, NotFound, Refuses};
    !matches!(
        judged.standing,
        Down | Garbled | NoRecursion | NotFound | Refuses
    )
}

fn findings(weighed: &Weighed<'_>, judged: &Judged, style: &Style) -> String {
    let mut out = String::new();
    for finding in &judged.findings {
        let mark = style.mark(weighed.severity(finding.code), 0);
        let line = format!("{}: {}", finding.code, finding.message);
        let _ = writeln!(out, "  {mark}  {}", wrap(&line, style.width, "", 6));
        let _ = writeln!(
            out,
            "{}",
            wrap(&finding.fix, style.width, "      fix: ", 11)
        );
        let _ = writeln!(out, "      see: anchorwatch explain {}", finding.code);
    }
    out
}

/// What is validated, and which root keys are trusted, a line each.
fn summaries(judged: &Judged) -> Vec<String> {
    let supports = [
        (Support::Validated, "validates"),
        (Support::Insecure, "treats as unsigned"),
        (Support::Fails, "fails on good names with"),
        (Support::Untold, "could not tell"),
    ];
    let support = grouped("algorithms and digests", &supports, |wanted| {
        let all = judged.support.iter().filter(|one| one.support == *wanted);
        all.map(|one| one.tested.to_string()).collect()
    });
    let mut lines: Vec<String> = support.into_iter().collect();
    let trusts = [
        (KeyTrust::Trusted, "trusts"),
        (KeyTrust::NotTrusted, "does not trust"),
        (
            KeyTrust::Unsaid,
            "does not say (RFC 8509) whether it trusts",
        ),
        (KeyTrust::Untold, "could not tell"),
    ];
    if judged.standing.is_validating() == Some(true) {
        lines.extend(grouped("root keys", &trusts, |wanted| {
            let all = judged.root_keys.iter().filter(|key| key.trust == *wanted);
            all.map(|key| key.tag.to_string()).collect()
        }));
    }
    lines
}

/// `algorithms and digests: validates A, B; treats as unsigned C`.
fn grouped<T>(what: &str, groups: &[(T, &str)], of: impl Fn(&T) -> Vec<String>) -> Option<String> {
    let mut parts = Vec::new();
    for (kind, words) in groups {
        let members = of(kind);
        if !members.is_empty() {
            parts.push(format!("{words} {}", members.join(", ")));
        }
    }
    (!parts.is_empty()).then(|| format!("{what}: {}", parts.join("; ")))
}

fn table(weighed: &Weighed<'_>, judged: &Judged, style: &Style) -> String {
    let mut builder = Builder::new();
    builder.push_record(COLUMNS.into_iter().chain(["hint"]));
    let mut rows = weighed.rows(judged);
    // What is made of algorithms tells nothing where nothing is made of any.
    rows.retain(|(_, name, _)| name.tests == Tests::Validation || !judged.support.is_empty());
    for (_, name, found) in &rows {
        builder.push_record(
            cells(name, found)
                .into_iter()
                .chain([plain(&found.hints().join("; "))]),
        );
    }
    let mut table = builder.build();
    let table = table.with(Frame::blank()).to_string();
    let mut out = String::new();
    let marks = std::iter::once(None).chain(rows.iter().map(|(index, name, found)| {
        let is_left_out = weighed.drilled.left_out.contains_key(index);
        found.reaction.is_as(name.expect).filter(|_| !is_left_out)
    }));
    for (line, is_as_expected) in table.lines().zip(marks) {
        let line = line.trim_end();
        let _ = match is_as_expected {
            Some(false) => writeln!(out, " {}", style.paint(Role::Bad, line)),
            _ => writeln!(out, " {line}"),
        };
    }
    out
}

fn cells(name: &DrillName, found: &Found) -> [String; 6] {
    let mark = match found.reaction.is_as(name.expect) {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "?",
    };
    [
        mark.to_owned(),
        name.tests.to_string(),
        plain(&format!("{} {}", name.name, name.rtype)),
        name.expect.to_string(),
        plain(&rounds(found)),
        found
            .unchecked
            .as_ref()
            .map_or("-".to_owned(), |said| plain(&in_words(said))),
    ]
}

/// What came with checking: once if it was the same each time, else each with how often.
fn rounds(found: &Found) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for said in &found.checked {
        *counts.entry(in_words(said)).or_default() += 1;
    }
    match counts.len() {
        0 => "-".to_owned(),
        1 => counts.into_keys().collect(),
        _ => {
            let parts = counts
                .iter()
                .map(|(words, count)| format!("{words} ×{count}"));
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}

fn in_words(said: &Said) -> String {
    let ad = if said.is_authentic { " AD" } else { "" };
    format!("{}{ad}", said.in_words())
}

/// One JSON document: fields are added, never renamed.
pub fn json(weighed: &Weighed<'_>) -> String {
    let resolvers: Vec<Value> = weighed
        .drilled
        .resolvers
        .iter()
        .map(|judged| resolver(weighed, judged))
        .collect();
    let left_out = weighed.drilled.left_out.iter().filter_map(|(index, why)| {
        let name = weighed.names.get(*index)?;
        Some(
            json!({ "name": name.name.to_string(), "type": name.rtype.to_string(), "reason": why }),
        )
    });
    let document = json!({
        "schema": "anchorwatch.drill/1",
        "resolvers": resolvers,
        "left_out": left_out.collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn resolver(weighed: &Weighed<'_>, judged: &Judged) -> Value {
    let names = weighed.rows(judged);
    let findings = judged.findings.iter().map(|finding| {
        json!({
            "code": finding.code,
            "severity": weighed.severity(finding.code).to_string(),
            "message": finding.message,
            "fix": finding.fix,
        })
    });
    let support = judged.support.iter().map(|one| {
        json!({
            "tested": one.tested.to_string(),
            "kind": match one.tested {
                crate::drill::Tested::Algorithm(_) => "algorithm",
                crate::drill::Tested::Digest(_) => "digest",
            },
            "number": one.tested.number(),
            "support": one.support.word(),
            "validators": one.tested.requirement().map(|level| level.to_string()),
        })
    });
    let keys = judged.root_keys.iter().map(|key| {
        json!({ "key_tag": key.tag, "trust": key.trust.word(), "signs_root": key.is_signing })
    });
    json!({
        "resolver": judged.resolver.label,
        "address": judged.resolver.address.map(|address| address.to_string()),
        "transport": judged.resolver.transport.to_string(),
        "standing": judged.standing.word(),
        "validates": judged.standing.is_validating(),
        "sentence": format!("{} {}", who(judged), judged.sentence),
        "names": names.iter().map(|(index, name, found)| {
            let is_left_out = weighed.drilled.left_out.contains_key(index);
            self::name(name, found, is_left_out)
        }).collect::<Vec<_>>(),
        "support": support.collect::<Vec<_>>(),
        "root_keys": keys.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn name(name: &DrillName, found: &Found, is_left_out: bool) -> Value {
    json!({
        "name": name.name.to_string(),
        "type": name.rtype.to_string(),
        "expected": name.expect.to_string(),
        "tests": name.tests.to_string(),
        "about": name.about,
        "reaction": found.reaction.word(),
        "as_expected": found.reaction.is_as(name.expect),
        "left_out": is_left_out,
        "checked": found.checked.iter().map(said).collect::<Vec<_>>(),
        "unchecked": found.unchecked.as_ref().map(said),
        "checked_afterwards": found.afterwards.as_ref().map(said),
    })
}

fn said(said: &Said) -> Value {
    let errors = said.extended_errors.iter();
    json!({
        "rcode": said.rcode.map(|rcode| rcode.to_string()),
        "silence": said.silence.as_ref().map(ToString::to_string),
        "ad": said.is_authentic,
        "cd": said.is_checking_disabled,
        "ra": said.is_recursion_available,
        "signatures": said.has_signatures,
        "ede": errors.map(|error| json!({ "code": error.code, "text": error.text })).collect::<Vec<_>>(),
    })
}

/// For tickets and chat.
pub fn markdown(weighed: &Weighed<'_>) -> String {
    let mut out = String::new();
    for judged in &weighed.drilled.resolvers {
        let _ = writeln!(
            out,
            "- {} {}",
            escape_markdown(&who(judged)),
            escape_markdown(&judged.sentence)
        );
    }
    for judged in weighed
        .drilled
        .resolvers
        .iter()
        .filter(|judged| has_service(judged))
    {
        let _ = writeln!(out, "\n### {}\n", escape_markdown(&who(judged)));
        for finding in &judged.findings {
            let line = format!("{}: {}", finding.code, finding.message);
            let _ = writeln!(
                out,
                "- {} {}",
                weighed.severity(finding.code),
                escape_markdown(&line)
            );
        }
        for line in summaries(judged) {
            let _ = writeln!(out, "- {}", escape_markdown(&line));
        }
        let _ = writeln!(
            out,
            "\n| {} |\n|{}",
            COLUMNS.join(" | "),
            "---|".repeat(COLUMNS.len())
        );
        for (_, name, found) in weighed.rows(judged) {
            let cells = cells(name, found).map(|cell| escape_markdown(&cell));
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    out
}
