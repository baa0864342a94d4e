//! A DS whose key lacks the SEP flag.

use super::{Followed, ds_name, followed, vouches};
use crate::checks::{Context, Statement};
use crate::dns::Dnskey;
use crate::policy::Reach;
use crate::validate::Outcome;

declare! {
    /// # ds-dnskey-sep-bit-clear
    ///
    /// A DS leads to a key without the Secure Entry Point (SEP) flag, and the chain holds.
    ///
    /// ## Why it matters
    ///
    /// Validators do not look at the flag, so nothing is broken. People and tools do: programs that
    /// print DS records, scan for CDS or check a delegation take the keys with the flag for those that a
    /// DS belongs to, and may overlook this one or replace its DS.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: RFC 4034, section 2.1.1 forbids validators to change their behaviour because of the flag.
    ///
    /// ## How to put it right
    ///
    /// At the next key rollover make the key that the DS belongs to with flags 257. The flag cannot be
    /// set on the present key without a new DS, since it counts into tag and digest.
    ///
    /// - BIND: a `csk` or `ksk` in the `dnssec-policy`, or
    ///   `dnssec-keygen -a ECDSAP256SHA256 -f KSK example.com`
    /// - Knot: `keymgr example.com generate algorithm=ecdsap256sha256 ksk=yes zsk=yes`
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.1; RFC 6840, section 6.2. Zonemaster: DS02_DNSKEY_NOT_SEP.
    "ds-dnskey-sep-bit-clear", Delegation, Notice,
    rfc: ["RFC 4034 section 2.1.1"],
    explained_by: [],
    summary: "A DS leads to a key without the SEP flag.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    followed(context, |outcome| *outcome == Outcome::Holds)
        .iter()
        .filter_map(|found| Some(state(found, culprit(found)?)))
        .collect()
}

fn culprit<'a>(found: &Followed<'a>) -> Option<&'a Dnskey> {
    let mut keys = found.keys.iter().filter(|key| !key.is_sep());
    keys.find(|key| vouches(&found.zone.apex, found.entry, key))
}

fn state(found: &Followed<'_>, key: &Dnskey) -> Statement {
    let zone = &found.zone.apex;
    let message = format!(
        "{} of {zone} leads to a key without the SEP flag (flags {})",
        ds_name(found.entry),
        key.flags
    );
    Statement::new(zone, message)
        .reach(Reach::Harmless)
        .about("key_tag", key.key_tag())
        .about("algorithm", found.entry.algorithm())
        .fact("flags", key.flags)
        .fix("make the next key that a DS belongs to with flags 257")
        .shown_by(found.evidence.iter().copied())
}
