//! The file: YAML with four parts, each of which may be left out. A key that is not known is an error.
//!
//! Paths are relative to the directory of the file. Where Go's TLS knows something that this one does not,
//! the part says so: see the neighbouring `tls`.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use serde::Deserialize;

/// Octets that a file may have.
const MAX: u64 = 1024 * 1024;

/// The headers that may be set, and their values where only some are good.
const HEADERS: [(HeaderName, &[&str]); 5] = [
    (CONTENT_SECURITY_POLICY, &[]),
    (STRICT_TRANSPORT_SECURITY, &[]),
    (X_CONTENT_TYPE_OPTIONS, &["nosniff"]),
    (X_FRAME_OPTIONS, &["deny", "sameorigin"]),
    (X_XSS_PROTECTION, &[]),
];

/// The file as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub tls_server_config: Option<TlsSettings>,
    pub http_server_config: Option<HttpSettings>,
    pub basic_auth_users: Option<BTreeMap<String, Secret>>,
    pub rate_limit: Option<RateSettings>,
}

/// TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsSettings {
    pub cert: Option<String>,
    pub key: Option<Secret>,
    pub client_ca: Option<String>,
    pub cert_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
    pub client_ca_file: Option<PathBuf>,
    pub client_auth_type: Option<String>,
    pub client_allowed_sans: Option<Vec<String>>,
    pub min_version: Option<String>,
    pub max_version: Option<String>,
    pub cipher_suites: Option<Vec<String>>,
    pub prefer_server_cipher_suites: Option<bool>,
    pub curve_preferences: Option<Vec<String>>,
}

/// HTTP.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// Permission, not a duty: HTTP/1.1 is spoken either way.
    pub http2: Option<bool>,
    pub headers: Option<BTreeMap<String, Option<String>>>,
}

/// Requests of all clients together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateSettings {
    pub interval: Option<String>,
    pub burst: Option<u32>,
}

/// A text that is not to be shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// The file and the files that it names, as they were at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub settings: Settings,
    /// Certificates of the server in PEM.
    pub certificates: Option<Vec<u8>>,
    /// Its key in PEM.
    pub key: Option<Secrets>,
    /// Certificates in PEM by which those of clients are checked.
    pub client_roots: Option<Vec<u8>>,
}

/// Octets that are not to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets(pub Vec<u8>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// Reads the file and those that it names.
///
/// # Errors
/// What cannot be read or understood.
pub fn read(path: &Path) -> Result<Bundle, String> {
    let text = octets(path)?;
    let text = String::from_utf8(text);
    let text = text.map_err(|_| format!("{}: not text in UTF-8", path.display()))?;
    let settings = parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))?;
    let tls = settings.tls_server_config.clone().unwrap_or_default();
    let beside = |named: Option<&PathBuf>| {
        let named = named.filter(|named| !named.as_os_str().is_empty())?;
        Some(path.parent().unwrap_or(Path::new("")).join(named))
    };
    let content = |named: Option<&PathBuf>, given: Option<&String>| match beside(named) {
        Some(path) => octets(&path).map(Some),
        None => {
            let given = given.filter(|given| !given.is_empty());
            Ok(given.map(|given| given.clone().into_bytes()))
        }
    };
    let key = tls.key.as_ref().map(|key| &key.0);
    Ok(Bundle {
        path: path.to_owned(),
        certificates: content(tls.cert_file.as_ref(), tls.cert.as_ref())?,
        key: content(tls.key_file.as_ref(), key)?.map(Secrets),
        client_roots: content(tls.client_ca_file.as_ref(), tls.client_ca.as_ref())?,
        settings,
    })
}

fn octets(path: &Path) -> Result<Vec<u8>, String> {
    let read = || {
        let mut octets = Vec::new();
        let file = std::fs::File::open(path)?;
        file.take(MAX + 1).read_to_end(&mut octets)?;
        Ok::<_, std::io::Error>(octets)
    };
    let octets = read().map_err(|error| format!("{}: {error}", path.display()))?;
    match octets.len() as u64 > MAX {
        true => Err(format!("{}: longer than {MAX} octets", path.display())),
        false => Ok(octets),
    }
}

/// Reads the YAML. A file of comments alone asks for nothing.
pub fn parse(text: &str) -> Result<Settings, String> {
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if text.lines().all(is_blank) {
        return Ok(Settings::default());
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let whole = error.without_snippet().to_string();
        let first = whole.lines().next().unwrap_or_default();
        match error.location() {
            Some(at) if !first.contains("line ") => {
                format!("line {}, column {}: {first}", at.line(), at.column())
            }
            _ => first.to_owned(),
        }
    })
}

impl Settings {
    /// The headers that every answer gets.
    pub fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
        let http = self.http_server_config.as_ref();
        let headers = http.and_then(|http| http.headers.as_ref());
        let given = headers.into_iter().flatten();
        // A blank value sets nothing.
        let given = given.filter_map(|(name, value)| {
            let value = value.as_deref().filter(|value| !value.is_empty())?;
            Some((name, value))
        });
        given.map(|(name, value)| header(name, value)).collect()
    }

    /// The interval between two requests, and how many may come at once.
    pub fn rate(&self) -> Result<Option<(Duration, NonZeroU32)>, String> {
        let Some(rate) = &self.rate_limit else {
            return Ok(None);
        };
        let text = rate.interval.as_deref().unwrap_or("0");
        let interval = duration(text);
        let interval = interval
            .ok_or_else(|| format!("rate_limit: interval: {text:?} is not as 1s or 250ms"))?;
        if interval.is_zero() {
            return Ok(None);
        }
        let burst = NonZeroU32::new(rate.burst.unwrap_or(0));
        let burst = burst.ok_or("rate_limit: a burst of 0 would refuse every request")?;
        Ok(Some((interval, burst)))
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let known = HEADERS
        .into_iter()
        .find(|(known, _)| known.as_str() == name.to_ascii_lowercase());
    let Some((known, values)) = known else {
        return Err(format!(
            "http_server_config: headers: {name} cannot be set here"
        ));
    };
    if !values.is_empty() && !values.contains(&value) {
        let values = values.join(" or ");
        return Err(format!(
            "http_server_config: headers: {name} is {values}, not {value:?}"
        ));
    }
    let value = HeaderValue::from_str(value);
    let value =
        value.map_err(|_| format!("http_server_config: headers: {name} is no header value"))?;
    Ok((known, value))
}

/// A duration as Go writes it: numbers with units, `1m30s`; a bare number counts nanoseconds.
fn duration(text: &str) -> Option<Duration> {
    if let Ok(nanoseconds) = text.parse::<u64>() {
        return Some(Duration::from_nanos(nanoseconds));
    }
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.');
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let unit = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * unit;
        rest = after;
    }
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|_| !text.is_empty())
}
