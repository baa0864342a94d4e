//! Lists of zones beside the configuration: each is read when that is taken, and again whenever it is due.
//!
//! What a list held last stays in force while it cannot be read, also over a reading of the configuration: a
//! server of lists that is down takes no zone out of the watch.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::file::Common;
use crate::agent::config::Settings;
use crate::agent::config::file::Group;
use crate::agent::config::settings::Target;
use crate::agent::config::sources::{self, Kept, Source, SourceError};
use crate::agent::daemon::{Change, Orders};

/// The lists of a configuration, in its order, with what each holds.
pub type List = (Source, Kept);
type Groups = BTreeMap<String, Group>;
type Reading = (usize, Result<Vec<Target>, SourceError>);

/// Lists that their follower and the next configuration share.
#[derive(Debug, Clone, Default)]
pub struct Lists(Arc<Mutex<Vec<List>>>);

impl Lists {
    /// The lists, to look at or to change. The lock is never held over a wait.
    pub fn all(&self) -> MutexGuard<'_, Vec<List>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads every list of a configuration once. One that cannot be read holds what it held before.
    pub async fn renewed(&self, settings: &Settings) -> Self {
        let known = |source: &Source| {
            let before = self.all();
            let known = before.iter().find(|(one, _)| one.origin == source.origin);
            known.map(|(_, kept)| kept.clone()).unwrap_or_default()
        };
        let sources = settings.sources.iter();
        let mut lists: Vec<List> = sources
            .map(|source| (source.clone(), known(source)))
            .collect();
        let mut readings = JoinSet::new();
        for (index, source) in settings.sources.iter().cloned().enumerate() {
            let groups = settings.groups.clone();
            readings.spawn(read_after(Duration::ZERO, index, source, groups));
        }
        while let Some(ended) = readings.join_next().await {
            // A reading that was lost is made again when it is due.
            if let Ok((index, read)) = ended
                && let Some((_, kept)) = lists.get_mut(index)
            {
                take(kept, read);
            }
        }
        Self(Arc::new(Mutex::new(lists)))
    }
}

/// Takes in a reading and says what is wrong with it; whether the zones are other ones now.
fn take(kept: &mut Kept, read: Result<Vec<Target>, SourceError>) -> bool {
    let is_changed = kept.take(read);
    if let Some(problem) = &kept.problem {
        match kept.is_known {
            true => tracing::error!(%problem, "the last list stays in force"),
            false => tracing::error!(%problem, "the list of zones is empty until it can be read"),
        }
    }
    is_changed
}

/// Reads each list when it is due, and sends on what changed.
pub async fn follow(
    settings: Settings,
    common: Arc<Common>,
    lists: Lists,
    sender: mpsc::Sender<Change>,
) {
    let mut readings = JoinSet::new();
    for (index, source) in settings.sources.iter().cloned().enumerate() {
        let is_read = (lists.all().get(index)).is_some_and(|(_, kept)| kept.problem.is_none());
        if send(&sender, &source, is_read, None).await.is_err() {
            return;
        }
        let groups = settings.groups.clone();
        readings.spawn(read_after(source.refresh, index, source, groups));
    }
    while let Some(ended) = readings.join_next().await {
        // A list whose reading was lost is left as it is; the others are read on.
        let Ok((index, read)) = ended else { continue };
        let Some(source) = settings.sources.get(index).cloned() else {
            return;
        };
        let (is_read, orders) = {
            let mut lists = lists.all();
            let Some((_, kept)) = lists.get_mut(index) else {
                return;
            };
            let is_changed = take(kept, read);
            let is_read = kept.problem.is_none();
            let orders = is_changed.then(|| common.orders(&settings, &lists));
            (is_read, orders)
        };
        if send(&sender, &source, is_read, orders).await.is_err() {
            return;
        }
        let groups = settings.groups.clone();
        readings.spawn(read_after(source.refresh, index, source, groups));
    }
}

async fn send(
    sender: &mpsc::Sender<Change>,
    source: &Source,
    is_read: bool,
    orders: Option<Orders>,
) -> Result<(), mpsc::error::SendError<Change>> {
    let source = source.origin.to_string();
    sender
        .send(Change {
            source,
            is_read,
            orders,
        })
        .await
}

async fn read_after(wait: Duration, index: usize, source: Source, groups: Groups) -> Reading {
    tokio::time::sleep(wait).await;
    (index, sources::read(&source, &groups).await)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::agent::config;

    /// A server of lists that is down while the configuration is read anew takes no zone out of the watch.
    #[tokio::test]
    async fn a_list_outlives_a_reading_of_the_configuration_that_cannot_read_it() {
        let folder = std::env::temp_dir().join(format!("anchorwatch-lists-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "version = 1\nsources = [{ file = \"zones\" }]\n";
        let (_, settings) = config::parse(Path::new("a.toml"), text, &folder, None).unwrap();
        let held = |lists: &Lists| {
            let all = lists.all();
            let (_, kept) = &all[0];
            (kept.is_known, kept.problem.is_some(), kept.targets.len())
        };
        let lists = Lists::default().renewed(&settings).await;
        assert_eq!(held(&lists), (false, true, 0));
        std::fs::write(folder.join("zones"), "a.test\nb.test\n").unwrap();
        let lists = lists.renewed(&settings).await;
        assert_eq!(held(&lists), (true, false, 2));
        std::fs::remove_dir_all(&folder).unwrap();
        let lists = lists.renewed(&settings).await;
        assert_eq!(held(&lists), (true, true, 2));
    }
}
