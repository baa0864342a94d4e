//! Key files, and that no secret is ever shown.

use super::*;
use crate::transfer::tsig::{KeyFileError, read_key};

/// "a secret".
const SECRET: &str = "YSBzZWNyZXQ=";

#[test]
fn every_form_gives_the_same_key() {
    for text in [
        format!("key \"xfr.test\" {{\n\talgorithm hmac-sha256;\n\tsecret \"{SECRET}\";\n}};\n"),
        format!(
            "# made by hand\n// really\n/* yes * */key xfr.test. {{secret {SECRET}; algorithm HMAC-SHA256.;}};"
        ),
        format!("hmac-sha256:xfr.test:{SECRET}\n"),
        format!("xfr.test.:hmac-sha256:{SECRET}"),
        format!("\n  xfr.test:{SECRET}  \n"),
        format!("# hmac-sha256:xfr.test:{SECRET}\nkey:\n  - id: xfr.test\n"),
    ] {
        assert_eq!(read_key(&text), Ok(key()), "{text}");
    }
    let other = read_key(&format!("hmac-sha512:xfr.test:{SECRET}")).unwrap();
    assert_eq!(other.algorithm, TsigAlgorithm::HmacSha512);
}

#[test]
fn what_is_no_key_is_told_without_the_secret() {
    use KeyFileError as E;
    let key = |inside: &str| format!("key x {{ {inside} }};");
    for (text, expected) in [
        (String::new(), E::Form),
        (SECRET.to_owned(), E::Form),
        ("options { };".to_owned(), E::Form),
        (format!("a:b:c:{SECRET}"), E::Form),
        (format!("x:hunter2:{SECRET}"), E::Algorithm),
        (format!("hmac-md5:x:{SECRET}"), E::Retired("hmac-md5")),
        (format!("x:hmac-sha1:{SECRET}"), E::Retired("hmac-sha1")),
        ("hmac-sha256:x:hunter2".to_owned(), E::Base64),
        ("hmac-sha256:x:".to_owned(), E::NoSecret),
        (format!("hmac-sha256:a..b:{SECRET}"), E::Name),
        (
            key(&format!("algorithm hmac-sha1; secret \"{SECRET}\";")),
            E::Retired("hmac-sha1"),
        ),
        (key(&format!("secret \"{SECRET}\";")), E::Algorithm),
        (key("algorithm hmac-sha256;"), E::NoSecret),
        (key("algorithm hmac-sha256; secret \"hunter2\";"), E::Base64),
        (key("algorithm hmac-sha256; secret \"hunter2"), E::Statement),
        (key("algorithm hmac-sha256; hunter2 yes;"), E::Statement),
        (key("/* hunter2"), E::Statement),
        (
            format!("key x {{ algorithm hmac-sha256; secret {SECRET}; }}; key y {{ }};"),
            E::Several,
        ),
    ] {
        let error = read_key(&text).unwrap_err();
        assert_eq!(error, expected, "{text}");
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains(SECRET),
            "{shown}"
        );
    }
}

#[test]
fn no_secret_is_shown() {
    let (_, incoming) = Incoming::new(Ask::whole(zone()), ID, Some(&key()), NOW);
    let shown = format!("{:?} {incoming:?}", key());
    let octets = format!("{:?}", b"a secret");
    assert!(
        shown.contains("(secret)") && !shown.contains("a secret"),
        "{shown}"
    );
    assert!(!shown.contains(octets.trim_matches(['[', ']'])), "{shown}");
}

#[test]
fn any_text_is_read_without_a_panic() {
    arbtest::arbtest(|u| {
        let text: String = u.arbitrary()?;
        let _ = read_key(&text);
        let _ = read_key(&format!("key {text}"));
        Ok(())
    });
}
