//! Proofs that a name or type does not exist, by NSEC, and what both kinds of proof share.
//!
//! Most of these checks pick one kind of fault out of [`Context::denials`]; [`state_each`] puts each into
//! a statement.

pub mod denial_missing_for_nxdomain;

use super::faults::Denial;
use super::{Context, Statement};
use crate::policy::Reach;
use crate::validate::DenialFault;

/// One statement for each failed proof that `wanted` picks: `words` says what is wrong, without servers.
pub fn state_each(
    context: &Context<'_>,
    wanted: impl Fn(&Denial, &DenialFault) -> bool,
    words: impl Fn(&Denial, &DenialFault) -> String,
    fix: &str,
) -> Vec<Statement> {
    let failed = context.denials.iter().filter_map(|denial| {
        let fault = denial.result.as_ref().err()?;
        wanted(denial, fault).then_some((denial, fault))
    });
    failed
        .map(|(denial, fault)| {
            let reach = context.reach(&denial.zone, &denial.servers);
            let at = match reach {
                Reach::Everywhere => String::new(),
                _ => format!(", at {}", context.servers(&denial.zone, &denial.servers)),
            };
            Statement::new(&denial.zone, format!("{}{at}", words(denial, fault)))
                .reach(reach)
                .about("owner", &denial.question.name)
                .about("rrtype", denial.question.rtype)
                .fact("claim", format!("{:?}", denial.claim))
                .fact("fault", fault)
                .fix(fix.replace("ZONE", &denial.zone.to_string()))
                .shown_by(denial.evidence.iter().copied())
        })
        .collect()
}
