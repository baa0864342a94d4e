//! Domain names as people type them.

use std::fmt::Display;
use std::net::IpAddr;

use crate::dns::Name;

/// The name below which the reverse records of an address stand (RFC 1035, section 3.5; RFC 3596, section 2.5).
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let octets = address.octets().into_iter().rev();
            let labels = octets.map(|octet| format!("{:x}.{:x}.", octet & 15, octet >> 4));
            labels.collect::<String>() + "ip6.arpa"
        }
    }
}

/// A name with its labels as A-labels, as browsers make them (UTS #46); `None` where there are none.
fn in_a_labels(text: &str) -> Option<String> {
    // What means something else in a URL is no part of a name that is not in ASCII.
    if text.contains(['/', '\\', ':', '?', '#', '@', '%', '[']) {
        return None;
    }
    let url = reqwest::Url::parse(&format!("http://{text}/")).ok()?;
    let host = url.host_str()?;
    host.split('.')
        .any(|label| label.starts_with("xn--"))
        .then(|| host.to_owned())
}

/// A domain name as people type it: without blanks, not an address, not a URL. A name in another script than
/// ASCII is that of its A-labels.
pub fn name(text: &str) -> Result<Name, String> {
    if text.contains("://") {
        return Err("a URL, not a name; give the host name alone".to_owned());
    }
    if !text.is_ascii() {
        let name = in_a_labels(text).ok_or(
            "cannot be written in ASCII; write each label as its A-label, which begins with xn--",
        )?;
        return name.parse().map_err(not_a_name);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        let name = reverse_name(address);
        return Err(format!(
            "an address, not a name; a server is written @{text}, and its own name in the reverse tree is {name}"
        ));
    }
    if let Some((name, server)) = text
        .split_once('@')
        .filter(|(name, _)| !name.ends_with('\\'))
    {
        return Err(format!(
            "an @ in a name; a server is a word of its own, as {name} @{server}, and an @ that is meant is written \\@"
        ));
    }
    if text.bytes().any(|b| b.is_ascii_control() || b == b' ') {
        return Err(
            "a blank or control character in a name; write it as \\032 and the like".to_owned(),
        );
    }
    text.parse().map_err(not_a_name)
}

fn not_a_name(problem: impl Display) -> String {
    format!("not a domain name: {problem}; write one such as www.example.com")
}
