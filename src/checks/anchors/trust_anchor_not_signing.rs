//! No trust anchor leads to a key that signs.

use crate::checks::delegation::{at, ds_name, keys_in_words, list};
use crate::checks::{Context, Statement};
use crate::validate::{
    AnswerKind, Arrival, EntryPoint, JudgedServer, JudgedZone, KeysReply, Status,
};

declare! {
    /// # trust-anchor-not-signing
    ///
    /// None of the trust anchors of a zone leads to a key that validly signs its DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// The chain of trust has nothing to hang on: with anchors like these a validator finds everything
    /// below the zone bogus. At the root this means that the anchors are out of date or wrong, or that
    /// something on the path answers in the root's name.
    ///
    /// ## What resolvers do
    ///
    /// One with the same anchors answers SERVFAIL for everything below the zone. Others are not concerned.
    ///
    /// ## How to put it right
    ///
    /// Compare the anchors with the keys: `dig +norecurse @k.root-servers.net . DNSKEY +multiline` shows
    /// the keys with their tags. If the anchors are old, get new ones and check how they were obtained:
    ///
    /// - here: `--trust-anchor FILE` with IANA's `root-anchors.xml`, or with DS or DNSKEY records
    /// - Unbound: `unbound-anchor -a /var/lib/unbound/root.key`
    /// - BIND: the built-in anchors of a current release; `rndc managed-keys status` shows what it trusts
    ///
    /// If the anchors are right, see what answers: from another network, and over TCP.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5; RFC 9718. DNSViz: NO_TRUST_ANCHOR_SIGNING.
    "trust-anchor-not-signing", Anchors, Bogus,
    rfc: ["RFC 4035 section 5"],
    explained_by: [
        "rrsig-expired",
        "rrsig-not-yet-valid",
        "rrsig-expiration-before-inception",
        "rrsig-invalid",
        "rrsig-missing",
        "rrsig-validation-budget",
        "dnskey-protocol-not-3",
        "dnskey-unparsable",
        "trust-anchor-revoked",
        "trust-anchor-not-published",
    ],
    summary: "No trust anchor leads to a key that signs the DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let Arrival::Anchors(anchors) = &zone.arrival else {
        return None;
    };
    let failed: Vec<_> = zone
        .servers
        .iter()
        .filter(|(_, server)| server.key_status == Status::Bogus)
        .filter_map(|(address, server)| Some((*address, end(server, anchors)?)))
        .collect();
    let (_, (_, first)) = failed.first()?;
    let mut servers = zone.servers.values();
    let is_given = servers.any(|server| matches!(server.keys, KeysReply::Given(..)));
    let servers = failed.iter().map(|(server, _)| *server).collect();
    let message = format!(
        "no trust anchor of {} leads to a key that signs its DNSKEY RRset: {first}{}",
        zone.apex,
        at(context, &zone.apex, &servers)
    );
    Some(
        Statement::new(&zone.apex, message)
            .reach(context.reach(&zone.apex, &servers))
            .about("rrtype", "DNSKEY")
            .fix(match is_given {
                true => "replace the trust anchors by those that the zone's operator publishes".to_owned(),
                false => format!(
                    "see what answers in place of the servers of {}, which give no keys: ask from another network, and over TCP; \
                     leave the trust anchors as they are until then",
                    zone.apex
                ),
            })
            .shown_by(failed.iter().map(|(_, (id, _))| *id)),
    )
}

/// What became of the anchors at one server.
fn end(server: &JudgedServer, anchors: &[EntryPoint]) -> Option<(usize, String)> {
    match &server.keys {
        KeysReply::Given(id, judged) => {
            let ends: Vec<_> = judged
                .entries
                .iter()
                .map(|(entry, outcome)| format!("{} {outcome}", ds_name(entry)))
                .collect();
            let keys = keys_in_words(&judged.dnskeys);
            Some((*id, format!("{}; the zone has {keys}", list(&ends))))
        }
        KeysReply::Without(id, kind)
            if !matches!(kind, AnswerKind::Failure(_) | AnswerKind::Referral) =>
        {
            let names: Vec<_> = anchors.iter().map(ds_name).collect();
            Some((*id, format!("there are {} and no keys", list(&names))))
        }
        _ => None,
    }
}
