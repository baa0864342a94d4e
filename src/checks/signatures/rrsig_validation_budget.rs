//! RRsets that cost more trials than validators make.

use std::collections::BTreeSet;

use super::{Given, chained, given, list_types};
use crate::checks::{Context, Statement};
use crate::validate::{JudgedZone, SignatureFault};

/// Failing signatures of one RRset from which on validators in use may stop: Unbound 1.19.1 tries 8.
const TRIALS: usize = 8;

declare! {
    /// # rrsig-validation-budget
    ///
    /// An RRset has so many signatures that fail, or so many keys share a tag, that validators stop
    /// trying before they come to a good one.
    ///
    /// ## Why it matters
    ///
    /// Each trial costs the resolver time, so since KeyTrap (CVE-2023-50387) all of them stop: Unbound
    /// 1.19.1 after 8 for an RRset, BIND 9.18.24 after 16 for a fetch or one that fails, this program after 32. Whether the
    /// zone resolves then depends on the order of records in the response.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL when they stop before a good signature. Of four resolvers asked for a zone of 100 keys
    /// with one tag, only Unbound found the right one.
    ///
    /// ## How to put it right
    ///
    /// Remove signatures that do not verify and keys that are no longer used; sign again from the
    /// unsigned data, once with each key:
    ///
    /// - BIND: `rndc sign example.com`; `dnssec-signzone -R -Q -o example.com example.com.zone` removes
    ///   signatures of keys that are gone or inactive
    /// - Knot: `knotc zone-sign example.com`, which drops all old signatures
    /// - two keys with one tag: make a new key, until its tag differs
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 4034, appendix B; CVE-2023-50387.
    "rrsig-validation-budget", Signatures, Warning,
    rfc: ["RFC 4035 section 5.3.1", "RFC 4034 appendix B"],
    explained_by: ["dnskey-keytag-collision", "rrsig-invalid"],
    summary: "Validators stop before they have tried all signatures of an RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let mut sets = given(context, zone);
    sets.retain(|given| failing(given) >= TRIALS || is_given_up(given));
    let worst = sets.iter().max_by_key(|given| failing(given))?;
    let set = &worst.set.rrset;
    let apex = &zone.apex;
    let servers: BTreeSet<_> = sets.iter().map(|given| given.server).collect();
    let reach = context.reach(apex, &servers);
    let types = list_types(sets.iter().map(|given| given.set.rrset.rtype));
    let stopped = match sets.iter().any(is_given_up) {
        true => "were not all tried: the budget was spent",
        false => "fail so often that some validators stop trying",
    };
    let message = format!(
        "signatures over {types} in {apex} {stopped}; {} of {} has {} RRSIGs, {} of them bad{}",
        set.rtype,
        set.owner,
        set.rrsigs.len(),
        failing(worst),
        context.at(apex, &servers, reach),
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("rrtype", &types)
        .about("owner", &set.owner)
        .fix(format!(
            "remove bad signatures and unused keys, then sign again: `rndc sign {apex}`, `knotc zone-sign {apex}`"
        ))
        .shown_by(sets.iter().map(|given| given.id));
    Some(statement.at_servers(context, &servers))
}

/// Signatures that were computed, or would have been, and are not valid.
fn failing(given: &Given<'_>) -> usize {
    let faults = given.set.faults().map(|(_, fault)| fault);
    let costly = |fault: &&SignatureFault| {
        matches!(
            fault,
            SignatureFault::Mismatch | SignatureFault::NotTried(_)
        )
    };
    faults.filter(costly).count()
}

fn is_given_up(given: &Given<'_>) -> bool {
    let mut faults = given.set.faults();
    faults.any(|(_, fault)| matches!(fault, SignatureFault::NotTried(_)))
}
