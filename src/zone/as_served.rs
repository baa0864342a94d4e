//! The apex as one server would give it, judged by the checks of an audit.
//!
//! What those checks decide from the RRsets at the apex alone, they decide here too: the zone becomes evidence
//! of two servers that nobody asked, a root that delegates it and one that gives its SOA, NS, DNSKEY, CDS,
//! CDNSKEY and NSEC3PARAM with their signatures (RFC 4035, section 3.1). The chain of trust begins at the DS that
//! were given, else at the keys with the SEP flag.
//!
//! Of what is found, only the codes of [`DECIDED`] are told, and none of those that speak of servers, parents,
//! resolvers or transport. It takes the same time whatever the zone has below its apex.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::apex::Apex;
use super::fault::{self, Code, Place, Scribe};
use super::signature::covered;
use super::{Settings, store::Rec};
use crate::checks::{self, Area, Check, Context, Statement};
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Class, Dnskey, Ds, Message, Name, Record, RecordType, rdata, write};
use crate::evidence::probes::question;
use crate::evidence::topology::{Basis, Topology};
use crate::evidence::view::View;
use crate::evidence::{Exchange, Outcome, Transport};
use crate::validate::anchor::{self, TrustAnchor};
use crate::validate::{Arrival, Chain, Limits, chain};

/// The codes that the apex alone decides. All other checks need what servers, the parent or earlier looks said,
/// or are made for the whole zone in other files here.
///
/// Left out are `rrsig-lifetime-too-long` and `rrsig-remaining-too-long`: a gate would refuse zones that are signed
/// offline for long, and are right. With [`Settings::max_lifetime`] and [`Settings::max_remaining`] they are told of
/// every signature in the zone.
pub const DECIDED: &[Code] = &[
    fault::KEY_EXPONENT,
    fault::KEY_LEADING_ZERO,
    fault::KEY_KNOWN_WEAK,
    fault::KEY_FLAGS,
    fault::KEY_REVOKED_UNSIGNED,
    fault::KEY_REVOKED,
    fault::KEY_NO_KSK,
    fault::KEY_LACKS_ROLE,
    fault::ALGORITHM_NOT_RECOMMENDED,
    fault::ALGORITHM_VALIDATION,
    fault::ALGORITHM_NOT_FOR_ZONES,
    fault::ALGORITHM_UNASSIGNED,
    fault::ALGORITHM_DEPRECATED,
    fault::ALGORITHM_POLICY,
    fault::CDS_BREAKS,
    fault::CDS_SIGNER,
    fault::CDS_NON_ZONE_KEY,
    fault::CDS_NON_SEP_KEY,
    fault::CDS_NOT_BY_OWN_KEY,
    fault::CDS_KEY_NOT_SIGNING,
    fault::CDS_DIGEST,
    fault::RRSIG_MISSING_DS,
    fault::RRSIG_LITTLE_LEFT,
    fault::RRSIG_EXPIRY_SKEW,
    fault::RRSIG_INCEPTION_SKEW,
    fault::RRSIG_LIFE_SHORT,
    fault::RRSIG_SOA_EXPIRE,
    fault::RRSIG_TTL_BEYOND,
    fault::RRSIG_TTL_ORIGINAL,
    fault::NSEC3PARAM_SEVERAL,
];

/// What is given at the apex.
const GIVEN: [RecordType; 6] = [
    RecordType::SOA,
    RecordType::NS,
    RecordType::DNSKEY,
    RecordType::CDS,
    RecordType::CDNSKEY,
    RecordType::NSEC3PARAM,
];

/// The root, and the server of the zone. Nobody asks them.
const ROOT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const SERVER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const PORT: u16 = 53;
/// QR, and AA with it.
const RESPONSE: u16 = 0x8000;
const AUTHORITATIVE: u16 = 0x8400;

