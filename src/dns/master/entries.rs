//! The entries of a master file, split into tokens where they stand in the buffer: RFC 1035, section 5.1.
//!
//! An entry ends at a line end outside parentheses. It is looked at whole, so the buffer grows to the
//! longest entry and no further than [`MAX_ENTRY`]; everything before it has been let go of.

use std::io::Read;
use std::ops::Range;

/// Greatest length of one entry in octets, its comments included. The longest record there can be, 65,535
/// octets written as `\DDD`, fits four times over.
pub const MAX_ENTRY: usize = 1 << 20;

const CHUNK: usize = 256 << 10;

/// What octets are to the scanner.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bare,
    Blank,
    LineEnd,
    Comment,
    Open,
    Close,
    Quote,
    Escape,
    /// Control characters, which no text has.
    Binary,
}

static KINDS: [Kind; 256] = kinds();

const fn kinds() -> [Kind; 256] {
    let mut kinds = [Kind::Bare; 256];
    let mut octet = 0;
    while octet < 32 {
        kinds[octet] = Kind::Binary;
        octet += 1;
    }
    kinds[b' ' as usize] = Kind::Blank;
    kinds[b'\t' as usize] = Kind::Blank;
    kinds[b'\r' as usize] = Kind::Blank;
    kinds[0x0C] = Kind::Blank;
    kinds[b'\n' as usize] = Kind::LineEnd;
    kinds[b';' as usize] = Kind::Comment;
    kinds[b'(' as usize] = Kind::Open;
    kinds[b')' as usize] = Kind::Close;
    kinds[b'"' as usize] = Kind::Quote;
    kinds[b'\\' as usize] = Kind::Escape;
    kinds
}

fn kind(octet: u8) -> Kind {
    KINDS[usize::from(octet)]
}

/// One token: where it stands in the buffer, quotation marks left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where.
    pub at: Range<usize>,
    /// Whether it stood in quotation marks.
    pub is_quoted: bool,
}

/// Why an entry could not be split, or why there is no more to be had.
#[derive(Debug)]
pub struct Torn {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in octets.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
    /// Nothing can be read after it.
    pub is_fatal: bool,
}

/// The entries of one file.
pub struct Entries<R> {
    input: R,
    buffer: Vec<u8>,
    /// What has been read and not yet been let go of.
    filled: Range<usize>,
    is_ended: bool,
    is_end_of_line_needed: bool,
    next_line: usize,
    /// Line on which the entry at hand begins, from 1.
    pub line: usize,
    /// Whether it begins with a blank: the owner name is the last one.
    pub starts_blank: bool,
    /// Its tokens; never none.
    pub tokens: Vec<Token>,
    start: usize,
}

enum Scan {
    /// An entry that ends before this place, after so many line ends.
    Whole(usize, usize),
    /// The octets at hand end within it.
    Short,
}

