//! Zones in the wildest spellings that RFC 1035, section 5.1, RFC 3597 and RFC 9460 allow. Each record has an
//! owner of its own, so that no reader has two to put together.

/// SplitMix64.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    fn once_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len() as u64) as usize]
    }
}

/// A zone with so many records beside its apex.
pub fn zone(seed: u64, count: usize) -> String {
    let mut writer = Writer::new(seed);
    for number in 0..count {
        if writer.chance.once_in(6) {
            writer.directive();
        }
        writer.record(number);
    }
    writer.out
}

/// A zone with one record, in which one octet has been changed.
pub fn broken(seed: u64) -> String {
    let mut writer = Writer::new(seed);
    let start = writer.out.len();
    writer.record(0);
    let mut octets = writer.out.into_bytes();
    let at = start + writer.chance.below((octets.len() - start - 1) as u64) as usize;
    let with = b"\"\\().;@ 09aZ-=,:/#$\t~";
    let other = with[writer.chance.below(with.len() as u64) as usize];
    match writer.chance.below(3) {
        0 => octets[at] = other,
        1 => octets.insert(at, other),
        _ => drop(octets.remove(at)),
    }
    String::from_utf8(octets).expect("only ASCII is written")
}

struct Writer {
    chance: Chance,
    out: String,
    /// Labels of the origin in force.
    origin: Vec<Vec<u8>>,
}

impl Writer {
    fn new(seed: u64) -> Self {
        let out = "$TTL 3600\n@ SOA ns host 1 7200 3600 1209600 3600\n@ NS ns\nns A 192.0.2.1\n"
            .to_owned();
        Self {
            chance: Chance::new(seed),
            out,
            origin: vec![b"example".to_vec()],
        }
    }

    fn directive(&mut self) {
        match self.chance.below(3) {
            0 => {
                let ttl = self.period();
                let word = self.chance.of(&["$TTL", "$ttl", "$Ttl"]);
                self.out.push_str(&format!("{word} {ttl}\n"));
            }
            1 => {
                let mut origin = vec![b"example".to_vec()];
                for _ in 0..self.chance.below(3) {
                    origin.insert(0, self.label());
                }
                let text = self.name(&origin);
                self.origin = origin;
                self.out
                    .push_str(&format!("$ORIGIN\t{text} ; from here on\n"));
            }
            _ => {
                let line = self
                    .chance
                    .of(&["\n", "   \t\n", "; ( \" only a comment\n", "\r\n"]);
                self.out.push_str(line);
            }
        }
    }

    fn label(&mut self) -> Vec<u8> {
        match self.chance.below(4) {
            0 => {
                let length = 1 + self.chance.below(8);
                (0..length).map(|_| self.chance.below(256) as u8).collect()
            }
            1 => b"a.b;\"(@$\\ ".to_vec(),
            _ => self
                .chance
                .of(&["www", "_tcp", "A-1", "*", "@", "$X", "x"])
                .into(),
        }
    }

    /// The name, absolute or relative to the origin.
    fn name(&mut self, labels: &[Vec<u8>]) -> String {
        let is_below = labels.ends_with(&self.origin);
        if is_below && labels.len() == self.origin.len() && self.chance.once_in(2) {
            return "@".to_owned();
        }
        let is_relative = is_below && labels.len() > self.origin.len() && self.chance.once_in(2);
        let count = labels.len() - if is_relative { self.origin.len() } else { 0 };
        let spelled: Vec<String> = labels[..count]
            .iter()
            .map(|label| self.spelled(label))
            .collect();
        spelled.join(".") + if is_relative { "" } else { "." }
    }

    fn spelled(&mut self, label: &[u8]) -> String {
        // `@` and `$` alone would be something else.
        let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-_*".contains(&octet);
        let mut out = String::new();
        for octet in label {
            match self.chance.below(8) {
                0 => out.push_str(&format!("\\{octet:03}")),
                // `\[` begins a binary label for BIND (RFC 2673, which RFC 6891 has done away with).
                1 if octet.is_ascii_graphic() && !octet.is_ascii_digit() && *octet != b'[' => {
                    out.push('\\');
                    out.push(char::from(*octet));
                }
                _ if is_plain(*octet) => out.push(char::from(*octet)),
                _ => out.push_str(&format!("\\{octet:03}")),
            }
        }
        out
    }

