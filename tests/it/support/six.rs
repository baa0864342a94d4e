//! Six resolvers over the lab: the four validators in wide use, one that does not validate, and one behind
//! a forwarder that takes DNSSEC away. All of them know the lab's root servers, the validators its trust
//! anchor, and nothing else; they keep their own limits of validation.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use super::lab::Lab;
use super::process::Process;
use super::resolver::Resolver;
use super::server::{START_LIMIT, find, start_program};
use super::{stripper, wire};

/// The validators, in the order of the table.
pub const VALIDATORS: [&str; 4] = ["unbound", "named", "kresd", "pdns"];

/// The two that do not validate.
pub const PLAIN: [&str; 2] = ["plain", "stripper"];

/// The running resolvers. The lab must be at port 53, in a [network of its own](super::isolation).
pub struct Six {
    processes: Vec<Process>,
    named: Resolver,
    addresses: Vec<(&'static str, SocketAddr)>,
}

impl Six {
    /// Starts all of them and waits until they resolve.
    pub fn start(lab: &Lab) -> Self {
        let named = lab.resolver(true);
        let mut addresses = vec![("named", named.address)];
        let mut processes = Vec::new();
        type Start = fn(&Path, &Lab, u16) -> Process;
        let programs: [(&str, u16, Start); 4] = [
            ("unbound", 5301, validating_unbound),
            ("kresd", 5303, kresd),
            ("pdns", 5304, pdns),
            ("plain", 5305, plain_unbound),
        ];
        for (label, port, start) in programs {
            let directory = lab.folder(label);
            processes.push(start(&directory, lab, port));
            addresses.push((label, local(port)));
        }
        for (process, (_, address)) in processes.iter_mut().zip(&addresses[1..]) {
            process.wait_until("it does not resolve the root", START_LIMIT, || {
                wire::resolves(*address)
            });
        }
        let stripper = local(5306);
        stripper::start(stripper, local(5305));
        addresses.push(("stripper", stripper));
        Self {
            processes,
            named,
            addresses,
        }
    }

    /// Where the resolver of that label listens.
    pub fn address(&self, label: &str) -> SocketAddr {
        let mut all = self.addresses.iter();
        let found = all.find(|(known, _)| *known == label);
        found.expect("a label of the two lists").1
    }
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn validating_unbound(directory: &Path, lab: &Lab, port: u16) -> Process {
    let anchor = format!(
        "module-config: \"validator iterator\"\n  trust-anchor: \". DS {}\"",
        lab.ds()
    );
    unbound(directory, lab, port, &anchor)
}

fn plain_unbound(directory: &Path, lab: &Lab, port: u16) -> Process {
    unbound(directory, lab, port, "module-config: \"iterator\"")
}

/// By default it asks no server on loopback, answers for `test.` itself, and says nothing at all if it needs
/// longer than two seconds.
fn unbound(directory: &Path, lab: &Lab, port: u16, modules: &str) -> Process {
    let text = format!(
        "server:\n  directory: \"{}\"\n  chroot: \"\"\n  username: \"\"\n  pidfile: \"\"\n  use-syslog: no\n  \
         do-daemonize: no\n  num-threads: 1\n  interface: 127.0.0.1@{port}\n  access-control: 127.0.0.0/8 allow\n  \
         do-not-query-localhost: no\n  local-zone: \"test.\" nodefault\n  trust-anchor-signaling: no\n  \
         infra-cache-max-rtt: 3000\n  discard-timeout: 30000\n  root-hints: \"{}\"\n  {modules}\n\
         remote-control:\n  control-enable: no\n",
        directory.display(),
        lab.file("root.hints").display(),
    );
    let configuration = written(directory, "unbound.conf", &text);
    start_program(directory, "unbound", &["-dd", "-c"], &configuration)
}

/// By default it believes no glue on loopback and answers for `test.` itself.
fn kresd(directory: &Path, lab: &Lab, port: u16) -> Process {
    let text = format!(
        "net.listen('127.0.0.1', {port}, {{ kind = 'dns' }})\ncache.size = 20 * MB\n\
         for _, name in ipairs({{'priming', 'ta_signal_query', 'ta_update', 'detect_time_skew'}}) do \
         modules.unload(name) end\n\
         trust_anchors.add('. IN DS {}')\nmodules.load('hints')\nhints.root_file('{}')\n\
         option('ALLOW_LOCAL', true)\n\
         policy.add(policy.suffix(policy.PASS, policy.todnames({{'test.'}})))\n",
        lab.ds(),
        lab.file("root.hints").display(),
    );
    let configuration = written(directory, "kresd.conf", &text);
    start_program(directory, "kresd", &["-n", "-c"], &configuration)
}

/// By default it asks no server at an address of local use.
fn pdns(directory: &Path, lab: &Lab, port: u16) -> Process {
    let folder = directory.display();
    let anchors = format!("clearTA()\naddTA('.', '{}')\n", lab.ds());
    let anchors = written(directory, "anchors.lua", &anchors);
    let text = format!(
        "local-address=127.0.0.1\nlocal-port={port}\nsocket-dir={folder}\nconfig-dir={folder}\nhint-file={}\n\
         dont-query=\ndnssec=validate\nlua-config-file={}\nthreads=1\ndaemon=no\nwrite-pid=no\n\
         disable-syslog=yes\nloglevel=3\nsecurity-poll-suffix=\nnetwork-timeout=1000\nquery-local-address=0.0.0.0, ::\n",
        lab.file("root.hints").display(),
        anchors.display(),
    );
    written(directory, "recursor.conf", &text);
    let program = find("pdns_recursor");
    let program = program.to_str().expect("paths here are ASCII");
    Process::start(directory, program, &[format!("--config-dir={folder}")])
}

fn written(directory: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).expect("a configuration can be written");
    path
}
