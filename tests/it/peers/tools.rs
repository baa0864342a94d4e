//! The two tools: where they come from, how they are asked, and how what they print is read.
//!
//! DNSViz comes from PyPI, with what it needs, into a virtual environment below `target/tmp`: its drawing needs
//! Graphviz and is not used. Zonemaster is Debian's.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use serde_json::Value;

/// DNSViz, and the two libraries it needs.
const PINNED: [&str; 3] = ["dnsviz==0.11.2", "dnspython==2.9.2", "cryptography==50.0.2"];

/// The columns of the record.
pub const TOOLS: [&str; 2] = ["DNSViz", "Zonemaster"];

/// What is recorded where a tool ends without a result: it crashed, or took longer than [`PATIENCE`].
pub const NO_RESULT: &str = "no-result";

/// Tests run side by side, and one of them makes the virtual environment.
static MAKING: Mutex<()> = Mutex::new(());

/// Seconds.
const PATIENCE: &str = "60";

/// What a tool named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The zone, without a dot at its end.
    pub zone: String,
    /// Whose words.
    pub tool: &'static str,
    /// The codes, the gravest first.
    pub codes: Vec<String>,
}

/// Both tools.
pub struct Peers {
    python: PathBuf,
}

impl Peers {
    /// Finds the tools, and makes the virtual environment if it is not there; the error says what is lacking.
    pub fn find() -> Result<Self, String> {
        let zonemaster = Command::new("zonemaster-cli").arg("--version").output();
        zonemaster.map_err(|error| format!("zonemaster-cli: {error}; tests/run installs it"))?;
        let _alone = MAKING.lock();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(PINNED[0].replace("==", "-"));
        let peers = Self {
            python: folder.join("bin/python"),
        };
        let imported = Command::new(&peers.python)
            .args(["-c", "import dnsviz, dns, cryptography"])
            .output();
        if !imported.is_ok_and(|output| output.status.success()) {
            let folder = folder.display().to_string();
            run("python3", &["-m", "venv", "--clear", &folder])?;
            let arguments = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ];
            run(
                &peers.python.display().to_string(),
                &[&arguments[..], &PINNED[..]].concat(),
            )?;
        }
        Ok(peers)
    }

    /// What each tool says of a zone.
    pub fn ask(&self, zone: &str, hints: &Path, folder: &Path) -> [Said; 2] {
        let said = |tool, codes: Option<Vec<String>>| Said {
            zone: zone.to_owned(),
            tool,
            codes: codes.unwrap_or_else(|| vec![NO_RESULT.to_owned()]),
        };
        let root = roots(hints);
        [
            said(TOOLS[0], self.ask_dnsviz(zone, &root, folder)),
            said(TOOLS[1], ask_zonemaster(zone, hints)),
        ]
    }

    fn ask_dnsviz(&self, zone: &str, root: &str, folder: &Path) -> Option<Vec<String>> {
        let [probed, grokked] = ["probe", "grok"].map(|step| folder.join(format!("{zone}.{step}")));
        let [probed, grokked] = [&probed, &grokked].map(|path| path.display().to_string());
        let probe = [
            "probe", "-A", "-4", "-a", ".", "-x", root, "-o", &probed, zone,
        ];
        self.dnsviz(&probe)?;
        self.dnsviz(&["grok", "-P", "-l", "warning", "-r", &probed, "-o", &grokked])?;
        read_grok(zone, &std::fs::read_to_string(grokked).ok()?)
    }

    /// What DNSViz printed, if it ended well and in time.
    pub fn dnsviz(&self, arguments: &[&str]) -> Option<Output> {
        let program = self.python.with_file_name("dnsviz").display().to_string();
        patiently(&program, arguments)
    }
}

/// The root's servers as DNSViz takes them: `.:NAME=ADDRESS,…`.
fn roots(hints: &Path) -> String {
    let text = std::fs::read_to_string(hints).expect("the lab wrote its hints");
    let servers = text.lines().filter_map(|line| {
        let (name, address) = line.split_once(" 3600000 A ")?;
        Some(format!("{}={address}", name.trim_end_matches('.')))
    });
    format!(".:{}", servers.collect::<Vec<_>>().join(","))
}

