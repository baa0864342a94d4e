//! Signatures that a slow clock calls early.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;

/// In seconds; the value of DNSViz, and of Kerberos (RFC 4120, section 8.2).
const SKEW: i64 = 300;

declare! {
    /// # rrsig-inception-within-clock-skew
    ///
    /// Every valid signature over an RRset began less than five minutes ago.
    ///
    /// ## Why it matters
    ///
    /// A validator whose clock is a few minutes slow takes it for not yet valid and refuses the RRset.
    /// Signers therefore set the inception into the past, by an hour (BIND) or more.
    ///
    /// ## What resolvers do
    ///
    /// Those with a slow clock answer SERVFAIL with extended error 8 (Signature Not Yet Valid). Unbound
    /// forgives up to a tenth of the signature's life, between an hour and a day (`val-sig-skew-min`).
    ///
    /// ## How to put it right
    ///
    /// Give the signer an inception in the past; it passes by itself within minutes, and returns with the
    /// next signing:
    ///
    /// - BIND: `dnssec-signzone -o example.com example.com.zone` without `-s`
    /// - ldns: `ldns-signzone -i 20260101000000 example.com.zone Kexample.com.+013+12345`
    /// - a signer of your own: subtract an hour
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 6781, section 4.4.2. DNSViz: INCEPTION_WITHIN_CLOCK_SKEW.
    "rrsig-inception-within-clock-skew", Signatures, Notice,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: [],
    summary: "A signature in use began within plausible clock error of now.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let find = |given: &Given<'a>| {
        let oldest = given
            .usable()
            .min_by_key(|rrsig| rrsig.inception.near(context.now))?;
        let age = context.now.since(oldest.inception.near(context.now));
        (age < SKEW).then_some(oldest)
    };
    state_given(context, find, |group| {
        let inceptions = group.items.iter();
        let last = inceptions
            .map(|item| item.rrsig.inception.near(context.now))
            .max();
        let at = last.unwrap_or(context.now);
        let message = format!(
            "{} {} valid only since {at}, {} ago: a clock five minutes slow refuses {}",
            group.subject(),
            group.verb("is", "are"),
            humane(context.now.since(at)),
            group.verb("it", "them"),
        );
        let fix = "let the signer set the inception an hour into the past".to_owned();
        (message, fix)
    })
}
