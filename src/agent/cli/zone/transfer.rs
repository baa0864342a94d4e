//! A zone that comes from a server: what is asked, and its records as those of a file.

use std::path::Path;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::source::Source;
use crate::agent::cli::args::ZoneArgs;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::files;
use crate::agent::cli::values::{self, Scheme, Server};
use crate::agent::transfer::{Errand, Feed, Limits, Newer, Place, newer};
use crate::dns::master::{self, Entry, MasterError, Reader};
use crate::dns::{Name, RecordType, Serial, Soa};
use crate::transfer::tsig::{TsigKey, read_key};
use crate::transfer::{Ask, Differences};
use crate::zone::Records;

/// Longest wait for the address of a server with a name.
const LOOKUP: Duration = Duration::from_secs(10);
/// Greatest size of a file with a key or with certificates, in octets.
const FILE_LIMIT: usize = 1 << 20;

/// Most octets of differences, which are held until they are put on the older version.
const DIFFERENCES: u64 = 1 << 30;

/// What comes from a server.
pub enum Arrival {
    /// The zone as a whole.
    Whole(Feed),
    /// What changed since the version at hand.
    Differences(Differences),
    /// Nothing: the version at hand is the newest.
    Current,
}

/// Begins the transfer that `args` ask for, of the zone that they name.
pub fn begin(args: &ZoneArgs, server: &Server) -> Result<(Name, Arrival), Failure> {
    let (zone, mut errand, runtime) = errand(args, server)?;
    if let Some(path) = &args.ixfr_from {
        let since = serial_of(path, &zone, args.include_anywhere)?;
        let asked = Errand {
            ask: Ask {
                zone: zone.clone(),
                since: Some(since),
            },
            limits: Limits {
                octets: DIFFERENCES,
                total: args.timeout.unwrap_or(errand.limits.total),
                ..errand.limits
            },
            ..errand.clone()
        };
        let newer = runtime.block_on(newer(&asked));
        let from = format!("{zone} from {}", server.text);
        match newer.map_err(|error| Failure::trouble(&from, error))? {
            Newer::Differences(differences) => {
                return Ok((zone, Arrival::Differences(differences)));
            }
            Newer::Current(serial) if serial == since => return Ok((zone, Arrival::Current)),
            Newer::Current(serial) => {
                let problem = format!(
                    "it has serial {serial}, older than {since} of {}",
                    path.display()
                );
                return Err(Failure::trouble(from, problem));
            }
            Newer::Whole => {}
        }
    }
    errand.ask = Ask::whole(zone.clone());
    let feed = Feed::start(errand);
    let feed = feed.map_err(|error| Failure::trouble("a thread for the transfer", error))?;
    Ok((zone, Arrival::Whole(feed)))
}

/// What is to be carried, and what it runs on.
fn errand(args: &ZoneArgs, server: &Server) -> Result<(Name, Errand, Runtime), Failure> {
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
    let errand = Errand {
        ask: Ask::whole(zone.clone()),
        servers: place.servers,
        tls: place.tls,
        key,
        limits: Limits::default(),
    };
    Ok((zone, errand, runtime))
}

/// The serial of the version in a file.
fn serial_of(path: &Path, zone: &Name, is_anywhere: bool) -> Result<Serial, Failure> {
    const OPTION: &str = "--ixfr-from";
    let refused = |problem: &str| Failure::usage(format!("{OPTION} {}", path.display()), problem);
    if path.as_os_str() == "-" {
        return Err(refused("a file, which is read twice"));
    }
    let mut source = Source::open(path, is_anywhere)?;
    if source.octets.is_none() {
        return Err(refused("no regular file, and it is read twice"));
    }
    let settings = master::Settings::of_zone(source.name.clone(), Some(zone.clone()));
    let input = source.input();
    let mut opener = |path: &str| source.include(path);
    let mut reader = Reader::new(input, settings, &mut opener);
    loop {
        let entry = reader.next();
        let entry = entry.map_err(|error| Failure::Trouble(error.to_string()))?;
        let Some(entry) = entry else {
            return Err(refused(&format!("no SOA of {zone} in it")));
        };
        if entry.rtype == RecordType::SOA && entry.owner.eq_ignore_ascii_case(zone.wire()) {
            let soa = Soa::parse(entry.rdata);
            return soa
                .map(|soa| soa.serial)
                .map_err(|_| refused("its SOA cannot be read"));
        }
    }
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
