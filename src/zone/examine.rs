//! What is looked at name by name: RRsets, their signatures, delegations, NSEC records.
//!
//! Names are looked at in chunks, side by side. A chunk sees all names, since the place of one in the chain
//! depends on its neighbours, and tells of its own alone.

use std::collections::BTreeMap;

use super::fault::{self, Code, Ledger, Place, Scribe};
use super::keys::ZoneKeys;
use super::names::{Kind, Names, Node};
use super::nsec3::{Expected, Parameters, Status as HashedStatus};
use super::signature::{self, Batch, Computed, RrsigView, Wrong};
use super::store::Rec;
use super::wire;
use crate::crypto::{Algorithm, SignatureFault};
use crate::dns::{RecordType, Serial, Timestamp};
use crate::policy::{Policy, Reach};

/// What all names of a zone are judged by.
pub struct Frame<'f> {
    /// The names.
    pub names: &'f Names,
    /// The apex.
    pub apex: &'f [u8],
    /// Its keys.
    pub keys: &'f ZoneKeys,
    /// The algorithms that must have signed.
    pub algorithms: Vec<u8>,
    /// What was computed for each segment; `None` where only what [`Frame::is_sampled`] says is.
    pub computed: &'f [Option<Computed>],
    /// Whether the signatures of a name are computed, where its segment was not.
    pub is_sampled: &'f (dyn Fn(usize) -> bool + Sync),
    /// Thresholds.
    pub policy: &'f Policy,
    /// The instant judged at.
    pub now: Timestamp,
    /// How the zone proves what it does not have.
    pub denial: Denial<'f>,
    /// What the TTL of NSEC and NSEC3 records should be (RFC 9077, section 3).
    pub denial_ttl: Option<u32>,
    /// TTLs above this are told of.
    pub max_ttl: Option<u32>,
    /// How many faults of each code are kept.
    pub kept: usize,
}

/// How a zone proves what it does not have.
#[derive(Debug, Clone, Copy)]
pub enum Denial<'f> {
    /// By NSEC.
    Nsec,
    /// By NSEC3 with these parameters.
    Nsec3(&'f Parameters),
    /// By NSEC3 records that are not looked at: their parameters are wrong, which is told elsewhere.
    Unknown,
}

/// What was found in a chunk.
#[derive(Default)]
pub struct Part {
    /// The faults.
    pub ledger: Ledger,
    /// Counts.
    pub counts: Counts,
    /// How many signatures end on each day, in days since 1970.
    pub ends: BTreeMap<i64, u64>,
    /// The earliest end of a signature.
    pub first_end: Option<Timestamp>,
    /// The hashes that should have an NSEC3 record.
    pub expected: Vec<Expected>,
    /// Bitmaps of those, each once.
    pub bitmaps: Vec<Vec<u8>>,
    /// Names with NSEC3 records.
    pub hashed: Vec<u32>,
    /// Valid signatures over the DNSKEY RRset: the places of the keys that made them.
    pub apex_signers: Vec<usize>,
    /// Keys that made valid signatures.
    pub signers: std::collections::BTreeSet<usize>,
}

/// What there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Records, duplicates included.
    pub records: u64,
    /// Names that have records.
    pub names: u64,
    /// RRsets that have to be signed.
    pub rrsets: u64,
    /// RRSIG records.
    pub signatures: u64,
    /// Signatures that were verified.
    pub verified: u64,
    /// Signatures that nothing here can verify.
    pub unverifiable: u64,
    /// Delegations.
    pub delegations: u64,
    /// Delegations with DS.
    pub secure_delegations: u64,
    /// NSEC records.
    pub nsec: u64,
    /// NSEC3 records.
    pub nsec3: u64,
}

impl Counts {
    /// Adds those of another part.
    pub fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.names += other.names;
        self.rrsets += other.rrsets;
        self.signatures += other.signatures;
        self.verified += other.verified;
        self.unverifiable += other.unverifiable;
        self.delegations += other.delegations;
        self.secure_delegations += other.secure_delegations;
        self.nsec += other.nsec;
        self.nsec3 += other.nsec3;
    }
}

