//! The signatures over one RRset: RFC 4035, section 5.3.1, clause by clause.

use super::Chunk;
use super::place;
use crate::crypto::{Algorithm, SignatureFault};
use crate::dns::time::humane;
use crate::dns::{RecordType, Serial, Timestamp};
use crate::policy::Reach;
use crate::zone::fault::Code;
use crate::zone::signature::{Computed, RrsigView, Wrong};
use crate::zone::store::Rec;
use crate::zone::{fault, wire};

/// What a signature without a fault is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// It verifies.
    Valid,
    /// It cannot be verified here: it may be worth something to others.
    Unverifiable,
}

impl Chunk<'_> {
    pub(super) fn signatures(
        &mut self,
        owner: &[u8],
        set: &[Rec<'_>],
        rrsigs: &[Rec<'_>],
        computed: Option<&Computed>,
    ) {
        let rtype = set[0].rtype;
        self.part.counts.rrsets += 1;
        if rrsigs.is_empty() {
            self.scribe
                .add(fault::RRSIG_MISSING, place(owner, &set[0]), || {
                    format!("{rtype} has no RRSIG")
                });
            return;
        }
        let longest = set.iter().rev().max_by_key(|record| record.ttl);
        let longest = longest.unwrap_or(&set[0]);
        let mut faults: Vec<(usize, Code, String)> = Vec::new();
        let mut is_any_valid = false;
        // Those by which it is signed as far as can be told.
        let mut algorithms: Vec<u8> = Vec::new();
        for (at, rrsig) in rrsigs.iter().enumerate() {
            match self.signature(owner, longest, rrsig, computed) {
                Ok(worth) => {
                    is_any_valid |= worth == Worth::Valid;
                    algorithms.extend(rrsig.rdata.get(2));
                }
                Err((code, message)) => faults.push((at, code, message)),
            }
        }
        let reach = if is_any_valid {
            Reach::Harmless
        } else {
            Reach::Everywhere
        };
        for (at, code, message) in faults {
            self.scribe
                .weigh(code, reach, place(owner, &rrsigs[at]), || message);
        }
        for algorithm in &self.frame.algorithms {
            let is_its = |rrsig: &Rec<'_>| rrsig.rdata.get(2) == Some(algorithm);
            // Where nothing is valid, each signature has been told of.
            let is_there = match is_any_valid {
                true => algorithms.contains(algorithm),
                false => rrsigs.iter().any(is_its),
            };
            if !is_there {
                self.scribe.add(
                    fault::RRSIG_MISSING_ALGORITHM,
                    place(owner, &set[0]),
                    || {
                        format!(
                            "{rtype} has no valid RRSIG by {}, which the DNSKEY RRset has",
                            Algorithm(*algorithm)
                        )
                    },
                );
            }
        }
    }

    /// A signature over the RRset whose record with the longest TTL is `longest`.
    pub(super) fn signature(
        &mut self,
        owner: &[u8],
        longest: &Rec<'_>,
        rrsig: &Rec<'_>,
        computed: Option<&Computed>,
    ) -> Result<Worth, (Code, String)> {
        let rtype = longest.rtype;
        let malformed = || {
            (
                fault::RRSIG_MALFORMED,
                format!("an RRSIG over {rtype} that cannot be read"),
            )
        };
        let view = RrsigView::of(rrsig.rdata).ok_or_else(malformed)?;
        self.note_end(&view);
        if rrsig.ttl != longest.ttl {
            self.scribe.add(fault::RRSIG_TTL, place(owner, rrsig), || {
                format!(
                    "{rtype}: the RRSIG has TTL {}, the RRset {}",
                    rrsig.ttl, longest.ttl
                )
            });
        }
        if longest.ttl > view.original_ttl {
            self.scribe
                .add(fault::TTL_EXCEEDS_ORIGINAL, place(owner, longest), || {
                    format!(
                        "{rtype}: TTL {} is above the {} that was signed",
                        longest.ttl, view.original_ttl
                    )
                });
        }
        self.judged(owner, rtype, &view, rrsig, computed)
            .map_err(|(code, why)| (code, format!("{rtype} by tag {}: {why}", view.key_tag)))
    }

    pub(super) fn note_end(&mut self, view: &RrsigView<'_>) {
        let end = Serial(view.expiration).near(self.frame.now);
        *self.part.ends.entry(end.0.div_euclid(86_400)).or_default() += 1;
        if self.part.first_end.is_none_or(|first| end < first) {
            self.part.first_end = Some(end);
        }
    }

    /// The clauses of RFC 4035, section 5.3.1, then the arithmetic.
    pub(super) fn judged(
        &mut self,
        owner: &[u8],
        rtype: RecordType,
        view: &RrsigView<'_>,
        rrsig: &Rec<'_>,
        computed: Option<&Computed>,
    ) -> Result<Worth, (Code, String)> {
        let frame = self.frame;
        let labels = wire::rrsig_labels(owner);
        let claimed = usize::from(view.labels);
        if view.signer != frame.apex {
            return Err((
                fault::RRSIG_SIGNER,
                format!("the signer is {}", wire::shown(view.signer)),
            ));
        }
        if claimed > labels {
            return Err((
                fault::RRSIG_LABELS_EXCEED,
                format!("{claimed} labels, the owner has {labels}"),
            ));
        }
        if claimed < wire::label_count(frame.apex) {
            return Err((
                fault::RRSIG_LABELS_BELOW,
                format!("{claimed} labels, fewer than the apex"),
            ));
        }
        if claimed < labels {
            let why =
                format!("{claimed} labels, the owner has {labels}: as if it came of a wildcard");
            return Err((fault::RRSIG_MALFORMED, why));
        }
        let (begin, end) = (
            Serial(view.inception).near(frame.now),
            Serial(view.expiration).near(frame.now),
        );
        // By serial numbers (RFC 4034, section 3.1.5), of which none is more than 68 years after another.
        let is_reversed = Serial(view.inception).is_after(Serial(view.expiration)) != Some(false);
        if end < begin || is_reversed {
            return Err((
                fault::RRSIG_TIMES_REVERSED,
                format!("ends at {end}, before it begins at {begin}"),
            ));
        }
        if end < frame.now {
            return Err((fault::RRSIG_EXPIRED, format!("expired at {end}")));
        }
        if begin > frame.now {
            return Err((
                fault::RRSIG_NOT_YET_VALID,
                format!("not valid before {begin}"),
            ));
        }
        let signer = self.key(rtype, view)?;
        let worth = match computed {
            // Whether a signature outside the sample verifies is not looked at; its times are.
            None => Worth::Valid,
            Some(computed) => self.verified(owner, rtype, signer, rrsig, computed)?,
        };
        self.life(owner, rtype, (begin, end), rrsig);
        Ok(worth)
    }

    /// The arithmetic, by a key at this place.
    fn verified(
        &mut self,
        owner: &[u8],
        rtype: RecordType,
        signer: usize,
        rrsig: &Rec<'_>,
        computed: &Computed,
    ) -> Result<Worth, (Code, String)> {
        match computed.wrong(rrsig.at) {
            None => self.part.counts.verified += 1,
            Some(Wrong::NoKey) => {
                self.part.counts.unverifiable += 1;
                return Ok(Worth::Unverifiable);
            }
            Some(Wrong::NotTried) => {
                return Err((
                    fault::RRSIG_BUDGET,
                    "too many signatures over the same RRset".to_owned(),
                ));
            }
            Some(Wrong::Fault(SignatureFault::Mismatch)) => {
                self.part.counts.verified += 1;
                return Err((
                    fault::RRSIG_INVALID,
                    "the signature does not verify".to_owned(),
                ));
            }
            Some(Wrong::Fault(length)) => {
                return Err((fault::RRSIG_BAD_LENGTH, length.to_string()));
            }
        }
        // Of several keys with one tag, the one that has verified.
        let signer = computed.signer(rrsig.at).unwrap_or(signer);
        self.part.signers.insert(signer);
        let is_entry = !self.frame.keys.keys[signer].dnskey.is_revoked();
        if rtype == RecordType::DNSKEY && owner == self.frame.apex && is_entry {
            self.part.apex_signers.push(signer);
        }
        Ok(Worth::Valid)
    }

    /// Whether a signature that is not wrong has too little left, or was made to last too long.
    fn life(
        &mut self,
        owner: &[u8],
        rtype: RecordType,
        (begin, end): (Timestamp, Timestamp),
        rrsig: &Rec<'_>,
    ) {
        let frame = self.frame;
        let (whole, left) = (end.since(begin), end.since(frame.now));
        let mut tell = |code, why: &dyn Fn() -> String| {
            self.scribe
                .add(code, place(owner, rrsig), || format!("{rtype}: {}", why()));
        };
        if left < frame.policy.expiring_soon {
            tell(fault::RRSIG_EXPIRING, &|| format!("ends at {end}"));
        }
        if frame.max_lifetime.is_some_and(|most| whole > most) {
            let why = || format!("made to last {}, from {begin} to {end}", humane(whole));
            tell(fault::RRSIG_LIFETIME_LONG, &why);
        } else if frame.max_remaining.is_some_and(|most| left > most) {
            let why = || format!("ends at {end}, in {}", humane(left));
            tell(fault::RRSIG_REMAINING_LONG, &why);
        }
    }

    /// The place of the key that is said to have signed.
    pub(super) fn key(
        &self,
        rtype: RecordType,
        view: &RrsigView<'_>,
    ) -> Result<usize, (Code, String)> {
        let mut found = None;
        let mut why = (
            fault::RRSIG_KEY_UNKNOWN,
            "no key has this tag and algorithm".to_owned(),
        );
        for (at, key) in self.frame.keys.find(view.algorithm, view.key_tag) {
            if !key.dnskey.is_zone_key() {
                why = (
                    fault::RRSIG_NON_ZONE_KEY,
                    "the key is no zone key".to_owned(),
                );
            } else if key.dnskey.is_revoked() && rtype != RecordType::DNSKEY {
                why = (fault::RRSIG_REVOKED, "the key is revoked".to_owned());
            } else {
                found = Some(at);
            }
        }
        found.ok_or(why)
    }
}
