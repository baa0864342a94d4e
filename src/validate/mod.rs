//! The validator: RFC 4033 to 4035, 5155, 6840, 9276 and 9824, without opinions.
//!
//! It turns what servers said and a list of trust anchors into a [`chain::Chain`]: zone by zone from the
//! anchor down, with the status of everything each server gave and the clause that failed. It knows no
//! clock; the instant to judge at is an argument. What of it is worth a word to an operator, the checks
//! decide.
//!
//! From the inside out: [`signature`] judges one RRset, [`keys`] a DNSKEY RRset from its DS, [`denial`] a
//! proof that something does not exist, [`answer`] one server's answer, [`chain`] the whole, [`resolver`] what a
//! resolver hands out.

pub mod anchor;
pub mod answer;
pub mod chain;
pub mod denial;
pub mod judge;
pub mod keys;
pub mod limits;
pub mod product;
pub mod resolver;
pub mod signature;
pub mod status;
pub mod supposed;
pub mod traits;
pub mod verified;

#[cfg(test)]
mod tests;

pub use answer::{AnswerKind, JudgedAnswer, JudgedDenial, JudgedDs};
pub use chain::{
    Arrival, Chain, End, JudgedServer, JudgedSignal, JudgedTarget, JudgedZone, KeysReply,
};
pub use denial::{Claim, DenialFault, Proof};
pub use judge::Terms;
pub use keys::{EntryPoint, JudgedKeys, Outcome};
pub use limits::{Limit, Limits};
pub use product::Product;
pub use resolver::{Conduct, JudgedResolver};
pub use signature::{JudgedRrset, JudgedSignature, SignatureFault};
pub use status::Status;
pub use supposed::Supposed;
pub use traits::{Luck, Traits};
pub use verified::Verified;
