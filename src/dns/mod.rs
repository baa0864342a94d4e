//! The vocabulary of the DNS over raw bytes.
//!
//! Everything here describes what a message or a zone *holds*; nothing judges it. Parsing is lenient: a
//! record that does not fit its type is kept with its octets and a note of what is wrong, because an
//! auditor must see what a resolver library would drop.
//!
//! Order of reading: [`name`], [`rtype`], [`wire`], [`message`], [`rdata`], [`rrset`], [`time`].

pub mod bitmap;
pub mod edns;
pub mod master;
pub mod message;
pub mod name;
pub mod present;
pub mod probe;
pub mod query;
pub mod rcode;
pub mod rdata;
pub mod rrset;
pub mod rtype;
pub mod time;
pub mod wire;
pub mod write;

pub use bitmap::TypeBitmap;
pub use message::{Message, Record, Section};
pub use name::Name;
pub use rcode::Rcode;
pub use rdata::{Dnskey, Ds, Nsec, Nsec3, Nsec3param, Rrsig, Soa};
pub use rrset::Rrset;
pub use rtype::{Class, RecordType};
pub use time::{Serial, Timestamp};
