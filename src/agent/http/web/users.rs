//! Users with passwords hashed by bcrypt, which is slow on purpose.
//!
//! What was checked once is remembered, so that ten thousand scrapes do not mean ten thousand hashes; only a
//! salted digest of it is, never a password. Few passwords are checked at a time, so that guessing cannot
//! take the processors. An unknown user costs the same work as a known one.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderValue;
use bcrypt::HashParts;
use data_encoding::BASE64;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::file::Secret;
use crate::crypto::sha256;

/// Passwords that are checked at a time.
const AT_ONCE: usize = 2;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Outcomes that are remembered of each kind.
const REMEMBERED: usize = 1_000;
/// Octets of an Authorization header that are looked at.
const MAX: usize = 4_096;

/// Names and hashes.
#[derive(Clone)]
pub struct Users {
    hashes: BTreeMap<String, String>,
    /// A hash that is compared with when the user is unknown: the costliest there is.
    stand_in: String,
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.hashes.keys()).finish()
    }
}

impl Users {
    /// The users of a file.
    ///
    /// # Errors
    /// Whose hash is none.
    pub fn new(given: &Option<BTreeMap<String, Secret>>) -> Result<Self, String> {
        let mut hashes = BTreeMap::new();
        let mut costliest = (0, String::new());
        for (user, hash) in given.iter().flatten() {
            let parts = hash.0.parse::<HashParts>();
            let parts = parts
                .map_err(|_| format!("basic_auth_users: what {user} has is no hash of bcrypt"))?;
            if parts.get_cost() > costliest.0 {
                costliest = (parts.get_cost(), hash.0.clone());
            }
            hashes.insert(user.clone(), hash.0.clone());
        }
        Ok(Self {
            hashes,
            stand_in: costliest.1,
        })
    }

    /// Whether nobody needs a password.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }
}

/// What comes of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A user with the right password.
    Known,
    /// Nobody, an unknown user, or a wrong password.
    Unknown,
    /// No turn came in time.
    Busy,
}

type Print = [u8; 32];

/// Checks passwords and remembers what came of it.
pub struct Checker {
    salt: Print,
    known: Mutex<HashMap<Print, bool>>,
    turns: Arc<Semaphore>,
}

impl fmt::Debug for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checker")
    }
}

impl Checker {
    /// One that remembers nothing yet.
    ///
    /// # Errors
    /// The system has no randomness for a salt.
    pub fn new() -> Result<Self, String> {
        let mut salt = Print::default();
        let filled = SystemRandom::new().fill(&mut salt);
        filled.map_err(|_| "the system gives no random octets".to_owned())?;
        Ok(Self {
            salt,
            known: Mutex::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Whether the header is of a user with the right password.
    pub async fn check(&self, users: &Users, header: Option<&HeaderValue>) -> Outcome {
        let Some((user, password)) = header.and_then(credentials) else {
            return Outcome::Unknown;
        };
        let hash = users.hashes.get(&user);
        let is_user = hash.is_some();
        let hash = hash.unwrap_or(&users.stand_in).clone();
        let print = self.print(&user, &hash, &password);
        if let Some(outcome) = self.remembered(&print) {
            return outcome;
        }
        let Ok(Ok(turn)) = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await else {
            return Outcome::Busy;
        };
        // The same may have been checked while this one waited.
        if let Some(outcome) = self.remembered(&print) {
            return outcome;
        }
        let checked = tokio::task::spawn_blocking(move || {
            let is_right = bcrypt::verify(&password, &hash).unwrap_or(false);
            drop(turn);
            is_right
        });
        let is_known = checked.await.unwrap_or(false) && is_user;
        self.remember(print, is_known);
        told(is_known)
    }

    /// A changed hash makes another print, so that an old password is worth nothing at once.
    fn print(&self, user: &str, hash: &str, password: &[u8]) -> Print {
        let mut text = self.salt.to_vec();
        for part in [user.as_bytes(), hash.as_bytes(), password] {
            text.extend(part.len().to_be_bytes());
            text.extend(part);
        }
        sha256(&text)
    }

    fn remembered(&self, print: &Print) -> Option<Outcome> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(print).copied().map(told)
    }

    /// Guesses push out guesses, and never what was right.
    fn remember(&self, print: Print, is_known: bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.values().filter(|kept| **kept == is_known).count() >= REMEMBERED {
            known.retain(|_, kept| *kept != is_known);
        }
        known.insert(print, is_known);
    }
}

fn told(is_known: bool) -> Outcome {
    match is_known {
        true => Outcome::Known,
        false => Outcome::Unknown,
    }
}

/// User and password of a header (RFC 7617, section 2).
fn credentials(header: &HeaderValue) -> Option<(String, Vec<u8>)> {
    let text = header.to_str().ok().filter(|text| text.len() <= MAX)?;
    let (scheme, rest) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(())?;
    let octets = BASE64.decode(rest.trim().as_bytes()).ok()?;
    let colon = octets.iter().position(|octet| *octet == b':')?;
    let user = String::from_utf8(octets.get(..colon)?.to_vec()).ok()?;
    Some((user, octets.get(colon + 1..)?.to_vec()))
}
