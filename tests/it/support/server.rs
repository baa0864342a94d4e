//! The name servers: named, NSD, Knot and PowerDNS, as authoritative servers on loopback.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::powerdns;
use super::process::Process;
use super::wire;

/// How long a server may take to load its zones on a busy machine.
pub const START_LIMIT: Duration = Duration::from_secs(120);

/// Which name server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// BIND.
    Named,
    /// NSD.
    Nsd,
    /// Knot DNS.
    Knot,
    /// PowerDNS Authoritative Server, with zones out of files.
    PowerDns,
    /// Unbound, a resolver: what somebody may list as a name server, though it has no zone and answers
    /// without AA. It asks NSD for everything.
    Unbound,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Named,
        Self::Nsd,
        Self::Knot,
        Self::PowerDns,
        Self::Unbound,
    ];

    /// Any two of those that serve a signed zone as its file has it, faults included. PowerDNS takes the
    /// signatures from the file and makes the NSEC or NSEC3 records itself.
    pub const PAIRS: [[Self; 2]; 3] = [
        [Self::Named, Self::Nsd],
        [Self::Nsd, Self::Knot],
        [Self::Knot, Self::Named],
    ];

    /// The label of its host name in every zone.
    pub fn host(self) -> &'static str {
        match self {
            Self::Named => "ns-named",
            Self::Nsd => "ns-nsd",
            Self::Knot => "ns-knot",
            Self::PowerDns => "ns-pdns",
            Self::Unbound => "ns-unbound",
        }
    }
}

/// How servers are set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As they come, but that no limit on rates is in the way. named and PowerDNS then hand zones to this
    /// machine, and NSD is told to.
    Plain,
    /// Careful: cookies (RFC 7873) that named wants to see, answers over UDP of [`SMALL`] octets at most, and
    /// no transfers.
    Careful,
}

/// The least that RFC 6891, section 6.2.3, lets a server say; signed answers do not fit and are truncated.
pub const SMALL: u16 = 512;

/// A secret of sixteen octets, from which cookies are made.
pub const COOKIE_SECRET: &str = "00112233445566778899aabbccddeeff";

/// Loopback addresses and one port, so that several hierarchies can run side by side.
///
/// named listens only on addresses that an interface has, which of 127.0.0.0/8 is 127.0.0.1 alone; the
/// others listen anywhere in it. So named has 127.0.0.1 (and ::1) at the port of the hierarchy, and
/// resolvers have 127.0.0.1 at ports of their own.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    third: u8,
    addresses_each: u8,
    /// The one port of all authoritative servers.
    pub port: u16,
}

impl Network {
    /// A network in which each server has one address or two.
    pub fn new(addresses_each: u8) -> Self {
        static COUNT: AtomicU8 = AtomicU8::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id().to_le_bytes()[0];
        let mut network = Self {
            third: process.wrapping_mul(8).wrapping_add(count),
            addresses_each,
            port: 0,
        };
        let servers = Kind::ALL.iter().flat_map(|kind| network.addresses(*kind));
        let addresses: Vec<IpAddr> = servers.collect();
        network.port = wire::free_port(u16::from(network.third), &addresses);
        network
    }

