//! Files that hold a key, in the forms of those who make them.
//!
//! - BIND's, as `tsig-keygen` writes it: `key "NAME" { algorithm hmac-sha256; secret "BASE64"; };`
//! - one line, as `dig -y`, `kdig -y` and the first line of `keymgr -t` have it: `[ALGORITHM:]NAME:BASE64`,
//!   behind a `#` if need be; also `NAME:ALGORITHM:BASE64`. Without an algorithm it is hmac-sha256.
//!
//! What cannot be read may be the secret itself, so that no message repeats any of it.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

use data_encoding::BASE64;

use super::key::{TsigAlgorithm, TsigKey};
use crate::dns::Name;

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFileError {
    /// Neither form.
    Form,
    /// A statement or a part of a key that no key has, or the end in the middle of one.
    Statement,
    /// More than one key.
    Several,
    /// No name, or one that is not a domain name.
    Name,
    /// No algorithm that is known.
    Algorithm,
    /// An algorithm that RFC 8945 has nobody use any more.
    Retired(&'static str),
    /// No secret.
    NoSecret,
    /// The secret is not in Base64.
    Base64,
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(
                "not a TSIG key; write key \"NAME\" { algorithm hmac-sha256; secret \"BASE64\"; }; \
                 or hmac-sha256:NAME:BASE64",
            ),
            Self::Statement => {
                f.write_str("not a key statement with a name, an algorithm and a secret")
            }
            Self::Several => f.write_str("more than one key in it; one is wanted"),
            Self::Name => f.write_str("the name of the key is not a domain name"),
            Self::Algorithm => f.write_str(
                "no algorithm that is known; write hmac-sha256, hmac-sha384 or hmac-sha512",
            ),
            Self::Retired(name) => write!(
                f,
                "{name} is no longer to be used (RFC 8945, section 6); make a key with hmac-sha256"
            ),
            Self::NoSecret => f.write_str("the key has no secret"),
            Self::Base64 => f.write_str("the secret is not in Base64"),
        }
    }
}

impl std::error::Error for KeyFileError {}

/// Reads the one key of `text`.
///
/// # Errors
/// [`KeyFileError`], in which none of the text is.
pub fn read_key(text: &str) -> Result<TsigKey, KeyFileError> {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty());
    let first = first.ok_or(KeyFileError::Form)?;
    match one_line(first.trim_start_matches('#').trim()) {
        Some(key) => key,
        None => statement(text),
    }
}

/// The form in one line; `None` for what is no such line.
fn one_line(line: &str) -> Option<Result<TsigKey, KeyFileError>> {
    if line.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '"' | ';')) {
        return None;
    }
    let parts: Vec<_> = line.split(':').collect();
    match parts[..] {
        [name, secret] => Some(key(name, Ok(TsigAlgorithm::HmacSha256), secret)),
        [one, two, secret] => {
            // Whichever of the two names an algorithm, even one that is refused.
            let (algorithm, name) = match algorithm(two) {
                Err(KeyFileError::Algorithm) => (algorithm(one), two),
                found => (found, one),
            };
            Some(key(name, algorithm, secret))
        }
        _ => None,
    }
}

fn key(
    name: &str,
    algorithm: Result<TsigAlgorithm, KeyFileError>,
    secret: &str,
) -> Result<TsigKey, KeyFileError> {
    let algorithm = algorithm?;
    let parsed = name.parse::<Name>().map_err(|_| KeyFileError::Name)?;
    let octets = secret_octets(secret)?;
    Ok(TsigKey::new(parsed, algorithm, &octets))
}

fn secret_octets(text: &str) -> Result<Vec<u8>, KeyFileError> {
    let text: String = text.split_whitespace().collect();
    let octets = BASE64.decode(text.as_bytes());
    match octets.map_err(|_| KeyFileError::Base64)? {
        octets if octets.is_empty() => Err(KeyFileError::NoSecret),
        octets => Ok(octets),
    }
}

