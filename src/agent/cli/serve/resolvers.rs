//! The resolvers of a configuration file: where they are, what is known of them, how their word is tried.

use crate::agent::cli::plan::{Family, Whom};
use crate::agent::cli::resolvers::locate;
use crate::agent::config::{Settings, file};
use crate::agent::daemon::controls::Control;
use crate::agent::probe::secured::Secured;
use crate::evidence::Resolver;
use crate::policy::Traits;

/// What the file says of a resolver.
pub fn traits(resolver: &file::Resolver) -> Traits {
    let anchors = resolver.negative_anchors.iter();
    Traits {
        is_plain: !resolver.validating,
        is_forwarder: resolver.forwarder,
        negative_anchors: anchors.map(|anchor| anchor.0.clone()).collect(),
        is_discredited: false,
    }
}

/// The resolvers by the names that the file gives them.
pub async fn resolvers(settings: &Settings) -> Result<(Vec<Resolver>, Secured), String> {
    let whom = Whom {
        servers: settings
            .resolvers
            .iter()
            .map(|one| one.address.0.clone())
            .collect(),
        family: Family::default(),
        tcp: false,
        timeout: None,
        tls_roots: None,
    };
    let (mut found, secured) = locate(&whom).await.map_err(|failure| failure.to_string())?;
    for (resolver, named) in found.iter_mut().zip(&settings.resolvers) {
        resolver.label.clone_from(&named.name);
    }
    Ok((found, secured))
}

/// The control names of the resolvers that are said to validate.
pub fn controls(settings: &Settings, resolvers: &[Resolver]) -> Vec<Control> {
    let pairs = resolvers.iter().zip(&settings.resolvers);
    pairs
        .filter(|(_, named)| named.validating)
        .map(|(resolver, named)| Control {
            resolver: resolver.clone(),
            known_good: named.known_good.0.clone(),
            known_bad: named.known_bad.0.clone(),
        })
        .collect()
}
