//! Who may have what probed, and how often.
//!
//! Whoever reaches the endpoint makes this machine ask name servers of a zone's choice. So only zones that
//! are watched, and what is below them, are probed unless more is allowed; one client gets so many probes a
//! second; so many run at a time in all; and addresses that cannot be global are not asked.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::dns::Name;

/// Clients beyond which those that have been quiet are forgotten.
const MANY: usize = 10_000;

/// What is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Only names at or below one of these are probed; without a list, those at or below a watched zone.
    pub suffixes: Option<Vec<Name>>,
    /// Probes a second for one client.
    pub rate: NonZeroU32,
    /// Probes that a client may ask for at once after having been quiet.
    pub burst: NonZeroU32,
    /// Probes under way at a time.
    pub at_once: usize,
    /// Whether name servers with addresses that cannot be global are asked.
    pub allow_private: bool,
    /// How long an audit may take when the scraper does not say.
    pub budget: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            suffixes: None,
            rate: NonZeroU32::MIN.saturating_add(9),
            burst: NonZeroU32::MIN.saturating_add(99),
            at_once: 32,
            allow_private: false,
            budget: Duration::from_secs(60),
        }
    }
}

/// Why nothing is probed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The request cannot be understood.
    Wrong(String),
    /// That target is not probed for anybody.
    Forbidden(String),
    /// This client asks too often; after this long it may ask again.
    TooOften(Duration),
    /// Not now, for anybody.
    Busy(String),
}

type Buckets = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>;

/// Says yes or no.
#[derive(Debug)]
pub struct Gate {
    /// What is allowed.
    pub settings: Settings,
    clients: Buckets,
    places: Arc<Semaphore>,
}

impl Gate {
    /// A gate that nobody has passed yet.
    pub fn new(settings: Settings) -> Self {
        let quota = Quota::per_second(settings.rate).allow_burst(settings.burst);
        Self {
            clients: RateLimiter::hashmap(quota),
            places: Arc::new(Semaphore::new(settings.at_once)),
            settings,
        }
    }

    /// Whether this client may have the zone probed now.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(
        &self,
        client: IpAddr,
        zone: &Name,
        is_watched: impl Fn(&Name) -> bool,
    ) -> Result<(), Refusal> {
        if !self.is_allowed(zone, is_watched) {
            let text = format!(
                "{zone} is not probed: it is not at or below a zone that {}",
                match &self.settings.suffixes {
                    Some(_) => "is allowed here",
                    None => "is watched here",
                }
            );
            return Err(Refusal::Forbidden(text));
        }
        let outcome = self.clients.check_key(&network(client));
        if self.clients.len() > MANY {
            self.clients.retain_recent();
        }
        let now = DefaultClock::default().now();
        outcome.map_err(|not_until| Refusal::TooOften(not_until.wait_time_from(now)))
    }

    /// The root as a watched zone would allow every name there is: of it, only itself is probed.
    fn is_allowed(&self, zone: &Name, is_watched: impl Fn(&Name) -> bool) -> bool {
        if let Some(suffixes) = &self.settings.suffixes {
            return suffixes.iter().any(|suffix| zone.is_at_or_below(suffix));
        }
        let mut above = std::iter::successors(Some(zone.clone()), Name::parent);
        above.any(|name| (!name.is_root() || zone.is_root()) && is_watched(&name))
    }

    /// A place among the probes under way, held until it is dropped.
    ///
    /// # Errors
    /// All places are taken.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| {
            let many = self.settings.at_once;
            Refusal::Busy(format!(
                "{many} probes are under way, which is as many as may be; ask again in a moment"
            ))
        })
    }
}

/// A client with IPv6 has a whole /64 of addresses to choose from.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}
