//! The steps of a change while a chain holds: publish, withdraw, take a key away; and what each waits for.

use std::collections::BTreeSet;

use super::digest::{is_of, may_be_used, usable};
use super::facts::Child;
use super::steps::{Plan, facts_ttl, ttl};
use super::{Action, Step};
use crate::crypto::{Algorithm, DigestType};
use crate::dns::{Dnskey, Ds, Timestamp};

impl Plan<'_> {
    /// The steps of a change while a chain holds.
    pub(super) fn rolling(&self, mut steps: Vec<Step>) -> Vec<Step> {
        let half_signed = self.half_signed();
        let is_half_signed = half_signed.is_some();
        steps.extend(half_signed);
        let publishes = !self.change.publish.is_empty();
        if publishes {
            steps.push(self.publication(is_half_signed));
        }
        if !self.change.withdraw.is_empty() {
            let from = steps.last().map_or(self.at, |step| step.earliest);
            steps.push(self.withdrawal(publishes, from));
        }
        steps.extend(self.removals(&steps));
        steps
    }

    /// Algorithms of DS records to be published that the zone is not signed with throughout.
    fn half_signed(&self) -> Option<Step> {
        let facts = self.facts;
        let is_whole = |algorithm: u8| {
            let known = facts
                .children
                .iter()
                .filter_map(|child| child.algorithms.as_ref());
            self.published.iter().any(|ds| ds.algorithm == algorithm)
                || known.into_iter().all(|all| all.contains(&algorithm))
        };
        let missing: BTreeSet<u8> = self.change.publish.iter().map(|ds| ds.algorithm).collect();
        let missing = missing
            .into_iter()
            .filter(|algorithm| !is_whole(*algorithm));
        let names: Vec<_> = missing.map(|one| Algorithm(one).to_string()).collect();
        let because = "a DS of an algorithm promises that everything is signed with it (RFC 4035, section 2.2)";
        (!names.is_empty()).then(|| {
            let text = format!("sign all of the zone with {} too", names.join(", "));
            self.step(Action::Repair, &text, &[], self.at, because.to_owned())
        })
    }

    fn publication(&self, is_half_signed: bool) -> Step {
        let facts = self.facts;
        let joined = [&self.published[..], &self.change.publish].concat();
        let kept: Vec<Ds> = usable(&joined).into_iter().cloned().collect();
        let is_kept = |child: &Child| {
            let mut old = kept.iter().filter(|ds| self.published.contains(ds));
            old.any(|ds| facts.leads(ds, child))
        };
        let keys = facts_ttl(facts.dnskey_ttl());
        let (earliest, because) = if is_half_signed {
            let longest = keys.max(facts.data_ttl);
            let because = format!(
                "by then no cache holds what was signed without it ({}, the longest TTL that was seen)",
                ttl(longest)
            );
            (self.after(&[longest]), because)
        } else if facts.answering_children().all(is_kept) {
            let because =
                "the DS that is there keeps the chain; another one beside it harms nothing";
            (self.at, because.to_owned())
        } else {
            let because = format!(
                "beside it the DS that is there counts for nothing (RFC 4509, section 3), so every cached DNSKEY RRset \
                 (TTL {}) has to have the key that the new one leads to",
                ttl(keys)
            );
            (self.after(&[keys]), because)
        };
        self.step(
            Action::Publish,
            "publish at every server of the parent, beside what is there",
            &self.change.publish,
            earliest,
            because,
        )
    }

    /// What servers that did not answer have is not known.
    fn unheard(&self) -> String {
        let silent = self.facts.silent();
        let silent: Vec<_> = silent
            .iter()
            .map(|server| server.ip().to_string())
            .collect();
        match silent.is_empty() {
            true => String::new(),
            false => format!(
                "; make sure first of {}, which did not answer",
                silent.join(", ")
            ),
        }
    }

    /// `from` is the instant of the step before.
    fn withdrawal(&self, publishes: bool, from: Timestamp) -> Step {
        let (ds_ttl, key_ttl) = (
            facts_ttl(self.facts.ds_ttl()),
            facts_ttl(self.facts.dnskey_ttl()),
        );
        let (earliest, because) = if self.change.wanted.is_empty() {
            let because = format!(
                "the zone asks for it, and without DS it is insecure, not bogus; let it stay signed until {} (the \
                 TTL of the DS) after the DS left every parent server",
                ttl(ds_ttl)
            );
            (self.at, because)
        } else if publishes {
            let because = format!(
                "caches hold the old DS RRset for {} (its TTL) after the new DS is at every parent server, and the \
                 old DNSKEY RRset for {}; counted from the step before, as if the new DS were there then",
                ttl(ds_ttl),
                ttl(key_ttl)
            );
            (from.plus(i64::from(ds_ttl.max(key_ttl))), because)
        } else if self.is_same_keys() {
            let because = "another DS leads to the same key".to_owned();
            (self.at, because)
        } else {
            let because = format!(
                "by then every cached DNSKEY RRset (TTL {}) has the key that the other DS leads to; counted from \
                 now, because one look cannot tell since when that key is there",
                ttl(key_ttl)
            );
            (self.after(&[key_ttl]), because)
        };
        let text = self.withdrawal_text();
        self.step(
            Action::Withdraw,
            &text,
            &self.change.withdraw,
            earliest,
            because + &self.unheard(),
        )
    }

    /// Whether what is withdrawn is but another digest of keys that keep a DS.
    fn is_same_keys(&self) -> bool {
        let zone = &self.facts.zone;
        self.change.withdraw.iter().all(|old| {
            let key = self.facts.key_of(old);
            key.is_some_and(|key| self.change.wanted.iter().any(|ds| is_of(zone, ds, key)))
        })
    }

    fn withdrawal_text(&self) -> String {
        let is_lost = |ds: &Ds| self.facts.key_of(ds).is_none();
        let is_forbidden = |ds: &Ds| !may_be_used(DigestType(ds.digest_type));
        let mut text = "withdraw at every server of the parent".to_owned();
        if self.change.withdraw.iter().all(is_forbidden) {
            text += "; a DS must not use this digest (RFC 9904)";
        } else if self.change.withdraw.iter().any(is_lost) && !self.is_delete {
            text += ", unless it was published in advance for a key that is still to come";
        }
        text
    }

    /// Keys that have no use once the DS that is withdrawn is gone.
    fn removals(&self, steps: &[Step]) -> Vec<Step> {
        if self.is_delete {
            return Vec::new();
        }
        let zone = &self.facts.zone;
        let is_wanted = |key: &Dnskey| self.change.wanted.iter().any(|ds| is_of(zone, ds, key));
        let has_ds = |key: &Dnskey| self.published.iter().any(|ds| is_of(zone, ds, key));
        let is_signing = |key: &Dnskey| self.facts.children.iter().any(|c| c.is_signed_by(key));
        let is_spare = |key: &&Dnskey| {
            key.is_sep() && !key.is_revoked() && !is_wanted(key) && (has_ds(key) || is_signing(key))
        };
        let base = steps.last().map_or(self.at, |step| step.earliest);
        let spare = self.facts.entry_keys().into_iter().filter(is_spare);
        spare.map(|key| self.removal(key, base)).collect()
    }

    /// A key that signs data is in use until all of that is signed anew, and until caches have that.
    fn removal(&self, key: &Dnskey, base: Timestamp) -> Step {
        let ds_ttl = facts_ttl(self.facts.ds_ttl());
        let mut text = format!("take key {} out of the zone", key.key_tag());
        let has_ds = |ds: &Ds| is_of(&self.facts.zone, ds, key);
        // A key on its way in looks like one on its way out: it signs, and nobody asks for its DS yet.
        if !self.published.iter().any(has_ds) {
            text += " if its DS was withdrawn; leave it there if its DS is still to come";
        }
        let mut because = format!(
            "{} (the TTL of the DS) after its DS left every parent server, no cache leads to it",
            ttl(ds_ttl)
        );
        let mut longest = ds_ttl;
        if self
            .facts
            .children
            .iter()
            .any(|child| child.data_signers.contains(key))
        {
            longest = longest.max(self.facts.data_ttl);
            text += ". All that it signs has to be signed with another key at every server first";
            because += &format!(
                "; and caches hold what it signed for {}, the longest TTL that was seen, counted as if all were signed \
                 anew now",
                ttl(self.facts.data_ttl)
            );
        }
        Step {
            action: Action::RemoveKey,
            text,
            records: Vec::new(),
            earliest: base.plus(i64::from(longest)),
            because: because + &self.unheard(),
        }
    }
}
