//! Faults put into the running lab by a file: who changes the file changes the zones within a second.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::lab::server::RunningLab;
use crate::lab::{self, Lab};

/// How often the file is looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// Greatest length of the file, in octets.
const LONGEST: u64 = 1 << 20;

/// Keeps the faults of the running lab as the file has them, for ever. `base` is the lab without faults;
/// `tell` hears of each change, and of a file that cannot be heeded, after which the lab stays as it is.
/// No file means no faults.
pub async fn follow(
    path: &Path,
    base: &Lab,
    running: &mut RunningLab,
    mut tell: impl FnMut(Result<usize, String>),
) -> std::convert::Infallible {
    let mut seen = Ok(String::new());
    loop {
        let text = read(path);
        if text != seen {
            let outcome = match &text {
                Ok(text) => show(text, base, running).await,
                Err(problem) => Err(problem.clone()),
            };
            tell(outcome);
            seen = text;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn show(text: &str, base: &Lab, running: &mut RunningLab) -> Result<usize, String> {
    let faults = lab::read_faults(text).map_err(|error| error.to_string())?;
    let lab = base
        .with_faults(&faults)
        .map_err(|error| error.to_string())?;
    let shown = running.show(Arc::new(lab)).await;
    shown.map_err(|error| error.to_string())?;
    Ok(faults.len())
}

fn read(path: &Path) -> Result<String, String> {
    let length = std::fs::metadata(path).map(|known| known.len());
    if length.is_ok_and(|length| length > LONGEST) {
        return Err(format!("longer than {LONGEST} octets"));
    }
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|error| error.to_string()),
    }
}
