//! Root keys that a resolver does not trust.

use super::each;
use crate::checks::{Context, Statement};
use crate::dns::Name;
use crate::validate::{Conduct, JudgedResolver, Status};

declare! {
    /// # resolver-trust-anchor-missing
    ///
    /// A resolver was asked for `root-key-sentinel-is-ta-NNNNN` below a secure name, and failed, although
    /// the data is secure here: the root key with that tag is none of its trust anchors.
    /// `anchorwatch drill @RESOLVER` asks for every root key, and for the opposite label as well.
    ///
    /// ## Why it matters
    ///
    /// Once the root is signed with that key alone, this resolver fails on every signed name. On the day of
    /// a key rollover of the root that is an outage of the whole Internet for its users.
    ///
    /// ## What resolvers do
    ///
    /// Those that implement RFC 8509 answer SERVFAIL to `is-ta` of a key that they do not trust, and to
    /// `not-ta` of one that they do, unless CD is set. BIND, Unbound and Knot Resolver do so by default;
    /// others answer both, and do not say.
    ///
    /// ## How to put it right
    ///
    /// Give it the current anchors, and let it follow changes by itself (RFC 5011):
    ///
    /// - BIND: `dnssec-validation auto;`, then `rndc managed-keys status`
    /// - Unbound: `unbound-anchor -a /var/lib/unbound/root.key`, and `auto-trust-anchor-file:`
    /// - PowerDNS Recursor: `rec_control get-tas`; an update brings new anchors
    ///
    /// ## References
    ///
    /// RFC 8509, section 2 to 4; RFC 5011; RFC 9718.
    "resolver-trust-anchor-missing", Resolvers, Error,
    rfc: ["RFC 8509 section 3"],
    explained_by: [],
    summary: "A resolver does not trust a root key.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_failing =
            resolver.conduct == Conduct::ValidationFails && resolver.chain.status == Status::Secure;
        let tag = asked_for(resolver).filter(|_| is_failing)?;
        let message = format!(
            "{} fails on the sentinel of root key {tag}, which is secure here: the key is none of its trust anchors",
            resolver.name()
        );
        let fix = format!(
            "add root key {tag} to its trust anchors, and have it follow changes (RFC 5011)"
        );
        Some((message, fix))
    })
}

/// The tag in the first label of the name audited, if that asks whether a root key is trusted.
fn asked_for(resolver: &JudgedResolver) -> Option<u16> {
    tag(&resolver.chain.targets.first()?.question.name)
}

/// `root-key-sentinel-is-ta-` and five digits, zeros in front (RFC 8509, section 2).
fn tag(name: &Name) -> Option<u16> {
    let label = std::str::from_utf8(name.labels().next()?)
        .ok()?
        .to_ascii_lowercase();
    let digits = label.strip_prefix("root-key-sentinel-is-ta-")?;
    let is_padded = digits.len() == 5 && digits.bytes().all(|octet| octet.is_ascii_digit());
    digits.parse().ok().filter(|_| is_padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_five_digits() {
        let tag = |text: &str| tag(&text.parse().unwrap());
        assert_eq!(tag("root-key-sentinel-is-ta-20326.test."), Some(20326));
        assert_eq!(tag("Root-Key-Sentinel-Is-Ta-00042.test."), Some(42));
        for other in [
            "root-key-sentinel-is-ta-42.test.",
            "root-key-sentinel-is-ta-99999.test.",
            "root-key-sentinel-is-ta-+2032.test.",
            "root-key-sentinel-not-ta-20326.test.",
            ".",
        ] {
            assert_eq!(tag(other), None, "{other}");
        }
    }
}
