//! A real Alertmanager takes our alerts, groups them, and tells its own receiver; and a receiver made for
//! its webhooks takes ours.

use super::station::{LIMIT, Station};
use crate::real::support::scratch::Scratch;
use crate::watched::{Alertmanager, Receiver};

#[test]
fn a_fault_goes_through_a_real_alertmanager_and_is_resolved() {
    let scratch = Scratch::new();
    let mut receiver = Receiver::start();
    let alertmanager = Alertmanager::start(scratch.path(), &receiver);
    // The second endpoint speaks as Alertmanager does, to a receiver that was made for that.
    let rest = format!(
        "[[notify]]\nname = \"am\"\nformat = \"alertmanager-api\"\nurl = \"http://{}/api/v2/alerts\"\nallow-private = true\n\
         [[notify]]\nname = \"like-am\"\nformat = \"alertmanager\"\nurl = \"http://{}/direct\"\nallow-private = true\n",
        alertmanager.at, receiver.at
    );
    let mut station = Station::new();
    station.configure(&["valid.test"], "", &rest);
    station.start();
    station.wait_for("dnssec_zones{group=\"default\",verdict=\"secure\"} 1");
    for (faults, status) in [("valid.test stale-ds\n", "firing"), ("", "resolved")] {
        station.put_faults(faults);
        for path in ["/pager", "/direct"] {
            let told = receiver.wait_for(status, LIMIT, |told| {
                told.path == path
                    && told.status == status
                    && told.is("DnssecChainBroken", Some("valid.test"))
            });
            assert_eq!(told.labels["severity"], "critical");
            assert_eq!(told.labels["code"], "chain-broken");
            let summary = told.annotations["summary"].as_str().unwrap();
            assert!(
                summary.contains("valid.test is bogus (ds-no-matching-dnskey)"),
                "{summary}"
            );
        }
    }
    station.wait_for("anchorwatch_outbox_messages{endpoint=\"am\"} 0");
    station.wait_for("anchorwatch_notification_failures_total{endpoint=\"am\"} 0");
}
