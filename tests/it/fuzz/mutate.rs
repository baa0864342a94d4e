//! Bending inputs, with numbers from a generator that gives the same ones for the same seed.

/// SplitMix64: one word of state, every seed as good as another.
pub struct Generator(u64);

impl Generator {
    /// A generator of its own for each iteration, so that one can be tried alone.
    pub fn new(seed: u64, iteration: u64) -> Self {
        let mut generator = Self(seed);
        Self(generator.next() ^ iteration.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is at least 1.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// One of the items, of which there is at least one.
    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A range of `input`, most often a short one.
    fn range(&mut self, input: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(input.len() + 1);
        let longest = match self.below(4) {
            0 => input.len(),
            _ => 16,
        };
        let end = (start + self.below(longest + 1)).min(input.len());
        start..end
    }

    /// Changes `input` in one place, in one of ten ways.
    pub fn bend(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let range = self.range(input);
        let at = range.start;
        match self.below(10) {
            0 => self.flip(input),
            1 => input.truncate(at),
            2 => drop(input.drain(range)),
            3 => {
                let piece = input[range].to_vec();
                let to = self.below(input.len() + 1);
                input.splice(to..to, piece);
            }
            4 => {
                let other = self.choose(corpus).clone();
                let piece = self.range(&other);
                input.splice(range, other[piece].iter().copied());
            }
            5 => {
                let other = self.choose(corpus);
                input.truncate(at);
                input.extend(other.iter().skip(at));
            }
            6 => self.lie(input),
            7 => {
                let token = *self.choose(TOKENS);
                input.splice(at..at, token.iter().copied());
            }
            8 => {
                let token = *self.choose(TOKENS);
                input.splice(range, token.iter().copied());
            }
            _ => self.digit(input),
        }
    }

    fn flip(&mut self, input: &mut [u8]) {
        if !input.is_empty() {
            let at = self.below(input.len());
            input[at] ^= 1 << self.below(8);
        }
    }

    /// Writes sixteen bits that would be a strange length, count or pointer.
    fn lie(&mut self, input: &mut [u8]) {
        if input.len() < 2 {
            return;
        }
        let at = self.below(input.len() - 1);
        let own = input.len() as u16;
        let near = (self.below(32) as u16) | 0xC000;
        let lies = [0, 1, 0x3F, 0x40, 0xFF, 0x100, 0xFFFF, own, own - 1, near];
        let lie = *self.choose(&lies);
        input[at..at + 2].copy_from_slice(&lie.to_be_bytes());
    }

    /// Replaces one decimal digit of a text by another.
    fn digit(&mut self, input: &mut [u8]) {
        let digits: Vec<usize> = (0..input.len())
            .filter(|&at| input[at].is_ascii_digit())
            .collect();
        if !digits.is_empty() {
            let at = *self.choose(&digits);
            input[at] = b'0' + self.below(10) as u8;
        }
    }
}

/// What has a meaning in one of the formats.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\xFF",
    b"\xC0\x0C",
    b"\xC0\x00",
    b"\x3F",
    b"\n",
    b" ",
    b";",
    b"(",
    b")",
    b"\"",
    b"\\",
    b"\\#",
    b"\\000",
    b"\\255",
    b"@",
    b"$ORIGIN a\n",
    b"$TTL 1w2d3h4m5s\n",
    b"$INCLUDE x\n",
    b"99999999999999999999",
    b"4294967295",
    b"-1",
    b".",
    b"..",
    b"IN",
    b"TYPE65535",
    b"CLASS65535",
    b"TXT",
    b"{",
    b"}",
    b"[[[[[[[[",
    b"null",
    b"\\u0000",
    b"\\ud800",
    b"{\"exchanges\":0}\n",
    b"<!-- -->",
    b"<![CDATA[x]]>",
    b"&#x0;",
    b"&lt;",
    b"<Zone>.</Zone>",
    b"</KeyDigest>",
    b"<a b='c' b='c'>",
    "\u{FEFF}".as_bytes(),
    "é".as_bytes(),
];
