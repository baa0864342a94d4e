//! A key without octets.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::policy::Reach;

declare! {
    /// # dnskey-zero-length
    ///
    /// A DNSKEY record has an empty Public Key field.
    ///
    /// ## Why it matters
    ///
    /// There is no key to check signatures with. In CDNSKEY an empty key has a meaning (delete); in
    /// DNSKEY it has none.
    ///
    /// ## What resolvers do
    ///
    /// BIND 9.18 takes the whole DNSKEY RRset for malformed and answers SERVFAIL for every name of the
    /// zone. Others ignore the key, and fail if the DS names it, or if nothing else signed.
    ///
    /// ## How to put it right
    ///
    /// Find out what put the record there (a template, a script, a CDNSKEY delete record that was copied
    /// to the wrong type) and take it out of the zone file, or out of the key database:
    ///
    /// - Knot: `keymgr example.com list`, then `keymgr example.com delete 12345`
    /// - PowerDNS: `pdnsutil show-zone example.com`, then `pdnsutil remove-zone-key example.com ID`
    /// - a zone file: `dnssec-verify -o example.com example.com.signed` shows whether the rest is whole
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.4; RFC 8078, section 4. DNSViz: DNSKEY_ZERO_LENGTH.
    "dnskey-zero-length", Keys, Error,
    rfc: ["RFC 4034 section 2.1.4"],
    explained_by: [],
    summary: "A DNSKEY record has an empty key.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            let is_empty = one.key.key.is_empty();
            is_empty.then(|| (Reach::Everywhere, "the key is empty".to_owned()))
        },
        "take the record out of ZONE",
    )
}
