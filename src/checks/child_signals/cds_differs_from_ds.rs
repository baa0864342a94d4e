//! CDS asks for another DS than is published.

use std::collections::BTreeSet;

use super::{Wish, each_wish, pair_name};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # cds-differs-from-ds
    ///
    /// The keys named by CDS or CDNSKEY are not those that the DS RRset at the parent names.
    ///
    /// ## Why it matters
    ///
    /// The zone asks for a change that the parent has not made yet. During a key rollover that is the
    /// normal state for hours or days. If it stays, the parent does not read CDS or refuses it, and
    /// somebody must bring the DS to the registrar.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they go by the DS.
    ///
    /// ## How to put it right
    ///
    /// Wait as long as the parent's scan takes, a day in most registries that read CDS. If nothing
    /// happens, publish the DS by hand: `anchorwatch ds NAME` prints it, and so do `dnssec-dsfromkey -2
    /// Kexample.com.+013+12345.key`, `keymgr example.com. ds` and `pdnsutil export-zone-ds example.com`.
    /// Tell the signer afterwards: `rndc dnssec -checkds -key 12345 published example.com`, `knotc
    /// zone-ksk-submitted example.com`.
    ///
    /// ## References
    ///
    /// RFC 7344, sections 4.1 and 5; RFC 8078, section 3. DNSViz: CDS_INCONSISTENT_WITH_DS,
    /// CDNSKEY_INCONSISTENT_WITH_DS.
    "cds-differs-from-ds", ChildSignals, Notice,
    rfc: ["RFC 7344 section 4.1", "RFC 7344 section 5"],
    explained_by: [
        "cds-would-break-delegation",
        "cds-matches-no-dnskey",
        "cds-cdnskey-mismatch",
        "cds-inconsistent-servers",
        "cds-delete-mixed",
        "cds-delete-malformed",
    ],
    summary: "CDS or CDNSKEY ask for another DS RRset than the one published.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wishes = each_wish(context).into_iter();
    wishes
        .filter(|wish| !wish.has_delete())
        .filter_map(|wish| state(context, &wish))
        .collect()
}

fn state(context: &Context<'_>, wish: &Wish<'_>) -> Option<Statement> {
    let wanted = wish.wanted();
    let published = wish.zone.published_ds();
    let there: BTreeSet<_> = published
        .iter()
        .map(|ds| (ds.key_tag, ds.algorithm))
        .collect();
    // The parent may publish other digests of the same keys.
    if wanted == there || there.is_empty() {
        return None;
    }
    let changes = [
        (
            "publish",
            wanted.difference(&there).map(pair_name).collect::<Vec<_>>(),
        ),
        (
            "withdraw",
            there.difference(&wanted).map(pair_name).collect(),
        ),
    ];
    let asked = changes
        .iter()
        .filter(|(_, keys)| !keys.is_empty())
        .map(|(verb, keys)| format!("{verb} DS {}", list(keys)));
    let apex = &wish.zone.apex;
    let message = format!("CDS or CDNSKEY of {apex} ask the parent to {}", list(asked));
    Some(wish.state(context, message).fix(format!(
        "wait for the parent to act, or bring the DS of {apex} to the registrar: `anchorwatch ds {apex}`"
    )))
}
