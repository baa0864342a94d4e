//! A new key of the root that validators wait with.

use crate::checks::rollover::key_name;
use crate::checks::{Context, Statement};
use crate::history::key::HOLD_DOWN;

declare! {
    /// # trust-anchor-new-key-pending
    ///
    /// A key with the SEP flag is new at the root. Validators that follow RFC 5011 trust it after they have
    /// seen it for thirty days. Told where `.` itself is watched.
    ///
    /// ## Why it matters
    ///
    /// A rollover of the root has begun. Whoever has anchors that do not follow by themselves (static files,
    /// images, appliances) has until the new key signs to bring it there.
    ///
    /// ## What resolvers do
    ///
    /// Those with managed anchors begin to wait: BIND, Unbound, Knot Resolver. PowerDNS Recursor and dnsmasq
    /// have the anchors that their package brings.
    ///
    /// ## How to put it right
    ///
    /// Compare the key with IANA's `root-anchors.xml`, then see that it arrives:
    ///
    /// - BIND: `rndc managed-keys status`
    /// - Unbound: `unbound-anchor -l` and the file named in `auto-trust-anchor-file:`
    /// - `anchorwatch drill @RESOLVER` asks which root keys a resolver trusts (RFC 8509)
    ///
    /// ## References
    ///
    /// RFC 5011, section 2.2 and 2.4.1.
    "trust-anchor-new-key-pending", Anchors, Notice,
    rfc: ["RFC 5011 section 2.2"],
    explained_by: [],
    summary: "A new key of the root is in its hold-down.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context
        .remembered()
        .filter(|(.., zone)| zone.apex.is_root())
    else {
        return Vec::new();
    };
    let keys = look.inventory.keys.iter();
    keys.filter(|key| key.is_sep() && !key.is_revoked())
        .filter_map(|key| {
            let first = match history.keys.get(&key.identity) {
                Some(known) => known.unseen.map(|_| known.first)?,
                None => context.now,
            };
            let trusted = first.plus(HOLD_DOWN);
            let message = format!(
                "{} of the root is new since {first}; validators that follow RFC 5011 trust it from {trusted} on",
                key_name(key.key_tag, key.algorithm)
            );
            let statement = Statement::new(&zone.apex, message).about("key_tag", key.key_tag);
            let fix = "compare it with IANA's root-anchors.xml and bring it to validators whose anchors are static";
            (trusted > context.now).then(|| statement.until(trusted).fix(fix))
        })
        .collect()
}
