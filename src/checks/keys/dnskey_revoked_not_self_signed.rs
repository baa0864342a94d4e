//! A revocation without its signature.

use super::{is_used, state_each};
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::Arrival;

declare! {
    /// # dnskey-revoked-not-self-signed
    ///
    /// A key has the REVOKE flag set, and the DNSKEY RRset has no signature by it.
    ///
    /// ## Why it matters
    ///
    /// A revocation counts only when the revoked key itself signs it; otherwise anybody could revoke
    /// somebody else's key. Validators that follow RFC 5011 keep trusting the old key, and whoever has
    /// its private part keeps the power that was to be taken away.
    ///
    /// ## What resolvers do
    ///
    /// Those with the key as a managed trust anchor treat the revocation as not made. Others do not look.
    ///
    /// ## How to put it right
    ///
    /// Let the signer sign the DNSKEY RRset with the revoked key too, for at least 30 days:
    ///
    /// - BIND: `dnssec-settime -R now Kexample.com.+013+12345` in place of editing flags, then
    ///   `rndc loadkeys example.com`
    /// - key files: `dnssec-revoke Kexample.com.+013+12345`, then sign with the new file as well
    /// - ldns: `ldns-revoke Kexample.com.+013+12345.key`, then `ldns-signzone example.com.zone` with it
    ///
    /// If nobody has this key as a trust anchor, take the record out instead.
    ///
    /// ## References
    ///
    /// RFC 5011, sections 2.1 and 6.2. DNSViz: REVOKED_NOT_SIGNING.
    "dnskey-revoked-not-self-signed", Keys, Error,
    rfc: ["RFC 5011 section 2.1"],
    explained_by: ["ds-dnskey-revoked"],
    summary: "A revoked key does not sign the DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            if !one.key.is_revoked() || is_used(one.zone, one.key, true) {
                return None;
            }
            let reach = match one.zone.arrival {
                Arrival::Anchors(_) => Reach::Everywhere,
                _ => Reach::Harmless,
            };
            let text = "revoked, without a signature over the DNSKEY RRset".to_owned();
            Some((reach, text))
        },
        "sign the DNSKEY RRset of ZONE with the revoked key too, or take the key out",
    )
}
