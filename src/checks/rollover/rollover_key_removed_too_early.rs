//! A key-signing key that went before the DS that points at it.

use super::{key_name, leads_somewhere, secures, when};
use crate::checks::{Context, Statement};
use crate::report::Verdict;
use crate::validate::Status;

declare! {
    /// # rollover-key-removed-too-early
    ///
    /// The chain holds with the DS that the parent publishes now. Caches may still have the DS RRset from
    /// before, and none of its records leads to a key that signs the DNSKEY RRset any more.
    ///
    /// ## Why it matters
    ///
    /// For everybody behind such a cache the zone is bogus until the old DS has expired there. This is what
    /// made .nz fail in 2023: audits at the servers see nothing, users do.
    ///
    /// ## What resolvers do
    ///
    /// They answer SERVFAIL with extended error 9 (DNSKEY Missing) for as long as they hold the old DS; some
    /// ask the parent again when validation fails, most do not.
    ///
    /// ## How to put it right
    ///
    /// Publish the old key again and sign the DNSKEY RRset with it as well, until the instant that is given:
    ///
    /// - BIND: put its `K*.key` and `K*.private` back into `key-directory`. With a `dnssec-policy` they have to
    ///   say that its DS is on its way out and that of the new key (here 23456) is not everywhere yet, or named
    ///   leaves the key out: `dnssec-settime -I none -D none Kexample.com.+013+12345`, `dnssec-settime -s -g
    ///   hidden -k omnipresent now -r omnipresent now -d unretentive now Kexample.com.+013+12345` and
    ///   `dnssec-settime -s -d rumoured now Kexample.com.+013+23456`, then `rndc loadkeys example.com`; at the
    ///   instant that is given `rndc dnssec -checkds -key 23456 published example.com`
    /// - Knot DNS: `keymgr example.com import-bind Kexample.com.+013+12345.key`, then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil import-zone-key example.com FILE active ksk`, then `pdnsutil rectify-zone example.com`
    ///
    /// Where that cannot be done, ask operators of large resolvers to flush the zone.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.1.2; RFC 7583, section 3.3.
    "rollover-key-removed-too-early", Rollover, Bogus,
    rfc: ["RFC 7583 section 3.3", "RFC 6781 section 4.1.2"],
    explained_by: ["dnskey-set-replaced"],
    summary: "Cached DS records point at a key that is gone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    // What the parent publishes now is judged by others.
    if zone.status != Status::Secure || look.inventory.ds.is_empty() {
        return Vec::new();
    }
    let cached = history.delegations.iter().filter(|past| {
        let is_broken = !past.ds.iter().any(|ds| leads_somewhere(zone, ds));
        secures(past) && is_broken && past.cached_until() > context.now
    });
    let Some(past) = cached.max_by_key(|past| past.cached_until()) else {
        return Vec::new();
    };
    let until = history.cached_until(past, look);
    let keys: Vec<_> = past.ds.iter().map(|ds| key_name(ds.0, ds.1)).collect();
    let keys = crate::checks::statement::list(keys);
    let message = format!(
        "the DS of {keys}, which caches may hold until {}, leads to no key of {} any more: there the zone is {}",
        when(until, context.now),
        zone.apex,
        Verdict::Bogus
    );
    let fix = format!("publish {keys} again and sign the DNSKEY RRset with it until {until}");
    vec![
        Statement::new(&zone.apex, message)
            .fact("last_seen", past.last)
            .until(until)
            .fix(fix),
    ]
}