/// Tells what the checks of an audit find at the apex.
pub fn examine(apex: &Apex<'_>, settings: &Settings, scribe: &mut Scribe<'_>) {
    let Ok(name) = Name::from_wire(apex.name) else {
        return;
    };
    let stage = Stage {
        apex,
        name: &name,
        ds: settings.ds.as_deref().unwrap_or_default(),
        settings,
    };
    let view = View::new(stage.exchanges());
    let hints = Stage::hints();
    let topology = Topology::new(
        &view,
        &Basis {
            name: &name,
            rtype: RecordType::SOA,
            hints: &hints,
            port: PORT,
            allow_private: true,
            is_thorough: false,
        },
    );
    let anchors = stage.anchors();
    let mut chain = chain::judge(&view, &topology, &anchors, Limits::default(), settings.at);
    if chain.reached.iter().next().is_some() {
        // What was left unverified would look as if nobody had signed it.
        return;
    }
    stage.arrive(&mut chain);
    let context = Context::new(&view, &topology, &chain, &settings.policy, settings.at);
    tell(apex, found(&stage, &context), scribe);
}

/// What is found at the apex. Which algorithms and keys the DS names is known where there is one.
fn found(stage: &Stage<'_>, context: &Context<'_>) -> Vec<(Code, &'static Check, Statement)> {
    let known = DECIDED
        .iter()
        .filter(|code| **code != fault::RRSIG_MISSING_DS || !stage.ds.is_empty());
    let checks = known.filter_map(|code| Some((*code, checks::find(code.name)?)));
    checks
        .flat_map(|(code, check)| {
            (check.run)(context)
                .into_iter()
                .map(move |s| (code, check, s))
        })
        .filter(|(_, _, statement)| statement.zone == *stage.name)
        .collect()
}

/// Tells all but what something else that is told explains.
fn tell(apex: &Apex<'_>, found: Vec<(Code, &'static Check, Statement)>, scribe: &mut Scribe<'_>) {
    let mut told: BTreeSet<&str> = scribe.ledger.tallies.keys().copied().collect();
    told.extend(found.iter().map(|(code, ..)| code.name));
    for (code, check, statement) in found {
        if check.explained_by.iter().any(|cause| told.contains(cause)) {
            continue;
        }
        let place = place(apex, check.area);
        scribe.due(
            code,
            statement.reach,
            place,
            statement.until,
            || match check.area {
                Area::Signatures => format!("at the apex, {}", statement.message),
                _ => statement.message,
            },
        );
    }
}

/// The first record of what a check is about; signatures are of several RRsets.
fn place<'a>(apex: &Apex<'a>, area: Area) -> Place<'a> {
    let types: &[RecordType] = match area {
        Area::ChildSignals => &[RecordType::CDS, RecordType::CDNSKEY],
        Area::DenialNsec3 => &[RecordType::NSEC3PARAM],
        Area::Signatures => &[],
        _ => &[RecordType::DNSKEY],
    };
    let mut places = types.iter().map(|rtype| apex.place(*rtype));
    let there = places.find(|place| place.line.is_some());
    there.unwrap_or(Place {
        owner: apex.name,
        file: 0,
        line: None,
    })
}

/// The zone as evidence.
struct Stage<'s> {
    apex: &'s Apex<'s>,
    name: &'s Name,
    ds: &'s [Ds],
    settings: &'s Settings,
}

