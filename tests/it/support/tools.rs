//! The tools whose verdicts are compared: ours, delv, and validating resolvers.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::wire;

/// A verdict in the words of RFC 4035, section 4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Validated.
    Secure,
    /// Proven to have no chain.
    Insecure,
    /// Should validate and does not.
    Bogus,
    /// No data, so no verdict.
    Indeterminate,
}

impl Verdict {
    /// The word for it; `None` for another word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "secure" => Some(Self::Secure),
            "insecure" => Some(Self::Insecure),
            "bogus" => Some(Self::Bogus),
            "indeterminate" => Some(Self::Indeterminate),
            _ => None,
        }
    }

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Secure => "secure",
            Self::Insecure => "insecure",
            Self::Bogus => "bogus",
            Self::Indeterminate => "indeterminate",
        }
    }
}

/// What our program said of one name.
#[derive(Debug)]
pub struct Audit {
    /// Exit code.
    pub exit: i32,
    /// The overall verdict.
    pub verdict: Verdict,
    /// Code, severity and zone of each finding, folded ones included.
    pub findings: BTreeSet<(String, String, String)>,
    /// The whole report.
    pub json: Value,
}

impl Audit {
    /// Codes of all findings.
    pub fn codes(&self) -> BTreeSet<&str> {
        self.findings.iter().map(|(code, _, _)| &**code).collect()
    }

    /// Findings of severity `error` or `bogus`.
    pub fn faults(&self) -> Vec<&(String, String, String)> {
        let is_fault = |severity: &str| matches!(severity, "error" | "bogus");
        let findings = self.findings.iter();
        findings.filter(|(_, s, _)| is_fault(s)).collect()
    }
}

/// Where an audit begins.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// Root hints file.
    pub hints: &'a Path,
    /// Trust anchor file.
    pub anchor: &'a Path,
    /// Port of all authoritative servers.
    pub port: u16,
}

/// The command line of an audit, without the program.
pub fn audit_arguments(start: Start<'_>, name: &str, rtype: &str) -> Vec<String> {
    let path = |path: &Path| path.display().to_string();
    let words = ["audit", name, rtype, "--root-hints"].map(str::to_owned);
    let mut arguments = words.to_vec();
    arguments.push(path(start.hints));
    arguments.extend(["--trust-anchor".to_owned(), path(start.anchor)]);
    arguments.extend(["--port".to_owned(), start.port.to_string()]);
    arguments
}

/// Runs `program audit NAME TYPE`; panics with what it printed unless that is a report.
pub fn audit(program: &str, start: Start<'_>, name: &str, rtype: &str, more: &[&str]) -> Audit {
    let mut command = Command::new(program);
    command.args(audit_arguments(start, name, rtype));
    command.args(["--format", "json"]).args(more);
    let output = command.output().expect("our program can be run");
    let Some(audit) = read_audit(&output) else {
        panic!(
            "{command:?}: no report, {}:\n{}",
            output.status,
            all(&output)
        );
    };
    audit
}

fn read_audit(output: &Output) -> Option<Audit> {
    let json: Value = serde_json::from_slice(&output.stdout).ok()?;
    let listed = |list: &str| json[list].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = listed("findings").chain(listed("folded")).map(|finding| {
        let fields = ["code", "severity", "zone"].map(|field| text(&finding[field]));
        let [code, severity, zone] = fields;
        (code, severity, zone)
    });
    Some(Audit {
        exit: output.status.code()?,
        verdict: Verdict::from_word(json["verdict"].as_str()?)?,
        findings: findings.collect(),
        json,
    })
}

/// What delv says of a name, validating itself with data from a resolver that does not.
pub fn delv(resolver: SocketAddr, anchor: &Path, name: &str, rtype: &str) -> (Verdict, String) {
    let output = Command::new("delv")
        .arg(format!("@{}", resolver.ip()))
        .args(["-p", &resolver.port().to_string(), "-a"])
        .arg(anchor)
        .args(["+root=.", name, rtype])
        .stdin(Stdio::null())
        .output()
        .expect("delv is installed; tests/run installs it");
    let text = all(&output);
    (delv_verdict(&text), text)
}

/// delv prints the answer with its trust in a comment, or why there is none.
fn delv_verdict(text: &str) -> Verdict {
    let has = |words: &str| text.contains(words);
    if has("; fully validated") || has("; negative response, fully validated") {
        Verdict::Secure
    } else if has("; unsigned answer") || has("; negative response, unsigned answer") {
        Verdict::Insecure
    } else if has("resolution failed: SERVFAIL") || has("timed out") || has("failed: failure") {
        Verdict::Indeterminate
    } else {
        Verdict::Bogus
    }
}

/// What a validating resolver says of a name: AD, no AD, or SERVFAIL that ends when checking is disabled.
pub fn validating_resolver(resolver: SocketAddr, name: &str, rtype: &str) -> (Verdict, String) {
    let rtype = match rtype {
        "A" => 1,
        "AAAA" => 28,
        other => panic!("a question for {other}"),
    };
    // A datagram may be lost on a busy machine.
    let ask = |cd| (0..2).find_map(|_| wire::resolve(resolver, name, rtype, cd));
    let has_data = |reply: &Option<wire::Reply>| {
        let mut replies = reply.iter();
        replies.any(|reply| matches!(reply.rcode, 0 | 3))
    };
    let checked = ask(false);
    let text = format!("{checked:?}");
    let verdict = match checked {
        Some(ref reply) if has_data(&checked) && reply.is_authentic => Verdict::Secure,
        _ if has_data(&checked) => Verdict::Insecure,
        _ if has_data(&ask(true)) => Verdict::Bogus,
        _ => Verdict::Indeterminate,
    };
    (verdict, text)
}

fn all(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}
