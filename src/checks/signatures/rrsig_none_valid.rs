//! RRsets whose signatures fail, each in its own way.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use super::{Given, chained, given, list_types};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::{JudgedZone, SignatureFault, Status};

declare! {
    /// # rrsig-none-valid
    ///
    /// An RRset has signatures, none of them is valid, and not for one and the same reason.
    ///
    /// ## Why it matters
    ///
    /// Every validating resolver refuses the RRset. Each single fault stands as a finding of its own;
    /// this one says that together they leave nothing. It also stands where the only signatures are of a
    /// kind for which there is no code here, or by a key that cannot be used.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL. Which extended error they send depends on the signature they looked at last.
    ///
    /// ## How to put it right
    ///
    /// Put right the faults of the single signatures; one valid signature is enough. Often two
    /// generations of signatures stand beside each other, the old ones expired and the new ones made with
    /// a key that is not published: publish that key, or sign again with the published one:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows which key signs, `rndc sign example.com` signs
    ///   again
    /// - Knot: `keymgr example.com. list`, then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil show-zone example.com`, then `pdnsutil rectify-zone example.com`
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3. Zonemaster: DS10_NSEC_NO_VERIFIED_SIGNATURE,
    /// DS10_NSEC3_NO_VERIFIED_SIGNATURE.
    "rrsig-none-valid", Signatures, Bogus,
    rfc: ["RFC 4035 section 5.3"],
    explained_by: [
        "rrsig-expired",
        "rrsig-not-yet-valid",
        "rrsig-expiration-before-inception",
        "rrsig-invalid",
        "rrsig-signer-key-unknown",
        "rrsig-signer-not-zone",
        "rrsig-labels-exceed-owner",
        "rrsig-labels-below-signer",
        "rrsig-bad-length",
        "rrsig-by-revoked-key",
        "rrsig-by-non-zone-key",
        "rrsig-validation-budget",
        "dnskey-unparsable",
        "dnskey-bad-length",
        "dnskey-protocol-not-3",
        "algorithm-unassigned",
    ],
    summary: "An RRset has signatures and none of them is valid, for different reasons.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let sets = given(context, zone);
    let bad: Vec<_> = sets.iter().filter(|given| is_lost(given)).collect();
    let first = bad.first()?;
    let servers: BTreeSet<_> = bad.iter().map(|given| given.server).collect();
    let reaches = bad.iter().map(|given| {
        let set = &given.set.rrset;
        super::given::reach(&sets, &set.owner, set.rtype, &servers)
    });
    let reach = reaches.max().unwrap_or(Reach::SomeServers);
    let faults = bad.iter().flat_map(|given| given.set.faults());
    let kinds: BTreeMap<_, _> = faults
        .map(|(rrsig, fault)| (fault.to_string(), rrsig.key_tag))
        .collect();
    let whys = kinds
        .iter()
        .map(|(why, tag)| format!("by key {tag}: {why}"));
    let apex = &zone.apex;
    let types = list_types(bad.iter().map(|given| given.set.rrset.rtype));
    let at = context.at(apex, &servers, reach);
    let message = format!(
        "no RRSIG over {types} in {apex} is valid ({}){at}",
        list(whys)
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("rrtype", &types)
        .about("owner", &first.set.rrset.owner)
        .fix(format!(
            "sign again with a published key: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(bad.iter().map(|given| given.id));
    Some(statement.at_servers(context, &servers))
}

/// Bogus with signatures that fail in several ways, or in one that has no finding of its own.
fn is_lost(given: &Given<'_>) -> bool {
    let faults: Vec<_> = given.set.faults().map(|(_, fault)| fault).collect();
    let kinds: BTreeSet<_> = faults
        .iter()
        .map(|fault| format!("{:?}", discriminant(*fault)))
        .collect();
    let is_untold = faults.iter().any(|fault| {
        matches!(
            fault,
            SignatureFault::UnsupportedAlgorithm(_)
                | SignatureFault::Protocol(_)
                | SignatureFault::KeyUnusable(_)
        )
    });
    given.set.status == Status::Bogus && (kinds.len() > 1 || is_untold)
}
