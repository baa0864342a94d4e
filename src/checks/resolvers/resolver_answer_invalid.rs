//! Resolvers that answer something else.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-answer-invalid
    ///
    /// What a resolver sends is no answer to the question: cut short, not to be read as a DNS message, or to
    /// another question.
    ///
    /// ## Why it matters
    ///
    /// Clients throw such answers away and wait until their time is up. Something that is no resolver may listen
    /// there, or something on the way rewrites answers.
    ///
    /// ## What resolvers do
    ///
    /// Every response repeats the question (RFC 1035, section 4.1.1), and clients hold it against their own
    /// (RFC 5452, section 4.2).
    ///
    /// ## How to put it right
    ///
    /// Look at what listens at the address and port. Ask from the machine of the resolver itself: if the answers
    /// are right there, something on the way changes them; look at DNS inspection and load balancers. `dig +qr
    /// @192.0.2.53 example.com` shows both messages.
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.1.1; RFC 5452, section 4.2.
    "resolver-answer-invalid", Resolvers, Error,
    rfc: ["RFC 5452 section 4.2"],
    explained_by: [],
    summary: "What a resolver sends does not answer the question.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_such = resolver.conduct == Conduct::Garbled;
        let fix = "look at what listens there, and at what inspects or balances DNS on the way";
        is_such.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