fn ask_zonemaster(zone: &str, hints: &Path) -> Option<Vec<String>> {
    let hints = hints.display().to_string();
    let arguments = [
        "--hints",
        &hints,
        "--no-ipv6",
        "--level",
        "NOTICE",
        "--json",
        zone,
    ];
    let output = patiently("zonemaster-cli", &arguments)?;
    read_zonemaster(&serde_json::from_slice(&output.stdout).ok()?)
}

/// DNSViz prints nothing for a zone of which it has nothing to say.
fn read_grok(zone: &str, text: &str) -> Option<Vec<String>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let document: Value = serde_json::from_str(text).ok()?;
    let mut found = Vec::new();
    for (name, value) in document.as_object()? {
        let name = name.trim_end_matches('.');
        if name == zone || name.ends_with(&format!(".{zone}")) {
            collect(value, 9, &mut found);
        }
    }
    Some(gravest_first(found))
}

/// Every `code` below a value, with 0 for errors and 1 for warnings.
fn collect(value: &Value, weight: u8, found: &mut Vec<(u8, String)>) {
    match value {
        Value::Object(fields) => {
            if let (Some(code), true) = (fields.get("code"), fields.contains_key("description")) {
                found.push((weight, code.as_str().unwrap_or_default().to_owned()));
            }
            for (key, value) in fields {
                let weight = match key.as_str() {
                    "errors" => 0,
                    "warnings" => 1,
                    _ => weight,
                };
                collect(value, weight, found);
            }
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect(value, weight, found)),
        _ => {}
    }
}

fn read_zonemaster(messages: &Value) -> Option<Vec<String>> {
    const LEVELS: [&str; 4] = ["CRITICAL", "ERROR", "WARNING", "NOTICE"];
    let message = |message: &Value| {
        let [level, module, tag] = ["level", "module", "tag"].map(|field| message[field].as_str());
        let weight = LEVELS.iter().position(|known| Some(*known) == level)?;
        let code = match module? {
            "DNSSEC" => tag?.to_owned(),
            module => format!("{module}:{}", tag?),
        };
        Some((u8::try_from(weight).ok()?, code))
    };
    let found: Option<Vec<_>> = messages.as_array()?.iter().map(message).collect();
    Some(gravest_first(found?))
}

/// Each code once, by weight and name: the order in which they are found varies.
fn gravest_first(mut found: Vec<(u8, String)>) -> Vec<String> {
    found.sort();
    let mut codes = Vec::new();
    for (_, code) in found {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The codes of both tools as they are installed: of DNSViz, and of Zonemaster with `MODULE:` before the tag.
pub fn defined(peers: &Peers) -> [Vec<String>; 2] {
    const DNSVIZ: &str = "import dnsviz.analysis.errors as e, inspect\n\
        print('\\n'.join(sorted({c.code for _, c in inspect.getmembers(e, inspect.isclass) if getattr(c, 'code', None)})))";
    const ZONEMASTER: &str = "use Zonemaster::Engine; use Zonemaster::Engine::Translator; my $d = Zonemaster::Engine::Translator->new->data; \
        for my $m (sort keys %$d) { print \"$m:$_\\n\" for sort keys %{$d->{$m}} }";
    let python = peers.python.display().to_string();
    [
        run(&python, &["-c", DNSVIZ]),
        run("perl", &["-e", ZONEMASTER]),
    ]
    .map(|printed| {
        let printed = printed.expect("the tool lists its codes");
        printed.lines().map(str::to_owned).collect()
    })
}

/// Runs a program that must succeed, and returns what it printed.
fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!(
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

/// What a program printed, if it ended well and in time.
fn patiently(program: &str, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("timeout");
    let command = command
        .args([PATIENCE, program])
        .args(arguments)
        .stdin(Stdio::null());
    command
        .output()
        .ok()
        .filter(|output| output.status.success())
}

/// Says that a test did not run, also where the test runner keeps what passing tests print.
pub fn say_skipped(test: &str, lacking: &str) {
    let text = format!("\nSKIPPED: {test}: a tool cannot be had: {lacking}\n");
    std::io::stderr()
        .write_all(text.as_bytes())
        .expect("standard error is open");
}
