//! Families of a zone as a whole: verdict, signatures, findings, DS, keys, TTLs.

use super::{Family, gauge};
use crate::crypto::{Algorithm, DigestType};
use crate::dns::Timestamp;
use crate::report::Verdict;
use crate::watch::exposition::Level::{self, Detail, Summary};
use crate::watch::exposition::brief::SEVERITIES;
use crate::watch::exposition::{Samples, VERDICTS, Watched, undotted, word};

pub(super) const FAMILIES: &[Family] = &[
    gauge(
        "dnssec_zone_info",
        Summary,
        "Group of the zone, the zone it is delegated from (empty until that is known), and the labels it is configured with.",
        info,
    ),
    gauge(
        "dnssec_zone_chain_secure",
        Summary,
        "Whether a chain of trust leads to the zone, as called from the last looks.",
        |samples, _| {
            if let Some(verdict) = samples.brief.called {
                samples.one(u8::from(verdict == Verdict::Secure));
            }
        },
    ),
    gauge(
        "dnssec_zone_chain_bogus",
        Summary,
        "Whether validating resolvers fail on the zone, as called from the last looks.",
        |samples, _| {
            if let Some(verdict) = samples.brief.called {
                samples.one(u8::from(verdict == Verdict::Bogus));
            }
        },
    ),
    gauge(
        "dnssec_zone_verdict",
        Detail,
        "1 for what is called of the zone from the last looks, 0 for the others.",
        |samples, zone| {
            for verdict in VERDICTS {
                samples.with(
                    &[("verdict", word(verdict))],
                    u8::from(zone.state.called.verdict == verdict),
                );
            }
        },
    ),
    gauge(
        "dnssec_zone_verdict_since_timestamp_seconds",
        Summary,
        "Since when that is called.",
        |samples, _| instant(samples, samples.brief.since),
    ),
    gauge(
        "dnssec_zone_probe_timestamp_seconds",
        Summary,
        "When the last audit began; 0 before the first.",
        |samples, _| samples.one(samples.brief.probed.map_or(0, |at| at.0)),
    ),
    gauge(
        "dnssec_zone_probe_success",
        Summary,
        "Whether the last audit could tell anything.",
        |samples, _| samples.one(u8::from(samples.brief.is_told)),
    ),
    gauge(
        "dnssec_zone_probe_duration_seconds",
        Detail,
        "How long the last audit took.",
        |samples, zone| {
            if zone.state.probed.is_some() {
                samples.one(zone.state.took.as_secs_f64());
            }
        },
    ),
    gauge(
        "dnssec_zone_rrsig_expiry_timestamp_seconds",
        Summary,
        "When the first RRset of the type is left without a signature in force, at the server where that is first. Without the label rrtype: of any type.",
        expiry,
    ),
    gauge(
        "dnssec_zone_rrsig_inception_timestamp_seconds",
        Summary,
        "The latest inception of a signature: when the signer last did its work.",
        |samples, _| instant(samples, samples.brief.signed),
    ),
    gauge(
        "dnssec_zone_deadline_timestamp_seconds",
        Summary,
        "When the chain of trust ends if nobody acts, by what ends it.",
        |samples, _| {
            if let Some(at) = samples.brief.deadline {
                samples.with(&[("kind", "expiry")], at.0);
            }
        },
    ),
    gauge(
        "dnssec_zone_findings",
        Summary,
        "Findings of the last audit, consequences left out.",
        |samples, _| {
            for ((_, word), count) in SEVERITIES.into_iter().zip(samples.brief.findings) {
                samples.with(&[("severity", word)], count);
            }
        },
    ),
    gauge(
        "dnssec_zone_finding",
        Detail,
        "How often the last audit found this; absent when it did not.",
        |samples, zone| {
            for (code, finding) in &zone.state.findings {
                samples.with(
                    &[("code", code), ("severity", &finding.severity.to_string())],
                    finding.count,
                );
            }
        },
    ),
    gauge(
        "dnssec_zone_finding_until_timestamp_seconds",
        Detail,
        "When what was found ends by itself, or becomes worse; absent where that is not known.",
        |samples, zone| {
            for (code, finding) in &zone.state.findings {
                if let Some(until) = finding.until {
                    samples.with(&[("code", code)], until.0);
                }
            }
        },
    ),
    gauge(
        "dnssec_trust_anchor_info",
        Detail,
        "Keys of the root by the states of RFC 5011: add-pend, valid, missing, revoked. Told where the root itself is watched.",
        anchors,
    ),
    gauge(
        "dnssec_zone_ds_matches_key",
        Summary,
        "Whether a DS at the parent leads to a key that signs the zone's keys; absent without DS.",
        |samples, _| {
            if let Some(holds) = samples.brief.ds_holds {
                samples.one(u8::from(holds));
            }
        },
    ),
    gauge(
        "dnssec_zone_ds_holds",
        Detail,
        "For each DS at the parent, whether it leads to a key that signs the zone's keys.",
        |samples, zone| {
            for ds in zone
                .state
                .inventory
                .iter()
                .flat_map(|inventory| &inventory.ds)
            {
                let (tag, algorithm) =
                    (ds.key_tag.to_string(), Algorithm(ds.algorithm).to_string());
                let digest_type = DigestType(ds.digest_type).to_string();
                let digest = ds.digest.get(..16).unwrap_or(&ds.digest);
                samples.with(
                    &[
                        ("key_tag", &tag),
                        ("algorithm", &algorithm),
                        ("digest_type", &digest_type),
                        ("digest", digest),
                    ],
                    u8::from(ds.holds),
                );
            }
        },
    ),
    gauge(
        "dnssec_zone_key_info",
        Detail,
        "Keys of the zone: role is ksk, zsk or csk by what each signs, else standby; identity tells keys of one tag apart.",
        key_info,
    ),
    gauge(
        "dnssec_zone_ttl_seconds",
        Detail,
        "TTLs that a change has to wait for.",
        ttls,
    ),
    gauge(
        "dnssec_zone_nsec3_iterations",
        Detail,
        "Additional iterations of NSEC3; absent without NSEC3.",
        |samples, zone| {
            let inventory = zone.state.inventory.as_ref();
            if let Some(count) = inventory.and_then(|inventory| inventory.nsec3_iterations) {
                samples.one(count);
            }
        },
    ),
];

