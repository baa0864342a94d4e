//! Insecure where the operator said that it must be secure.

use crate::checks::{Context, Statement};
use crate::report::Verdict;
use crate::validate::Status;

declare! {
    /// # chain-insecure-unexpected
    ///
    /// The zone validates as insecure, and the configuration says that it has to be secure.
    ///
    /// ## Why it matters
    ///
    /// Nothing fails, and nobody notices: the name resolves, without protection. DNSSEC was meant to be on,
    /// and what stands on it (DANE, SSHFP, a policy) is off with it. Often a DS was removed for a transfer or
    /// in an emergency and never came back.
    ///
    /// ## What resolvers do
    ///
    /// They answer without AD. There is no extended error for it (RFC 8914 has none).
    ///
    /// ## How to put it right
    ///
    /// - `anchorwatch ds ZONE` shows which DS belongs at the parent; give it to the registrar.
    /// - When every DS has an algorithm or a digest type that validators do not support, sign with another:
    ///   the finding beside this one says so.
    /// - When the zone shall not be secure, take `expect = "secure"` from its group in the configuration.
    ///
    /// ## References
    ///
    /// RFC 4035, section 4.3.
    "chain-insecure-unexpected", Delegation, Error,
    rfc: ["RFC 4035 section 4.3"],
    explained_by: [],
    summary: "The zone is insecure, and the configuration says that it has to be secure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let is_wished = context.policy.expected == Some(Verdict::Secure);
    if !is_wished || context.chain.status != Status::Insecure {
        return Vec::new();
    }
    let Some(target) = context.chain.targets.first() else {
        return Vec::new();
    };
    let (name, rtype) = (&target.question.name, target.question.rtype);
    let message = format!("{name} {rtype} is insecure, and has to be secure by configuration");
    vec![
        Statement::new(&target.zone, message)
            .about("owner", name)
            .about("rrtype", rtype)
            .fix("anchorwatch ds shows the DS that belongs at the parent"),
    ]
}

#[cfg(test)]
mod tests {
    use crate::audit;
    use crate::checks::tests::lab;
    use crate::policy::Policy;
    use crate::report::Verdict;

    #[test]
    fn it_is_told_where_secure_is_wished_and_insecure_is_found() {
        let wished = Policy {
            expected: Some(Verdict::Secure),
            ..Policy::default()
        };
        let codes = |name, policy: &Policy| {
            let evidence = lab::evidence(name, &[], true, lab::straight);
            let report = audit(&evidence, policy, evidence.started);
            let found = report.findings.into_iter().map(|finding| finding.code);
            found.collect::<Vec<_>>()
        };
        let code = "chain-insecure-unexpected".to_owned();
        assert!(codes("no-ds.test.", &wished).contains(&code));
        assert!(!codes("no-ds.test.", &Policy::default()).contains(&code));
        assert!(!codes("valid.test.", &wished).contains(&code));
    }
}