impl<R: Read> Entries<R> {
    /// Reads from `input`. With `is_end_of_line_needed`, a last line without a line end is taken for a file
    /// that was cut off.
    pub fn new(input: R, is_end_of_line_needed: bool) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            filled: 0..0,
            is_ended: false,
            is_end_of_line_needed,
            next_line: 1,
            line: 1,
            starts_blank: false,
            tokens: Vec::new(),
            start: 0,
        }
    }

    /// The octets of a token.
    pub fn text(&self, token: &Token) -> &[u8] {
        &self.buffer[token.at.clone()]
    }

    /// Whether there is an entry, which is then at hand.
    ///
    /// # Errors
    /// [`Torn`] where parentheses or quotation marks do not match, the file is no text, an entry is too long,
    /// or reading fails. Unless it is fatal, the next call goes on behind it.
    pub fn next(&mut self) -> Result<bool, Torn> {
        loop {
            if self.filled.is_empty() && !self.fill()? {
                return Ok(false);
            }
            self.tokens.clear();
            self.line = self.next_line;
            self.start = self.filled.start;
            match self.scan() {
                Ok(Scan::Whole(end, lines)) => {
                    self.filled.start = end;
                    self.next_line += lines;
                    if !self.tokens.is_empty() {
                        return Ok(true);
                    }
                }
                Ok(Scan::Short) => self.more()?,
                Err((at, problem)) => return Err(self.torn(at, problem)),
            }
        }
    }

    /// Line and column of a place in the entry at hand, both from 1.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let before = &self.buffer[self.start..at.max(self.start)];
        let lines = before.iter().filter(|octet| **octet == b'\n').count();
        let column = before.iter().rev().take_while(|octet| **octet != b'\n');
        (self.line + lines, column.count() + 1)
    }

    fn torn(&mut self, at: usize, problem: &str) -> Torn {
        let (line, column) = self.place(at);
        // Goes on behind the line that the entry begins on.
        let rest = &self.buffer[self.filled.clone()];
        let end = rest.iter().position(|octet| *octet == b'\n');
        self.filled.start += end.map_or(rest.len(), |end| end + 1);
        self.next_line += 1;
        Torn {
            line,
            column,
            problem: problem.to_owned(),
            is_fatal: false,
        }
    }

    fn fatal(&self, problem: impl Into<String>) -> Torn {
        Torn {
            line: self.next_line,
            column: 1,
            problem: problem.into(),
            is_fatal: true,
        }
    }

    /// Gets more of an entry that does not end within what is at hand.
    fn more(&mut self) -> Result<(), Torn> {
        if self.filled.len() > MAX_ENTRY {
            return Err(self.fatal(format!(
                "an entry of more than {MAX_ENTRY} octets; this is no master file, or a `(` is not closed"
            )));
        }
        self.fill().map(drop)
    }

    /// Reads on. False at the end of the file.
    fn fill(&mut self) -> Result<bool, Torn> {
        let kept = self.filled.len();
        self.buffer.copy_within(self.filled.clone(), 0);
        self.filled = 0..kept;
        self.buffer.resize(kept.next_multiple_of(CHUNK) + CHUNK, 0);
        loop {
            match self.input.read(&mut self.buffer[kept..]) {
                Ok(0) => {
                    self.is_ended = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.filled.end += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.fatal(format!("cannot be read: {error}"))),
            }
        }
    }

    fn scan(&mut self) -> Result<Scan, (usize, &'static str)> {
        let text = &self.buffer[..self.filled.end];
        let (mut at, mut depth, mut lines) = (self.filled.start, 0_usize, 0);
        let mut opened = at;
        self.starts_blank = text
            .get(at)
            .is_some_and(|octet| kind(*octet) == Kind::Blank);
        while let Some(&octet) = text.get(at) {
            match kind(octet) {
                Kind::Blank => at += 1,
                Kind::LineEnd => {
                    at += 1;
                    lines += 1;
                    if depth == 0 {
                        return Ok(Scan::Whole(at, lines));
                    }
                }
                Kind::Comment => at += line_length(&text[at..]),
                Kind::Open => {
                    opened = at;
                    depth += 1;
                    at += 1;
                }
                Kind::Close => {
                    depth = depth.checked_sub(1).ok_or((at, "a `)` too many"))?;
                    at += 1;
                }
                Kind::Quote => match quoted(text, at + 1)? {
                    Some(end) => {
                        self.tokens.push(Token {
                            at: at + 1..end,
                            is_quoted: true,
                        });
                        at = end + 1;
                    }
                    None => break,
                },
                Kind::Binary => return Err((at, "a control character; this is no master file")),
                Kind::Bare | Kind::Escape => match bare(text, at)? {
                    Some(end) => {
                        self.tokens.push(Token {
                            at: at..end,
                            is_quoted: false,
                        });
                        at = end;
                    }
                    None => break,
                },
            }
        }
        if !self.is_ended {
            return Ok(Scan::Short);
        }
        self.last(at, lines, (depth > 0).then_some(opened))
    }

    /// The last entry of a file whose last line does not end.
    fn last(
        &mut self,
        at: usize,
        lines: usize,
        open: Option<usize>,
    ) -> Result<Scan, (usize, &'static str)> {
        if let Some(open) = open {
            return Err((open, "a `(` is not closed"));
        }
        let end = self.filled.end;
        let text = &self.buffer[..end];
        if at < end {
            let is_quoted = kind(text[at]) == Kind::Quote;
            if is_quoted {
                return Err((at, "a quotation mark is not closed"));
            }
            self.tokens.push(Token {
                at: at..end,
                is_quoted: false,
            });
        }
        if self.is_end_of_line_needed && text.last().is_some_and(|octet| *octet != b'\n') {
            return Err((end, "the file ends within a line: it was cut off"));
        }
        Ok(Scan::Whole(end, lines))
    }
}

fn line_length(text: &[u8]) -> usize {
    text.iter()
        .position(|octet| *octet == b'\n')
        .unwrap_or(text.len())
}

/// Where the quotation mark stands that ends the string; `None` when it is not at hand yet.
fn quoted(text: &[u8], start: usize) -> Result<Option<usize>, (usize, &'static str)> {
    let mut at = start;
    while let Some(octet) = text.get(at) {
        match kind(*octet) {
            Kind::Quote => return Ok(Some(at)),
            Kind::LineEnd => return Err((start - 1, "a quotation mark is not closed")),
            Kind::Escape => at += 2,
            _ => at += 1,
        }
    }
    Ok(None)
}

/// Where a token that is not quoted ends; `None` when that is not at hand yet. A quoted part behind `=`
/// belongs to it (RFC 9460, section 2.1).
fn bare(text: &[u8], start: usize) -> Result<Option<usize>, (usize, &'static str)> {
    let mut at = start;
    while let Some(octet) = text.get(at) {
        match kind(*octet) {
            Kind::Bare => at += 1,
            Kind::Escape if text.get(at + 1) == Some(&b'\n') => {
                return Err((at, "a backslash at the end of a line"));
            }
            Kind::Escape => at += 2,
            Kind::Quote if at > start && text[at - 1] == b'=' => match quoted(text, at + 1)? {
                Some(end) => at = end + 1,
                None => return Ok(None),
            },
            _ => return Ok(Some(at)),
        }
    }
    Ok(None)
}
