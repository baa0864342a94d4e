//! Resolvers and appliances that take signatures away.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-strips-dnssec
    ///
    /// Not one RRSIG came with all the answers of a resolver, the DNSKEY RRset of the root included,
    /// although every query had DO set.
    ///
    /// ## Why it matters
    ///
    /// No validator behind it can work: to it every signed zone is bogus. It is often not the resolver
    /// but something on the way: a home router, a firewall, a captive portal.
    ///
    /// ## What resolvers do
    ///
    /// A resolver that supports DNSSEC hands on RRSIG, NSEC and NSEC3 when DO is set (RFC 4035, section
    /// 3.2.1). One that does not know DO, or forwards through what does not, hands out bare data.
    ///
    /// ## How to put it right
    ///
    /// Ask the same resolver from another network, and over TCP: `anchorwatch audit example.com
    /// @192.0.2.53 +tcp`. If the signatures are there, something on the way takes them; look at DNS
    /// inspection and at the forwarder. If not, switch DNSSEC on at the resolver, or name another one.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.2.1; RFC 3225; RFC 5625, section 4.4.
    "resolver-strips-dnssec", Resolvers, Error,
    rfc: ["RFC 4035 section 3.2.1"],
    explained_by: [],
    summary: "Answers come without signatures although DO was set.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let fix = "ask it from another network and over TCP; look at DNS inspection and forwarders on the way";
        let strips = resolver.conduct == Conduct::StripsDnssec;
        strips.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