    /// Seconds, perhaps with units.
    fn period(&mut self) -> String {
        match self.chance.below(3) {
            0 => self.chance.below(700_000).to_string(),
            1 => format!("{}", self.chance.below(60)),
            _ => {
                let mut out = String::new();
                for unit in ["w", "d", "h", "m", "s"] {
                    if self.chance.once_in(2) {
                        let unit = if self.chance.once_in(3) {
                            unit.to_uppercase()
                        } else {
                            unit.into()
                        };
                        out.push_str(&format!("{}{unit}", self.chance.below(9)));
                    }
                }
                if out.is_empty() { "1D".to_owned() } else { out }
            }
        }
    }

    fn record(&mut self, number: usize) {
        let mut owner = vec![format!("r{number}").into_bytes()];
        if self.chance.once_in(2) {
            owner.push(self.label());
        }
        owner.push(b"example".to_vec());
        let owner = self.name(&owner);
        let mut heads: Vec<String> = Vec::new();
        if self.chance.once_in(2) {
            heads.push(self.period());
        }
        if self.chance.once_in(2) {
            let at = self.chance.below(heads.len() as u64 + 1) as usize;
            heads.insert(at, self.chance.of(&["IN", "in", "In"]).to_owned());
        }
        let (rtype, fields) = self.data();
        let is_alone = rtype == "CNAME";
        let rtype = match self.chance.below(4) {
            0 => rtype.to_lowercase(),
            _ => rtype,
        };
        let mut words = vec![owner];
        words.extend(heads);
        words.push(rtype);
        let text = self.laid_out(&words, &fields);
        self.out.push_str(&text);
        // Its owner goes on, with another type.
        if !is_alone && self.chance.once_in(5) {
            let line = self.laid_out(
                &["".to_owned(), "TYPE65281".to_owned()],
                &["\\#".into(), "0".into()],
            );
            self.out.push_str(&line);
        }
    }

    /// Words on one line, or on several within parentheses.
    fn laid_out(&mut self, words: &[String], fields: &[String]) -> String {
        let mut out = words[0].clone();
        let mut depth = 0;
        for word in words[1..].iter().chain(fields) {
            out.push_str(&self.blank(depth));
            if self.chance.once_in(6) && depth < 3 {
                out.push('(');
                depth += 1;
                let blank = self.blank(depth);
                out.push_str(&blank);
            }
            out.push_str(word);
            // A bracket may end a word, but not one that ends in a quotation mark here.
            if depth > 0 && self.chance.once_in(4) {
                out.push_str(self.chance.of(&[" )", ")", "\t) "]));
                depth -= 1;
            }
        }
        for _ in 0..depth {
            out.push_str(&self.blank(1));
            out.push(')');
        }
        out.push_str(
            self.chance
                .of(&["\n", " ; what is \"this\" (\n", "\t\n", "\r\n", ";\n"]),
        );
        out
    }

    fn blank(&mut self, depth: usize) -> String {
        match self.chance.below(8) {
            0 => "\t".to_owned(),
            1 => "   ".to_owned(),
            2 if depth > 0 => "\n".to_owned(),
            3 if depth > 0 => " ; and ) so on\n \t".to_owned(),
            _ => " ".to_owned(),
        }
    }

    fn target(&mut self) -> String {
        let mut labels = vec![b"example".to_vec()];
        if self.chance.once_in(3) {
            labels = vec![b"elsewhere".to_vec(), b"test".to_vec()];
        }
        for _ in 0..self.chance.below(3) {
            labels.insert(0, self.label());
        }
        if self.chance.once_in(12) {
            return ".".to_owned();
        }
        self.name(&labels)
    }

    /// A character-string in quotation marks or without.
    fn string(&mut self) -> String {
        let length = self.chance.below(12);
        let octets: Vec<u8> = (0..length).map(|_| self.chance.below(256) as u8).collect();
        let is_quoted = octets.is_empty() || self.chance.once_in(2);
        let mut out = String::new();
        for octet in octets {
            let character = char::from(octet);
            match octet {
                b'"' | b'\\' => out.push_str(&format!("\\{character}")),
                b';' | b'(' | b')' | b' ' | b'\t' | b'@' | b'$' if is_quoted => out.push(character),
                b';' | b'(' | b')' => out.push_str(&format!("\\{character}")),
                0x21..=0x7E if !b"@$".contains(&octet) => out.push(character),
                _ => out.push_str(&format!("\\{octet:03}")),
            }
        }
        if is_quoted { format!("\"{out}\"") } else { out }
    }

    fn octets(&mut self, count: u64) -> Vec<u8> {
        (0..count).map(|_| self.chance.below(256) as u8).collect()
    }

