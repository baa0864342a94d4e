//! How often one server may be asked: a token bucket for each address, and one for each network.
//!
//! One agent can watch a hundred thousand zones of one operator, whose servers then get all the questions.
//! The network, a /24 or a /48, stands for the operator: their servers stand together.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

type Buckets = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>;

/// Buckets beyond which those that are full again are dropped.
const MANY: usize = 100_000;

/// The buckets of one process.
#[derive(Debug)]
pub struct Limiter {
    servers: Buckets,
    networks: Buckets,
}

impl Limiter {
    /// So many questions a second to one address and to one network; a bucket holds those of one second.
    pub fn new(a_server: NonZeroU32, a_network: NonZeroU32) -> Self {
        Self {
            servers: RateLimiter::hashmap(Quota::per_second(a_server)),
            networks: RateLimiter::hashmap(Quota::per_second(a_network)),
        }
    }

    /// Waits until the address may be asked.
    pub async fn wait(&self, address: IpAddr) {
        self.servers.until_key_ready(&address).await;
        self.networks.until_key_ready(&network(address)).await;
        if self.servers.len() > MANY {
            self.servers.retain_recent();
            self.networks.retain_recent();
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Ipv4Addr::new(a, b, c, 0).into()
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_one_operator_stand_in_one_network() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("192.0.2.77"), "192.0.2.0");
        assert_eq!(network("2001:db8:7:8::9"), "2001:db8:7::");
    }

    #[tokio::test]
    async fn a_bucket_holds_what_is_allowed_in_a_second() {
        let two = NonZeroU32::new(2).unwrap();
        let limiter = Limiter::new(two, NonZeroU32::new(100).unwrap());
        let server: IpAddr = "192.0.2.1".parse().unwrap();
        limiter.wait(server).await;
        limiter.wait(server).await;
        assert!(limiter.servers.check_key(&server).is_err());
        assert!(
            limiter
                .servers
                .check_key(&"192.0.2.2".parse().unwrap())
                .is_ok()
        );
    }
}
