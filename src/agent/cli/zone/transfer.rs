//! A zone that comes from a server: what is asked, and its records as those of a file.

use std::time::Duration;

use tokio::runtime::Builder;

use crate::agent::cli::args::ZoneArgs;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::files;
use crate::agent::cli::values::{self, Scheme, Server};
use crate::agent::transfer::{Errand, Feed, Limits, Place};
use crate::dns::Name;
use crate::dns::master::{Entry, MasterError};
use crate::transfer::Ask;
use crate::transfer::tsig::{TsigKey, read_key};
use crate::zone::Records;

/// Longest wait for the address of a server with a name.
const LOOKUP: Duration = Duration::from_secs(10);
/// Greatest size of a file with a key or with certificates, in octets.
const FILE_LIMIT: usize = 1 << 20;

/// Begins the transfer that `args` ask for, of the zone that they name.
pub fn begin(args: &ZoneArgs, server: &Server) -> Result<(Name, Feed), Failure> {
    let text = args.file.to_string_lossy();
    let zone = values::name(&text).map_err(|what| Failure::usage(text.to_string(), what))?;
    let mut server = server.clone();
    if args.tls {
        server.scheme = Scheme::Tls;
    }
    if let Scheme::Https(_) = server.scheme {
        let what = "no zone is transferred over HTTPS; give an address, a host name or tls://HOST";
        return Err(Failure::usage("--axfr".to_owned(), what.to_owned()));
    }
    let key = tsig_key(args)?;
    let roots = args.tls_ca.as_deref();
    let roots = roots.map(|path| files::read("--tls-ca", path, FILE_LIMIT));
    let roots = roots.transpose()?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::trouble("sockets and timers", error))?;
    let place = runtime.block_on(Place::find(&server, LOOKUP));
    let mut place = place.map_err(|what| Failure::trouble(&server.text, what))?;
    if let Some(tls) = &mut place.tls {
        tls.roots = roots;
    }
    let feed = Feed::start(Errand {
        ask: Ask::whole(zone.clone()),
        servers: place.servers,
        tls: place.tls,
        key,
        limits: Limits::default(),
    });
    let feed = feed.map_err(|error| Failure::trouble("a thread for the transfer", error))?;
    Ok((zone, feed))
}

fn tsig_key(args: &ZoneArgs) -> Result<Option<TsigKey>, Failure> {
    const OPTION: &str = "--tsig-file";
    let Some(path) = &args.tsig_file else {
        return Ok(None);
    };
    let text = files::read_text(OPTION, path, FILE_LIMIT)?;
    let key = read_key(&text).map_err(|error| {
        Failure::usage(format!("{OPTION} {}", path.display()), error.to_string())
    })?;
    Ok(Some(key))
}

/// The records of a transfer in the place of a file, each with its number in that of a line.
pub struct Transferred {
    feed: Feed,
    from: String,
    count: usize,
}

impl Transferred {
    pub fn new(feed: Feed, from: String) -> Self {
        Self {
            feed,
            from,
            count: 0,
        }
    }
}

impl Records for Transferred {
    fn next(&mut self) -> Result<Option<Entry<'_>>, MasterError> {
        self.count += 1;
        let line = self.count;
        match self.feed.next_record() {
            Ok(record) => Ok(record.map(|record| Entry {
                owner: record.owner,
                rtype: record.rtype,
                ttl: record.ttl,
                rdata: record.rdata,
                file: 0,
                line,
            })),
            Err(error) => Err(MasterError {
                file: None,
                line,
                column: 1,
                problem: error.to_string(),
                is_fatal: true,
            }),
        }
    }

    fn files(&self) -> Vec<String> {
        vec![self.from.clone()]
    }
}