impl Stage<'_> {
    fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = Vec::new();
        let server = if self.is_root() { ROOT } else { SERVER };
        for rtype in GIVEN {
            let set = self.apex.records.iter().filter(|rec| is_about(rec, rtype));
            let answer: Vec<Record> = set.map(|rec| self.record(rec)).collect();
            if answer.iter().any(|record| record.rtype == rtype) {
                let message = said(AUTHORITATIVE, answer);
                exchanges.push(self.exchange(server, rtype, message));
            }
        }
        if !self.is_root() {
            exchanges.push(self.exchange(ROOT, RecordType::NS, self.referral()));
            let set = self.ds.iter();
            let ds: Vec<Record> = set
                .map(|ds| made(self.name, RecordType::DS, ds.rdata()))
                .collect();
            if !ds.is_empty() {
                let message = said(AUTHORITATIVE, ds);
                exchanges.push(self.exchange(ROOT, RecordType::DS, message));
            }
        }
        exchanges
    }

    fn is_root(&self) -> bool {
        self.name.label_count() == 0
    }

    /// The host of the server: the first that the zone names, else the apex itself.
    fn host(&self) -> Name {
        let first = self.apex.of(RecordType::NS).next();
        let host = first.and_then(|rec| rdata::target(rec.rdata));
        host.unwrap_or_else(|| self.name.clone())
    }

    fn referral(&self) -> Message {
        let host = self.host();
        Message {
            authority: vec![made(self.name, RecordType::NS, host.wire().to_vec())],
            additional: vec![made(&host, RecordType::A, SERVER.octets().to_vec())],
            ..said(RESPONSE, Vec::new())
        }
    }

    fn hints() -> Vec<Record> {
        let root = Name::root();
        vec![
            made(&root, RecordType::NS, root.wire().to_vec()),
            made(&root, RecordType::A, ROOT.octets().to_vec()),
        ]
    }

    fn record(&self, rec: &Rec<'_>) -> Record {
        Record {
            ttl: rec.ttl,
            ..made(self.name, rec.rtype, rec.rdata.to_vec())
        }
    }

    fn exchange(&self, server: Ipv4Addr, rtype: RecordType, said: Message) -> Exchange {
        let question = question(self.name, rtype);
        let message = Message {
            questions: vec![question.clone()],
            ..said
        };
        Exchange {
            server: SocketAddr::from((server, PORT)),
            transport: Transport::Tcp,
            query: Query {
                question,
                recursion_desired: false,
                checking_disabled: false,
                authentic_data: false,
                edns: Some(QueryEdns {
                    udp_size: crate::dns::query::UDP_SIZE,
                    dnssec_ok: true,
                    nsid: false,
                }),
                probe: None,
            },
            sent: self.settings.at,
            elapsed: Duration::ZERO,
            strays: 0,
            outcome: Outcome::Response(write::octets(&message)),
        }
    }

    /// Where the chain begins. An anchor that no validator would take is none.
    fn anchors(&self) -> Vec<TrustAnchor> {
        let ds = self
            .ds
            .iter()
            .map(|ds| made(self.name, RecordType::DS, ds.rdata()));
        let mut records: Vec<Record> = ds.collect();
        if records.is_empty() {
            let is_entry = |rec: &&Rec<'_>| Dnskey::parse(rec.rdata).is_ok_and(|key| key.is_sep());
            let keys = self.apex.of(RecordType::DNSKEY).filter(is_entry);
            records.extend(keys.map(|rec| self.record(rec)));
        }
        let each = records.iter().map(std::slice::from_ref);
        each.filter_map(|one| anchor::from_records(one).ok())
            .flatten()
            .collect()
    }

    /// Lets trust arrive by the DS of a parent, as it will, where it began at anchors for want of one. Few but
    /// the root have others.
    fn arrive(&self, chain: &mut Chain) {
        let zones = chain.zones.iter_mut();
        for zone in zones.filter(|zone| zone.apex == *self.name && zone.parent.is_some()) {
            if let Arrival::Anchors(entries) = &mut zone.arrival {
                zone.arrival = Arrival::Delegation(std::mem::take(entries));
            }
        }
    }
}

fn is_about(rec: &Rec<'_>, rtype: RecordType) -> bool {
    rec.rtype == rtype || (rec.rtype == RecordType::RRSIG && covered(rec.rdata) == rtype)
}

fn said(flags: u16, answer: Vec<Record>) -> Message {
    Message {
        id: 0,
        flags,
        questions: Vec::new(),
        answer,
        authority: Vec::new(),
        additional: Vec::new(),
        faults: Vec::new(),
    }
}

/// A record that is in no file.
fn made(owner: &Name, rtype: RecordType, rdata: Vec<u8>) -> Record {
    Record {
        owner: owner.clone(),
        rtype,
        class: Class::IN,
        ttl: 86_400,
        rdata: rdata.into(),
        fault: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_a_check_and_none_explains_another_in_a_circle() {
        for code in DECIDED {
            let check = checks::find(code.name).expect(code.name);
            assert_eq!((check.code, check.severity), (code.name, code.severity));
            for cause in check.explained_by {
                let cause = checks::find(cause).unwrap();
                assert!(!cause.explained_by.contains(&code.name), "{}", code.name);
            }
        }
    }
}
