//! What goes wrong in the world, as scenes on the lab: a healthy zone, the state that it is put into, and
//! the finding that has to reach a receiver.

/// How a scene ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The zone is repaired.
    Repair,
    /// Nothing can be repaired: what caches hold has to expire.
    Wait,
}

/// One scene. Its zone has its name, below `test.`
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    /// What it is taken from.
    pub after: &'static str,
    /// A label below the zone that is watched beside the apex.
    pub also: Option<&'static str>,
    /// The case or the step of the lab that is put into the zone.
    pub state: &'static str,
    /// The finding that tells it.
    pub code: &'static str,
    /// How it ends.
    pub end: End,
}

const fn scene(
    name: &'static str,
    after: &'static str,
    state: &'static str,
    code: &'static str,
) -> Scenario {
    Scenario {
        name,
        after,
        also: None,
        state,
        code,
        end: End::Repair,
    }
}

impl Scenario {
    /// Its zone.
    pub fn zone(&self) -> String {
        format!("{}.test.", self.name)
    }

    const fn waits(self) -> Self {
        Self {
            end: End::Wait,
            ..self
        }
    }

    const fn watching(self, label: &'static str) -> Self {
        Self {
            also: Some(label),
            ..self
        }
    }
}

/// All that are about zones.
pub const SCENARIOS: &[Scenario] = &[
    scene(
        "expire-soon",
        ".mm 2016",
        "expiring-soon",
        "rrsig-expiring-soon",
    ),
    scene("expired", ".mm 2016", "rrsig-exp-all", "rrsig-expired"),
    scene(
        "stale-secondary",
        "xfinity.com 2015",
        "one-ns-expired",
        "rrsig-expired",
    ),
    scene(
        "early-key-removal",
        ".nz 2023",
        "step-ksk-replaced",
        "rollover-key-removed-too-early",
    )
    .waits(),
    scene(
        "wrong-private-key",
        ".de 2026",
        "step-one-wrong-key",
        "rrsig-invalid",
    ),
    scene(
        "partial-corruption",
        ".se 2022",
        "step-ds-corrupt",
        "rrsig-invalid",
    ),
    scene(
        "wildcard-denial",
        "Slack 2021",
        "wildcard-bitmap",
        "denial-existing-type-not-in-bitmap",
    )
    .watching("host.wild"),
    scene(
        "unsign-too-early",
        "Slack 2021",
        "step-unsigned",
        "rollover-unsigned-too-early",
    )
    .waits(),
    scene(
        "stale-ds-after-move",
        "HBO NOW 2015",
        "ds-unsigned",
        "ds-present-zone-unsigned",
    ),
    scene(
        "standby-signer",
        "APNIC 2012",
        "step-keys-replaced",
        "dnskey-set-replaced",
    )
    .waits(),
    scene(
        "missing-ksk-signature",
        "RIPE NCC 2011",
        "no-rrsig-ksk",
        "ds-key-not-signing-dnskey-rrset",
    ),
    scene(
        "delete-cds",
        "RFC 8078",
        "cds-delete",
        "cds-delete-requested",
    ),
    scene(
        "nsec3-iterations",
        "RFC 9276",
        "nsec3-iter-200",
        "nsec3-iterations-over-validator-limit",
    ),
    scene(
        "sha1-only",
        "RFC 9905",
        "ds-sha1-only",
        "ds-digest-must-not-use",
    ),
    scene(
        "keytrap-shape",
        "CVE-2023-50387",
        "keytrap",
        "dnskey-keytag-collision",
    ),
];
