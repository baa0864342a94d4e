//! Programs to choose from: signers that a script is for, validators whose view is wanted.

use clap::ValueEnum;

use crate::fix;
use crate::validate::{Product, product};

/// Whom a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Signer {
    /// BIND.
    Bind,
    /// Knot DNS.
    Knot,
    /// PowerDNS Authoritative Server.
    Powerdns,
    /// NSD, with zones signed by ldns.
    Nsd,
    /// Who passes records on to the parent.
    Registrar,
}

impl From<Signer> for fix::Signer {
    fn from(signer: Signer) -> Self {
        match signer {
            Signer::Bind => Self::Bind,
            Signer::Knot => Self::Knot,
            Signer::Powerdns => Self::PowerDns,
            Signer::Nsd => Self::Nsd,
            Signer::Registrar => Self::Registrar,
        }
    }
}

/// A validator whose view of the evidence is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Validator {
    /// What the RFCs say.
    Rfc,
    /// Unbound.
    Unbound,
    /// BIND.
    Bind,
    /// Knot Resolver.
    Kresd,
    /// PowerDNS Recursor.
    Pdns,
    /// All of them.
    All,
}

impl Validator {
    /// What they go by, each once, in the order of columns.
    pub fn products(chosen: &[Self]) -> Vec<Product> {
        let words: Vec<_> = chosen.iter().filter_map(Self::to_possible_value).collect();
        let is_chosen = |product: &Product| {
            let mut names = words.iter().map(clap::builder::PossibleValue::get_name);
            names.any(|name| name == product.word || name == "all")
        };
        product::PRODUCTS.into_iter().filter(is_chosen).collect()
    }
}