    /// In one word or in several.
    fn pieces(&mut self, text: &str) -> Vec<String> {
        let mut rest = text;
        let mut out = Vec::new();
        while rest.len() > 4 && self.chance.once_in(2) {
            let at = 1 + self.chance.below(rest.len() as u64 - 2) as usize;
            out.push(rest[..at].to_owned());
            rest = &rest[at..];
        }
        out.push(rest.to_owned());
        out
    }

    fn hex(&mut self, count: u64) -> Vec<String> {
        let octets = self.octets(count);
        let text = data_encoding::HEXUPPER.encode(&octets);
        let text = if self.chance.once_in(2) {
            text.to_lowercase()
        } else {
            text
        };
        self.pieces(&text)
    }

    fn base64(&mut self, count: u64) -> Vec<String> {
        let octets = self.octets(count);
        self.pieces(&data_encoding::BASE64.encode(&octets))
    }

    fn small(&mut self) -> String {
        self.chance.below(256).to_string()
    }

    fn number(&mut self) -> String {
        self.chance.below(65_536).to_string()
    }

    fn address(&mut self) -> String {
        let octets = self.octets(4);
        format!("{}.{}.{}.{}", octets[0], octets[1], octets[2], octets[3])
    }

    fn address6(&mut self) -> String {
        let some = self.chance.below(65_536);
        match self.chance.below(4) {
            0 => format!("::ffff:{}", self.address()),
            1 => format!("2001:DB8::{some:x}"),
            2 => format!("2001:db8:0:0:1:{some:04X}:0:1"),
            _ => "::".to_owned(),
        }
    }

    fn types(&mut self) -> Vec<String> {
        let known = [
            "A",
            "NS",
            "TXT",
            "RRSIG",
            "nsec",
            "TYPE65280",
            "CAA",
            "SVCB",
            "DNSKEY",
            "TYPE256",
        ];
        let mut out: Vec<String> = known
            .iter()
            .filter(|_| self.chance.once_in(2))
            .map(|word| (*word).to_owned())
            .collect();
        out.push("AAAA".to_owned());
        let by = self.chance.below(out.len() as u64) as usize;
        out.rotate_left(by);
        out
    }

    fn parameters(&mut self) -> Vec<String> {
        let mut out = Vec::new();
        let has_alpn = self.chance.once_in(2);
        if has_alpn {
            out.push(
                self.chance
                    .of(&[
                        "alpn=h2,h3",
                        "alpn=\"h2,h3\"",
                        "alpn=h\\050",
                        "alpn=\"http/1.1\"",
                        "alpn=f\\\\\\\\oo\\\\,bar,h2",
                    ])
                    .to_owned(),
            );
        }
        if has_alpn && self.chance.once_in(3) {
            out.push("no-default-alpn".to_owned());
        }
        let mut keys = Vec::new();
        if self.chance.once_in(2) {
            keys.push("port");
            out.push(
                self.chance
                    .of(&["port=443", "port=\"8443\"", "port=0"])
                    .to_owned(),
            );
        }
        if self.chance.once_in(3) {
            keys.push("ipv4hint");
            let (one, two) = (self.address(), self.address());
            out.push(format!("ipv4hint={one},{two}"));
        }
        if self.chance.once_in(3) {
            let one = self.address6();
            out.push(format!("ipv6hint=\"{one}\""));
        }
        if self.chance.once_in(4) {
            out.push(
                self.chance
                    .of(&[
                        "key65333=ex1",
                        "key65333",
                        "key667=\"hello\\210qoo\"",
                        "key667=a\\032b",
                    ])
                    .to_owned(),
            );
        }
        if self.chance.once_in(4) {
            out.push("ech=AEj+DQBEAQAgACAdd+scUi0IYFsXnUIU7ko2Nd9+F8M26pAGZVpz/KrWPgAEAAEAAWQVZWNoLXNpdGVzLmV4YW1wbGUubmV0AAA=".to_owned());
        }
        if !keys.is_empty() && self.chance.once_in(2) {
            keys.reverse();
            out.push(format!("mandatory={}", keys.join(",")));
        }
        let by = self.chance.below(out.len() as u64 + 1) as usize;
        let middle = by.min(out.len());
        out.rotate_left(middle);
        out
    }

