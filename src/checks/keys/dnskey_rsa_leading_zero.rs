//! RSA keys with zeros in front.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::policy::Reach;

declare! {
    /// # dnskey-rsa-leading-zero
    ///
    /// The exponent or the modulus of an RSA key begins with zero octets.
    ///
    /// ## Why it matters
    ///
    /// The format forbids it. The number is the same, but key tag and digest are computed over the
    /// octets, so that a tool that takes the zeros away gets another tag and another DS.
    ///
    /// ## What resolvers do
    ///
    /// They accept it.
    ///
    /// ## How to put it right
    ///
    /// Nothing has to be done at once. Find the tool that wrote the key (often a conversion from a
    /// hardware module or another format) and correct it before the next rollover; signers of today do
    /// not write such keys: `dnssec-keygen -a RSASHA256 -b 2048 example.com`.
    ///
    /// ## References
    ///
    /// RFC 3110, section 2.
    "dnskey-rsa-leading-zero", Keys, Notice,
    rfc: ["RFC 3110 section 2"],
    explained_by: [],
    summary: "An RSA exponent or modulus begins with zero octets.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            let has_zeros = one.read().is_ok_and(|key| key.has_leading_zeros());
            let text = "the exponent or the modulus begins with zero octets";
            has_zeros.then(|| (Reach::Harmless, text.to_owned()))
        },
        "make the next keys of ZONE with another tool",
    )
}
