//! Where a zone comes from: a file or standard input, compressed or not, and the files it includes.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ruzstd::decoding::StreamingDecoder;

use crate::agent::cli::failure::Failure;
use crate::agent::cli::files::problem;
use crate::dns::master::Input;

const GZIP: &[u8] = &[0x1F, 0x8B];
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// An open zone file.
pub struct Source {
    /// Its name in messages.
    pub name: String,
    /// Its length in octets; `None` for what is no regular file.
    pub octets: Option<u64>,
    /// How many octets have been read, those of included files too.
    pub read: Arc<AtomicU64>,
    input: Option<Input>,
    folder: PathBuf,
    is_anywhere: bool,
}

impl Source {
    /// Opens `path`, `-` for standard input.
    ///
    /// # Errors
    /// [`Failure::Trouble`] when it cannot be read: nothing can be told of the zone then.
    pub fn open(path: &Path, is_anywhere: bool) -> Result<Self, Failure> {
        let read = Arc::new(AtomicU64::new(0));
        let is_stdin = path.as_os_str() == "-";
        let name = if is_stdin {
            "(standard input)".to_owned()
        } else {
            path.display().to_string()
        };
        let wrong = |error: io::Error| Failure::trouble(&name, problem(&error));
        let (raw, octets): (Input, _) = if is_stdin {
            (Box::new(io::stdin()), None)
        } else {
            let metadata = std::fs::metadata(path).map_err(wrong)?;
            if metadata.is_dir() {
                return Err(wrong(ErrorKind::IsADirectory.into()));
            }
            match metadata.is_file() {
                true => {
                    let file = File::open(path).map_err(wrong)?;
                    (Box::new(file), Some(metadata.len()))
                }
                false => (Box::new(Late::Closed(path.to_owned())), None),
            }
        };
        let input = unpacked(counted(raw, &read));
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty() && !is_stdin);
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        Ok(Self {
            name,
            octets,
            read,
            input: Some(input),
            folder,
            is_anywhere,
        })
    }

    /// The octets of the zone file; nothing when they have been given before.
    pub fn input(&mut self) -> Input {
        self.input.take().unwrap_or_else(|| Box::new(io::empty()))
    }

    /// Opens a file that the zone includes.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn include(&mut self, path: &str) -> Result<Input, String> {
        let wanted = self.folder.join(path);
        let wrong = |error: io::Error| format!("{}: {error}", wanted.display());
        let real = wanted.canonicalize().map_err(wrong)?;
        let folder = self.folder.canonicalize().map_err(wrong)?;
        if !self.is_anywhere && !real.starts_with(&folder) {
            let folder = folder.display();
            return Err(format!(
                "{} lies outside {folder}; --include-anywhere allows it",
                real.display()
            ));
        }
        if !std::fs::metadata(&real).map_err(wrong)?.is_file() {
            return Err(format!("{} is no regular file", real.display()));
        }
        let file = File::open(&real).map_err(wrong)?;
        Ok(unpacked(counted(Box::new(file), &self.read)))
    }
}

/// A named pipe, which can be opened only when somebody writes to it: by who reads, for whom the time limit holds.
enum Late {
    Closed(PathBuf),
    Open(File),
}

impl Read for Late {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Closed(path) = self {
            *self = Self::Open(File::open(path)?);
        }
        match self {
            Self::Closed(_) => Ok(0),
            Self::Open(file) => file.read(buffer),
        }
    }
}

/// Counts what is read.
struct Counted {
    inner: Input,
    read: Arc<AtomicU64>,
}

fn counted(inner: Input, read: &Arc<AtomicU64>) -> Input {
    let read = Arc::clone(read);
    Box::new(Counted { inner, read })
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Unpacks what begins as a packed file does. It is looked at when the first octet is wanted: a pipe may
/// give none for a long time, and the time limit holds only for who reads.
fn unpacked(input: Input) -> Input {
    Box::new(Unpacked::Closed(input))
}

enum Unpacked {
    /// Nothing has been read yet.
    Closed(Input),
    Open(Input),
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Closed(input) = self {
            let input = std::mem::replace(input, Box::new(io::empty()));
            *self = Self::Open(opened(input)?);
        }
        match self {
            Self::Closed(input) | Self::Open(input) => input.read(buffer),
        }
    }
}

fn opened(mut input: Input) -> io::Result<Input> {
    let mut head = Vec::with_capacity(ZSTD.len());
    input
        .by_ref()
        .take(ZSTD.len() as u64)
        .read_to_end(&mut head)?;
    let is_gzip = head.starts_with(GZIP);
    let is_zstd = head == ZSTD;
    let whole = io::Cursor::new(head).chain(input);
    Ok(match (is_gzip, is_zstd) {
        (true, _) => Box::new(flate2::bufread::MultiGzDecoder::new(
            BufReader::with_capacity(1 << 16, whole),
        )),
        (_, true) => Box::new(Frames::new(Box::new(whole))),
        _ => Box::new(whole),
    })
}

/// The frames of a zstd file, one after another (RFC 8878, section 3.1).
struct Frames {
    state: State,
}

enum State {
    /// Between frames.
    Between(BufReader<Input>),
    Within(Box<StreamingDecoder<BufReader<Input>, ruzstd::decoding::FrameDecoder>>),
    /// After an error or the end.
    Ended,
}

/// What follows a frame, if its content is what its checksum says.
fn ended(
    decoder: StreamingDecoder<BufReader<Input>, ruzstd::decoding::FrameDecoder>,
) -> io::Result<BufReader<Input>> {
    let told = decoder.decoder.get_checksum_from_data();
    if told.is_some() && told != decoder.decoder.get_calculated_checksum() {
        return Err(io::Error::other("the checksum of a zstd frame is wrong"));
    }
    Ok(decoder.into_inner())
}

impl Frames {
    fn new(input: Input) -> Self {
        let state = State::Between(BufReader::with_capacity(1 << 16, input));
        Self { state }
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(mut input) => {
                    if io::BufRead::fill_buf(&mut input)?.is_empty() {
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(input).map_err(io::Error::other)?;
                    self.state = State::Within(Box::new(decoder));
                }
                State::Within(mut decoder) => match decoder.read(buffer)? {
                    0 => self.state = State::Between(ended(*decoder)?),
                    count => {
                        self.state = State::Within(decoder);
                        return Ok(count);
                    }
                },
            }
        }
    }
}
