//! What is known of the terminal, and writing to it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal, Write};

use super::failure::Failure;
use super::values::Color;
use crate::report::render::Style;

/// Where standard output and standard error lead, and what the environment says of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Console {
    /// Whether standard output is a terminal.
    pub is_output_terminal: bool,
    /// Whether standard error is a terminal.
    pub is_error_terminal: bool,
    /// Whether `NO_COLOR` is set to something.
    pub no_color: bool,
    /// Whether `TERM` is `dumb`.
    pub is_dumb: bool,
    /// Whether a terminal is to be written in ASCII, since the locale names another character set than UTF-8.
    pub is_ascii: bool,
    /// Columns of the terminal.
    pub width: Option<usize>,
}

impl Console {
    /// That of this process.
    pub fn of_process() -> Self {
        let is_output_terminal = std::io::stdout().is_terminal();
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            is_output_terminal,
            is_error_terminal: std::io::stderr().is_terminal(),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            is_dumb: std::env::var_os("TERM").is_some_and(|value| value == "dumb"),
            is_ascii: is_ascii(["LC_ALL", "LC_CTYPE", "LANG"].map(std::env::var_os)),
            width: width.filter(|width| is_output_terminal && *width > 0),
        }
    }

    /// Whether colours are written: what the user says, else on a terminal that is not asked to do without.
    pub fn has_color(&self, choice: Color) -> bool {
        match choice {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => self.is_output_terminal && !self.no_color && !self.is_dumb,
        }
    }

    /// What a terminal shows in place of `text`: marks in ASCII where the locale has no UTF-8. Each character stays
    /// one, so that tables keep their columns. A pipe gets the text as it is.
    pub fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.is_ascii || !self.is_output_terminal {
            return Cow::Borrowed(text);
        }
        let shown = text.chars().map(|c| match c {
            '✓' => '+',
            '✗' => 'x',
            '○' => 'o',
            '·' => '.',
            '–' => '-',
            '…' => '~',
            c if c.is_ascii() => c,
            _ => '?',
        });
        Cow::Owned(shown.collect())
    }

    /// The layout for this console.
    pub fn style(&self, choice: Color) -> Style {
        Style {
            color: self.has_color(choice),
            width: self.width,
            all: false,
        }
    }
}

/// Whether a locale names another character set than UTF-8. The first variable that is set decides; none says
/// nothing, as in a container.
fn is_ascii(variables: [Option<OsString>; 3]) -> bool {
    let set = variables
        .into_iter()
        .flatten()
        .find(|value| !value.is_empty());
    set.is_some_and(|value| {
        let value = value.to_string_lossy().to_ascii_lowercase();
        !value.contains("utf-8") && !value.contains("utf8")
    })
}

/// Writes `text` whole. A reader that has gone away has read what it wanted and is no failure.
pub fn write(out: &mut dyn Write, text: &str) -> Result<(), Failure> {
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::trouble("standard output", error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_follow_choice_environment_and_terminal() {
        let terminal = Console {
            is_output_terminal: true,
            ..Console::default()
        };
        let no_color = Console {
            no_color: true,
            ..terminal
        };
        let dumb = Console {
            is_dumb: true,
            ..terminal
        };
        for (console, choice, has_color) in [
            (terminal, Color::Auto, true),
            (Console::default(), Color::Auto, false),
            (no_color, Color::Auto, false),
            (dumb, Color::Auto, false),
            (no_color, Color::Always, true),
            (terminal, Color::Never, false),
        ] {
            assert_eq!(
                console.has_color(choice),
                has_color,
                "{console:?} {choice:?}"
            );
        }
    }

    #[test]
    fn a_terminal_without_utf8_gets_ascii_in_the_same_columns() {
        for (variables, expected) in [
            ([None, None, None], false),
            ([None, None, Some("en_GB.UTF-8")], false),
            ([Some("C"), None, Some("en_GB.UTF-8")], true),
            ([Some(""), Some("C.utf8"), Some("C")], false),
            ([None, None, Some("de_DE.ISO-8859-1")], true),
        ] {
            assert_eq!(
                is_ascii(variables.map(|value| value.map(Into::into))),
                expected
            );
        }
        let console = Console {
            is_output_terminal: true,
            is_ascii: true,
            ..Console::default()
        };
        let marks = "✓ secure  ✗ bogus  ○ insecure  · notice  ł";
        assert_eq!(
            console.shown(marks),
            "+ secure  x bogus  o insecure  . notice  ?"
        );
        let pipe = Console {
            is_output_terminal: false,
            ..console
        };
        assert_eq!(pipe.shown(marks), marks);
    }

    struct Gone(ErrorKind);

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_broken_pipe_is_quiet_and_a_full_disk_is_not() {
        assert_eq!(write(&mut Gone(ErrorKind::BrokenPipe), "text"), Ok(()));
        let full = write(&mut Gone(ErrorKind::StorageFull), "text");
        assert_eq!(full.map_err(|failure| failure.exit_code()), Err(3));
    }
}
