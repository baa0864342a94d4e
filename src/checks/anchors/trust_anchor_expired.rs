//! Trust anchors whose time is over.

use crate::checks::{Context, Statement};
use crate::dns::{Name, Timestamp};
use crate::validate::anchor::TrustAnchor;

declare! {
    /// # trust-anchor-expired
    ///
    /// Every configured trust anchor of a zone is past the end of its interval (`validUntil`).
    ///
    /// An anchor past its end beside one that holds is no finding: the file that IANA publishes keeps the
    /// anchors of former keys.
    ///
    /// ## Why it matters
    ///
    /// No chain can begin at the zone any more, and nothing below it can be validated.
    ///
    /// ## What resolvers do
    ///
    /// Those that read `root-anchors.xml` take no anchor whose interval is over (RFC 9718, section 2.2).
    ///
    /// ## How to put it right
    ///
    /// Fetch the anchors again from who publishes them, which for the root is IANA:
    ///
    /// - here: the file given with `--trust-anchor FILE`
    /// - Unbound: `unbound-anchor -a /var/lib/unbound/root.key`
    /// - BIND: entries in `trust-anchors`; `rndc managed-keys status`
    ///
    /// ## References
    ///
    /// RFC 9718, section 2.2.
    "trust-anchor-expired", Anchors, Error,
    rfc: ["RFC 9718 section 2.2"],
    explained_by: [],
    summary: "Every trust anchor of a zone is past its end.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter().map(|zone| &zone.apex);
    zones.filter_map(|apex| state(context, apex)).collect()
}

fn state(context: &Context<'_>, apex: &Name) -> Option<Statement> {
    let own = || context.anchors.iter().filter(|anchor| anchor.zone == *apex);
    let is_over = |anchor: &TrustAnchor| anchor.valid_until.is_some_and(|end| end <= context.now);
    if !own().all(is_over) {
        return None;
    }
    let last: Timestamp = own().filter_map(|anchor| anchor.valid_until).max()?;
    let tags: Vec<_> = own().map(|anchor| anchor.key_tag().to_string()).collect();
    let message = format!(
        "no trust anchor of {apex} holds any more: the last of {} ended {last}",
        tags.join(", ")
    );
    let fix = "fetch the trust anchors again (`--trust-anchor FILE`); the root's are IANA's root-anchors.xml";
    Some(
        Statement::new(apex, message)
            .about("key_tag", tags.join(", "))
            .fact("until", last)
            .fix(fix),
    )
}
