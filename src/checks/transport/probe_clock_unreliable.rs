//! The clock of this machine, doubted.

use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::dns::{Name, Timestamp};
use crate::validate::JudgedZone;

declare! {
    /// # probe-clock-unreliable
    ///
    /// When the servers were asked, the signatures of every zone on the way, from the root down and of at
    /// least two zones, all lay in the past or all in the future. It is the clock of this machine that is
    /// wrong, not that of the root and everybody else.
    ///
    /// ## Why it matters
    ///
    /// Every statement about times rests on the clock. If it is wrong, expired is said of what is fresh and
    /// the other way round.
    ///
    /// ## What resolvers do
    ///
    /// A validating resolver with such a clock fails every signed name: extended errors 7 (Signature Expired)
    /// and 8 (Signature Not Yet Valid).
    ///
    /// ## How to put it right
    ///
    /// Set the clock: `timedatectl` shows whether it is kept in step, `chronyc tracking` by how much it is
    /// off. For an audit of the past use `--at`; what counts here is the clock when the servers were asked,
    /// not the instant that is judged at.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 8633, section 3.
    "probe-clock-unreliable", Transport, Error,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: [],
    summary: "The clock of this machine disagrees with every zone on the way.",
}

/// Zones that have to agree, the root among them.
const WITNESSES: usize = 2;

fn run(context: &Context<'_>) -> Vec<Statement> {
    state(context).into_iter().collect()
}

fn state(context: &Context<'_>) -> Option<Statement> {
    let zones = context.chain.zones.iter();
    let told: Vec<i64> = zones.filter_map(|zone| distance(context, zone)).collect();
    let root = distance(context, context.chain.zone(&Name::root())?)?;
    let is_one_way = told
        .iter()
        .all(|off| *off != 0 && off.signum() == root.signum());
    if told.len() < WITNESSES || !is_one_way {
        return None;
    }
    let (direction, least) = match root > 0 {
        true => ("behind", told.iter().max()),
        false => ("ahead", told.iter().min()),
    };
    let off = humane(least?.abs());
    let message = format!(
        "the clock of this machine is at least {off} {direction}: no signature of {} zones, the root among them, was valid when it was received",
        told.len()
    );
    let statement = Statement::new(&Name::root(), message)
        .fact("zones", told.len())
        .fact("off", off)
        .fix("set the clock of this machine; `timedatectl` and `chronyc tracking` show how it is kept");
    Some(statement)
}

/// How far the nearest signature of a zone is from the moment at which it was received, in seconds: above 0
/// when all lie in the future, below when all are past, 0 when any was valid or they disagree. `None`
/// without signatures.
fn distance(context: &Context<'_>, zone: &JudgedZone) -> Option<i64> {
    let mut nearest: Option<i64> = None;
    for (_, id, judged) in context.rrsets(zone) {
        let sent = context.view.get(id)?.exchange.sent;
        for rrsig in &judged.rrset.rrsigs {
            let off = off(
                sent,
                rrsig.inception.near(sent),
                rrsig.expiration.near(sent),
            );
            nearest = Some(match nearest {
                None => off,
                Some(other) if other.signum() != off.signum() => 0,
                Some(other) if off.abs() < other.abs() => off,
                Some(other) => other,
            });
        }
    }
    nearest
}

fn off(sent: Timestamp, inception: Timestamp, expiration: Timestamp) -> i64 {
    match (inception.since(sent), expiration.since(sent)) {
        (early, _) if early > 0 => early,
        (_, left) if left < 0 => left,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_early_late_or_right() {
        let off = |from, until| off(Timestamp(100), Timestamp(from), Timestamp(until));
        assert_eq!(off(90, 110), 0);
        assert_eq!(off(100, 100), 0);
        assert_eq!(off(130, 200), 30);
        assert_eq!(off(10, 60), -40);
    }
}
