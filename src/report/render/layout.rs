//! Lines: what may stand on one, where it is broken, and instants beside the one judged at.

use crate::dns::Timestamp;
use crate::dns::time::humane;

/// No line is broken narrower than this, however narrow the terminal says it is.
const NARROWEST: usize = 30;

/// `text` fit for one line of a terminal or a log: line ends and tabs become spaces; other control
/// characters, and characters that change direction or have no width, are written as `\u{…}`.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            hidden if hidden.is_control() || is_invisible(hidden) => {
                out.extend(hidden.escape_unicode());
            }
            shown => out.push(shown),
        }
    }
    out
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` behind `first`, broken between words at `width`, further lines behind `rest` columns of space.
///
/// A word longer than a line stands on a line of its own and is not broken: names, digests and commands
/// are there to be copied.
pub fn wrap(text: &str, width: Option<usize>, first: &str, rest: usize) -> String {
    let text = plain(text);
    let Some(width) = width.map(|width| width.max(NARROWEST)) else {
        return format!("{first}{text}");
    };
    let mut out = first.to_owned();
    let mut column = first.chars().count();
    let mut is_first_word = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if !is_first_word && column + 1 + length > width {
            out.push('\n');
            out.push_str(&" ".repeat(rest));
            column = rest;
        } else if !is_first_word {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        is_first_word = false;
    }
    out
}

/// `instant` in RFC 3339 with its distance to `at`.
pub(super) fn when(instant: Timestamp, at: Timestamp) -> String {
    let ahead = instant.since(at);
    match ahead {
        0 => format!("{instant} (now)"),
        1.. => format!("{instant} (in {})", humane(ahead)),
        _ => format!("{instant} ({} ago)", humane(ahead)),
    }
}

/// `count` with its noun, in the plural when it is not one.
pub fn counted<N: From<u8> + PartialEq + std::fmt::Display>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
