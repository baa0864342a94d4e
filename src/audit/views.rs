//! What other validators make of the same evidence: the same judgement under their terms.
//!
//! Where their rules leave something to chance, a view holds both outcomes. A rule explains a view when it
//! alone, put into our terms, gives the outcome that differs from ours.

use super::verdict;
use crate::dns::Timestamp;
use crate::evidence::Evidence;
use crate::evidence::topology::{Basis, Topology};
use crate::evidence::view::View;
use crate::report::{DenialOutcomes, Outcomes, Rule, Subject, ValidatorView, ZoneOutcomes};
use crate::validate::anchor::{self, TrustAnchor};
use crate::validate::{Chain, JudgedTarget, Luck, Product, Supposed, Terms, chain, product};

/// The views of these validators, in that order.
pub fn views(
    evidence: &Evidence,
    products: &[Product],
    supposed: &Supposed,
    now: Timestamp,
) -> Vec<ValidatorView> {
    let view = View::new(evidence.exchanges.clone());
    let stage = Stage {
        topology: Topology::new(&view, &Basis::of(evidence)),
        anchors: anchor::from_records(&evidence.anchors).unwrap_or_default(),
        view,
        supposed,
        now,
    };
    let ours = stage.both(&Terms::default());
    let each = products.iter();
    each.map(|product| stage.view_of(product, &ours)).collect()
}

/// Evidence that is read.
struct Stage<'a> {
    view: View,
    topology: Topology,
    anchors: Vec<TrustAnchor>,
    supposed: &'a Supposed,
    now: Timestamp,
}

/// The judgement with good and with bad luck.
struct Both {
    good: Chain,
    bad: Option<Chain>,
}

impl Both {
    fn of(&self, status: impl Fn(&Chain) -> crate::validate::Status) -> Outcomes {
        let good = verdict(status(&self.good));
        let bad = self.bad.as_ref().map(|chain| verdict(status(chain)));
        Outcomes {
            verdict: good,
            or: bad.filter(|bad| *bad != good),
        }
    }

    /// The outcomes for the question audited, and for what does not exist.
    fn outcomes(&self) -> Vec<Outcomes> {
        let targets = self.good.probes.len();
        let probe = |index: usize| self.of(|chain| chain.probes[index].status);
        std::iter::once(self.of(|chain| chain.status))
            .chain((0..targets).map(probe))
            .collect()
    }
}

impl Stage<'_> {
    fn judged(&self, terms: &Terms, luck: Luck) -> Chain {
        let terms = Terms {
            luck,
            supposed: self.supposed.clone(),
            ..terms.clone()
        };
        chain::judge_under(&self.view, &self.topology, &self.anchors, terms, self.now)
    }

    fn both(&self, terms: &Terms) -> Both {
        Both {
            good: self.judged(terms, Luck::Good),
            bad: terms
                .traits
                .has_chance()
                .then(|| self.judged(terms, Luck::Bad)),
        }
    }

    fn view_of(&self, product: &Product, ours: &Both) -> ValidatorView {
        let both = self.both(&product.terms());
        let zones = both.good.zones.iter().enumerate();
        let zones = zones.map(|(index, zone)| ZoneOutcomes {
            zone: zone.apex.clone(),
            outcomes: both.of(|chain| chain.zones[index].status),
        });
        ValidatorView {
            validator: product.word.to_owned(),
            product: product.name.to_owned(),
            version: product.version.to_owned(),
            outcomes: both.of(|chain| chain.status),
            zones: zones.collect(),
            denials: both
                .good
                .probes
                .iter()
                .enumerate()
                .map(|(index, probe)| denial(probe, both.of(|chain| chain.probes[index].status)))
                .collect(),
            because: self.reasons(product, ours, &both),
            rules: product.rules.iter().map(rule).collect(),
        }
    }

    /// The rules that make the difference from our own judgement.
    fn reasons(&self, product: &Product, ours: &Both, theirs: &Both) -> Vec<Rule> {
        let (ours, theirs) = (ours.outcomes(), theirs.outcomes());
        if ours == theirs {
            return Vec::new();
        }
        let differs = |one: &&product::Rule| {
            let mut terms = Terms::default();
            (one.set)(&mut terms);
            self.both(&terms).outcomes() != ours
        };
        product.rules.iter().filter(differs).map(rule).collect()
    }
}

fn rule(rule: &product::Rule) -> Rule {
    Rule {
        what: rule.what.to_owned(),
        source: rule.source.to_owned(),
    }
}

fn denial(probe: &JudgedTarget, outcomes: Outcomes) -> DenialOutcomes {
    DenialOutcomes {
        query: Subject {
            name: probe.question.name.clone(),
            rtype: probe.question.rtype,
        },
        outcomes,
    }
}