fn instant(samples: &mut Samples<'_>, at: Option<Timestamp>) {
    if let Some(at) = at {
        samples.one(at.0);
    }
}

fn info(samples: &mut Samples<'_>, zone: &Watched<'_>) {
    let inventory = zone.state.inventory.as_ref();
    let parent = inventory.and_then(|inventory| inventory.parent.as_ref());
    let parent = parent.map_or_else(String::new, |parent| undotted(&parent.to_string()));
    let own = [("group", zone.group), ("parent", &parent)];
    let more = zone.labels.iter().filter(|(key, _)| is_free(key));
    let more = more.map(|(key, value)| (key.as_str(), value.as_str()));
    samples.with(&own.into_iter().chain(more).collect::<Vec<_>>(), 1);
}

/// Labels that the exporter gives a meaning of its own.
fn is_free(key: &str) -> bool {
    !matches!(key, "zone" | "group" | "parent")
}

fn expiry(samples: &mut Samples<'_>, zone: &Watched<'_>) {
    if samples.level < Level::Detail {
        return instant(samples, samples.brief.expires);
    }
    for one in zone
        .state
        .inventory
        .iter()
        .flat_map(|inventory| &inventory.signatures)
    {
        samples.with(&[("rrtype", &one.rrtype.to_string())], one.expires.0);
    }
}

fn key_info(samples: &mut Samples<'_>, zone: &Watched<'_>) {
    for key in zone
        .state
        .inventory
        .iter()
        .flat_map(|inventory| &inventory.keys)
    {
        let role = match (key.signs_keys, key.signs_data) {
            _ if key.is_revoked() => "revoked",
            (true, true) => "csk",
            (true, false) => "ksk",
            (false, true) => "zsk",
            (false, false) => "standby",
        };
        let (tag, algorithm) = (
            key.key_tag.to_string(),
            Algorithm(key.algorithm).to_string(),
        );
        samples.with(
            &[
                ("key_tag", &tag),
                ("algorithm", &algorithm),
                ("role", role),
                ("identity", &key.identity),
            ],
            1,
        );
    }
}

fn ttls(samples: &mut Samples<'_>, zone: &Watched<'_>) {
    let Some(ttls) = zone
        .state
        .inventory
        .as_ref()
        .map(|inventory| &inventory.ttls)
    else {
        return;
    };
    let all = [
        ("DS", ttls.ds),
        ("DNSKEY", ttls.dnskey),
        ("SOA", ttls.soa),
        ("negative", ttls.negative),
    ];
    for (rrset, ttl) in all {
        if let Some(ttl) = ttl {
            samples.with(&[("rrset", rrset)], ttl);
        }
    }
}

fn anchors(samples: &mut Samples<'_>, zone: &Watched<'_>) {
    if !zone.state.zone.is_root() {
        return;
    }
    let history = &zone.state.history;
    let Some(last) = history.last else {
        return;
    };
    for key in history.keys.values() {
        if let Some(state) = key.anchor_state(last) {
            let tag = key.key_tag.to_string();
            let algorithm = Algorithm(key.algorithm).to_string();
            samples.with(
                &[
                    ("key_tag", &tag),
                    ("algorithm", &algorithm),
                    ("state", state),
                ],
                1,
            );
        }
    }
}
