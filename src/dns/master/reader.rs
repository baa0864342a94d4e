//! From entries to records: directives, omitted owners, TTLs and classes, included files.
//!
//! RFC 1035, section 5.1, as RFC 2308, section 4 amends it: an omitted TTL is that of `$TTL`, and without
//! one that of the last record that had one. `$GENERATE` is no standard and no signer writes it.

use std::io::Read;

use super::super::present;
use super::super::rtype::RecordType;
use super::MasterError;
use super::entries::{Entries, Torn};
use super::fields::{self, Problem, shown};
use super::rdata;
use super::settings::Settings;

/// How deep files may include one another. A loop ends here.
const MAX_DEPTH: usize = 16;
/// How many files may be included in all.
pub const MAX_INCLUDES: usize = 10_000;

/// Where octets come from.
pub type Input = Box<dyn Read + Send>;

/// Opens the file that an `$INCLUDE` names, or says why not.
pub type Opener<'o> = dyn FnMut(&str) -> Result<Input, String> + 'o;

/// One record, lent by the [`Reader`] until the next.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'r> {
    /// Owner name in wire form, in the case of the file.
    pub owner: &'r [u8],
    /// RR type.
    pub rtype: RecordType,
    /// TTL in seconds.
    pub ttl: u32,
    /// RDATA, its names absolute, in the case of the file.
    pub rdata: &'r [u8],
    /// Index of the file among [`Reader::files`].
    pub file: usize,
    /// The line it begins on, from 1.
    pub line: usize,
}

struct Open {
    entries: Entries<Input>,
    file: usize,
    /// What holds again when it is read.
    outer_origin: Option<Vec<u8>>,
    outer_owner: Vec<u8>,
}

/// Gives the records of a master file one after another.
pub struct Reader<'o> {
    stack: Vec<Open>,
    opener: &'o mut Opener<'o>,
    files: Vec<String>,
    is_named: bool,
    is_end_of_line_needed: bool,
    are_octets_checked: bool,
    wanted: Option<Vec<RecordType>>,
    origin: Option<Vec<u8>>,
    /// Empty before the first.
    owner: Vec<u8>,
    /// As `$TTL` says.
    default_ttl: Option<u32>,
    /// Of the last record that had one.
    last_ttl: Option<u32>,
    rdata: Vec<u8>,
}

/// What an entry that is no record, or is one of a type not asked for, leads to.
enum Step {
    Record(RecordType, u32, usize),
    Nothing,
}

/// A problem and the token it stands in.
type AtToken = (usize, Problem);

impl<'o> Reader<'o> {
    /// Reads from `input`; `opener` opens what it includes.
    pub fn new(input: Input, settings: Settings, opener: &'o mut Opener<'o>) -> Self {
        let is_named = settings.file.is_some();
        let mut reader = Self {
            stack: Vec::new(),
            opener,
            files: Vec::new(),
            is_named,
            is_end_of_line_needed: settings.is_end_of_line_needed,
            are_octets_checked: settings.are_octets_checked,
            wanted: settings.wanted,
            origin: settings.origin.map(|name| name.wire().to_vec()),
            owner: Vec::new(),
            default_ttl: None,
            last_ttl: settings.ttl,
            rdata: Vec::new(),
        };
        reader.push(input, settings.file.unwrap_or_default());
        reader
    }

