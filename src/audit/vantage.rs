//! Who was asked the question audited, and what each said.

use super::verdict;
use crate::report::Vantage;
use crate::validate::{Chain, JudgedAnswer};

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
