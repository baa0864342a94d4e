//! Families of each resolver that is asked about a zone.

use super::{Family, counter, gauge};
use crate::report::Verdict;
use crate::watch::exposition::Level::Detail;

pub(super) const FAMILIES: &[Family] = &[
    gauge(
        "dnssec_resolver_ad",
        Detail,
        "Whether the resolver's last answer about the zone had AD.",
        |samples, zone| {
            for one in &zone.state.resolvers {
                samples.with(&[("resolver", &one.resolver)], u8::from(one.is_authentic));
            }
        },
    ),
    gauge(
        "dnssec_resolver_agrees",
        Detail,
        "Whether the resolver tells its clients what the audit found.",
        |samples, zone| {
            let found = zone.state.verdict;
            for one in zone
                .state
                .resolvers
                .iter()
                .filter(|one| one.verdict != Verdict::Indeterminate)
            {
                samples.with(
                    &[("resolver", &one.resolver)],
                    u8::from(Some(one.verdict) == found),
                );
            }
        },
    ),
    counter(
        "dnssec_resolver_queries_total",
        "How often the resolver was asked about the zone.",
        |samples, zone| {
            for one in &zone.state.resolvers {
                samples.with(&[("resolver", &one.resolver)], one.asked);
            }
        },
    ),
    counter(
        "dnssec_resolver_ad_total",
        "How often it answered with AD.",
        |samples, zone| {
            for one in &zone.state.resolvers {
                samples.with(&[("resolver", &one.resolver)], one.authentic);
            }
        },
    ),
    counter(
        "dnssec_resolver_servfail_total",
        "How often it answered SERVFAIL.",
        |samples, zone| {
            for one in &zone.state.resolvers {
                samples.with(&[("resolver", &one.resolver)], one.failed);
            }
        },
    ),
    counter(
        "dnssec_resolver_servfail_checking_total",
        "How often it answered SERVFAIL, but not with checking disabled: validation failed.",
        |samples, zone| {
            for one in &zone.state.resolvers {
                samples.with(&[("resolver", &one.resolver)], one.failed_checking);
            }
        },
    ),
];