    /// A type, and its data in fields.
    fn data(&mut self) -> (String, Vec<String>) {
        let one = |rtype: &str, fields: Vec<String>| (rtype.to_owned(), fields);
        match self.chance.below(44) {
            0 => one("A", vec![self.address()]),
            1 => one("AAAA", vec![self.address6()]),
            2 => one("NS", vec![self.target()]),
            3 => one("CNAME", vec![self.target()]),
            4 => one("PTR", vec![self.target()]),
            5 => one("DNAME", vec![self.target()]),
            6 => one("MX", vec![self.number(), self.target()]),
            7..=9 => {
                let count = 1 + self.chance.below(4);
                let fields = (0..count).map(|_| self.string()).collect();
                one(["TXT", "SPF", "TXT"][self.chance.below(3) as usize], fields)
            }
            10 => one(
                "SRV",
                vec![self.number(), self.number(), self.number(), self.target()],
            ),
            11 => {
                let value = self.string();
                one(
                    "CAA",
                    vec![
                        self.chance.of(&["0", "128"]).into(),
                        self.chance.of(&["issue", "iodef", "issuewild"]).into(),
                        value,
                    ],
                )
            }
            12 => {
                let fields = vec![
                    self.number(),
                    self.number(),
                    self.string(),
                    self.string(),
                    "\"\"".to_owned(),
                    self.target(),
                ];
                one("NAPTR", fields)
            }
            13 => one("HINFO", vec![self.string(), self.string()]),
            14 => {
                let text = self.chance.of(&[
                    "42 21 54 N 71 06 18 W -24m 30m",
                    "52 14 05.123 N 0 8 50.000 E 10m",
                    "0 N 180 E 0",
                    "32 7 19 S 116 2 25 E 10m 1m 10000.00m 2.50m",
                    "90 0 0.000 N 0 0 0 W 42849672.95m",
                    "1 2 3.4 S 5 6 7.89 W -100000.00m 0m 0.99m 90000000.00m",
                ]);
                one("LOC", text.split(' ').map(str::to_owned).collect())
            }
            15 => {
                let digest = self.hex(20);
                one(
                    "SSHFP",
                    [vec![self.small(), "1".to_owned()], digest].concat(),
                )
            }
            16 => {
                let data = self.hex(32);
                let head = vec![self.small(), self.small(), self.small()];
                let rtype = self.chance.of(&["TLSA", "SMIMEA"]);
                one(rtype, [head, data].concat())
            }
            17 | 18 => {
                let digest = self.hex(32);
                let algorithm = self
                    .chance
                    .of(&["13", "8", "RSASHA256", "ECDSAP256SHA256", "ed25519"])
                    .to_owned();
                let rtype = self.chance.of(&["DS", "CDS"]);
                one(
                    rtype,
                    [vec![self.number(), algorithm, "2".to_owned()], digest].concat(),
                )
            }
            19 => {
                let key = self.base64(64);
                let rtype = self.chance.of(&["CDNSKEY", "DNSKEY"]);
                let flags = self.chance.of(&["257", "256", "0"]).to_owned();
                one(
                    rtype,
                    [vec![flags, "3".to_owned(), "13".to_owned()], key].concat(),
                )
            }
            20 => one("RP", vec![self.target(), self.target()]),
            21 => {
                let mut value = self.string();
                if !value.starts_with('"') {
                    value = format!("\"{value}\"");
                }
                if value == "\"\"" {
                    value = "\"x:\"".to_owned();
                }
                one("URI", vec![self.number(), self.number(), value])
            }
            22..=25 => {
                let parameters = self.parameters();
                let (priority, target) = ((1 + self.chance.below(9)).to_string(), self.target());
                let rtype = self.chance.of(&["SVCB", "HTTPS"]);
                one(rtype, [vec![priority, target], parameters].concat())
            }
            26 => one("HTTPS", vec!["0".to_owned(), self.target()]),
            27 => {
                let salt = self.chance.of(&["-", "aabbCC", "00"]).to_owned();
                one(
                    "NSEC3PARAM",
                    vec!["1".to_owned(), "0".to_owned(), self.number(), salt],
                )
            }
            28 => {
                let data = self.base64(30);
                let head = [
                    self.chance.of(&["PKIX", "1", "URI", "254"]),
                    "7",
                    self.chance.of(&["RSASHA1", "0", "5"]),
                ];
                one("CERT", [head.map(str::to_owned).to_vec(), data].concat())
            }
            29 => {
                let key = self.base64(20);
                let (kind, gateway) = match self.chance.below(4) {
                    0 => ("0", ".".to_owned()),
                    1 => ("1", self.address()),
                    2 => ("2", self.address6()),
                    _ => ("3", self.target()),
                };
                one(
                    "IPSECKEY",
                    [
                        vec![self.small(), kind.to_owned(), "2".to_owned(), gateway],
                        key,
                    ]
                    .concat(),
                )
            }
            30 => {
                let tag = self.hex(16).concat();
                let key = self.base64(40).concat();
                let mut fields = vec!["2".to_owned(), tag, key];
                for _ in 0..self.chance.below(3) {
                    fields.push(self.target());
                }
                one("HIP", fields)
            }
            31 => {
                let text = self.chance.of(&[
                    "1:192.168.32.0/21 !1:192.168.38.0/28",
                    "2:FF00:0:0:0:0:0:0:0/8",
                    "1:224.0.0.0/4 2:::/0",
                    "1:0.0.0.0/0",
                ]);
                one("APL", text.split(' ').map(str::to_owned).collect())
            }
            32 => one(
                "EUI48",
                vec![
                    self.chance
                        .of(&["00-00-5e-00-53-2a", "FF-FF-FF-ff-ff-ff"])
                        .to_owned(),
                ],
            ),
            33 => one("EUI64", vec!["00-00-5e-ef-10-00-00-2a".to_owned()]),
            34 => {
                let data = self.base64(50);
                one(["OPENPGPKEY", "DHCID"][self.chance.below(2) as usize], data)
            }
            35 => {
                let address = self.octets(4);
                let text = data_encoding::HEXUPPER.encode(&address);
                one("A", vec!["\\#".to_owned(), "4".to_owned(), text])
            }
            36 => {
                let count = self.chance.below(40);
                let data = if count > 0 {
                    self.hex(count)
                } else {
                    Vec::new()
                };
                let rtype = self.chance.of(&["TYPE65280", "TYPE700", "TYPE65534"]);
                one(
                    rtype,
                    [vec!["\\#".to_owned(), count.to_string()], data].concat(),
                )
            }
            37 => one("AFSDB", vec![self.number(), self.target()]),
            38 => match self.chance.below(4) {
                0 => one("NID", vec![self.number(), "0014:4fff:ff20:EE64".to_owned()]),
                1 => one("L32", vec![self.number(), self.address()]),
                2 => one("L64", vec![self.number(), "2001:0DB8:1140:1000".to_owned()]),
                _ => one("LP", vec![self.number(), self.target()]),
            },
            39 => {
                let digest = self.hex(48);
                let serial = self.chance.below(1 << 32).to_string();
                one(
                    "ZONEMD",
                    [vec![serial, "1".to_owned(), "1".to_owned()], digest].concat(),
                )
            }
            40 => {
                let types = self.types();
                let serial = self.chance.below(1 << 32).to_string();
                one("CSYNC", [vec![serial, "3".to_owned()], types].concat())
            }
            41 => {
                let (next, types) = (self.target(), self.types());
                one("NSEC", [vec![next], types].concat())
            }
            42 => {
                let signature = self.base64(64);
                let time = self.chance.of(&["20270101000000", "1798761600"]).to_owned();
                let head = vec![
                    self.chance.of(&["A", "TYPE65280", "mx"]).to_owned(),
                    self.chance.of(&["13", "ECDSAP256SHA256"]).to_owned(),
                    // Not below those of the signer, which BIND looks at here.
                    "9".to_owned(),
                    "3600".to_owned(),
                    time,
                    "20200229235959".to_owned(),
                    self.number(),
                    self.target(),
                ];
                one("RRSIG", [head, signature].concat())
            }
            _ => match self.chance.below(12) {
                0 => one("KX", vec![self.number(), self.target()]),
                1 => one("PX", vec![self.number(), self.target(), self.target()]),
                2 => one("RT", vec![self.number(), self.target()]),
                3 => one("X25", vec!["311061700956".to_owned()]),
                4 => one(
                    "ISDN",
                    vec!["150862028003217".to_owned(), "\"004\"".to_owned()],
                ),
                5 => one("MINFO", vec![self.target(), self.target()]),
                6 => one(
                    "AMTRELAY",
                    vec![
                        "10".to_owned(),
                        "1".to_owned(),
                        "1".to_owned(),
                        self.address(),
                    ],
                ),
                7 => one(
                    "AMTRELAY",
                    vec![
                        "0".to_owned(),
                        "0".to_owned(),
                        "3".to_owned(),
                        self.target(),
                    ],
                ),
                8 => one("NINFO", vec![self.string()]),
                9 => one("TALINK", vec![self.target(), self.target()]),
                10 => one("AVC", vec![self.string(), self.string()]),
                _ => one(
                    "GPOS",
                    vec![
                        "-32.6882".to_owned(),
                        "116.8652".to_owned(),
                        "\"10.0\"".to_owned(),
                    ],
                ),
            },
        }
    }
}
