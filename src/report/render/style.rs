//! Colour as a layer over words: every meaning has a glyph and a word, and may have a colour.

use anstyle::{AnsiColor, Style as Ansi};

use crate::report::{Severity, Verdict};

/// How text is laid out. The default has no colour, no width and folds consequences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// Columns to stay within; without it lines are as long as they need be.
    pub width: Option<usize>,
    /// Whether everything is listed: consequences, each server of each zone, the fix of each notice.
    pub all: bool,
}

/// What a piece of text means to the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// As it should be.
    Good,
    /// Neither good nor bad.
    Neutral,
    /// To be looked at.
    Attention,
    /// Broken.
    Bad,
    /// A heading.
    Strong,
    /// Of less weight than its surroundings.
    Dim,
}

impl Style {
    /// `text` in the colour of `role`, or as it is.
    pub fn paint(&self, role: Role, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let ansi = match role {
            Role::Good => AnsiColor::Green.on_default(),
            Role::Neutral => AnsiColor::Cyan.on_default(),
            Role::Attention => AnsiColor::Yellow.on_default(),
            Role::Bad => AnsiColor::Red.on_default().bold(),
            Role::Strong => Ansi::new().bold(),
            Role::Dim => Ansi::new().dimmed(),
        };
        format!("{ansi}{text}{ansi:#}")
    }

    /// Glyph and word of `mark`, the word padded to `width` columns.
    pub fn mark(&self, mark: impl Mark, width: usize) -> String {
        let word = mark.word();
        let padding = " ".repeat(width.saturating_sub(word.chars().count()));
        self.paint(mark.role(), &word) + &padding
    }
}

/// What is shown as a glyph with a word, so that colour is never needed to read it.
pub trait Mark {
    /// The glyph alone.
    fn glyph(&self) -> char;
    /// Its meaning to the eye.
    fn role(&self) -> Role;
    /// Glyph, space, word.
    fn word(&self) -> String;
}

impl Mark for Verdict {
    fn glyph(&self) -> char {
        match self {
            Self::Secure => '✓',
            Self::Insecure => '○',
            Self::Indeterminate => '?',
            Self::Bogus => '✗',
        }
    }

    fn role(&self) -> Role {
        match self {
            Self::Secure => Role::Good,
            Self::Insecure => Role::Neutral,
            Self::Indeterminate => Role::Attention,
            Self::Bogus => Role::Bad,
        }
    }

    fn word(&self) -> String {
        format!("{} {self}", self.glyph())
    }
}

impl Mark for Severity {
    fn glyph(&self) -> char {
        match self {
            Self::Notice => '·',
            Self::Warning => '!',
            Self::Error | Self::Bogus => '✗',
        }
    }

    fn role(&self) -> Role {
        match self {
            Self::Notice => Role::Dim,
            Self::Warning => Role::Attention,
            Self::Error | Self::Bogus => Role::Bad,
        }
    }

    fn word(&self) -> String {
        format!("{} {self}", self.glyph())
    }
}
