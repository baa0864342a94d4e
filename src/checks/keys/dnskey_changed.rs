//! A DNSKEY RRset that is another one than before.

use crate::checks::rollover::{in_caches, key_name};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # dnskey-changed
    ///
    /// The zone has other keys than before. It is told until caches have forgotten the DNSKEY RRset from
    /// before, and for an hour at least.
    ///
    /// ## Why it matters
    ///
    /// Expected, it is a step of a rollover. Unexpected, somebody else signs the zone: a standby signer with
    /// keys of its own, a provider that was changed, an intruder.
    ///
    /// ## What resolvers do
    ///
    /// They use the old DNSKEY RRset until its TTL has run out, and fetch it anew when a signature names a
    /// key that it lacks; not all of them do.
    ///
    /// ## How to put it right
    ///
    /// Compare with what the signer says:
    ///
    /// - BIND: `rndc dnssec -status example.com`
    /// - Knot DNS: `keymgr example.com list`
    /// - PowerDNS: `pdnsutil show-zone example.com`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.1; RFC 7583, section 3.2.
    "dnskey-changed", Keys, Notice,
    rfc: ["RFC 7583 section 3.2"],
    explained_by: [
        "dnskey-set-replaced", "rollover-zsk-removed-too-early", "rollover-key-removed-too-early",
        "rollover-signing-too-early", "rollover-unsigned-too-early", "rollover-unannounced",
    ],
    summary: "The DNSKEY RRset is another one than before.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let Some(change) = history.key_change(look) else {
        return Vec::new();
    };
    let sides = [("new", &change.added), ("gone", &change.removed)];
    let sides = sides.iter().filter(|(_, keys)| !keys.is_empty());
    let words: Vec<_> = sides
        .map(|(word, keys)| {
            format!(
                "{word}: {}",
                list(keys.iter().map(|key| key_name(key.0, key.1)))
            )
        })
        .collect();
    let message = format!(
        "the keys of {} changed at {}, {}; {}",
        zone.apex,
        change.at,
        words.join("; "),
        in_caches(&change, context.now)
    );
    let fix = "compare with what the signer says: `rndc dnssec -status`, `keymgr list`, `pdnsutil show-zone`";
    vec![
        Statement::new(&zone.apex, message)
            .fact("changed", change.at)
            .until(change.until)
            .fix(fix),
    ]
}
