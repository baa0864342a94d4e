//! A server that gets nothing new while others do not either, and signatures run down.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use crate::checks::rollover::when;
use crate::checks::{Context, Statement};
use crate::dns::Timestamp;
use crate::dns::time::humane;

declare! {
    /// # serial-frozen-while-signatures-age
    ///
    /// A server has had one serial, and signatures of one age, for more than nine tenths of their life.
    ///
    /// ## Why it matters
    ///
    /// Whoever signs a zone while it is kept in a file gives it a new serial with the new
    /// signatures. When both stand still so near to the end, nothing comes from the signer any
    /// more: it has stopped, or the transfer has. This is told before two refreshes were seen,
    /// where nothing is known yet of the habit of the signer; Knot 3.2 without `rrsig-refresh` has
    /// the habit of waiting that long.
    ///
    /// ## What resolvers do
    ///
    /// Nothing yet. Signatures that have expired are extended error 7.
    ///
    /// ## How to put it right
    ///
    /// - BIND: `rndc zonestatus example.com` shows serial and next signing; `rndc retransfer example.com`
    /// - Knot DNS: `knotc zone-status example.com`, `knotc zone-retransfer example.com`
    /// - NSD: `nsd-control zonestatus example.com`, `nsd-control force_transfer example.com`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.2; RFC 1995.
    "serial-frozen-while-signatures-age", Servers, Warning,
    rfc: ["RFC 6781 section 4.4.2"],
    explained_by: ["rrsig-refresh-stalled", "rrsig-expired", "rrsig-expiring-soon"],
    summary: "Serial and signatures stand still near the end of their life.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let frozen: Vec<(SocketAddr, Timestamp, Timestamp)> = (look.servers.iter())
        .filter_map(|row| {
            let signer = history.signers.get(&row.address)?;
            let since = signer
                .serial_since
                .filter(|_| signer.serial == row.serial)?;
            let (signed, expires) = (row.signed?, row.expires?);
            let is_old = is_run_down(signed, expires, context.now);
            // The serial has to have been watched for a share of that life to count as frozen.
            let is_watched = context.now.since(since) * 4 >= expires.since(signed);
            (is_old && is_watched && signer.margin().is_none()).then_some((
                row.address.parse().ok()?,
                since,
                expires,
            ))
        })
        .collect();
    let Some((_, since, expires)) = frozen.iter().min_by_key(|(.., expires)| *expires) else {
        return Vec::new();
    };
    let affected: BTreeSet<SocketAddr> = frozen.iter().map(|(address, ..)| *address).collect();
    let message = format!(
        "{} had the same serial for {}, and the first signature ends at {}",
        context.servers(&zone.apex, &affected),
        humane(context.now.since(*since)),
        when(*expires, context.now)
    );
    let fix = format!(
        "see whether {} is still signed and transferred: `rndc zonestatus {0}`",
        zone.apex
    );
    let reach = context.reach(&zone.apex, &affected);
    let statement = Statement::new(&zone.apex, message).reach(reach);
    vec![
        statement
            .at_servers(context, &affected)
            .until(*expires)
            .fix(fix),
    ]
}

/// Whether less than a tenth of the life of a signature is left.
fn is_run_down(signed: Timestamp, expires: Timestamp, now: Timestamp) -> bool {
    let left = expires.since(now);
    left > 0 && left * 10 < expires.since(signed)
}
