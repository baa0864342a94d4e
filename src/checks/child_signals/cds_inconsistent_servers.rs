//! Servers that give different CDS or CDNSKEY.

use super::{Wish, ds_name, key_name, wishes};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::policy::Reach;

declare! {
    /// # cds-inconsistent-servers
    ///
    /// The servers of a zone do not all give the same CDS or CDNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// A parent may ask any of them, and acts on what it happens to get: the DS of one provider may
    /// replace that of the other. For a while after a change it is normal, until all servers have the new
    /// version; between several signers it is a fault of coordination.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CDS and CDNSKEY. Careful parents ask all servers and wait until they
    /// agree.
    ///
    /// ## How to put it right
    ///
    /// Compare the serials first (`dig +norecurse @SERVER example.com SOA`), and transfer the zone where
    /// it is behind: `rndc retransfer example.com`, `knotc zone-retransfer example.com`, `nsd-control
    /// force_transfer example.com`. With several signers, import each other's key-signing keys into CDS
    /// and CDNSKEY, so that all publish the union.
    ///
    /// ## References
    ///
    /// RFC 7344, section 6.1; RFC 8901, section 8; draft-ietf-dnsop-cds-consistency. DNSViz:
    /// MULTIPLE_CDS, MULTIPLE_CDNSKEY. Zonemaster: DS15_INCONSISTENT_CDS,
    /// DS15_INCONSISTENT_CDNSKEY.
    "cds-inconsistent-servers", ChildSignals, Error,
    rfc: ["RFC 7344 section 6.1"],
    explained_by: ["soa-serial-inconsistent"],
    summary: "Servers give different CDS or CDNSKEY RRsets.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = wishes(context).into_iter();
    zones.filter_map(|wishes| state(context, &wishes)).collect()
}

fn state(context: &Context<'_>, wishes: &[Wish<'_>]) -> Option<Statement> {
    let differ = |a: &Wish<'_>, b: &Wish<'_>| {
        // A server that said nothing about one of them does not differ in it.
        let cds = a.cds.is_some() && b.cds.is_some() && a.cds != b.cds;
        cds || (a.cdnskey.is_some() && b.cdnskey.is_some() && a.cdnskey != b.cdnskey)
    };
    let first = wishes.first()?;
    if !wishes.iter().any(|wish| differ(first, wish)) {
        return None;
    }
    let apex = &first.zone.apex;
    let said = wishes.iter().map(|wish| {
        format!(
            "{} from {}",
            in_words(wish),
            context.servers(apex, &wish.servers)
        )
    });
    let mut statement = Statement::new(apex, format!("servers of {apex} differ: {}", list(said)))
        .reach(Reach::SomeServers)
        .fix(format!(
            "bring all servers of {apex} to the same version: `rndc retransfer {apex}`, `knotc zone-retransfer {apex}`, `nsd-control force_transfer {apex}`"
        ));
    for wish in wishes {
        statement = statement.shown_by(wish.evidence.iter().copied());
    }
    Some(statement)
}

fn in_words(wish: &Wish<'_>) -> String {
    let cds = wish.cds().iter().map(|ds| format!("CDS {}", ds_name(ds)));
    let keys = wish.cdnskey().iter();
    let keys = keys.map(|key| format!("CDNSKEY {}", key_name(key)));
    let all: Vec<_> = cds.chain(keys).collect();
    match all.is_empty() {
        true => "neither CDS nor CDNSKEY".to_owned(),
        false => list(all),
    }
}
