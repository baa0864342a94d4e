//! Resolvers that say something else over an encrypted transport than over plain DNS.

use super::{counts, told, zone};
use crate::checks::{Context, Statement};
use crate::report::Verdict;
use crate::validate::JudgedResolver;

declare! {
    /// # encrypted-transport-differs
    ///
    /// One resolver, asked over UDP and TCP as well as over TLS or HTTPS, tells its clients one thing
    /// about the name here and another there.
    ///
    /// ## Why it matters
    ///
    /// On the encrypted way nobody but the resolver can change an answer. Where the plain one differs,
    /// something between here and there rewrites or intercepts DNS, or the service behind the one port is
    /// configured otherwise than behind the other. Clients get what the transport they happen to use gives.
    ///
    /// ## What resolvers do
    ///
    /// Each answers as it is told; the finding is about the way, or about two services at one address.
    ///
    /// ## How to put it right
    ///
    /// Ask both over TCP from another network: `anchorwatch audit example.com @192.0.2.53
    /// @tls://192.0.2.53`. If they agree there, look for interception on the way here. If not, compare the
    /// configurations: DNSSEC validation, negative trust anchors, blocking.
    ///
    /// ## References
    ///
    /// RFC 7858, section 3; RFC 8484, section 5; RFC 4035, section 4.9.
    "encrypted-transport-differs", Resolvers, Warning,
    rfc: ["RFC 7858 section 3", "RFC 8484 section 5"],
    explained_by: [],
    summary: "A resolver answers otherwise over TLS or HTTPS than in the clear.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let is_plain = |one: &&JudgedResolver| one.resolver.transport.is_plain();
    let told_something =
        |one: &&JudgedResolver| counts(context, one) && told(one) != Verdict::Indeterminate;
    let all = || context.resolvers.iter().filter(told_something);
    let pairs = all().filter(is_plain).flat_map(|plain| {
        let others = all().filter(|one| !is_plain(one));
        others.map(move |secured| (plain, secured))
    });
    let differ = pairs
        .filter(|(plain, secured)| is_one_host(plain, secured) && told(plain) != told(secured));
    let statements = differ.map(|(plain, secured)| {
        let message = format!(
            "{} to clients of {}, {} to those of {} over {}",
            told(plain),
            plain.name(),
            told(secured),
            secured.name(),
            secured.resolver.transport
        );
        Statement::new(&zone(context, plain), message)
            .about("resolver", &plain.resolver.label)
            .about("transport", secured.resolver.transport)
            .fix("ask both from another network; if they agree there, something on the way changes plain DNS")
            .shown_by(plain.exchanges().into_iter().chain(secured.exchanges()))
    });
    statements.collect()
}

fn is_one_host(one: &JudgedResolver, other: &JudgedResolver) -> bool {
    let ip = |resolver: &JudgedResolver| resolver.resolver.address.map(|address| address.ip());
    ip(one).is_some() && ip(one) == ip(other)
}
