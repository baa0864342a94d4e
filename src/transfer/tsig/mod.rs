//! Signing a query and verifying what answers it, with a secret that both servers know (RFC 8945).
//!
//! Words: the *fudge* is how many seconds the clocks of the two may differ; a *MAC* is a code over a message
//! and the MAC before it; a server signs the first and the last message of a transfer, and at least every
//! hundredth one between, whose MAC covers those that came without one (section 5.3.1).
//!
//! hmac-sha256, hmac-sha384 and hmac-sha512 are there. hmac-md5 and hmac-sha1 are refused: section 6 wants
//! neither used any more. So are truncated MACs, which nobody sends who was not asked to.

mod fault;
mod key;
mod keyfile;
mod record;
mod session;

pub use fault::{Refusal, TsigFault};
pub use key::{TsigAlgorithm, TsigKey};
pub use keyfile::{KeyFileError, read_key};
pub use session::{FUDGE, MOST_UNSIGNED, Session};