/// Looks at the names from `first` on, as many as `nodes` has.
pub fn chunk(frame: &Frame<'_>, first: usize, nodes: &[Node]) -> Part {
    let mut chunk = Chunk {
        frame,
        scribe: Scribe::new(frame.policy, frame.kept),
        part: Part::default(),
        types: Vec::new(),
        listed: listed_before(frame.names, first, |_| true),
        required: listed_before(frame.names, first, is_required),
    };
    let apart = apart(frame, first, nodes);
    let mut records = Vec::new();
    let mut number = 0;
    for (node, index) in nodes.iter().zip(first..) {
        frame.names.records(node, &mut records);
        let computed = if frame.is_apart(node) {
            renumber(&mut records, &mut number);
            (frame.is_sampled)(index).then_some(&apart)
        } else {
            frame.computed[frame.names.segment(node)].as_ref()
        };
        chunk.node(index, node, &mut records, computed);
    }
    chunk.part.ledger = chunk.scribe.ledger;
    chunk.part
}

impl Frame<'_> {
    /// Whether the signatures of a name were not computed with its segment.
    fn is_apart(&self, node: &Node) -> bool {
        !node.is_whole() || self.computed[self.names.segment(node)].is_none()
    }
}

/// Computes the signatures of the names of a chunk that were not computed with their segments.
fn apart(frame: &Frame<'_>, first: usize, nodes: &[Node]) -> Computed {
    let mut batch = Batch::new(frame.keys);
    let mut records = Vec::new();
    let mut number = 0;
    for (node, index) in nodes
        .iter()
        .zip(first..)
        .filter(|(node, _)| frame.is_apart(node))
    {
        frame.names.records(node, &mut records);
        renumber(&mut records, &mut number);
        if (frame.is_sampled)(index) {
            batch.add(frame.names.owner(node), &mut records);
        }
    }
    batch.finish()
}

/// Records out of several segments may have the same place, so they get places of their own.
fn renumber(records: &mut [Rec<'_>], number: &mut u32) {
    for record in records {
        record.at = *number;
        *number += 1;
    }
}

/// A delegation without DS may be left out of a chain with Opt-Out; nothing else may.
pub fn is_required(node: &Node) -> bool {
    node.kind != Kind::Cut || node.has.ds()
}

fn listed_before(names: &Names, index: usize, fits: fn(&Node) -> bool) -> Option<&[u8]> {
    let mut before = names.nodes[..index].iter().rev();
    let found = before.find(|node| node.is_listed() && fits(node));
    found.map(|node| names.owner(node))
}

struct Chunk<'f> {
    frame: &'f Frame<'f>,
    scribe: Scribe<'f>,
    part: Part,
    types: Vec<RecordType>,
    /// The listed name before, and the one before that is required.
    listed: Option<&'f [u8]>,
    required: Option<&'f [u8]>,
}

fn place<'p>(owner: &'p [u8], record: &Rec<'_>) -> Place<'p> {
    Place {
        owner,
        file: record.file,
        line: Some(record.line),
    }
}

fn nowhere(owner: &[u8]) -> Place<'_> {
    Place {
        owner,
        file: 0,
        line: None,
    }
}