    /// The addresses of a server.
    pub fn addresses(&self, kind: Kind) -> Vec<IpAddr> {
        let both: [IpAddr; 2] = match kind {
            Kind::Named => [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            Kind::Nsd => [21, 22].map(|last| self.address(last)),
            Kind::Knot => [31, 32].map(|last| self.address(last)),
            Kind::PowerDns => [41, 42].map(|last| self.address(last)),
            Kind::Unbound => [51, 52].map(|last| self.address(last)),
        };
        both[..usize::from(self.addresses_each)].to_vec()
    }

    fn address(&self, last: u8) -> IpAddr {
        Ipv4Addr::new(127, 53, self.third, last).into()
    }
}

/// A zone to be served from a file.
pub struct Served {
    /// Apex, with the final dot.
    pub zone: String,
    /// Its file.
    pub file: PathBuf,
}

/// Starts a server and waits until it answers for each of its zones.
pub fn start(kind: Kind, directory: &Path, network: &Network, zones: &[Served]) -> Process {
    start_in(Manner::Plain, kind, directory, network, zones)
}

/// Starts it in a manner.
pub fn start_in(
    manner: Manner,
    kind: Kind,
    directory: &Path,
    network: &Network,
    zones: &[Served],
) -> Process {
    let configuration = directory.join("server.conf");
    let addresses = network.addresses(kind);
    let text = match kind {
        Kind::Named => named(directory, &addresses, network.port, manner, zones),
        Kind::Nsd => nsd(directory, &addresses, network.port, manner, zones),
        Kind::Knot => knot(directory, &addresses, network.port, manner, zones),
        Kind::PowerDns => powerdns::configure(directory, &addresses, network.port, manner, zones),
        Kind::Unbound => unbound(directory, &addresses, network),
    };
    std::fs::write(&configuration, text).expect("a configuration can be written");
    let mut process = match kind {
        Kind::Named => start_named(directory, &configuration),
        Kind::Nsd => start_program(directory, "nsd", &["-d", "-c"], &configuration),
        Kind::Knot => start_program(directory, "knotd", &["-c"], &configuration),
        Kind::PowerDns => powerdns::start(directory),
        Kind::Unbound => return start_unbound(directory, &configuration),
    };
    let address = SocketAddr::from((addresses[0], network.port));
    for served in zones {
        let what = format!("it does not serve {}", served.zone);
        process.wait_until(&what, START_LIMIT, || wire::serves(address, &served.zone));
    }
    process
}

/// Starts named in the foreground with one thread.
pub fn start_named(directory: &Path, configuration: &Path) -> Process {
    start_program(directory, "named", &["-g", "-n", "1", "-c"], configuration)
}

/// Starts a server program in the foreground with its configuration file as the last argument.
pub fn start_program(
    directory: &Path,
    name: &str,
    options: &[&str],
    configuration: &Path,
) -> Process {
    let program = unconfined(directory, &find(name));
    let mut arguments = options.to_vec();
    arguments.push(configuration.to_str().expect("paths here are ASCII"));
    let program = program.to_str().expect("paths here are ASCII");
    Process::start(directory, program, &arguments)
}

/// A resolver says nothing of its own: it is ready when it has said so.
fn start_unbound(directory: &Path, configuration: &Path) -> Process {
    let mut process = start_program(directory, "unbound", &["-d", "-p", "-c"], configuration);
    let log = directory.join("unbound.log");
    process.wait_until("it has not started", START_LIMIT, || {
        std::fs::read_to_string(&log).is_ok_and(|log| log.contains("start of service"))
    });
    process
}

fn unbound(directory: &Path, addresses: &[IpAddr], network: &Network) -> String {
    let folder = directory.display();
    let listen = list(addresses, |address| {
        format!("  interface: {address}@{}\n", network.port)
    });
    let upstream = network.addresses(Kind::Nsd)[0];
    format!(
        "server:\n{listen}  username: \"\"\n  chroot: \"\"\n  directory: \"{folder}\"\n  use-syslog: no\n  \
         verbosity: 1\n  module-config: \"iterator\"\n  do-not-query-localhost: no\n  \
         access-control: 127.0.0.0/8 allow_setrd\nremote-control:\n  control-enable: no\n\
         forward-zone:\n  name: \".\"\n  forward-addr: {upstream}@{}\n",
        network.port
    )
}

/// Where a program is. Servers stand in directories that only the administrator's search path has.
pub fn find(name: &str) -> PathBuf {
    let path = std::env::var("PATH").unwrap_or_default();
    let folders = path.split(':').chain(["/usr/sbin", "/usr/local/sbin"]);
    let mut candidates = folders.map(|folder| Path::new(folder).join(name));
    candidates
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed; tests/run installs it"))
}

/// Where AppArmor confines the installed program to the files of the system's own server, a copy
/// elsewhere, to which the profile does not apply.
pub fn unconfined(directory: &Path, program: &Path) -> PathBuf {
    if !Path::new("/sys/kernel/security/apparmor/profiles").exists() {
        return program.to_owned();
    }
    let copy = directory.join(program.file_name().expect("a program has a name"));
    std::fs::copy(program, &copy).expect("a program can be copied");
    copy
}

fn named(
    directory: &Path,
    addresses: &[IpAddr],
    port: u16,
    manner: Manner,
    zones: &[Served],
) -> String {
    let of_family = |is_ipv4: bool| {
        let addresses = addresses
            .iter()
            .filter(|address| address.is_ipv4() == is_ipv4);
        addresses.map(|address| format!("{address};")).collect()
    };
    let (ipv4, ipv6): (String, String) = (of_family(true), of_family(false));
    let ipv6 = if ipv6.is_empty() { "none;" } else { &ipv6 };
    let mut text = format!(
        "options {{ directory \"{}\"; pid-file none; session-keyfile none; port {port};\n\
         listen-on {{ {ipv4} }}; listen-on-v6 {{ {ipv6} }}; recursion no; notify no;\n\
         dnssec-validation no; check-names primary ignore;\n{} }};\ncontrols {{ }};\n",
        directory.display(),
        match manner {
            Manner::Plain => String::new(),
            Manner::Careful => format!(
                "allow-transfer {{ none; }}; max-udp-size {SMALL}; require-server-cookie yes; \
                 cookie-secret \"{COOKIE_SECRET}\";"
            ),
        },
    );
    for Served { zone, file } in zones {
        let file = file.display();
        let _ = writeln!(
            text,
            "zone \"{zone}\" {{ type primary; file \"{file}\"; check-integrity no; \
             check-mx ignore; check-srv-cname ignore; check-mx-cname ignore; }};"
        );
    }
    text
}

/// The configuration of NSD: one process that answers, at all addresses.
pub fn nsd(
    directory: &Path,
    addresses: &[IpAddr],
    port: u16,
    manner: Manner,
    zones: &[Served],
) -> String {
    let folder = directory.display();
    let listen = list(addresses, |address| {
        format!("\n  ip-address: {address}@{port}")
    });
    // NSD limits the rate of equal answers by default; an audit asks for many of them at once.
    let mut text = format!(
        "server:{listen}\n  port: {port}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{folder}\"\n  \
         database: \"\"\n  pidfile: \"{folder}/nsd.pid\"\n  xfrdfile: \"{folder}/xfrd.state\"\n  \
         xfrdir: \"{folder}\"\n  zonelistfile: \"{folder}/zone.list\"\n  server-count: 1\n  \
         rrl-ratelimit: 0\n  rrl-whitelist-ratelimit: 0\n"
    );
    let mut access = "provide-xfr: 127.0.0.0/8 NOKEY";
    if manner == Manner::Careful {
        let _ = writeln!(
            text,
            "  ipv4-edns-size: {SMALL}\n  answer-cookie: yes\n  cookie-secret: \"{COOKIE_SECRET}\""
        );
        access = "";
    }
    text.push_str("remote-control:\n  control-enable: no\n");
    for Served { zone, file } in zones {
        let file = file.display();
        let _ = writeln!(
            text,
            "zone:\n  name: \"{zone}\"\n  zonefile: \"{file}\"\n  {access}"
        );
    }
    text
}

fn knot(
    directory: &Path,
    addresses: &[IpAddr],
    port: u16,
    manner: Manner,
    zones: &[Served],
) -> String {
    let listen = list(addresses, |address| format!("{address}@{port}, "));
    let mut text = knot_head(directory);
    let _ = writeln!(text, "  listen: [ {} ]", listen.trim_end_matches(", "));
    if manner == Manner::Careful {
        // It takes no less.
        text.push_str("  udp-max-payload: 1232\n");
        text.push_str("mod-cookies:\n  - id: default\n");
        let _ = writeln!(text, "    secret: 0x{COOKIE_SECRET}");
    }
    text.push_str(&knot_template(directory, "-1"));
    if manner == Manner::Careful {
        text.push_str("    global-module: mod-cookies/default\n");
    }
    text.push_str("zone:\n");
    for Served { zone, file } in zones {
        let file = file.display();
        let _ = writeln!(text, "  - domain: \"{zone}\"\n    file: \"{file}\"");
    }
    text
}

/// The sections every Knot configuration begins with; the `server` section is last and still open.
pub fn knot_head(directory: &Path) -> String {
    let folder = directory.display();
    std::fs::create_dir_all(directory.join("db")).expect("a directory can be made");
    format!(
        "log:\n  - target: stderr\n    any: info\ndatabase:\n  storage: \"{folder}/db\"\n\
         server:\n  rundir: \"{folder}\"\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 2\n"
    )
}

/// The template for all zones; `sync` is the delay in seconds after which a changed zone is written.
pub fn knot_template(directory: &Path, sync: &str) -> String {
    format!(
        "template:\n  - id: default\n    storage: \"{}\"\n    zonefile-sync: {sync}\n    \
         zonefile-load: whole\n    journal-content: none\n    semantic-checks: off\n",
        directory.display()
    )
}

fn list(addresses: &[IpAddr], item: impl Fn(&IpAddr) -> String) -> String {
    addresses.iter().map(item).collect()
}
