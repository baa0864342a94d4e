//! Zone files in one shape, a record a line, whoever signed them; so that one record can be bent or taken out.

use std::path::Path;

use super::process::run;

/// The records of one zone.
#[derive(Clone)]
pub struct ZoneFile {
    /// In canonical order.
    pub records: Vec<Line>,
}

/// One record in presentation form, every name absolute.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Owner name, lower case, with the final dot.
    pub owner: String,
    /// In seconds.
    pub ttl: u32,
    /// Mnemonic of the type.
    pub rtype: String,
    /// The RDATA fields.
    pub rdata: String,
}

impl Line {
    /// Whether it is a signature over records of type `covered`.
    pub fn signs(&self, covered: &str) -> bool {
        self.rtype == "RRSIG" && self.rdata.split_whitespace().next() == Some(covered)
    }

    /// Whether it is NSEC or NSEC3.
    pub fn is_denial(&self) -> bool {
        matches!(self.rtype.as_str(), "NSEC" | "NSEC3")
    }

    /// Whether it is a signature over NSEC or NSEC3.
    pub fn signs_denial(&self) -> bool {
        self.signs("NSEC") || self.signs("NSEC3")
    }
}

impl ZoneFile {
    /// Reads a zone file with BIND's reader, which judges nothing with these options.
    pub fn read(path: &Path, zone: &str) -> Self {
        let lenient = ["-i", "none", "-k", "ignore", "-n", "ignore", "-r", "ignore"];
        let file = path.to_str().expect("paths here are ASCII");
        let mut arguments = lenient.to_vec();
        arguments.extend(["-q", "-s", "full", "-o", "-", zone, file]);
        let text = run(Path::new("/"), "named-compilezone", &arguments);
        let records = text.lines().filter_map(line).collect();
        Self { records }
    }

    /// Writes it for any server.
    pub fn write(&self, path: &Path) {
        let mut text = String::new();
        for line in &self.records {
            let Line {
                owner,
                ttl,
                rtype,
                rdata,
            } = line;
            text.push_str(&format!("{owner} {ttl} IN {rtype} {rdata}\n"));
        }
        std::fs::write(path, text).expect("a zone file can be written");
    }

    /// Drops the records for which `unwanted` holds; panics if there are none, since the fault would
    /// then not be there.
    pub fn drop_records(&mut self, unwanted: impl Fn(&Line) -> bool) {
        let before = self.records.len();
        self.records.retain(|line| !unwanted(line));
        assert!(self.records.len() < before, "nothing was dropped");
    }

    /// Changes the RDATA of the records for which `wanted` holds; panics if none changes.
    pub fn bend(&mut self, wanted: impl Fn(&Line) -> bool, bend: impl Fn(&str) -> String) {
        let mut bent = 0;
        for line in self.records.iter_mut().filter(|line| wanted(line)) {
            let rdata = bend(&line.rdata);
            bent += usize::from(rdata != line.rdata);
            line.rdata = rdata;
        }
        assert!(bent > 0, "nothing was bent");
    }

    /// Puts the records of `other` for which `wanted` holds in the place of those here.
    pub fn take_from(&mut self, other: &Self, wanted: impl Fn(&Line) -> bool) {
        self.drop_records(&wanted);
        let taken = other.records.iter().filter(|line| wanted(line)).cloned();
        let before = self.records.len();
        self.records.extend(taken);
        assert!(self.records.len() > before, "nothing was taken");
    }
}

/// `owner ttl class type rdata`; comments and empty lines are no records.
fn line(text: &str) -> Option<Line> {
    let text = text.split(" ;").next()?.trim_end();
    let mut fields = text.split_whitespace();
    let owner = fields.next().filter(|owner| !owner.starts_with(';'))?;
    let ttl = fields.next()?.parse().expect("the TTL is a number");
    let rtype = fields.nth(1)?;
    let rdata: Vec<&str> = fields.collect();
    Some(Line {
        owner: owner.to_ascii_lowercase(),
        ttl,
        rtype: rtype.to_owned(),
        rdata: rdata.join(" "),
    })
}