fn algorithm(text: &str) -> Result<TsigAlgorithm, KeyFileError> {
    if let Some(algorithm) = TsigAlgorithm::from_mnemonic(text) {
        return Ok(algorithm);
    }
    let retired = [
        ("hmac-md5", "hmac-md5"),
        ("hmac-md5.sig-alg.reg.int", "hmac-md5"),
        ("hmac-sha1", "hmac-sha1"),
    ];
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut retired = retired.into_iter();
    match retired.find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        Some((_, name)) => Err(KeyFileError::Retired(name)),
        None => Err(KeyFileError::Algorithm),
    }
}

/// BIND's form.
fn statement(text: &str) -> Result<TsigKey, KeyFileError> {
    let mut tokens = Tokens {
        chars: text.chars().peekable(),
    };
    match tokens.next()? {
        Some(Token::Word(word)) if word == "key" => {}
        _ => return Err(KeyFileError::Form),
    }
    let name = tokens.word()?;
    tokens.expect(Token::Open)?;
    let (mut algorithm_word, mut secret) = (None, None);
    loop {
        let token = tokens.next()?.ok_or(KeyFileError::Statement)?;
        let place = match token {
            Token::Close => break,
            Token::Word(word) if word == "algorithm" => &mut algorithm_word,
            Token::Word(word) if word == "secret" => &mut secret,
            _ => return Err(KeyFileError::Statement),
        };
        if place.replace(tokens.word()?).is_some() {
            return Err(KeyFileError::Statement);
        }
        tokens.expect(Token::End)?;
    }
    tokens.expect(Token::End)?;
    match tokens.next()? {
        None => {}
        Some(Token::Word(word)) if word == "key" => return Err(KeyFileError::Several),
        Some(_) => return Err(KeyFileError::Statement),
    }
    let found = algorithm(&algorithm_word.ok_or(KeyFileError::Algorithm)?);
    key(&name, found, &secret.ok_or(KeyFileError::NoSecret)?)
}

#[derive(PartialEq, Eq)]
enum Token {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `;`
    End,
    /// A word, or what stands in quotes.
    Word(String),
}

/// The tokens of a configuration of BIND, without its three kinds of comments.
struct Tokens<'t> {
    chars: Peekable<Chars<'t>>,
}

impl Tokens<'_> {
    fn next(&mut self) -> Result<Option<Token>, KeyFileError> {
        loop {
            let Some(c) = self.chars.next() else {
                return Ok(None);
            };
            return Ok(Some(match c {
                c if c.is_whitespace() => continue,
                '#' => {
                    self.skip_line();
                    continue;
                }
                '/' if self.chars.peek() == Some(&'/') => {
                    self.skip_line();
                    continue;
                }
                '/' if self.chars.peek() == Some(&'*') => {
                    self.skip_block()?;
                    continue;
                }
                '{' => Token::Open,
                '}' => Token::Close,
                ';' => Token::End,
                '"' => Token::Word(self.quoted()?),
                c => Token::Word(self.bare(c)),
            }));
        }
    }

    fn word(&mut self) -> Result<String, KeyFileError> {
        match self.next()? {
            Some(Token::Word(word)) => Ok(word),
            _ => Err(KeyFileError::Statement),
        }
    }

    fn expect(&mut self, token: Token) -> Result<(), KeyFileError> {
        match self.next()? {
            Some(found) if found == token => Ok(()),
            _ => Err(KeyFileError::Statement),
        }
    }

    fn quoted(&mut self) -> Result<String, KeyFileError> {
        let mut word = String::new();
        loop {
            match self.chars.next() {
                Some('"') => return Ok(word),
                Some(c) => word.push(c),
                None => return Err(KeyFileError::Statement),
            }
        }
    }

    fn bare(&mut self, first: char) -> String {
        let mut word = String::from(first);
        let ends = |c: &char| c.is_whitespace() || matches!(c, '{' | '}' | ';' | '"' | '#');
        while let Some(c) = self.chars.next_if(|c| !ends(c)) {
            word.push(c);
        }
        word
    }

    fn skip_line(&mut self) {
        self.chars.find(|c| *c == '\n');
    }

    fn skip_block(&mut self) -> Result<(), KeyFileError> {
        self.chars.next();
        let mut before = ' ';
        for c in self.chars.by_ref() {
            if before == '*' && c == '/' {
                return Ok(());
            }
            before = c;
        }
        Err(KeyFileError::Statement)
    }
}
