//! The serial did not go forwards though the zone changed.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-serial-not-increased
    ///
    /// The zone differs from its older version, and the serial of its SOA is the same, or went backwards, or went so
    /// far that it counts as backwards.
    ///
    /// ## Why it matters
    ///
    /// Secondaries fetch a zone when its serial is greater than theirs (RFC 1982). With this one they keep the older
    /// version until it expires, and then answer nothing at all; the servers disagree until then.
    ///
    /// ## What resolvers do
    ///
    /// They get the older or the newer version by chance. When the signatures of the older one end, they answer
    /// SERVFAIL wherever they meet it.
    ///
    /// ## How to put it right
    ///
    /// Give it a serial that is greater, and sign again:
    ///
    /// - BIND: `dnssec-signzone -N increment` or `-N unixtime`; `serial-update-method` for zones that named signs
    /// - Knot: `serial-policy: unixtime`, or `knotc zone-begin` and a greater SOA
    /// - PowerDNS: `pdnsutil increase-serial example.com`
    ///
    /// A serial that has to go backwards is first set 2,147,483,647 forwards, transferred everywhere, and then set.
    ///
    /// ## References
    ///
    /// RFC 1982, section 3.2; RFC 1034, section 4.3.5. Command: `zone OLD --against NEW`.
    "zone-serial-not-increased", ZoneFile, Error,
    rfc: ["RFC 1982 section 3.2", "RFC 1034 section 4.3.5"],
    explained_by: [],
    summary: "The serial did not go forwards though the zone changed.",
}
