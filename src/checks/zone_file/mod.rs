//! A whole zone, as a file or a transfer: what one look at its servers cannot tell.
//!
//! These have pages and weights like all others. They are not run by an audit, which never has all of a
//! zone: [`crate::zone`] looks for them as it reads, and the command `zone` tells of them by the same codes.

pub mod zone_apex_ns_missing;
pub mod zone_child_not_secure;
pub mod zone_dname_misplaced;
pub mod zone_dnskey_missing;
pub mod zone_duplicate_in_dns_semantics;
pub mod zone_live_differs_from_file;
pub mod zone_mass_removal;
pub mod zone_nsec3_chain_broken;
pub mod zone_nsec3_ent_missing;
pub mod zone_nsec3_orphan;
pub mod zone_nsec_bitmap_wrong;
pub mod zone_nsec_chain_broken;
pub mod zone_nsec_missing;
pub mod zone_nsec_superfluous;
pub mod zone_out_of_zone_data;
pub mod zone_rrset_ttl_differs;
pub mod zone_rrsig_orphan;
pub mod zone_rrsig_unexpected;
pub mod zone_serial_not_increased;
pub mod zone_signatures_older;
pub mod zone_soa_invalid;
pub mod zone_ttl_over_maximum;
pub mod zone_zonemd_invalid;
pub mod zone_zonemd_missing;

use super::{Context, Statement};

/// What an audit knows of whole zones: nothing.
fn told_of_whole_zones(_: &Context<'_>) -> Vec<Statement> {
    Vec::new()
}
