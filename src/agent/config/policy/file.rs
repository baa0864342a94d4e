//! The shape of a policy file. The comment of a key is its description in the JSON Schema; the ranges are
//! those of [`Policy`](crate::policy::Policy), which says where each comes from.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::{AlgorithmWord, DigestWord};
use crate::agent::config::file::{Silence, VERSION, Weight};
use crate::agent::config::values::Written;

/// How zones are judged: a policy of anchorwatch.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "anchorwatch policy")]
pub struct File {
    /// Version of this format: 1.
    #[schemars(extend("const" = VERSION))]
    pub version: u32,
    /// Rules, in their order: what a later one says of a zone stands in the place of what an earlier one said.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// What is expected, and not told while it lasts.
    #[serde(default)]
    pub silences: Vec<Silence>,
}

/// A length of time.
pub type Length = Written<Duration>;

/// How some zones are judged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// For which: example.com, *.example.com for those below it, or * for every zone.
    pub zones: Vec<String>,
    /// Whether they have to be secure: one that is insecure is an error then.
    pub must_be_secure: Option<bool>,
    /// The DS records that the parent has to publish, no more and no fewer: key tag, algorithm, digest type,
    /// digest; or whole records. For a rule about one zone.
    pub ds: Option<Vec<String>>,
    /// Algorithms that may be used, by mnemonic or number.
    pub allowed_algorithms: Option<Vec<AlgorithmWord>>,
    /// Sizes that RSA keys may have, in bits, each from 512 to 4096. Keys of other algorithms have the size of their
    /// algorithm.
    pub allowed_rsa_bits: Option<Vec<u32>>,
    /// Digest types that DS records may have, by mnemonic or number.
    pub allowed_digests: Option<Vec<DigestWord>>,
    /// Report RSA keys with fewer bits, from 1024 to 4096.
    pub rsa_bits_recommended: Option<u32>,
    /// Report more iterations of NSEC3, from 0 to 2500.
    pub nsec3_iterations_tolerated: Option<u16>,
    /// Warn of a signature that has less than this left, from 1h to 30d.
    pub expiring_soon: Option<Length>,
    /// Warn when less than this share of a signature's life is left, in percent, from 1 to 50.
    pub expiring_share: Option<i64>,
    /// Warn of signatures that live longer, from 1d to 3650d.
    pub signature_life_most: Option<Length>,
    /// Warn of signatures that have more than this left, from 1d to 3650d.
    pub signature_left_most: Option<Length>,
    /// Notice signatures that live shorter, from 1m to 30d.
    pub signature_life_least: Option<Length>,
    /// Notice a DS with a longer TTL, from 1h to 30d.
    pub ds_ttl_most: Option<Length>,
    /// How long a parent may take to act on CDS, from 1h to 90d.
    pub parent_patience: Option<Length>,
    /// Weights of findings that replace the usual ones, by code.
    pub severities: BTreeMap<String, Weight>,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const MONTH: Duration = Duration::from_secs(30 * 86_400);
const SEASON: Duration = Duration::from_secs(90 * 86_400);
const DECADE: Duration = Duration::from_secs(3_650 * 86_400);

impl Rule {
    /// Each length of time with its key and its range.
    pub(super) fn lengths(&self) -> [(&'static str, &Option<Length>, (Duration, Duration)); 6] {
        [
            ("expiring-soon", &self.expiring_soon, (HOUR, MONTH)),
            (
                "signature-life-most",
                &self.signature_life_most,
                (DAY, DECADE),
            ),
            (
                "signature-left-most",
                &self.signature_left_most,
                (DAY, DECADE),
            ),
            (
                "signature-life-least",
                &self.signature_life_least,
                (MINUTE, MONTH),
            ),
            ("ds-ttl-most", &self.ds_ttl_most, (HOUR, MONTH)),
            ("parent-patience", &self.parent_patience, (HOUR, SEASON)),
        ]
    }
}
