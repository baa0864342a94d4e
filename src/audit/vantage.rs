//! Who was asked the question audited, and what each said.

use super::verdict;
use crate::checks::{Context, resolvers};
use crate::dns::Rcode;
use crate::report::{ResolverVantage, Vantage, Verdict};
use crate::validate::{Chain, JudgedAnswer, JudgedResolver};

/// One vantage for each resolver, in the order they were given.
pub fn resolvers(context: &Context<'_>) -> Vec<Vantage> {
    let all = context.resolvers.iter();
    all.map(|resolver| through(context, resolver)).collect()
}

fn through(context: &Context<'_>, judged: &JudgedResolver) -> Vantage {
    let rcode = |rcode: Option<Rcode>| rcode.map(|rcode| rcode.to_string());
    let address = judged.resolver.address;
    Vantage {
        kind: "resolver",
        server: judged.resolver.label.clone(),
        verdict: resolvers::told(judged),
        rcode: rcode(judged.checked.rcode),
        ad: judged.checked.is_authentic,
        ede: resolvers::hints(judged),
        reason: Some(resolvers::in_words(context, judged)),
        resolver: Some(ResolverVantage {
            address: address.map(|address| address.to_string()),
            transport: judged.resolver.transport.to_string(),
            conduct: judged.conduct.word(),
            is_discredited: !resolvers::counts(context, judged),
            rcode_cd: rcode(judged.unchecked.rcode),
            data: match judged.conduct.hands_out_data() {
                true => verdict(judged.chain.status),
                false => Verdict::Indeterminate,
            },
            evidence: judged.exchanges().into_iter().collect(),
        }),
    }
}

/// One vantage for each authoritative server that answered.
pub fn authorities(chain: &Chain) -> Vec<Vantage> {
    let Some(target) = chain.targets.first() else {
        return Vec::new();
    };
    let zone = chain.zone(&target.zone);
    target
        .servers
        .iter()
        .map(|(server, status)| {
            let judged = zone.and_then(|zone| zone.servers.get(server));
            let answer = judged.and_then(|judged| judged.answers.get(&target.question));
            let answer = answer.map(|(_, answer)| answer);
            Vantage {
                kind: "authority",
                server: server.to_string(),
                verdict: verdict(*status),
                rcode: answer.map(|answer| answer.rcode.to_string()),
                ad: false,
                ede: Vec::new(),
                reason: answer.and_then(fault),
                resolver: None,
            }
        })
        .collect()
}

/// Why an answer is not secure, in words.
pub fn fault(answer: &JudgedAnswer) -> Option<String> {
    let signature = answer.rrsets.iter().find_map(|set| {
        let (rrsig, fault) = set
            .faults()
            .next()
            .filter(|_| set.valid().next().is_none())?;
        Some(format!(
            "RRSIG over {} by key {}: {fault}",
            set.rrset.rtype, rrsig.key_tag
        ))
    });
    let denial = || {
        let denial = answer.denial.as_ref()?;
        denial.result.as_ref().err().map(ToString::to_string)
    };
    signature.or_else(denial)
}
