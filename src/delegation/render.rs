//! A plan as text, as JSON, and as DS records to paste.

use std::fmt::Write;

use serde_json::json;
use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use super::{DsPlan, FileKeys, KeyRow, SCHEMA, State, Step};
use crate::crypto::{Algorithm, DigestType};
use crate::dns::time::humane;
use crate::report::render::{Role, Style, plain, wrap};

/// For people: how it stands, keys, DS, what the zone asks for, what to do.
pub fn text(plan: &DsPlan, style: &Style) -> String {
    let (glyph, role) = match plan.state {
        State::InSync => ('✓', Role::Good),
        State::ToDo => ('!', Role::Attention),
        State::Broken => ('✗', Role::Bad),
        State::Unknown => ('?', Role::Attention),
    };
    let word = plan.state.to_string().to_uppercase();
    let head = style.paint(role, &format!("{glyph} {word}"));
    let mut out = format!("{}  {head}  {}\n", plan.zone, plan.summary);
    let _ = writeln!(
        out,
        "{}",
        style.paint(Role::Dim, &format!("as of {}", plan.at))
    );
    out += &keys(plan, style);
    out += &published(plan, style);
    heading(&mut out, style, "The zone asks its parent for");
    out += &wrap(&plan.wish, style.width, "  ", 2);
    out.push('\n');
    if !plan.steps.is_empty() {
        heading(&mut out, style, "What to do");
    }
    for (number, one) in (1..).zip(&plan.steps) {
        out += &step(plan, number, one, style);
    }
    out
}

fn heading(out: &mut String, style: &Style, text: &str) {
    let _ = writeln!(out, "\n{}", style.paint(Role::Strong, text));
}

fn keys(plan: &DsPlan, style: &Style) -> String {
    let asked = plan.zone_servers.len();
    let answering = plan.zone_servers.iter().filter(|row| row.keys.is_some());
    let mut out = String::new();
    let ttl = with_ttl(plan.dnskey_ttl);
    let servers = format!(
        "{} of {asked} server addresses answer{ttl}",
        answering.count()
    );
    heading(
        &mut out,
        style,
        &format!("Keys of {} ({servers})", plan.zone),
    );
    if plan.keys.is_empty() {
        return out + "  none with the SEP flag, and none that signs the DNSKEY RRset\n";
    }
    let parents = plan.parent_servers.len();
    let mut builder = Builder::new();
    let columns = [
        "key",
        "algorithm",
        "flags",
        "at",
        "signs at",
        "digest",
        "DS at parent",
    ];
    builder.push_record(columns);
    for key in &plan.keys {
        for (index, ds) in key.ds.iter().enumerate() {
            let wished = if ds.is_wished { ", asked for" } else { "" };
            let mut row = vec![String::new(); 5];
            if index == 0 {
                row = key_cells(key, asked);
            }
            row.push(ds.digest_name.clone());
            row.push(format!("{} of {parents}{wished}", ds.parent_servers));
            builder.push_record(row);
        }
    }
    out + &table(builder)
}

fn key_cells(key: &KeyRow, asked: usize) -> Vec<String> {
    let mut flags = key.flags.to_string();
    if key.is_sep {
        flags += " SEP";
    }
    if key.is_revoked {
        flags += " REVOKE";
    }
    vec![
        key.key_tag.to_string(),
        format!("{} {}", key.algorithm, key.mnemonic),
        flags,
        format!("{} of {asked}", key.servers),
        format!("{} of {asked}", key.signing_at),
    ]
}

fn published(plan: &DsPlan, style: &Style) -> String {
    let Some(parent) = &plan.parent else {
        return String::new();
    };
    let asked = plan.parent_servers.len();
    let answering = plan.parent_servers.iter().filter(|row| row.ds.is_some());
    let ttl = with_ttl(plan.ds_ttl);
    let servers = format!(
        "{} of {asked} server addresses answer{ttl}",
        answering.count()
    );
    let mut out = String::new();
    heading(&mut out, style, &format!("DS at {parent} ({servers})"));
    if plan.published.is_empty() {
        return out + "  none\n";
    }
    let mut builder = Builder::new();
    builder.push_record(["DS", "at", "refers to"]);
    for row in &plan.published {
        let at = format!("{} of {asked}", row.parent_servers);
        builder.push_record([short(&row.record), at, row.refers_to.clone()]);
    }
    out + &table(builder)
}

/// Tag, algorithm, digest type and the first digits of the digest.
fn short(record: &str) -> String {
    let mut fields = record.split(' ').skip(3);
    let numbers: Vec<&str> = fields.by_ref().take(3).collect();
    let digest = fields.next().unwrap_or_default();
    let shown: String = digest.chars().take(16).collect();
    let more = if digest.len() > shown.len() {
        "…"
    } else {
        ""
    };
    format!("{} {shown}{more}", numbers.join(" "))
}

fn with_ttl(ttl: Option<u32>) -> String {
    let shown = ttl.map(|ttl| format!(", TTL {}", humane(i64::from(ttl))));
    shown.unwrap_or_default()
}

fn table(builder: Builder) -> String {
    let mut table = builder.build();
    let table = table.with(Frame::blank()).to_string();
    let lines = table.lines();
    lines
        .map(|line| format!(" {}\n", plain(line.trim_end())))
        .collect()
}

fn step(plan: &DsPlan, number: usize, step: &Step, style: &Style) -> String {
    let when = match step.earliest.since(plan.at) {
        ..=0 => "now".to_owned(),
        ahead => format!("from {} (in {})", step.earliest, humane(ahead)),
    };
    let when = style.paint(Role::Strong, &when);
    let mut out = format!("  {number}. {when}: ");
    out += &plain(&step.text);
    out.push('\n');
    for record in &step.records {
        let _ = writeln!(out, "       {}", plain(record));
    }
    out += &wrap(&step.because, style.width, "     because ", 5);
    out.push('\n');
    out
}

/// One JSON document.
pub fn json(plan: &DsPlan) -> String {
    format!("{:#}\n", json!(plan))
}

/// The DS RRset to have in the end, as lines of a zone file: what is published and stays, and what is to
/// be published.
pub fn ds(plan: &DsPlan) -> String {
    plan.wanted.iter().map(|line| format!("{line}\n")).collect()
}

/// The keys of a file as text.
pub fn file_text(keys: &FileKeys, digests: &[DigestType]) -> String {
    let mut builder = Builder::new();
    builder.push_record(["key", "algorithm", "flags"]);
    for key in &keys.keys {
        let algorithm = format!("{} {}", key.algorithm, Algorithm(key.algorithm));
        let sep = if key.is_sep() { " SEP" } else { "" };
        let flags = format!("{}{sep}", key.flags);
        builder.push_record([key.key_tag().to_string(), algorithm, flags]);
    }
    let mut out = format!("Keys of {}\n{}\nTheir DS\n", keys.zone, table(builder));
    for line in keys.lines(digests) {
        let _ = writeln!(out, "  {line}");
    }
    out
}

/// The keys of a file as JSON.
pub fn file_json(keys: &FileKeys, digests: &[DigestType]) -> String {
    let rows: Vec<_> = keys
        .keys
        .iter()
        .map(|key| {
            json!({
                "key_tag": key.key_tag(),
                "algorithm": key.algorithm,
                "mnemonic": Algorithm(key.algorithm).to_string(),
                "flags": key.flags,
                "is_sep": key.is_sep(),
            })
        })
        .collect();
    let document = json!({
        "schema": SCHEMA,
        "zone": keys.zone,
        "keys": rows,
        "ds": keys.lines(digests),
    });
    format!("{document:#}\n")
}
