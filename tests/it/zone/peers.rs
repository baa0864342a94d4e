//! Good zones are good to `dnssec-verify`, `ldns-verify-zone` and `kzonecheck` as well.

use std::process::Command;

use super::signed::{Chain, Scratch, is_good, keys, sign, verified};

/// A zone whose signatures hold today, since the others judge as of now.
fn of_today(chain: Chain) -> (Scratch, String) {
    let scratch = Scratch::new();
    let keys = keys(&scratch.0);
    let text = super::signed::UNSIGNED.replace("$TTL 3600", "$TTL 7200");
    let _ = sign(&scratch.0, &text, chain, &keys);
    let denial: &[&str] = match chain {
        Chain::Nsec => &[],
        Chain::Nsec3 => &["-3", "-", "-H", "0"],
        Chain::OptOut => &["-3", "-", "-H", "0", "-A"],
    };
    let args = [
        &[
            "-S", "-K", ".", "-P", "-o", "example.", "-O", "full", "-f", "today",
        ][..],
        denial,
        &["zone"],
    ]
    .concat();
    let output = Command::new("dnssec-signzone")
        .args(args)
        .current_dir(&scratch.0)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = std::fs::read_to_string(scratch.0.join("today")).unwrap();
    (scratch, text)
}

fn agrees(folder: &std::path::Path, program: &str, args: &[&str]) -> Result<(), String> {
    let output = match Command::new(program)
        .args(args)
        .current_dir(folder)
        .output()
    {
        // Not every system has the tools of Knot.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && program == "kzonecheck" => {
            return Ok(());
        }
        output => output.map_err(|error| format!("{program}: {error}"))?,
    };
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told).into_owned();
    output
        .status
        .success()
        .then_some(())
        .ok_or(format!("{program}: {told}"))
}

#[test]
fn good_zones_are_good_to_all() {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    for chain in [Chain::Nsec, Chain::Nsec3, Chain::OptOut] {
        let (scratch, text) = of_today(chain);
        let now = anchorwatch::dns::Timestamp(now.as_secs() as i64 + 5);
        let outcome = verified(&text, |settings| settings.at = now).unwrap();
        assert!(is_good(&outcome), "{chain:?}: {:#?}", outcome.faults);
        for (program, args) in [
            ("dnssec-verify", &["-q", "-o", "example.", "today"][..]),
            ("ldns-verify-zone", &["-V0", "today"]),
            ("kzonecheck", &["-d", "on", "-o", "example.", "today"]),
        ] {
            agrees(&scratch.0, program, args).unwrap_or_else(|why| panic!("{chain:?}: {why}"));
        }
    }
}
