//! A key without work.

use super::{ZoneKey, is_used, state_each};
use crate::checks::delegation::vouches;
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::{Arrival, EntryPoint};

declare! {
    /// # dnskey-unused
    ///
    /// A key is published, signs nothing that was seen, and no DS or trust anchor belongs to it.
    ///
    /// ## Why it matters
    ///
    /// Nothing is broken. It is a key in waiting before or after a rollover, or one that was forgotten.
    /// Each such key makes the DNSKEY response larger, and whoever has its private part can sign for the
    /// zone.
    ///
    /// ## What resolvers do
    ///
    /// Nothing.
    ///
    /// ## How to put it right
    ///
    /// Nothing, if a rollover is under way. Otherwise take the key out:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows what the key is for;
    ///   `dnssec-settime -D now Kexample.com.+013+12345`, then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com list`; `keymgr example.com set 12345 remove=+0`, then
    ///   `knotc zone-keys-load example.com`
    /// - PowerDNS: `pdnsutil show-zone example.com`; `pdnsutil remove-zone-key example.com ID`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.1.
    "dnskey-unused", Keys, Notice,
    rfc: ["RFC 6781 section 4.1"],
    explained_by: [
        "dnskey-zero-length",
        "dnskey-bad-length",
        "dnskey-unparsable",
        "dnskey-flags-invalid",
        "dnskey-protocol-not-3",
        "dnskey-keytag-collision",
        "dnskey-algorithm-lacks-role",
        "algorithm-unassigned",
        "algorithm-not-for-zone-signing",
        "ds-no-matching-dnskey",
        "ds-digest-mismatch",
        "rrsig-missing",
        "rrsig-missing-for-dnskey-algorithm",
        "rollover-in-progress",
    ],
    summary: "A published key signs nothing, and no DS belongs to it.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            // In the zones above, keys in waiting are somebody else's routine.
            let is_target = context.is_target(&one.zone.apex);
            (is_target && is_idle(one)).then(|| {
                let text = "no signature and no DS".to_owned();
                (Reach::Harmless, text)
            })
        },
        "take the key out of ZONE if no rollover is under way",
    )
}

fn is_idle(one: &ZoneKey<'_>) -> bool {
    let anchors = match &one.zone.arrival {
        Arrival::Anchors(entries) => entries.as_slice(),
        _ => &[],
    };
    let published = one.zone.published_ds().into_iter().map(EntryPoint::Ds);
    let mut entries = published.chain(anchors.iter().cloned());
    !one.key.is_revoked()
        && !is_used(one.zone, one.key, true)
        && !is_used(one.zone, one.key, false)
        && !entries.any(|entry| vouches(&one.zone.apex, &entry, one.key))
}
