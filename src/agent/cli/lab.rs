//! `lab`: the private hierarchy alone, and how other tools use it.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use super::Said;
use super::console::write;
use super::drill;
use super::failure::Failure;
use super::files::{Destination, make_directory};
use super::plan::LabPlan;
use super::works::{Hierarchy, Works};
use crate::dns::{Record, RecordType, present, rdata};
use crate::report::render::counted;

/// The file in the directory that puts faults into zones while the lab runs.
const FAULTS: &str = "faults";

/// Serves until the user ends it.
pub fn run(plan: &LabPlan, works: &dyn Works, out: &mut dyn Write) -> Result<Said, Failure> {
    if let Some(dir) = &plan.dir {
        make_directory("--dir", dir)?;
    }
    let mut lab = works.start_lab(plan.port)?;
    if let Some(dir) = &plan.dir {
        write_files(dir, lab.as_ref())?;
    }
    write(out, &how_to(lab.as_ref(), plan.dir.as_deref()))?;
    let faults = plan.dir.as_ref().map(|dir| dir.join(FAULTS));
    let mut lost = None;
    lab.wait(faults.as_deref(), &mut |outcome| {
        let told = match outcome {
            Ok(count) => format!("{} put in\n", counted(count, "fault")),
            Err(problem) => format!("{FAULTS}: {problem}; the lab stays as it was\n"),
        };
        lost = write(out, &told).err();
    })?;
    lost.map_or(Ok(Said::ok(String::new())), Err)
}

fn write_files(dir: &Path, lab: &dyn Hierarchy) -> Result<(), Failure> {
    let delv = ("delv.anchor", delv_anchor(&lab.anchors()));
    let names = (
        "drill.names",
        crate::drill::names::write(&drill::lab_names(&lab.cases())),
    );
    for (name, text) in lab.files().into_iter().chain([delv, names]) {
        Destination::new("--dir", &dir.join(name))?.write(text.as_bytes())?;
    }
    Ok(())
}

/// Trust anchors as BIND's tools read them.
fn delv_anchor(anchors: &[Record]) -> String {
    let mut out = "trust-anchors {\n".to_owned();
    for anchor in anchors {
        let kind = match anchor.rtype {
            RecordType::DS => "static-ds",
            RecordType::DNSKEY => "static-key",
            _ => continue,
        };
        let text = present::rdata(anchor.rtype, &anchor.rdata);
        let mut fields = text.splitn(4, ' ');
        let numbers: Vec<&str> = fields.by_ref().take(3).collect();
        let octets = fields.next().unwrap_or_default();
        let _ = writeln!(
            out,
            "    {} {kind} {} \"{octets}\";",
            anchor.owner,
            numbers.join(" ")
        );
    }
    out + "};\n"
}

fn how_to(lab: &dyn Hierarchy, dir: Option<&Path>) -> String {
    let port = lab.port();
    let dir = dir.map_or("DIR".to_owned(), |dir| dir.display().to_string());
    let root = root_address(&lab.hints()).unwrap_or_else(|| "127.0.0.1".to_owned());
    let cases = lab.cases();
    let example = cases
        .first()
        .map_or(".".to_owned(), |case| case.name.to_string());
    let mut out = format!(
        "The lab serves {} cases on port {port} until Ctrl-C.\n\n",
        cases.len()
    );
    let _ = write!(
        out,
        "anchorwatch  anchorwatch audit {example} --root-hints {dir}/root.hints \\\n\
         \x20            --trust-anchor {dir}/trust-anchor --port {port}\n\
         dig          dig @{root} -p {port} {example} +dnssec +norecurse\n\
         named        options {{ port {port}; }}; zone \".\" {{ type hint; file \"{dir}/root.hints\"; }};\n\
         \x20            include \"{dir}/delv.anchor\";\n\
         delv         delv @127.0.0.1 -p {port} -a {dir}/delv.anchor +rtrace {example}\n\
         \x20            (behind that named)\n\
         unbound      server: root-hints: \"{dir}/root.hints\"  trust-anchor-file: \"{dir}/trust-anchor\"\n\
         \x20            do-not-query-localhost: no    (unbound asks port 53 alone: lab --port 53)\n",
    );
    out += "\nResolvers:\n";
    for resolver in lab.resolvers() {
        let _ = writeln!(
            out,
            "{:<16} {:<14} {}",
            resolver.label,
            resolver.address.ip(),
            resolver.does
        );
    }
    if dir == "DIR" {
        out += "\nlab --dir DIR writes these files, cases.tsv with what to expect of each name, drill.names and \
                resolvers.tsv.\n";
    }
    out
}

fn root_address(hints: &[Record]) -> Option<String> {
    let address = |hint: &Record| rdata::address(hint.rtype, &hint.rdata);
    hints
        .iter()
        .find_map(address)
        .map(|address| address.to_string())
}
