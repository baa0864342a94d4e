//! Changing one message: an RRset in place of another, with the signatures that its zone would make.

use crate::crypto;
use crate::dns::{
    Class, Dnskey, Message, Name, Nsec3, Record, RecordType, Rrset, Rrsig, TypeBitmap, write,
};
use crate::evidence::{Exchange, Outcome, Transport};
use crate::validate::Supposed;

/// The greatest response over UDP to a question as the walk asks it, in octets.
const UDP_SIZE: usize = 1232;

/// The response bits of the flags: response code, and TC.
const CLEARED: u16 = 0x020F;

/// A signature to make others like it: its key, its times.
pub(super) type Template = (Rrsig, Dnskey);

/// The message of an exchange, if one came that can be read.
pub(super) fn message(exchange: &Exchange) -> Option<Message> {
    match &exchange.outcome {
        Outcome::Response(octets) => Message::parse(octets).ok(),
        _ => None,
    }
}

/// The exchange with another message. One that no datagram would hold came over TCP.
pub(super) fn with_message(exchange: &Exchange, message: &Message) -> Exchange {
    let octets = write::octets(message);
    let transport = match octets.len() > UDP_SIZE {
        true => Transport::Tcp,
        false => exchange.transport,
    };
    Exchange {
        transport,
        outcome: Outcome::Response(octets),
        ..exchange.clone()
    }
}

/// A record in class IN.
pub(super) fn record(owner: &Name, rtype: RecordType, ttl: u32, rdata: Vec<u8>) -> Record {
    Record {
        owner: owner.clone(),
        rtype,
        class: Class::IN,
        ttl,
        rdata: rdata.into(),
        fault: None,
    }
}

/// Whether a record is of a type, or signs one.
pub(super) fn is_about(record: &Record, rtype: RecordType) -> bool {
    let covers = || record.rdata.get(..2) == Some(&rtype.0.to_be_bytes()[..]);
    record.rtype == rtype || (record.rtype == RecordType::RRSIG && covers())
}

/// Makes the message one without error and whole.
pub(super) fn mend(message: &mut Message) {
    message.flags &= !CLEARED;
}

/// The records of an RRset with the signatures that these templates give, which are supposed to be valid.
pub(super) fn signed(
    owner: &Name,
    rtype: RecordType,
    ttl: u32,
    rdata: &[Vec<u8>],
    templates: &[Template],
    supposed: &mut Supposed,
) -> Vec<Record> {
    let mut records: Vec<_> = rdata
        .iter()
        .map(|rdata| record(owner, rtype, ttl, rdata.clone()))
        .collect();
    let mut rrset = Rrset::empty(owner.clone(), Class::IN, rtype);
    rrset.ttls = vec![ttl; rdata.len()];
    rrset.rdata = rdata.iter().map(|rdata| rdata.clone().into()).collect();
    for (like, key) in templates {
        let rrsig = Rrsig {
            type_covered: rtype,
            // An owner name has at most 127 labels.
            labels: u8::try_from(owner.rrsig_labels()).unwrap_or(u8::MAX),
            original_ttl: ttl,
            signature: vec![0; like.signature.len()].into(),
            ..like.clone()
        };
        supposed.sign(key, &rrset, &rrsig);
        let octets = [rrsig.signed_head(), rrsig.signature.to_vec()].concat();
        records.push(record(owner, RecordType::RRSIG, ttl, octets));
    }
    records
}

/// The parameters of a zone's NSEC3 chain: iterations and salt.
pub(super) type Nsec3Parameters = (u16, Box<[u8]>);

/// The record that proves a delegation without DS: an NSEC at it, or the NSEC3 of its hash.
pub(super) fn no_ds(
    parent: &Name,
    child: &Name,
    chain: Option<&Nsec3Parameters>,
) -> Option<(Name, RecordType, Vec<u8>)> {
    let Some((iterations, salt)) = chain else {
        let next = child.child(&[0]).ok()?;
        let types = [RecordType::NS, RecordType::RRSIG, RecordType::NSEC];
        let types = TypeBitmap::from_types(types);
        let rdata = [next.wire(), types.wire()].concat();
        return Some((child.clone(), RecordType::NSEC, rdata));
    };
    let mut hash = crypto::nsec3_hash(&child.canonical_wire(), *iterations, salt);
    let label = data_encoding::BASE32HEX_NOPAD.encode(&hash).to_lowercase();
    let owner = parent.child(label.as_bytes()).ok()?;
    // The next hash: a chain may be as dense as that.
    for octet in hash.iter_mut().rev() {
        *octet = octet.wrapping_add(1);
        if *octet != 0 {
            break;
        }
    }
    let types = TypeBitmap::from_types([RecordType::NS]);
    // A salt has at most 255 octets, and its length came out of one octet.
    let salt_length = u8::try_from(salt.len()).ok()?;
    let head = [&[1, 0][..], &iterations.to_be_bytes(), &[salt_length], salt];
    let rdata = [&head.concat()[..], &[20], &hash, types.wire()].concat();
    Some((owner, RecordType::NSEC3, rdata))
}

/// The parameters of the first NSEC3 among records.
pub(super) fn nsec3_parameters<'r>(
    mut records: impl Iterator<Item = &'r Record>,
) -> Option<Nsec3Parameters> {
    let found = records.find(|record| record.rtype == RecordType::NSEC3)?;
    let nsec3 = Nsec3::parse(&found.rdata).ok()?;
    Some((nsec3.iterations, nsec3.salt))
}
