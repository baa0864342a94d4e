//! The messages of a transfer, taken one after another.
//!
//! Words: the *opening* SOA record is the first record of all, and names the version that is sent. A *whole*
//! zone goes on to the same SOA record again, the *closing* one (RFC 5936, section 2.2). *Differences* go on
//! with the SOA record of the version at hand: the records to remove follow it, then the SOA record of the
//! next version and the records to add, and so on until that version is the one that is sent; the closing
//! SOA record comes last (RFC 1995, section 4). Which of the two answers an IXFR shows in the second record.
//! One SOA record alone says that there is nothing newer.

use super::ask::Ask;
use super::fault::Fault;
use super::message::{Buffers, Header, WireRecord};
use super::tsig::{Session, TsigFault, TsigKey};
use crate::dns::wire::Reader;
use crate::dns::{Class, Rcode, RecordType, Serial, Soa, Timestamp, rdata};

/// What a record of a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A record of the whole zone; the first is its SOA record, which does not come again.
    Zone,
    /// To be removed from the version at hand. The SOA record of a version comes first.
    Removed,
    /// To be added to it. The SOA record of the next version comes first.
    Added,
}

/// How a transfer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The whole zone of this serial.
    Whole(Serial),
    /// All differences from the serial that was asked for to this one.
    Differences(Serial),
    /// Nothing newer than what is at hand; the server has this serial.
    Current(Serial),
}

/// How much has come so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Messages.
    pub messages: u64,
    /// Records, all SOA records included.
    pub records: u64,
    /// Octets of messages.
    pub octets: u64,
}

/// A transfer under way.
#[derive(Debug)]
pub struct Incoming {
    ask: Ask,
    id: u16,
    session: Option<Session>,
    state: State,
    opening: Opening,
    counts: Counts,
    buffers: Buffers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing has come.
    Start,
    /// The opening SOA record of an answer to IXFR has come.
    Opened,
    Whole,
    /// What is to be removed from this version.
    Removing(Serial),
    /// What is to be added to become this version.
    Adding(Serial),
    Closed(Outcome),
}

#[derive(Debug)]
struct Opening {
    serial: Serial,
    ttl: u32,
    rdata: Vec<u8>,
}

impl Incoming {
    /// The query to send, with message ID `id`, and what takes the answer. Under a key the query is signed.
    pub fn new(ask: Ask, id: u16, key: Option<&TsigKey>, now: Timestamp) -> (Vec<u8>, Self) {
        let mut query = ask.to_wire(id);
        let session = key.map(|key| Session::sign(key, &mut query, now));
        let incoming = Self {
            ask,
            id,
            session,
            state: State::Start,
            opening: Opening {
                serial: Serial(0),
                ttl: 0,
                rdata: Vec::new(),
            },
            counts: Counts::default(),
            buffers: Buffers::default(),
        };
        (query, incoming)
    }

    /// How much has come so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes in the next message. Its records go to `take`, which may end the transfer by an error. Gives
    /// the outcome once the transfer is whole; nothing may be taken in after that or after a fault.
    ///
    /// # Errors
    /// [`Fault`]: what was handed on is not a zone.
    pub fn absorb(
        &mut self,
        octets: &[u8],
        now: Timestamp,
        mut take: impl FnMut(Part, &WireRecord<'_>) -> Result<(), String>,
    ) -> Result<Option<Outcome>, Fault> {
        self.counts.messages += 1;
        self.counts.octets += octets.len() as u64;
        let mut reader = Reader::new(octets);
        let header = Header::read(&mut reader)?;
        if header.id != self.id || !header.is_response_to_query() {
            return Err(Fault::Stray);
        }
        self.verify(octets, header, now)?;
        permitted(header)?;
        let mut buffers = std::mem::take(&mut self.buffers);
        self.questions(&mut reader, &mut buffers, header.counts[0])?;
        for _ in 0..header.counts[1] {
            let record = buffers.record(&mut reader)?;
            self.step(&record, &mut take)?;
        }
        for _ in 0..header.counts[3] {
            buffers.record(&mut reader)?;
        }
        self.buffers = buffers;
        match reader.remaining() {
            0 => self.outcome(),
            octets => Err(Fault::Trailing(octets)),
        }
    }

    fn verify(&mut self, octets: &[u8], header: Header, now: Timestamp) -> Result<(), Fault> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        match session.verify(octets, now) {
            // Who does not know TSIG at all refuses in plain words.
            Err(TsigFault::Absent) if rcode(header) != Rcode::NOERROR => Ok(()),
            verified => verified.map_err(|fault| session.told(fault)),
        }
    }

    /// The first message repeats the question, later ones may (RFC 5936, section 2.2.2). Old servers never
    /// do.
    fn questions(
        &self,
        reader: &mut Reader<'_>,
        buffers: &mut Buffers,
        count: u16,
    ) -> Result<(), Fault> {
        match count {
            0 => return Ok(()),
            1 => {}
            _ => return Err(Fault::Question),
        }
        let (name, rtype, class) = buffers.question(reader)?;
        let is_ours = name.eq_ignore_ascii_case(self.ask.zone.wire())
            && (rtype, class) == (self.ask.rtype(), Class::IN);
        if is_ours {
            Ok(())
        } else {
            Err(Fault::Question)
        }
    }

