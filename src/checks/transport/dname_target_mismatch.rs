//! A CNAME that is not what the DNAME gives.

use super::{Odd, asked, state_odd};
use crate::checks::signatures::chained;
use crate::checks::{Context, Statement};

declare! {
    /// # dname-target-mismatch
    ///
    /// An answer holds a DNAME and, at the name that was asked for, a CNAME that leads elsewhere than the
    /// DNAME.
    ///
    /// ## Why it matters
    ///
    /// The CNAME has no signature; a validator accepts it only because it follows from the signed DNAME.
    /// When it does not, somebody may have changed it on the way, and the answer is refused.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus), or they drop the CNAME and make their own.
    ///
    /// ## How to put it right
    ///
    /// Find what makes the CNAME: a server of one's own, a proxy that rewrites names, a zone that holds
    /// data below the DNAME, which must not be. `dig @ADDRESS www.example.com A +norecurse` shows both.
    /// `named-checkzone example.com example.com.zone` and `kzonecheck -o example.com example.com.zone`
    /// find data below a DNAME.
    ///
    /// ## References
    ///
    /// RFC 6672, sections 2.2, 2.4 and 5.3.1. DNSViz: DNAME_TARGET_MISMATCH.
    "dname-target-mismatch", Transport, Bogus,
    rfc: ["RFC 6672 section 2.2"],
    explained_by: [],
    summary: "The CNAME beside a DNAME is not the one it gives.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = chained(context).flat_map(|zone| {
        zone.servers.iter().flat_map(move |(&server, judged)| {
            let answers = judged.answers.iter();
            let wrong = answers.filter(|(_, (_, answer))| answer.is_synthesis_wrong);
            wrong.map(move |(question, (id, _))| Odd {
                zone,
                server,
                id: *id,
                what: asked(question),
            })
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "the CNAME in the answer to {what} from {servers} of {} is not what the DNAME gives",
                zone.apex
            ),
            "have the server derive the CNAME from the DNAME, and remove data below the DNAME"
                .to_owned(),
        )
    })
}
