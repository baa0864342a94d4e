//! A key that went while signatures by it are still in caches.

use super::{key_name, when};
use crate::checks::{Context, Statement};
use crate::history::PastKey;

declare! {
    /// # rollover-zsk-removed-too-early
    ///
    /// A key that signed data at the last look is gone from the DNSKEY RRset, before the signatures by it
    /// can have expired from caches.
    ///
    /// ## Why it matters
    ///
    /// A validator that gets data with such a signature from a cache, and the keys anew, cannot validate
    /// it. Forwarders and validators behind another resolver meet this; a resolver that validated the data
    /// when it fetched it does not look again, so that only some users fail.
    ///
    /// ## What resolvers do
    ///
    /// They answer SERVFAIL with extended error 9 (DNSKEY Missing), unless they can fetch the data anew.
    ///
    /// ## How to put it right
    ///
    /// Publish the key again, without signing with it, until the instant that is given:
    ///
    /// - BIND: where the zone takes dynamic updates, `nsupdate`, then `zone example.com`, `update add example.com
    ///   3600 DNSKEY 256 3 13 …` and `send`; with a `dnssec-policy` named leaves key files out whose time is over
    /// - Knot DNS: `keymgr example.com import-pub Kexample.com.+013+12345.key`, then `knotc zone-keys-load
    ///   example.com`; later `keymgr example.com delete 12345`
    /// - PowerDNS: `pdnsutil import-zone-key example.com FILE inactive zsk`, then `pdnsutil publish-zone-key example.com ID`
    ///
    /// ## References
    ///
    /// RFC 7583, section 3.2.1; RFC 6781, section 4.1.1.
    "rollover-zsk-removed-too-early", Rollover, Error,
    rfc: ["RFC 7583 section 3.2.1"],
    explained_by: ["dnskey-set-replaced"],
    summary: "A key is gone while signatures by it are in caches.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    // A zone that gave up its keys is told of as such.
    if look.inventory.keys.is_empty() {
        return Vec::new();
    }
    let until = |past: &PastKey| Some(past.signed_data?.plus(history.zone_ttl()));
    let gone = history.gone(look);
    gone.filter_map(|(identity, past)| {
        let until = until(past).filter(|until| *until > context.now)?;
        let key = key_name(past.key_tag, past.algorithm);
        let message = format!(
            "{key} of {} is gone, and caches may hold signatures by it until {}",
            zone.apex,
            when(until, context.now)
        );
        let fix = format!("publish {key} again until {until}, without signing with it");
        let statement = Statement::new(&zone.apex, message).about("key_tag", past.key_tag);
        Some(statement.fact("identity", identity).until(until).fix(fix))
    })
    .collect()
}
