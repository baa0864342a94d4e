//! Flags that do not belong to a key of a zone.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::policy::Reach;

/// Zone Key, REVOKE and SEP (RFC 4034, section 2.1.1; RFC 5011, section 2.1).
const ZONE_KEY: u16 = 0x0100;
const REVOKE: u16 = 0x0080;
const SEP: u16 = 0x0001;

declare! {
    /// # dnskey-flags-invalid
    ///
    /// The flags of a DNSKEY record have a reserved bit set, or the Zone Key flag clear.
    ///
    /// ## Why it matters
    ///
    /// A record without the Zone Key flag is no key of the zone: signatures by it do not count. It cannot
    /// be an entry point either, so the SEP flag without the Zone Key flag has no meaning. Reserved bits
    /// must be 0; they count into key tag and digest, so a key with a changed flag matches neither its DS
    /// nor its signatures any more.
    ///
    /// ## What resolvers do
    ///
    /// They ignore keys without the Zone Key flag, and reserved bits. SERVFAIL if nothing else signed:
    /// with extended error 11 (No Zone Key Bit Set) from Unbound, 6 (DNSSEC Bogus) from Knot Resolver and
    /// PowerDNS Recursor.
    ///
    /// ## How to put it right
    ///
    /// The field is 256 for a zone-signing key, 257 for a key-signing key or a common key, and 385 for a
    /// revoked key-signing key. Publish the key with the right value:
    ///
    /// - BIND: correct the `.key` file, then `rndc loadkeys example.com` and `rndc sign example.com`
    /// - ldns: correct the `.key` file, then `ldns-signzone example.com.zone Kexample.com.+013+12345`
    /// - take a record that is not needed out of the zone
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.1; RFC 5011, section 2.1.
    "dnskey-flags-invalid", Keys, Warning,
    rfc: ["RFC 4034 section 2.1.1"],
    explained_by: ["ds-dnskey-zone-bit-clear"],
    summary: "The flags of a DNSKEY record are not those of a key of a zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| Some((Reach::Everywhere, words(one.key.flags)?)),
        "publish the key of ZONE with flags 256 (ZSK) or 257 (KSK) and sign again, or take the record out",
    )
}

fn words(flags: u16) -> Option<String> {
    let reserved = flags & !(ZONE_KEY | REVOKE | SEP);
    let fault = match (flags & ZONE_KEY, flags & SEP, reserved) {
        (0, 0, _) => "the Zone Key flag is 0".to_owned(),
        (0, _, _) => "the SEP flag is set and the Zone Key flag is 0".to_owned(),
        (_, _, 0) => return None,
        _ => format!("reserved bits {reserved:#06x} are set"),
    };
    Some(format!("flags {flags}: {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_values_in_use_pass() {
        for flags in [256, 257, 384, 385] {
            assert_eq!(words(flags), None);
        }
        for flags in [0, 1, 128, 258, 0x8100] {
            assert!(words(flags).is_some(), "{flags}");
        }
    }
}
