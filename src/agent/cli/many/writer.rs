//! Where reports go as they come: to standard output, or into a file that a run is resumed from.

use std::io::{ErrorKind, Write};

use super::log::Log;
use crate::agent::cli::failure::Failure;
use crate::report::render::Sheet;

/// Where reports go.
pub enum Sink<'o> {
    /// To who reads standard output.
    Out(&'o mut dyn Write),
    /// Into a file that a run is resumed from.
    Log(Log),
}

/// Writes pieces as they come.
pub struct Writer<'o> {
    sink: Sink<'o>,
    sheet: Sheet,
    is_begun: bool,
    /// What came between, if anything.
    pub problem: Option<Failure>,
}

impl<'o> Writer<'o> {
    /// A writer that has written nothing.
    pub fn new(sink: Sink<'o>, sheet: Sheet) -> Self {
        Self {
            sink,
            sheet,
            is_begun: false,
            problem: None,
        }
    }

    /// Writes what stands before the first piece; whether more is of any use.
    pub fn begin(&mut self) -> bool {
        let head = self.sheet.head();
        self.put(&head)
    }

    /// Writes what one report is in the form asked for; whether more is of any use.
    pub fn add(&mut self, text: &str) -> bool {
        if text.is_empty() {
            return true;
        }
        let between = if self.is_begun {
            self.sheet.between()
        } else {
            ""
        };
        self.is_begun = true;
        self.put(&format!("{between}{text}"))
    }

    fn put(&mut self, text: &str) -> bool {
        let written = match &mut self.sink {
            Sink::Log(log) => log.add(text),
            Sink::Out(out) => {
                let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
                match written {
                    // A reader that has gone away has read what it wanted.
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => return false,
                    written => written.map_err(|error| Failure::trouble("standard output", error)),
                }
            }
        };
        self.problem = written.err();
        self.problem.is_none()
    }
}
