//! The lab as files for other tools: hints, anchor, zones, the table of cases.

use std::fmt::Write as _;

use super::chain::Chain;
use super::hierarchy::Hierarchy;
use super::zone::{Set, Zone};
use super::{Case, Resolver};
use crate::dns::{Class, Name, Record, RecordType, present};

/// The root's servers in the syntax of `named.root`.
pub(super) fn root_hints(hierarchy: &Hierarchy) -> String {
    let servers = &hierarchy.sites[0].servers;
    let mut text = String::new();
    for (name, address) in servers {
        let rtype = if address.is_ipv4() { "A" } else { "AAAA" };
        put(&mut text, format_args!(". 3600000 NS {name}"));
        put(&mut text, format_args!("{name} 3600000 {rtype} {address}"));
    }
    text
}

/// The DS of the root's key-signing key.
pub(super) fn trust_anchor(hierarchy: &Hierarchy) -> String {
    let ds = hierarchy.root_key().ds(2);
    format!(". IN DS {}\n", present::ds_text(&ds))
}

/// One line for each case, columns separated by tabs.
pub(super) fn cases_tsv(cases: &[Case]) -> String {
    let mut text =
        String::from("zone\tname\ttype\tgroup\texpect\texpect_missing\tcodes\tnot_codes\tfault\n");
    for case in cases {
        put(
            &mut text,
            format_args!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                case.zone,
                case.name,
                case.rtype,
                case.group,
                case.expect,
                case.expect_missing,
                case.codes.join(","),
                case.not_codes.join(","),
                case.fault
            ),
        );
    }
    text
}

/// One line for each resolver, columns separated by tabs.
pub(super) fn resolvers_tsv(resolvers: impl Iterator<Item = Resolver>) -> String {
    let mut text = String::from("resolver\taddress\tdoes\n");
    for resolver in resolvers {
        let Resolver {
            label,
            address,
            does,
            ..
        } = resolver;
        put(&mut text, format_args!("{label}\t{address}\t{does}"));
    }
    text
}

/// A zone in master file syntax, in canonical order, SOA first.
pub(super) fn zone_file(zone: &Zone) -> String {
    let mut text = String::new();
    let is_first = |set: &&Set| set.rtype == RecordType::SOA;
    let names: Vec<Name> = zone.names().collect();
    let sets = || names.iter().flat_map(|name| zone.sets(name));
    let apex_first = sets()
        .filter(is_first)
        .chain(sets().filter(|set| !is_first(set)));
    apex_first.for_each(|set| push_set(&mut text, zone, set));
    if let Chain::Nsec3(chain) = &zone.chain {
        chain.sets().for_each(|set| push_set(&mut text, zone, set));
    }
    text
}

fn push_set(text: &mut String, zone: &Zone, set: &Set) {
    let records = set.rdata.iter().map(|rdata| (set.rtype, rdata));
    let rrsigs = zone.rrsigs(set).iter();
    let signatures = rrsigs.map(|rdata| (RecordType::RRSIG, rdata));
    for (rtype, rdata) in records.chain(signatures) {
        let record = Record {
            owner: set.owner.clone(),
            rtype,
            class: Class::IN,
            ttl: set.ttl,
            rdata: rdata.clone(),
            fault: None,
        };
        put(text, format_args!("{}", present::record(&record)));
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}
