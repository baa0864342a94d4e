//! A key that has waited for its DS for too long.

use super::key_name;
use crate::checks::{Context, Statement};

declare! {
    /// # rollover-ds-awaited
    ///
    /// A key with the SEP flag has signed the DNSKEY RRset for longer than parents usually need, and the
    /// parent has no DS for it, while it has one for another key.
    ///
    /// ## Why it matters
    ///
    /// A rollover stands still: nothing is broken, and the old key cannot go before the new DS is there.
    /// Signers that are told to forget keys at a fixed time may remove the old one all the same.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: the chain leads through the other key.
    ///
    /// ## How to put it right
    ///
    /// Bring the DS to the parent: `anchorwatch ds example.com` prints it. Where the parent reads CDS or
    /// CDNSKEY, see whether the zone publishes them:
    ///
    /// - BIND: `dnssec-policy` publishes them when the key may be used; `rndc dnssec -checkds -key 12345 published example.com` says that the DS is there
    /// - Knot DNS: `knotc zone-ksk-submitted example.com` says the same
    ///
    /// ## References
    ///
    /// RFC 7583, section 3.3; RFC 7344, section 4.
    "rollover-ds-awaited", Rollover, Warning,
    rfc: ["RFC 7583 section 3.3"],
    explained_by: ["cds-update-overdue"],
    summary: "A new key has signed for long, and the parent has no DS for it.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let patience = context.policy.parent_patience;
    if !look.inventory.keys.iter().any(|key| key.has_ds) {
        return Vec::new();
    }
    let waiting = look
        .inventory
        .keys
        .iter()
        .filter(|key| key.is_sep() && key.signs_keys && !key.has_ds && !key.is_revoked());
    waiting
        .filter_map(|key| {
            let past = history.keys.get(&key.identity)?;
            // One that was there from the beginning may be meant as a standby key.
            past.unseen?;
            // Nor one whose DS was there and is withdrawn: it is the old one.
            let mut before = history.delegations.iter().flat_map(|set| &set.ds);
            if before.any(|ds| (ds.0, ds.1) == (key.key_tag, key.algorithm)) {
                return None;
            }
            let waited = context.now.since(past.first);
            let name = key_name(key.key_tag, key.algorithm);
            let message = format!(
                "{name} of {} has signed since {}, and the parent has no DS for it",
                zone.apex, past.first
            );
            let fix = format!("bring its DS to the parent: `anchorwatch ds {}`", zone.apex);
            let statement = Statement::new(&zone.apex, message).about("key_tag", key.key_tag);
            (waited > patience).then(|| statement.fact("since", past.first).fix(fix))
        })
        .collect()
}
