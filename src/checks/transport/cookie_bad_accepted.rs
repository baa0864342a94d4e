//! Servers that take cookies of a wrong form.

use super::state_odd;
use super::tried::tried;
use crate::checks::{Context, Statement};
use crate::dns::Rcode;
use crate::dns::edns::COOKIE;
use crate::dns::probe::Probe;

declare! {
    /// # cookie-bad-accepted
    ///
    /// A server that knows DNS cookies does not answer FORMERR to a cookie of nine octets, which is neither a
    /// client's part nor a whole one; or it demands its own part from a client that has none (BADCOOKIE) and
    /// takes one that it never gave. Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Cookies keep forged questions and answers out. What does not look at them well keeps out nothing. A
    /// wrong second part of the right length alone is no fault: a server may answer it as if there were none,
    /// with a fresh one.
    ///
    /// ## What resolvers do
    ///
    /// They notice nothing.
    ///
    /// ## How to put it right
    ///
    /// Update the server. `dig @ADDRESS example.com SOA +norecurse +cookie=616e63686f72776100` sends nine
    /// octets and must be answered FORMERR.
    ///
    /// ## References
    ///
    /// RFC 7873, sections 5.2.2, 5.2.3 and 5.2.4. DNSViz: MALFORMED_COOKIE_WITHOUT_FORMERR,
    /// NO_SERVER_COOKIE_WITHOUT_BADCOOKIE, INVALID_SERVER_COOKIE_WITHOUT_BADCOOKIE.
    "cookie-bad-accepted", Transport, Notice,
    rfc: ["RFC 7873 section 5.2.2", "RFC 7873 section 5.2.4"],
    explained_by: [],
    summary: "A cookie of a wrong form, or one that the server never gave, is taken.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| {
        matches!(
            probe,
            Probe::Cookie | Probe::CookieForeign | Probe::CookieMalformed
        )
    });
    let odd = tried.iter().filter_map(|one| {
        // What the same server makes of a right one: it may know no cookies at all.
        let mut same = tried.iter().filter(|other| other.server() == one.server());
        let first = same.find(|other| *other.probe == Probe::Cookie)?;
        first.edns()?.option(COOKIE)?;
        let rcode = one.message()?.rcode();
        let is_demanding = first.message()?.rcode() == Rcode::BADCOOKIE;
        match one.probe {
            Probe::CookieMalformed if rcode != Rcode::FORMERR => {
                Some(one.odd(format!("{rcode} for one of nine octets")))
            }
            Probe::CookieForeign if is_demanding && rcode == Rcode::NOERROR => {
                Some(one.odd("an answer for one that it never gave, but not for none"))
            }
            _ => None,
        }
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{servers} of {} take bad cookies: {what}", zone.apex),
            "update the server".to_owned(),
        )
    })
}