    fn outcome(&self) -> Result<Option<Outcome>, Fault> {
        let State::Closed(outcome) = self.state else {
            return Ok(None);
        };
        match &self.session {
            Some(session) if !session.is_settled() => Err(session.told(TsigFault::LastUnsigned)),
            _ => Ok(Some(outcome)),
        }
    }

    /// One record of the answer section.
    fn step(
        &mut self,
        record: &WireRecord<'_>,
        take: &mut impl FnMut(Part, &WireRecord<'_>) -> Result<(), String>,
    ) -> Result<(), Fault> {
        self.counts.records += 1;
        if record.class != Class::IN {
            return Err(Fault::Class(record.class));
        }
        let soa = self.serial_of_apex(record)?;
        if self.state == State::Opened {
            self.decide(record, soa, take)?;
        }
        let part = match (self.state, soa) {
            (State::Start, None) => return Err(Fault::Opening),
            (State::Start, Some(serial)) => match self.open(record, serial) {
                State::Whole => Part::Zone,
                _ => return Ok(()),
            },
            (State::Whole, None) => Part::Zone,
            (State::Whole, Some(serial)) => {
                return self.close(record, serial, Outcome::Whole(serial));
            }
            (State::Opened | State::Removing(_), None) => Part::Removed,
            (State::Opened, Some(serial)) => {
                self.state = State::Removing(serial);
                Part::Removed
            }
            (State::Removing(reached), Some(serial)) => {
                if serial.is_after(reached) != Some(true) {
                    return Err(sequence(reached, serial));
                }
                self.state = State::Adding(serial);
                Part::Added
            }
            (State::Adding(_), None) => Part::Added,
            (State::Adding(reached), Some(serial)) if reached == self.opening.serial => {
                return self.close(record, serial, Outcome::Differences(serial));
            }
            (State::Adding(reached), Some(serial)) => {
                if serial != reached {
                    return Err(sequence(reached, serial));
                }
                self.state = State::Removing(serial);
                Part::Removed
            }
            (State::Closed(_), _) => return Err(Fault::Beyond),
        };
        take(part, record).map_err(Fault::Stopped)
    }

    /// The serial, if this is the SOA record of the zone.
    fn serial_of_apex(&self, record: &WireRecord<'_>) -> Result<Option<Serial>, Fault> {
        let is_soa = record.rtype == RecordType::SOA
            && record.owner.eq_ignore_ascii_case(self.ask.zone.wire());
        if !is_soa {
            return Ok(None);
        }
        let soa = Soa::parse(record.rdata).map_err(|_| Fault::Soa)?;
        Ok(Some(soa.serial))
    }

    /// Takes the opening SOA record, and gives the state that it leads to.
    fn open(&mut self, record: &WireRecord<'_>, serial: Serial) -> State {
        self.opening = Opening {
            serial,
            ttl: record.ttl,
            rdata: record.rdata.to_vec(),
        };
        self.state = match self.ask.since {
            None => State::Whole,
            // The server has nothing newer, or even something older.
            Some(since) if serial.is_after(since) != Some(true) => {
                State::Closed(Outcome::Current(serial))
            }
            Some(_) => State::Opened,
        };
        self.state
    }

    /// The second record of an answer to IXFR says what it is. If that is a whole zone, the opening SOA
    /// record belongs to it.
    fn decide(
        &mut self,
        record: &WireRecord<'_>,
        soa: Option<Serial>,
        take: &mut impl FnMut(Part, &WireRecord<'_>) -> Result<(), String>,
    ) -> Result<(), Fault> {
        match soa {
            Some(serial) if Some(serial) == self.ask.since => return Ok(()),
            Some(serial) if serial != self.opening.serial => {
                let reached = self.ask.since.unwrap_or(serial);
                return Err(sequence(reached, serial));
            }
            _ => {}
        }
        self.state = State::Whole;
        let opening = WireRecord {
            owner: self.ask.zone.wire(),
            rtype: RecordType::SOA,
            class: record.class,
            ttl: self.opening.ttl,
            rdata: &self.opening.rdata,
            fault: None,
        };
        take(Part::Zone, &opening).map_err(Fault::Stopped)
    }

    fn close(
        &mut self,
        record: &WireRecord<'_>,
        serial: Serial,
        outcome: Outcome,
    ) -> Result<(), Fault> {
        let canonical = |octets| rdata::canonical(RecordType::SOA, octets);
        if canonical(record.rdata) != canonical(&self.opening.rdata) {
            return Err(Fault::Closing {
                opened: self.opening.serial,
                closed: serial,
            });
        }
        self.state = State::Closed(outcome);
        Ok(())
    }
}

fn sequence(reached: Serial, found: Serial) -> Fault {
    Fault::Sequence { reached, found }
}

fn rcode(header: Header) -> Rcode {
    Rcode(header.flags & 0x000F)
}

/// What the header of every message must say (RFC 5936, section 2.2.1). AA should be set too, but Knot 3.2
/// never sets it in a transfer, and other secondaries do not look at it.
fn permitted(header: Header) -> Result<(), Fault> {
    let [_, answers, authority, _] = header.counts;
    if rcode(header) != Rcode::NOERROR {
        return Err(Fault::Rcode(rcode(header)));
    }
    if header.is_truncated() {
        return Err(Fault::Truncated);
    }
    if answers == 0 {
        return Err(Fault::Empty);
    }
    match authority {
        0 => Ok(()),
        _ => Err(Fault::Authority),
    }
}
