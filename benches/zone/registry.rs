//! Zones as registries publish them: delegations, a tenth of them with DS, some with glue.
//!
//! The same number of delegations makes the same zone, but for its keys and signatures.

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// The apex.
pub const APEX: &str = "example.";
/// One delegation in so many has a DS record.
const DS: u64 = 10;
/// One in so many has name servers in itself, with glue.
const OWN_SERVERS: u64 = 20;
/// One in so many has name servers in another delegation of the zone.
const NEIGHBOURS: u64 = 5;
/// Companies that run name servers for others.
const HOSTERS: u64 = 997;

/// Writes the zone, unsigned, with so many delegations.
pub fn write(path: &Path, delegations: u64) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    out.write_all(
        b"$ORIGIN example.\n$TTL 86400\n\
          @ SOA a.nic hostmaster.nic 2026010101 1800 900 604800 3600\n\
          @ NS a.nic\n@ NS b.nic\n@ NS c.nic\n\
          a.nic A 192.0.2.1\na.nic AAAA 2001:db8::1\n\
          b.nic A 192.0.2.2\nb.nic AAAA 2001:db8::2\n\
          c.nic A 192.0.2.3\nc.nic AAAA 2001:db8::3\n\
          @ TXT \"a zone for measuring\"\n",
    )?;
    let mut text = String::new();
    for number in 0..delegations {
        text.clear();
        delegation(&mut text, number, delegations);
        out.write_all(text.as_bytes())?;
    }
    out.flush()
}

fn delegation(text: &mut String, number: u64, delegations: u64) {
    let name = label(number);
    let dice = mixed(number ^ 0xD1CE);
    let hosters = HOSTERS.min(delegations);
    let servers = if number < hosters || dice.is_multiple_of(OWN_SERVERS) {
        glue(text, &name, number);
        name.clone()
    } else if dice.is_multiple_of(NEIGHBOURS) {
        label(mixed(dice) % hosters)
    } else {
        format!("hoster{}.test.", mixed(dice) % HOSTERS)
    };
    for server in ["ns1", "ns2"] {
        let _ = writeln!(text, "{name} NS {server}.{servers}");
    }
    if (dice >> 32).is_multiple_of(DS) {
        let digest: String = (0..4)
            .map(|part| format!("{:016X}", mixed(number * 4 + part)))
            .collect();
        let _ = writeln!(text, "{name} DS {} 13 2 {digest}", dice >> 48);
    }
}

/// Addresses of name servers in the delegation; a third of them have IPv6.
fn glue(text: &mut String, name: &str, number: u64) {
    let [.., a, b, c] = number.to_be_bytes();
    for (server, last) in [("ns1", 1), ("ns2", 2)] {
        let _ = writeln!(text, "{server}.{name} A 10.{a}.{b}.{c}");
        if number.is_multiple_of(3) {
            let _ = writeln!(
                text,
                "{server}.{name} AAAA 2001:db8:{a:x}:{b:x}:{c:x}::{last}"
            );
        }
    }
}

/// Letters, as many as people choose, and then what makes it the only one.
fn label(number: u64) -> String {
    let mut random = mixed(number);
    let mut text = String::new();
    for _ in 0..3 + random % 11 {
        random = random.rotate_left(7).wrapping_mul(5);
        text.push(char::from(b'a' + (random >> 40) as u8 % 26));
    }
    let _ = write!(text, "{number}");
    text
}

/// SplitMix64: numbers that look like random ones.
fn mixed(number: u64) -> u64 {
    let mut value = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
