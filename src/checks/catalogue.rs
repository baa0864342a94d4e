//! The list of all checks, by area.

use super::{Check, delegation, denial, signatures};

/// Every check, in the order of the pipeline.
pub static CHECKS: &[&Check] = &[
    &delegation::ds_no_matching_dnskey::CHECK,
    &signatures::rrsig_expired::CHECK,
    &denial::denial_missing_for_nxdomain::CHECK,
];
