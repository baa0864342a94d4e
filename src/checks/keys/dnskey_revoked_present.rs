//! A revoked key on its way out.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::policy::Reach;

declare! {
    /// # dnskey-revoked-present
    ///
    /// The DNSKEY RRset holds a key with the REVOKE flag set.
    ///
    /// ## Why it matters
    ///
    /// It is the last step in the life of a key that was a trust anchor, and after about 30 days the
    /// record has no more use. Until then it makes the DNSKEY response larger.
    ///
    /// ## What resolvers do
    ///
    /// Those with the key as a managed trust anchor stop trusting it. Others ignore it.
    ///
    /// ## How to put it right
    ///
    /// Take the key out when those who had it as a trust anchor had time to see the revocation (30 days,
    /// RFC 5011, section 6.2):
    ///
    /// - BIND: `dnssec-settime -D now Kexample.com.+013+12345`, then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com set 12345 remove=+0`, then `knotc zone-keys-load example.com`
    ///
    /// ## References
    ///
    /// RFC 5011, sections 2.1 and 6.2.
    "dnskey-revoked-present", Keys, Notice,
    rfc: ["RFC 5011 section 2.1"],
    explained_by: [
        "ds-dnskey-revoked",
        "trust-anchor-revoked",
        "dnskey-revoked-not-self-signed",
    ],
    summary: "A revoked key is published.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            let text = format!("revoked (flags {})", one.key.flags);
            one.key.is_revoked().then_some((Reach::Harmless, text))
        },
        "take the key out of ZONE 30 days after its revocation",
    )
}
