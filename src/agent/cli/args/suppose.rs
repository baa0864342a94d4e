//! Words of `audit` that suppose a change which nobody has made yet.

use std::path::PathBuf;

use clap::Args;

/// What is to be supposed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct SupposeArgs {
    /// Suppose that the parent publishes the DS records in this file as well.
    #[arg(
        help_heading = "Before a change",
        long = "with-ds",
        value_name = "FILE"
    )]
    pub with_ds: Vec<PathBuf>,
    /// Suppose that the parent withdraws every DS with this key tag.
    #[arg(
        help_heading = "Before a change",
        long = "without-ds",
        value_name = "TAG"
    )]
    pub without_ds: Vec<u16>,
    /// Suppose that the zone is delegated to the name servers in this file; addresses beside them are used, the
    /// others looked up. The zone may be one that nobody delegates yet.
    #[arg(
        help_heading = "Before a change",
        long = "with-ns",
        value_name = "FILE"
    )]
    pub with_ns: Option<PathBuf>,
    /// Suppose that the zone has the keys in this file as well (DNSKEY records, as in K*.key).
    #[arg(
        help_heading = "Before a change",
        long = "with-key",
        value_name = "FILE"
    )]
    pub with_key: Vec<PathBuf>,
    /// Suppose that the zone has no key with this tag any more.
    #[arg(
        help_heading = "Before a change",
        long = "without-key",
        value_name = "TAG"
    )]
    pub without_key: Vec<u16>,
    /// Suppose that the zone's servers have the zone in this file.
    #[arg(
        help_heading = "Before a change",
        long = "with-zone",
        value_name = "FILE"
    )]
    pub with_zone: Option<PathBuf>,
}

impl SupposeArgs {
    /// Whether anything is supposed.
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}
