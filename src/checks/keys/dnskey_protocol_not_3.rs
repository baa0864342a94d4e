//! A key of another protocol.

use super::state_each;
use crate::checks::{Context, Statement};

declare! {
    /// # dnskey-protocol-not-3
    ///
    /// The Protocol field of a DNSKEY record is not 3.
    ///
    /// ## Why it matters
    ///
    /// The field is left over from the KEY record; in DNSKEY it must be 3, and a key with another value
    /// must be treated as invalid. Signatures by it prove nothing, and a DS to it leads nowhere.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the key: SERVFAIL if the DS names it, or if nothing else signed.
    ///
    /// ## How to put it right
    ///
    /// Publish the key with protocol 3 and sign again. The field counts into key tag and digest: if the
    /// DS was made from the wrong record, it has to be replaced at the registrar.
    ///
    /// - BIND: correct the `.key` file, then `rndc loadkeys example.com` and `rndc sign example.com`
    /// - ldns: correct the `.key` file, then `ldns-signzone example.com.zone Kexample.com.+013+12345`
    /// - `anchorwatch ds example.com` prints the DS to publish
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.2.
    "dnskey-protocol-not-3", Keys, Bogus,
    rfc: ["RFC 4034 section 2.1.2"],
    explained_by: [],
    summary: "The Protocol field of a DNSKEY record is not 3.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| {
            let protocol = one.key.protocol;
            (protocol != 3).then(|| {
                (
                    one.reach(context),
                    format!("the protocol is {protocol}, not 3"),
                )
            })
        },
        "publish the key of ZONE with protocol 3 and sign again",
    )
}
