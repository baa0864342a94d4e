//! Secrets: where one is kept, never what it is.
//!
//! A configuration file is read by people and kept in repositories, so a secret written into it is refused.
//! Neither type here shows a value in `Debug`, `Display` or a dump.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Greatest length of a secret in octets.
const LIMIT: u64 = 64 << 10;

const FORM: &str = "write { file = \"PATH\" }, { env = \"NAME\" } or { credential = \"NAME\" }";

/// Where a secret is kept.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Secret {
    /// A file that holds it; white space at its end does not count.
    File(PathBuf),
    /// A variable of the environment.
    Env(String),
    /// A credential that systemd passes to the service, by its name.
    Credential(String),
}

/// The same, as derived.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", remote = "Secret")]
enum Kept {
    File(PathBuf),
    Env(String),
    Credential(String),
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnlyATable)
    }
}

struct OnlyATable;

impl<'de> Visitor<'de> for OnlyATable {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "where a secret is kept; {FORM}")
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Secret, E> {
        refused()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        refused()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        refused()
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Secret, A::Error> {
        Kept::deserialize(MapAccessDeserializer::new(map))
    }
}

/// Whatever was written in place of a table may be the secret itself, so it is not repeated.
fn refused<E: de::Error>() -> Result<Secret, E> {
    let what = format!("a secret is not written into this file; {FORM}");
    Err(E::custom(what))
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "(from file {})", path.display()),
            Self::Env(name) => write!(f, "(from environment {name})"),
            Self::Credential(name) => write!(f, "(from credential {name})"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A secret that was read. Ask for it by [`expose`](Self::expose), where it is used.
#[derive(Clone, PartialEq, Eq)]
pub struct Exposed(String);

impl Exposed {
    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Secret {
    /// A path that begins at `folder` if it is relative.
    pub(super) fn complete(&mut self, folder: &Path) {
        if let Self::File(path) = self {
            *path = folder.join(&*path);
        }
    }

    /// Whether its name can be one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::File(_) => Ok(()),
            Self::Env(name) if name.is_empty() || name.contains(['=', '\0']) => {
                Err("not a name of a variable".to_owned())
            }
            Self::Credential(name) if !is_credential(name) => {
                Err("not a name of a credential; it is a file name without a path".to_owned())
            }
            Self::Env(_) | Self::Credential(_) => Ok(()),
        }
    }

    /// Reads it from where it is kept now.
    ///
    /// # Errors
    /// Why it cannot be had, without any of it.
    pub fn read(&self) -> Result<Exposed, String> {
        self.read_from(|name| std::env::var_os(name))
    }

    /// The same with the environment as an argument.
    fn read_from(&self, environment: impl Fn(&str) -> Option<OsString>) -> Result<Exposed, String> {
        let refused = |problem: &str| format!("secret {self}: {problem}");
        let text = match self {
            Self::File(path) => super::read_text(path, LIMIT).map_err(|what| refused(&what))?,
            Self::Env(name) => environment(name)
                .ok_or_else(|| refused("no such variable"))?
                .into_string()
                .map_err(|_| refused("not text in UTF-8"))?,
            Self::Credential(name) => {
                let folder = environment("CREDENTIALS_DIRECTORY")
                    .ok_or_else(|| refused("systemd passes none; see LoadCredential="))?;
                let path = PathBuf::from(folder).join(name);
                super::read_text(&path, LIMIT).map_err(|what| refused(&what))?
            }
        };
        match text.trim_end() {
            "" => Err(refused("empty")),
            secret => Ok(Exposed(secret.to_owned())),
        }
    }
}

fn is_credential(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_and_never_shown() {
        let from =
            |secret: Secret| secret.read_from(|name| (name == "TOKEN").then(|| "hunter2\n".into()));
        let read = from(Secret::Env("TOKEN".to_owned())).unwrap();
        assert_eq!(read.expose(), "hunter2");
        assert_eq!(format!("{read:?}"), "(secret)");
        let problem = from(Secret::Env("OTHER".to_owned())).unwrap_err();
        assert_eq!(problem, "secret (from environment OTHER): no such variable");
        let problem = from(Secret::Credential("web".to_owned())).unwrap_err();
        assert!(problem.contains("LoadCredential="), "{problem}");
    }
}