impl<'f> Chunk<'f> {
    fn node(
        &mut self,
        index: usize,
        node: &Node,
        records: &mut [Rec<'f>],
        computed: Option<&Computed>,
    ) {
        let names = self.frame.names;
        let owner = names.owner(node);
        records
            .sort_unstable_by(|a, b| (a.rtype.0, a.rdata, a.at).cmp(&(b.rtype.0, b.rdata, b.at)));
        self.part.counts.names += 1;
        self.part.counts.records += records.len() as u64;
        let from = records.partition_point(|record| record.rtype.0 < RecordType::RRSIG.0);
        let to = records.partition_point(|record| record.rtype.0 <= RecordType::RRSIG.0);
        let rrsigs = &records[from..to];
        self.part.counts.signatures += rrsigs.len() as u64;
        match node.kind {
            Kind::Outside => {
                self.scribe
                    .add(fault::OUT_OF_ZONE, place(owner, &records[0]), || {
                        "not at or below the apex".to_owned()
                    });
                return;
            }
            Kind::BelowCut | Kind::BelowDname => return self.below(owner, node, records),
            Kind::Cut => self.delegation(index, node, owner, records),
            Kind::Apex | Kind::Plain => {}
        }
        self.types.clear();
        for set in records.chunk_by(|a, b| a.rtype == b.rtype) {
            let rtype = set[0].rtype;
            if rtype == RecordType::RRSIG {
                continue;
            }
            let is_signed =
                node.kind != Kind::Cut || matches!(rtype, RecordType::DS | RecordType::NSEC);
            if is_signed || rtype == RecordType::NS {
                self.types.push(rtype);
            }
            self.rrset(owner, set);
            let first = rrsigs.partition_point(|r| signature::covered(r.rdata).0 < rtype.0);
            let after = rrsigs.partition_point(|r| signature::covered(r.rdata).0 <= rtype.0);
            if is_signed {
                self.signatures(owner, set, &rrsigs[first..after], computed);
            } else {
                self.unexpected(
                    owner,
                    &rrsigs[first..after],
                    "the zone does not answer for this RRset",
                );
            }
            self.misplaced(owner, node, set);
        }
        self.orphans(owner, records, rrsigs);
        self.denial(index, node, owner, records);
    }

    fn below(&mut self, owner: &[u8], node: &Node, records: &[Rec<'_>]) {
        if node.kind == Kind::BelowDname {
            self.scribe
                .add(fault::DNAME_MISPLACED, place(owner, &records[0]), || {
                    "data below a DNAME, which nobody gets".to_owned()
                });
        }
        for record in records {
            match record.rtype {
                RecordType::RRSIG => {
                    self.unexpected(owner, &[*record], "the name lies below a delegation")
                }
                RecordType::NSEC | RecordType::NSEC3 => {
                    self.scribe
                        .add(fault::NSEC_SUPERFLUOUS, place(owner, record), || {
                            format!("{} below a delegation", record.rtype)
                        });
                }
                _ => {}
            }
        }
    }

    fn unexpected(&mut self, owner: &[u8], rrsigs: &[Rec<'_>], why: &str) {
        for rrsig in rrsigs {
            self.scribe
                .add(fault::RRSIG_UNEXPECTED, place(owner, rrsig), || {
                    format!("RRSIG over {}: {why}", signature::covered(rrsig.rdata))
                });
        }
    }

    fn orphans(&mut self, owner: &[u8], records: &[Rec<'_>], rrsigs: &[Rec<'_>]) {
        for set in
            rrsigs.chunk_by(|a, b| signature::covered(a.rdata) == signature::covered(b.rdata))
        {
            let covered = signature::covered(set[0].rdata);
            if covered == RecordType::RRSIG {
                self.unexpected(owner, set, "signatures are not signed");
            } else if !records.iter().any(|record| record.rtype == covered) {
                for rrsig in set {
                    self.scribe
                        .add(fault::RRSIG_ORPHAN, place(owner, rrsig), || {
                            format!("RRSIG over {covered}, which the name does not have")
                        });
                }
            }
        }
    }

    /// Types that may not stand where they stand.
    fn misplaced(&mut self, owner: &[u8], node: &Node, set: &[Rec<'_>]) {
        let is_apex = node.kind == Kind::Apex;
        let told = match set[0].rtype {
            RecordType::SOA if !is_apex => Some((fault::SOA_INVALID, "a SOA away from the apex")),
            RecordType::DNSKEY if !is_apex => {
                Some((fault::KEY_NOT_AT_APEX, "a DNSKEY away from the apex"))
            }
            RecordType::CDS | RecordType::CDNSKEY if !is_apex && !is_signal(owner) => {
                Some((fault::CDS_NOT_AT_APEX, "away from the apex"))
            }
            RecordType::NSEC3PARAM if !is_apex => {
                Some((fault::NSEC3PARAM_MISPLACED, "NSEC3PARAM away from the apex"))
            }
            RecordType::DS if is_apex => Some((fault::DS_AT_APEX, "a DS at the zone's own apex")),
            RecordType::DS if node.kind == Kind::Plain => {
                Some((fault::DS_WITHOUT_NS, "a DS where nothing is delegated"))
            }
            RecordType::DNAME
                if set.len() > 1 && set[1..].iter().any(|r| r.rdata != set[0].rdata) =>
            {
                Some((fault::DNAME_MISPLACED, "more than one DNAME"))
            }
            RecordType::DNAME if node.kind == Kind::Cut => Some((
                fault::DNAME_MISPLACED,
                "a DNAME beside the NS of a delegation",
            )),
            _ => None,
        };
        if let Some((code, why)) = told {
            self.scribe.add(code, place(owner, &set[0]), || {
                format!("{}: {why}", set[0].rtype)
            });
        }
    }

    /// TTLs, and records that are the same to all but DNSSEC.
    fn rrset(&mut self, owner: &[u8], set: &[Rec<'_>]) {
        let first = &set[0];
        if let Some(other) = set.iter().find(|record| record.ttl != first.ttl) {
            self.scribe
                .add(fault::TTL_DIFFERS, place(owner, other), || {
                    format!("{}: TTLs {} and {}", first.rtype, first.ttl, other.ttl)
                });
        }
        if let Some(most) = self.frame.max_ttl
            && let Some(over) = set.iter().find(|record| record.ttl > most)
        {
            self.scribe
                .add(fault::TTL_OVER_MAXIMUM, place(owner, over), || {
                    format!("{}: TTL {} is above {most}", first.rtype, over.ttl)
                });
        }
        let name_at = match first.rtype {
            RecordType::SVCB | RecordType::HTTPS => 2,
            RecordType::NSEC => 0,
            _ => return,
        };
        let lower = |record: &Rec<'_>| {
            let mut rdata = record.rdata.to_vec();
            if let Some(length) = rdata.get(name_at..).and_then(wire::name_length) {
                rdata[name_at..name_at + length].make_ascii_lowercase();
            }
            rdata
        };
        let mut seen = BTreeMap::new();
        for record in set {
            let before = seen.insert(lower(record), record.rdata);
            if before.is_some_and(|before| before != record.rdata) {
                self.scribe.add(fault::DUPLICATE, place(owner, record), || {
                    format!(
                        "{}: two records differ in the case of letters alone",
                        first.rtype
                    )
                });
            }
        }
    }

    fn signatures(
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
        let mut faults: Vec<(usize, Code, String)> = Vec::new();
        let mut is_any_valid = false;
        for (at, rrsig) in rrsigs.iter().enumerate() {
            match self.signature(owner, set, rrsig, computed) {
                Ok(()) => is_any_valid = true,
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
            if !rrsigs.iter().any(is_its) {
                self.scribe.add(
                    fault::RRSIG_MISSING_ALGORITHM,
                    place(owner, &set[0]),
                    || {
                        format!(
                            "{rtype} has no RRSIG by {}, which the DNSKEY RRset has",
                            Algorithm(*algorithm)
                        )
                    },
                );
            }
        }
    }

    fn signature(
        &mut self,
        owner: &[u8],
        set: &[Rec<'_>],
        rrsig: &Rec<'_>,
        computed: Option<&Computed>,
    ) -> Result<(), (Code, String)> {
        let rtype = set[0].rtype;
        let malformed = || {
            (
                fault::RRSIG_MALFORMED,
                format!("an RRSIG over {rtype} that cannot be read"),
            )
        };
        let view = RrsigView::of(rrsig.rdata).ok_or_else(malformed)?;
        self.note_end(&view);
        if rrsig.ttl != set[0].ttl {
            self.scribe.add(fault::RRSIG_TTL, place(owner, rrsig), || {
                format!(
                    "{rtype}: the RRSIG has TTL {}, the RRset {}",
                    rrsig.ttl, set[0].ttl
                )
            });
        }
        if let Some(over) = set.iter().find(|record| record.ttl > view.original_ttl) {
            self.scribe
                .add(fault::TTL_EXCEEDS_ORIGINAL, place(owner, over), || {
                    format!(
                        "{rtype}: TTL {} is above the {} that was signed",
                        over.ttl, view.original_ttl
                    )
                });
        }
        self.judged(owner, rtype, &view, rrsig, computed)
            .map_err(|(code, why)| (code, format!("{rtype} by tag {}: {why}", view.key_tag)))
    }

    fn note_end(&mut self, view: &RrsigView<'_>) {
        let end = Serial(view.expiration).near(self.frame.now);
        *self.part.ends.entry(end.0.div_euclid(86_400)).or_default() += 1;
        if self.part.first_end.is_none_or(|first| end < first) {
            self.part.first_end = Some(end);
        }
    }

    /// The clauses of RFC 4035, section 5.3.1, then the arithmetic.
    fn judged(
        &mut self,
        owner: &[u8],
        rtype: RecordType,
        view: &RrsigView<'_>,
        rrsig: &Rec<'_>,
        computed: Option<&Computed>,
    ) -> Result<(), (Code, String)> {
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
        if end < begin {
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
        match computed {
            None => {}
            Some(computed) => match computed.wrong(rrsig.at) {
                None => self.part.counts.verified += 1,
                Some(Wrong::NoKey) => {
                    self.part.counts.unverifiable += 1;
                    return Ok(());
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
            },
        }
        self.part.signers.insert(signer);
        let is_entry = !frame.keys.keys[signer].dnskey.is_revoked();
        if rtype == RecordType::DNSKEY && owner == frame.apex && is_entry {
            self.part.apex_signers.push(signer);
        }
        if end.since(frame.now) < frame.policy.expiring_soon {
            self.scribe
                .add(fault::RRSIG_EXPIRING, place(owner, rrsig), || {
                    format!("{rtype}: ends at {end}")
                });
        }
        Ok(())
    }

    /// The place of the key that is said to have signed.
    fn key(&self, rtype: RecordType, view: &RrsigView<'_>) -> Result<usize, (Code, String)> {
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

    fn delegation(&mut self, index: usize, node: &Node, owner: &[u8], records: &[Rec<'_>]) {
        self.part.counts.delegations += 1;
        if node.has.ds() {
            self.part.counts.secure_delegations += 1;
        } else {
            self.scribe
                .add(fault::CHILD_NOT_SECURE, nowhere(owner), || {
                    "a delegation without DS".to_owned()
                });
        }
        for record in records
            .iter()
            .filter(|record| record.rtype == RecordType::NS)
        {
            if wire::is_at_or_below(record.rdata, owner) && !self.has_address(index, record.rdata) {
                self.scribe
                    .add(fault::GLUE_MISSING, place(owner, record), || {
                        format!(
                            "no address for {}, which only this zone can tell",
                            wire::shown(record.rdata)
                        )
                    });
            }
        }
    }

    /// Whether a name at or below the delegation `index` has an address.
    fn has_address(&self, index: usize, target: &[u8]) -> bool {
        let names = self.frame.names;
        // Glue stands right behind its delegation, as a rule.
        let near = names.nodes[index..]
            .iter()
            .take(4)
            .find(|node| names.owner(node) == target);
        let found = near.or_else(|| names.find(target).map(|at| &names.nodes[at]));
        found.is_some_and(|node| node.has.address())
    }

    fn denial(&mut self, index: usize, node: &Node, owner: &'f [u8], records: &[Rec<'f>]) {
        let of = |rtype: RecordType| {
            let from = records.partition_point(|record| record.rtype.0 < rtype.0);
            let to = records.partition_point(|record| record.rtype.0 <= rtype.0);
            &records[from..to]
        };
        let (nsec, nsec3) = (of(RecordType::NSEC), of(RecordType::NSEC3));
        self.part.counts.nsec += nsec.len() as u64;
        self.part.counts.nsec3 += nsec3.len() as u64;
        for record in nsec.iter().chain(nsec3) {
            if let Some(expected) = self.frame.denial_ttl.filter(|ttl| *ttl != record.ttl) {
                self.scribe
                    .add(fault::DENIAL_TTL, place(owner, record), || {
                        format!("{}: TTL {}, not {expected}", record.rtype, record.ttl)
                    });
            }
        }
        if !nsec3.is_empty() {
            // Index of a name: fewer than 2^32 are read.
            self.part.hashed.push(index as u32);
        }
        match self.frame.denial {
            Denial::Nsec3(parameters) => self.expect(index, node, owner, parameters),
            Denial::Nsec => self.nsec(index, node, owner, nsec),
            Denial::Unknown => {}
        }
        if node.is_listed() {
            self.listed = Some(owner);
            if is_required(node) {
                self.required = Some(owner);
            }
        }
    }

    /// The bitmap that the name should have, the type of the chain's own records left to the caller.
    fn bitmap(&mut self, node: &Node, with: Option<RecordType>) -> Vec<u8> {
        let is_signed = node.kind != Kind::Cut || node.has.ds() || with.is_some();
        let chain = [RecordType::NSEC, RecordType::NSEC3];
        let mut types: Vec<RecordType> = self
            .types
            .iter()
            .copied()
            .filter(|t| !chain.contains(t))
            .collect();
        types.extend(is_signed.then_some(RecordType::RRSIG));
        types.extend(with);
        crate::dns::TypeBitmap::from_types(types).wire().to_vec()
    }

    fn nsec(&mut self, index: usize, node: &Node, owner: &[u8], nsec: &[Rec<'_>]) {
        let Some(record) = nsec.first() else {
            if node.is_listed() {
                self.scribe.add(fault::NSEC_MISSING, nowhere(owner), || {
                    "the name has no NSEC".to_owned()
                });
            }
            return;
        };
        if !node.is_listed() {
            self.scribe
                .add(fault::NSEC_SUPERFLUOUS, place(owner, record), || {
                    "NSEC where there is nothing else".to_owned()
                });
            return;
        }
        if nsec.iter().any(|other| other.rdata != record.rdata) {
            self.scribe
                .add(fault::NSEC_SUPERFLUOUS, place(owner, &nsec[1]), || {
                    "more than one NSEC".to_owned()
                });
        }
        let Some(length) = wire::name_length(record.rdata) else {
            self.scribe
                .add(fault::NSEC_CHAIN_BROKEN, place(owner, record), || {
                    "NSEC that cannot be read".to_owned()
                });
            return;
        };
        let (next, bitmap) = record.rdata.split_at(length);
        let expected = self.bitmap(node, Some(RecordType::NSEC));
        if let Some(difference) = bitmap_difference(bitmap, &expected) {
            self.scribe
                .add(fault::BITMAP_WRONG, place(owner, record), || difference);
        }
        self.link(index, owner, record, &next.to_ascii_lowercase());
    }

    /// Whether the NSEC leads to the next name, or to the apex from the last.
    fn link(&mut self, index: usize, owner: &[u8], record: &Rec<'_>, next: &[u8]) {
        let names = self.frame.names;
        let after = &names.nodes[index + 1..];
        let following = after.iter().find(|node| node.is_listed());
        let expected = following.map_or(self.frame.apex, |node| names.owner(node));
        if next == expected {
            return;
        }
        // Names without NSEC are told of by themselves: the chain may lead past them.
        let proven = after
            .iter()
            .find(|node| node.is_listed() && node.has.nsec());
        if following.is_some_and(|node| !node.has.nsec())
            && next == proven.map_or(self.frame.apex, |node| names.owner(node))
        {
            return;
        }
        let code = if following.is_none() {
            fault::NSEC_LAST
        } else {
            fault::NSEC_CHAIN_BROKEN
        };
        self.scribe.add(code, place(owner, record), || {
            format!(
                "NSEC leads to {}, not to {}",
                wire::shown(next),
                wire::shown(expected)
            )
        });
    }

    /// Notes what the chain of NSEC3 records should have for the name, and for the empty names above it.
    fn expect(&mut self, index: usize, node: &Node, owner: &'f [u8], parameters: &Parameters) {
        if node.has.nsec() {
            self.scribe
                .add(fault::NSEC_SUPERFLUOUS, nowhere(owner), || {
                    "NSEC in a zone with NSEC3".to_owned()
                });
        }
        if !node.is_listed() {
            return;
        }
        let bitmap = self.bitmap(node, None);
        let bitmap = self.interned(bitmap);
        let is_required = is_required(node);
        let status = match (is_required, node.kind) {
            (false, _) => HashedStatus::Optional,
            (true, Kind::Cut) => HashedStatus::SecureCut,
            (true, _) => HashedStatus::Required,
        };
        // Index of a name: fewer than 2^32 are read.
        let index = index as u32;
        self.part.expected.push(Expected {
            hash: parameters.hash(owner),
            node: index,
            bitmap,
            status,
            depth: 0,
        });
        let (before, status) = match is_required {
            true => (self.required, HashedStatus::Empty),
            false => (self.listed, HashedStatus::OptionalEmpty),
        };
        let mut above = wire::parent(owner);
        let mut depth = 1;
        while wire::is_below(above, self.frame.apex) {
            if before.is_some_and(|before| wire::is_at_or_below(before, above)) {
                break;
            }
            let bitmap = self.interned(Vec::new());
            let hash = parameters.hash(above);
            self.part.expected.push(Expected {
                hash,
                node: index,
                bitmap,
                status,
                depth,
            });
            above = wire::parent(above);
            depth += 1;
        }
    }

    /// The number of a bitmap among those of this chunk.
    fn interned(&mut self, bitmap: Vec<u8>) -> u32 {
        let known = self.part.bitmaps.iter().position(|known| *known == bitmap);
        let at = known.unwrap_or_else(|| {
            self.part.bitmaps.push(bitmap);
            self.part.bitmaps.len() - 1
        });
        at as u32
    }
}

/// Names of bootstrap signals, which carry CDS records (RFC 9615, section 4.1).
fn is_signal(owner: &[u8]) -> bool {
    owner.starts_with(b"\x07_dsboot")
}

/// What differs between a bitmap and the one expected; `None` when both list the same types.
pub fn bitmap_difference(found: &[u8], expected: &[u8]) -> Option<String> {
    if found == expected {
        return None;
    }
    let Ok(found) = crate::dns::TypeBitmap::from_wire(found) else {
        return Some("the type bitmap is malformed".to_owned());
    };
    let expected = crate::dns::TypeBitmap::from_wire(expected).ok()?;
    let list = |these: &crate::dns::TypeBitmap, not: &crate::dns::TypeBitmap| -> String {
        let only = these.types().filter(|rtype| !not.contains(*rtype));
        only.map(|rtype| format!(" {rtype}")).collect()
    };
    let (missing, extra) = (list(&expected, &found), list(&found, &expected));
    match (missing.is_empty(), extra.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("the bitmap lacks{missing}")),
        (true, false) => Some(format!(
            "the bitmap lists{extra}, which the name does not have"
        )),
        (false, false) => Some(format!("the bitmap lacks{missing} and lists{extra}")),
    }
}
