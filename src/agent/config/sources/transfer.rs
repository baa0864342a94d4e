//! The records of a catalog zone, transferred within bounds of time, octets and records.

use std::time::Duration;

use crate::agent::cli::values::Server;
use crate::agent::config::secret::Secret;
use crate::agent::probe::exchange::now;
use crate::agent::transfer::{Errand, Limits, Place, transfer};
use crate::dns::{Name, Record};
use crate::transfer::tsig::{TsigKey, read_key};
use crate::transfer::{Ask, WireRecord};

/// Most records of one zone: a member of a catalog has two in general.
const MOST_RECORDS: usize = 3_000_000;
/// Most octets of one transfer.
const MOST_OCTETS: u64 = 256 << 20;

/// The records of `zone` at `server`, signed with `key` if there is one, all within `limit`.
///
/// # Errors
/// Why there is no whole zone. The key is in none.
pub async fn records(
    zone: &Name,
    server: &Server,
    key: Option<&Secret>,
    limit: Duration,
) -> Result<Vec<Record>, String> {
    let key = key.map(tsig_key).transpose()?;
    let Place { servers, tls } = Place::find(server, limit).await?;
    let errand = Errand {
        ask: Ask::whole(zone.clone()),
        servers,
        tls,
        key,
        limits: Limits {
            idle: limit,
            total: limit,
            octets: MOST_OCTETS,
            messages: MOST_RECORDS as u64,
        },
    };
    let mut records = Vec::new();
    let done = transfer(&errand, now, |_, record| {
        if records.len() == MOST_RECORDS {
            return Err("a zone too great for a catalog".to_owned());
        }
        records.push(owned(record)?);
        Ok(())
    });
    done.await.map_err(|error| error.to_string())?;
    Ok(records)
}

fn tsig_key(secret: &Secret) -> Result<TsigKey, String> {
    let text = secret.read()?;
    read_key(text.expose()).map_err(|error| format!("secret {secret}: {error}"))
}

fn owned(record: &WireRecord<'_>) -> Result<Record, String> {
    Ok(Record {
        owner: Name::from_wire(record.owner).map_err(|error| error.to_string())?,
        rtype: record.rtype,
        class: record.class,
        ttl: record.ttl,
        rdata: record.rdata.into(),
        fault: record.fault.clone(),
    })
}
