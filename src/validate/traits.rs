//! What validators do differently where an RFC leaves a choice, or where a product does not follow one.
//!
//! Each trait is something that was seen in a released product ([`super::product`] says in which, and where
//! that is known from). Some leave the outcome to chance: which of two servers is asked, which of many
//! signatures is looked at. Such a judgement is made twice, with good and with bad [`Luck`]; where both agree
//! the outcome is certain.

use super::status::Status;

/// What a validator does where products differ. The default is what the RFCs say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits {
    /// A key with the REVOKE flag may sign (against RFC 5011, section 2.1).
    pub trusts_revoked_keys: bool,
    /// A DS may lead to a key without the Zone Key flag (against RFC 4035, section 5.2).
    pub enters_by_unflagged_keys: bool,
    /// Any NSEC whose next name does not follow its owner counts as the last of the zone (against RFC 4034,
    /// section 4.1.1).
    pub wraps_backward_nsec: bool,
    /// Signatures and keys of one tag are tried in canonical order.
    pub is_sorting: bool,
    /// Failed checks after which an RRset is given up.
    pub failures_per_rrset: Option<u32>,
    /// Signatures of an RRset that are looked at; which ones is chance.
    pub signatures_read: Option<usize>,
    /// Whether another server is asked after a failure.
    pub retries: Retries,
    /// Addresses of the zone's own servers are looked up first at times, and a bogus answer to that ends all.
    pub looks_up_servers: bool,
}

/// When another server of a zone is asked. After silence and SERVFAIL all products do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retries {
    /// After every validation failure.
    #[default]
    Always,
    /// Not always after data without any signature.
    UnlessUnsigned,
    /// After none.
    Never,
}

/// How chance comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Luck {
    /// For the zone.
    #[default]
    Good,
    /// Against it.
    Bad,
}

impl Traits {
    /// Whether any of them leaves something to chance.
    pub fn has_chance(&self) -> bool {
        self.signatures_read.is_some() || self.looks_up_servers || self.retries != Retries::Always
    }

    /// What a resolver ends with when servers give data of these statuses, each with whether the data has no
    /// signatures at all.
    pub(super) fn settle(
        &self,
        luck: Luck,
        statuses: impl IntoIterator<Item = (Status, bool)>,
    ) -> Status {
        let all: Vec<_> = statuses.into_iter().collect();
        let is_final = |&&(status, is_unsigned): &&(Status, bool)| match self.retries {
            Retries::Always => false,
            Retries::UnlessUnsigned => status == Status::Bogus && is_unsigned,
            Retries::Never => status == Status::Bogus,
        };
        if luck == Luck::Bad && all.iter().any(|one| is_final(&one)) {
            return Status::Bogus;
        }
        Status::best(all.into_iter().map(|(status, _)| status))
    }
}
