//! What is read is what was written, and what is dumped reads as the same.

use super::*;

fn parsed(text: &str) -> Result<(File, Settings), String> {
    let read = parse(Path::new("a.toml"), text, Path::new("/etc/aw"), None);
    read.map_err(|error| error.to_string())
}

#[test]
fn an_empty_file_has_every_default_and_its_dump_reads_as_itself() {
    let (file, settings) = parsed("version = 1").unwrap();
    assert_eq!(settings.watch.interval.as_secs(), 300);
    let dump = dump::toml(&file);
    assert_eq!(parsed(&dump).unwrap(), (file, settings), "{dump}");
}

#[test]
fn a_place_counts_characters_and_lines() {
    let error = parsed("version = 1\n\n[watch]\n\"\u{e4}\" = 1\n").unwrap_err();
    assert!(
        error.starts_with("a.toml:4:1: unknown key \u{e4}"),
        "{error}"
    );
    let error = parsed("version = 1\nlog = { level = \"inf\" }\n").unwrap_err();
    assert_eq!(error, "a.toml:2:17: unknown value inf; the nearest is info");
}

#[test]
fn relative_paths_begin_at_the_file() {
    let text = "version = 1\ntrust.root-hints = \"hints\"\nsources = [{ file = \"zones\" }]\n";
    let (_, settings) = parsed(text).unwrap();
    assert_eq!(
        settings.trust.root_hints.unwrap(),
        Path::new("/etc/aw/hints")
    );
    let origin = sources::Origin::File("/etc/aw/zones".into());
    assert_eq!(settings.sources[0].origin, origin);
}
