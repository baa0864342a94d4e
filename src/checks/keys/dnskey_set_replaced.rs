//! A DNSKEY RRset that shares no key with the one before.

use crate::checks::rollover::{key_name, when};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # dnskey-set-replaced
    ///
    /// Every key of the zone is new: none was in the DNSKEY RRset that caches may still hold.
    ///
    /// ## Why it matters
    ///
    /// With the old DNSKEY RRset in its cache a resolver can validate nothing that is signed now, and with
    /// the new one nothing that it has from before. This is how a standby signer with keys of its own makes
    /// a zone fail when it takes over, and how a move to another provider does without an exchange of keys.
    ///
    /// ## What resolvers do
    ///
    /// They answer SERVFAIL with extended error 9 (DNSKEY Missing) until the older RRset has expired, for a
    /// part of the names and a part of the users.
    ///
    /// ## How to put it right
    ///
    /// Go back to the signer with the old keys if it is there. If not, publish the old keys' public halves
    /// beside the new ones at every server: that makes old signatures in caches good. A move between
    /// providers is made with both sets of keys in both zones (RFC 8901).
    ///
    /// - BIND: where the zone takes dynamic updates, `nsupdate`, then `zone example.com`, `update
    ///   add example.com 3600 DNSKEY 256 3 13 …` and `send`; key files without a private part are
    ///   not read, and with `inline-signing yes;` 9.18 takes no DNSKEY of others
    /// - Knot: `keymgr example.com import-pub Kexample.com.+013+12345.key`, then `knotc
    ///   zone-keys-load example.com`
    /// - PowerDNS: `pdnsutil import-zone-key example.com FILE inactive zsk`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.1; RFC 8901, section 6.
    "dnskey-set-replaced", Keys, Error,
    rfc: ["RFC 6781 section 4.1", "RFC 8901 section 6"],
    explained_by: [],
    summary: "No key of the zone was in the DNSKEY RRset before.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let Some(change) = history.key_change(look) else {
        return Vec::new();
    };
    let ttl = i64::from(history.ttls.dnskey.unwrap_or(0)).max(history.data_ttl());
    let until = change.at.plus(ttl);
    let is_new = |identity: &String| change.added.iter().any(|key| key.2 == *identity);
    let mut keys = look.inventory.keys.iter();
    let is_replaced = !look.inventory.keys.is_empty() && keys.all(|key| is_new(&key.identity));
    if !is_replaced || change.removed.is_empty() || until <= context.now {
        return Vec::new();
    }
    let name = |key: &(u16, u8, String)| key_name(key.0, key.1);
    let message = format!(
        "every key of {} was replaced at once: {} by {}; caches may hold the old ones, and signatures by them, until {}",
        zone.apex,
        list(change.removed.iter().map(name)),
        list(change.added.iter().map(name)),
        when(until, context.now)
    );
    let fix = format!("publish the old keys beside the new ones until {until}");
    vec![
        Statement::new(&zone.apex, message)
            .fact("changed", change.at)
            .until(until)
            .fix(fix),
    ]
}
