//! A zone is read, and verified while it is.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::Records;
use super::keys::ZoneKeys;
use super::signature::{self, Computed};
use super::store::{Builder, Segment};
use super::{MAX_UNREADABLE, Progress, Refusal, Settings, Unreadable};
use crate::dns::{Name, RecordType};

/// A zone that has been read, with what was verified meanwhile.
pub struct Taken {
    pub apex: Vec<u8>,
    pub segments: Vec<Arc<Segment>>,
    pub keys: Arc<ZoneKeys>,
    pub computed: Vec<Option<Computed>>,
    pub unreadable: Unreadable,
    pub files: Vec<String>,
}

/// Reads all records. What fills up meanwhile is verified by the other cores.
pub fn take(
    reader: &mut impl Records,
    settings: &Settings,
    progress: &Progress,
) -> Result<Taken, Refusal> {
    let mut apex = settings.origin.as_ref().map(Name::canonical_wire);
    let mut builder = Builder::default();
    let mut dnskeys: Vec<Vec<u8>> = Vec::new();
    let mut early: Option<Arc<ZoneKeys>> = None;
    let mut unreadable = Unreadable::default();
    let verified: Mutex<BTreeMap<u32, Computed>> = Mutex::default();
    let is_wanted = || progress.is_wanted();
    let compute = |segment: &Segment, keys: &ZoneKeys| {
        if !is_wanted() {
            return Computed::default();
        }
        let computed = signature::segment(segment, keys, &is_wanted);
        progress
            .signatures
            .fetch_add(computed.tried, Ordering::Relaxed);
        computed
    };
    let read = rayon::in_place_scope(|scope| {
        let mut count = 0_u64;
        loop {
            let entry = match reader.next() {
                Ok(Some(entry)) => entry,
                Ok(None) => return Ok(()),
                Err(error) => {
                    unreadable.add(&error);
                    if !settings.is_going_on || error.is_fatal || unreadable.total >= MAX_UNREADABLE
                    {
                        // What is still being verified is no longer of use.
                        progress.stop();
                        return Err(Refusal::Unreadable(error));
                    }
                    continue;
                }
            };
            count += 1;
            if count.is_multiple_of(1_024) {
                progress.records.store(count, Ordering::Relaxed);
                if !is_wanted() {
                    return Err(Refusal::Stopped);
                }
            }
            if entry.rtype == RecordType::SOA && apex.is_none() {
                apex = Some(entry.owner.to_ascii_lowercase());
            }
            if entry.rtype == RecordType::DNSKEY
                && apex
                    .as_ref()
                    .is_some_and(|apex| apex.eq_ignore_ascii_case(entry.owner))
            {
                dnskeys.push(entry.rdata.to_vec());
            }
            let Some((index, segment)) = builder.push(&entry) else {
                continue;
            };
            if settings.sample.is_some() || dnskeys.is_empty() {
                continue;
            }
            let keys =
                Arc::clone(early.get_or_insert_with(|| Arc::new(ZoneKeys::new(dnskeys.clone()))));
            let (verified, compute) = (&verified, &compute);
            scope.spawn(move |_| {
                let computed = compute(&segment, &keys);
                verified
                    .lock()
                    .expect("nobody panics with it")
                    .insert(index, computed);
            });
        }
    });
    read?;
    let segments = builder.finish();
    if segments
        .iter()
        .map(|segment| u64::from(segment.count))
        .sum::<u64>()
        > i32::MAX as u64
    {
        return Err(Refusal::TooLarge);
    }
    if segments.is_empty() && unreadable.total == 0 {
        return Err(Refusal::Empty);
    }
    let apex = apex.ok_or(Refusal::NoOrigin)?;
    let keys = Arc::new(ZoneKeys::new(dnskeys_at(&segments, &apex)));
    let mut verified = verified.into_inner().expect("nobody panics with it");
    if early.is_some_and(|early| early.rdata != keys.rdata) {
        verified.clear();
    }
    let computed: Vec<Option<Computed>> = (0..)
        .zip(&segments)
        .map(|(index, _)| verified.remove(&index))
        .collect();
    let computed = computed
        .into_par_iter()
        .zip(&segments)
        .map(|(known, segment)| match known {
            None if settings.sample.is_none() => Some(compute(segment, &keys)),
            known => known,
        })
        .collect();
    if !is_wanted() {
        return Err(Refusal::Stopped);
    }
    let files = reader.files().to_vec();
    Ok(Taken {
        apex,
        segments,
        keys,
        computed,
        unreadable,
        files,
    })
}

/// The DNSKEY records at the apex, which may have been told only behind them.
fn dnskeys_at(segments: &[Arc<Segment>], apex: &[u8]) -> Vec<Vec<u8>> {
    let runs = segments.iter().flat_map(|segment| segment.runs());
    let records = runs
        .filter(|(_, run)| run.owner == apex)
        .flat_map(|(_, run)| run.records());
    let keys = records.filter(|record| record.rtype == RecordType::DNSKEY);
    keys.map(|record| record.rdata.to_vec()).collect()
}
