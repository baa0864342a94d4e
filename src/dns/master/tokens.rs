//! The logical lines of a master file, split into tokens: RFC 1035, section 5.1.

use super::MasterError;

/// One logical line: what stands between line ends outside parentheses.
pub(super) struct Entry {
    pub line: usize,
    pub starts_blank: bool,
    pub tokens: Vec<String>,
}

/// Splits text into entries. A quoted string is one token that begins with `"`.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, MasterError> {
    let mut found = Vec::new();
    let mut entry: Option<Entry> = None;
    let mut depth = 0_usize;
    for (line, content) in (1..).zip(text.lines()) {
        let problem = |problem: &str| MasterError {
            line,
            problem: problem.to_owned(),
        };
        let current = entry.get_or_insert_with(|| Entry {
            line,
            starts_blank: content.starts_with([' ', '\t']),
            tokens: Vec::new(),
        });
        for token in tokens(content).map_err(problem)? {
            match token.as_str() {
                "(" => depth += 1,
                ")" => {
                    depth = depth
                        .checked_sub(1)
                        .ok_or_else(|| problem("a `)` too many"))?
                }
                _ => current.tokens.push(token),
            }
        }
        if depth == 0 {
            found.extend(entry.take().filter(|entry| !entry.tokens.is_empty()));
        }
    }
    match entry {
        Some(open) => Err(MasterError {
            line: open.line,
            problem: "a `(` is not closed".to_owned(),
        }),
        None => Ok(found),
    }
}

fn tokens(line: &str) -> Result<Vec<String>, &'static str> {
    let mut found = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(&first) = chars.peek() {
        match first {
            ';' => break,
            c if c.is_whitespace() => drop(chars.next()),
            '(' | ')' => found.extend(chars.next().map(String::from)),
            '"' => found.push(quoted(&mut chars)?),
            _ => found.push(bare(&mut chars)),
        }
    }
    Ok(found)
}

fn quoted(chars: &mut impl Iterator<Item = char>) -> Result<String, &'static str> {
    let mut token = String::from('"');
    chars.next();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Ok(token),
            '\\' => {
                token.push(c);
                token.extend(chars.next());
            }
            _ => token.push(c),
        }
    }
    Err("a quotation mark is not closed")
}

fn bare(chars: &mut std::iter::Peekable<impl Iterator<Item = char>>) -> String {
    let mut token = String::new();
    while let Some(&c) = chars.peek() {
        if c.is_whitespace() || matches!(c, '(' | ')' | ';' | '"') {
            break;
        }
        token.push(c);
        chars.next();
        if c == '\\' {
            token.extend(chars.next());
        }
    }
    token
}