    /// The files read so far, in the order of their first lines.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The next record; `None` when all have been read to their ends.
    ///
    /// # Errors
    /// [`MasterError`] where an entry cannot be read. Unless it is fatal, the next call goes on behind it.
    #[expect(
        clippy::should_implement_trait,
        reason = "what it gives is lent until the next call"
    )]
    pub fn next(&mut self) -> Result<Option<Entry<'_>>, MasterError> {
        loop {
            let Some(open) = self.stack.last_mut() else {
                return Ok(None);
            };
            match open.entries.next() {
                Ok(true) => {}
                Ok(false) => {
                    self.pop();
                    continue;
                }
                Err(torn) => return Err(self.torn(torn)),
            }
            match self.entry() {
                Ok(Step::Nothing) => {}
                Ok(Step::Record(rtype, ttl, line)) => {
                    return Ok(Some(Entry {
                        owner: &self.owner,
                        rtype,
                        ttl,
                        rdata: &self.rdata,
                        file: self.stack.last().map_or(0, |open| open.file),
                        line,
                    }));
                }
                Err((token, problem)) => return Err(self.wrong(token, &problem)),
            }
        }
    }

    fn push(&mut self, input: Input, file: String) {
        let entries = Entries::new(input, self.is_end_of_line_needed);
        self.stack.push(Open {
            entries,
            file: self.files.len(),
            outer_origin: self.origin.clone(),
            outer_owner: self.owner.clone(),
        });
        self.files.push(file);
    }

    /// A file included ends: origin and owner are again what they were.
    fn pop(&mut self) {
        if let Some(open) = self.stack.pop()
            && !self.stack.is_empty()
        {
            self.origin = open.outer_origin;
            self.owner = open.outer_owner;
        }
    }

    fn torn(&mut self, torn: Torn) -> MasterError {
        let file = self.file();
        if torn.is_fatal {
            self.stack.clear();
        }
        MasterError {
            file,
            line: torn.line,
            column: torn.column,
            problem: present::one_line(&torn.problem),
            is_fatal: torn.is_fatal,
        }
    }

    fn wrong(&self, token: usize, problem: &str) -> MasterError {
        let place = self.stack.last().map(|open| {
            let tokens = &open.entries.tokens;
            let token = tokens.get(token).or(tokens.last());
            let (line, column) = open.entries.place(token.map_or(0, |token| token.at.start));
            // A text that is no file is told of by the line that the entry begins on.
            (
                if self.is_named {
                    line
                } else {
                    open.entries.line
                },
                column,
            )
        });
        let (line, column) = place.unwrap_or((1, 1));
        MasterError {
            file: self.file(),
            line,
            column,
            problem: present::one_line(problem),
            is_fatal: false,
        }
    }

    fn file(&self) -> Option<String> {
        let open = self.stack.last().filter(|_| self.is_named)?;
        self.files.get(open.file).cloned()
    }

    fn entry(&mut self) -> Result<Step, AtToken> {
        let open = self.stack.last().expect("an entry stands in a file");
        let entries = &open.entries;
        let first = entries.text(&entries.tokens[0]);
        if first.first() == Some(&b'$') && !entries.starts_blank && !entries.tokens[0].is_quoted {
            return self.directive().map(|()| Step::Nothing);
        }
        let mut at = 0;
        if !entries.starts_blank {
            self.owner.clear();
            let origin = self.origin.as_deref().unwrap_or_default();
            if let Err(problem) = fields::name(first, origin, &mut self.owner) {
                // Records that follow with their owner omitted have none.
                self.owner.clear();
                return Err((0, problem));
            }
            at = 1;
        } else if self.owner.is_empty() {
            return Err((0, "the first record has no owner name".to_owned()));
        }
        self.record(at)
    }

    fn record(&mut self, mut at: usize) -> Result<Step, AtToken> {
        let entries = &self
            .stack
            .last()
            .expect("an entry stands in a file")
            .entries;
        let text = |at: usize| entries.tokens.get(at).map(|token| entries.text(token));
        let mut time = None;
        // TTL and class may stand in either order, each at most once.
        for _ in 0..2 {
            match text(at) {
                Some(class) if class.eq_ignore_ascii_case(b"IN") || class == b"CLASS1" => at += 1,
                Some(number)
                    if time.is_none() && number.first().is_some_and(u8::is_ascii_digit) =>
                {
                    let wrong = || (at, format!("{} is not a TTL", shown(number)));
                    time = Some(fields::ttl(number).ok_or_else(wrong)?);
                    at += 1;
                }
                _ => break,
            }
        }
        let name = text(at).ok_or((at, "a record without a type".to_owned()))?;
        let rtype = fields::rtype(name).map_err(|problem| (at, problem))?;
        if self
            .wanted
            .as_ref()
            .is_some_and(|wanted| !wanted.contains(&rtype))
        {
            self.last_ttl = time.or(self.last_ttl);
            return Ok(Step::Nothing);
        }
        if self.are_octets_checked && rtype.is_meta() {
            return Err((at, format!("{rtype} is no type of data")));
        }
        let data = entries.tokens.get(at + 1..).unwrap_or_default();
        let is_generic = data
            .first()
            .is_some_and(|token| !token.is_quoted && entries.text(token) == b"\\#");
        self.rdata.clear();
        // Few records have more fields than this.
        let mut few: [&[u8]; 12] = [&[]; 12];
        let many: Vec<&[u8]>;
        let texts = if data.len() <= few.len() {
            for (text, token) in few.iter_mut().zip(data) {
                *text = entries.text(token);
            }
            &few[..data.len()]
        } else {
            many = data.iter().map(|token| entries.text(token)).collect();
            &many
        };
        let origin = self.origin.as_deref().unwrap_or_default();
        rdata::read(rtype, texts, is_generic, origin, &mut self.rdata)
            .map_err(|(field, problem)| (at + 1 + field, problem))?;
        if is_generic && self.are_octets_checked && !crate::dns::rdata::is_whole(rtype, &self.rdata)
        {
            return Err((at + 1, format!("these octets are no {rtype} data")));
        }
        let line = entries.line;
        let ttl = time
            .or(self.default_ttl)
            .or(self.last_ttl)
            .or_else(|| fields::minimum(rtype, &self.rdata));
        let ttl = ttl.ok_or((at, "no TTL is given, and no $TTL before".to_owned()))?;
        if time.is_some() || self.last_ttl.is_none() {
            self.last_ttl = Some(ttl);
        }
        Ok(Step::Record(rtype, ttl, line))
    }

    fn directive(&mut self) -> Result<(), AtToken> {
        let entries = &self
            .stack
            .last()
            .expect("an entry stands in a file")
            .entries;
        let texts: Vec<Vec<u8>> = entries
            .tokens
            .iter()
            .map(|token| entries.text(token).to_vec())
            .collect();
        let is = |name: &[u8]| texts[0].eq_ignore_ascii_case(name);
        let most = if is(b"$INCLUDE") { 3 } else { 2 };
        if let Some(extra) = texts.get(most) {
            let directive = shown(&texts[0]);
            return Err((
                most,
                format!("{} is left over after {directive}", shown(extra)),
            ));
        }
        if is(b"$ORIGIN") {
            let text = texts
                .get(1)
                .ok_or((0, "$ORIGIN without a name".to_owned()))?;
            self.origin = Some(self.absolute(text).map_err(|problem| (1, problem))?);
        } else if is(b"$TTL") {
            let text = texts.get(1).ok_or((0, "$TTL without a value".to_owned()))?;
            let wrong = || (1, format!("{} is not a TTL", shown(text)));
            self.default_ttl = Some(fields::ttl(text).ok_or_else(wrong)?);
        } else if is(b"$INCLUDE") {
            self.include(&texts)?;
        } else {
            return Err((0, format!("{} is not supported here", shown(&texts[0]))));
        }
        Ok(())
    }

    fn absolute(&self, text: &[u8]) -> Result<Vec<u8>, Problem> {
        let mut wire = Vec::new();
        let origin = self.origin.as_deref().unwrap_or_default();
        fields::name(text, origin, &mut wire)?;
        Ok(wire)
    }

    fn include(&mut self, texts: &[Vec<u8>]) -> Result<(), AtToken> {
        let path = texts
            .get(1)
            .ok_or((0, "$INCLUDE without a file".to_owned()))?;
        let origin = match texts.get(2) {
            Some(text) => Some(self.absolute(text).map_err(|problem| (2, problem))?),
            None => self.origin.clone(),
        };
        if self.stack.len() >= MAX_DEPTH {
            return Err((
                0,
                format!("files include one another more than {MAX_DEPTH} deep"),
            ));
        }
        if self.files.len() > MAX_INCLUDES {
            return Err((0, format!("more than {MAX_INCLUDES} files are included")));
        }
        let path =
            std::str::from_utf8(path).map_err(|_| (1, "a path that is not UTF-8".to_owned()))?;
        let input = (self.opener)(path).map_err(|problem| (1, problem))?;
        self.push(input, path.to_owned());
        self.origin = origin;
        Ok(())
    }
}
