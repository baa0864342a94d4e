//! The TLS part of the web configuration file, which names things as Go does.
//!
//! What is older than TLS 1.2, suites without forward secrecy or authenticated encryption, and P-521 are not
//! spoken here. A file that allows them beside others is accepted and the log says what is left out; one
//! that leaves nothing else is refused. Client certificates that nobody checks are refused as well.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::crypto::ring as provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{NamedGroup, ProtocolVersion, RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::file::{Bundle, TlsSettings};
use super::san;

/// TLS as it is spoken with clients.
#[derive(Debug)]
pub struct Tls {
    /// For the library.
    pub configuration: Arc<ServerConfig>,
    /// Names of which a client's certificate must hold one.
    names: Option<Vec<String>>,
}

impl Tls {
    /// Whether a client with these certificates, which were checked, may speak on.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&self, certificates: Option<&[CertificateDer<'_>]>) -> Result<(), String> {
        let Some(allowed) = &self.names else {
            return Ok(());
        };
        let first = certificates.and_then(<[_]>::first);
        let held = first.map(|first| san::names(first)).unwrap_or_default();
        match held.iter().any(|name| allowed.contains(name)) {
            true => Ok(()),
            false => Err("the client's certificate holds none of client_allowed_sans".to_owned()),
        }
    }
}

/// The TLS that the file asks for, if any.
///
/// # Errors
/// What is wrong with that part, in one line.
pub fn tls(bundle: &Bundle) -> Result<Option<Tls>, String> {
    let Some(settings) = &bundle.settings.tls_server_config else {
        return Ok(None);
    };
    if !is_enabled(bundle, settings) {
        return Ok(None);
    }
    let built = build(bundle, settings).map(Some);
    built.map_err(|problem| format!("tls_server_config: {problem}"))
}

fn is_enabled(bundle: &Bundle, settings: &TlsSettings) -> bool {
    let auth = settings.client_auth_type.as_deref().unwrap_or_default();
    let contents = [&bundle.certificates, &bundle.client_roots];
    contents.iter().any(|content| content.is_some()) || bundle.key.is_some() || !auth.is_empty()
}

fn build(bundle: &Bundle, settings: &TlsSettings) -> Result<Tls, String> {
    let certificates = bundle
        .certificates
        .as_deref()
        .ok_or("cert_file or cert is missing")?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
    let certificates = certificates.map_err(|error| format!("cert_file: {error}"))?;
    let key = bundle.key.as_ref().ok_or("key_file or key is missing")?;
    let key = PrivateKeyDer::from_pem_slice(&key.0);
    let key = key.map_err(|error| format!("key_file: {error}"))?;
    let versions = versions(settings)?;
    let spoken = Arc::new(spoken(settings, &versions)?);
    let builder = ServerConfig::builder_with_provider(Arc::clone(&spoken));
    let builder = builder.with_protocol_versions(&versions);
    let builder = builder.map_err(|error| error.to_string())?;
    let builder = match verifier(bundle, settings, &spoken)? {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let configuration = builder.with_single_cert(certificates, key);
    let mut configuration = configuration.map_err(|error| error.to_string())?;
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    configuration.ignore_client_order = settings.prefer_server_cipher_suites.unwrap_or(true);
    Ok(Tls {
        configuration: Arc::new(configuration),
        names: settings.client_allowed_sans.clone(),
    })
}

fn versions(settings: &TlsSettings) -> Result<Vec<&'static SupportedProtocolVersion>, String> {
    let least = version("min_version", settings.min_version.as_deref(), "TLS12")?;
    let most = version("max_version", settings.max_version.as_deref(), "TLS13")?;
    if least < 12 && settings.min_version.is_some() {
        tracing::warn!("tls_server_config: min_version: nothing older than TLS 1.2 is spoken");
    }
    let spoken = [(12, &TLS12), (13, &TLS13)];
    let all = spoken
        .into_iter()
        .filter(|(number, _)| (least..=most).contains(number));
    let all: Vec<_> = all.map(|(_, version)| version).collect();
    match all.is_empty() {
        true => Err("min_version and max_version leave neither TLS12 nor TLS13".to_owned()),
        false => Ok(all),
    }
}

fn version(key: &str, name: Option<&str>, default: &str) -> Result<u8, String> {
    match name.unwrap_or(default) {
        "TLS10" => Ok(10),
        "TLS11" => Ok(11),
        "TLS12" => Ok(12),
        "TLS13" => Ok(13),
        other => Err(format!("{key} is TLS12 or TLS13, not {other:?}")),
    }
}

/// Suites of Go's list that are not spoken here.
const UNSPOKEN: [&str; 13] = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
];

/// What is spoken: the library's own unless the file says less. TLS 1.3 has its suites in any case.
fn spoken(
    settings: &TlsSettings,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<CryptoProvider, String> {
    let mut spoken = provider::default_provider();
    let wanted = settings.cipher_suites.as_deref().unwrap_or_default();
    if !wanted.is_empty() {
        let all = std::mem::take(&mut spoken.cipher_suites);
        let (latest, older): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|suite| suite.version().version == ProtocolVersion::TLSv1_3);
        spoken.cipher_suites = latest;
        for name in wanted {
            let plain = go_name(name);
            let mut known = older
                .iter()
                .filter(|suite| format!("{:?}", suite.suite()) == plain);
            match known.next() {
                Some(suite) => spoken.cipher_suites.push(*suite),
                None if is_named(&spoken, plain) => {}
                None if UNSPOKEN.contains(&name.as_str()) => {
                    tracing::warn!("tls_server_config: cipher_suites: {name} is not spoken");
                }
                None => return Err(format!("cipher_suites: {name} is not known")),
            }
        }
    }
    let mut suites = spoken.cipher_suites.iter();
    if !suites.any(|suite| {
        versions
            .iter()
            .any(|version| version.version == suite.version().version)
    }) {
        return Err("cipher_suites: none is spoken here".to_owned());
    }
    curves(
        &mut spoken,
        settings.curve_preferences.as_deref().unwrap_or_default(),
    )?;
    Ok(spoken)
}

/// Go has two names for some suites.
fn go_name(name: &str) -> &str {
    match name {
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305" => "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305" => "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_GCM_SHA256" => "TLS13_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384" => "TLS13_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256" => "TLS13_CHACHA20_POLY1305_SHA256",
        other => other,
    }
}

fn is_named(spoken: &CryptoProvider, name: &str) -> bool {
    let mut suites = spoken.cipher_suites.iter();
    suites.any(|suite| format!("{:?}", suite.suite()) == name)
}

fn curves(spoken: &mut CryptoProvider, wanted: &[String]) -> Result<(), String> {
    if wanted.is_empty() {
        return Ok(());
    }
    let all = std::mem::take(&mut spoken.kx_groups);
    for name in wanted {
        let group = match name.as_str() {
            "X25519" => NamedGroup::X25519,
            "CurveP256" => NamedGroup::secp256r1,
            "CurveP384" => NamedGroup::secp384r1,
            "CurveP521" => NamedGroup::secp521r1,
            other => return Err(format!("curve_preferences: {other} is not known")),
        };
        match all.iter().find(|known| known.name() == group) {
            Some(known) => spoken.kx_groups.push(*known),
            None => tracing::warn!("tls_server_config: curve_preferences: {name} is not spoken"),
        }
    }
    match spoken.kx_groups.is_empty() {
        true => Err("curve_preferences: none is spoken here".to_owned()),
        false => Ok(()),
    }
}

/// How certificates of clients are checked, if they are asked for.
fn verifier(
    bundle: &Bundle,
    settings: &TlsSettings,
    spoken: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, String> {
    let kind = settings.client_auth_type.as_deref().unwrap_or_default();
    let (is_checked, is_required) = match kind {
        // What is asked for, and neither needed nor checked, lets in whoever comes.
        "" | "NoClientCert" | "RequestClientCert" => (false, false),
        "VerifyClientCertIfGiven" => (true, false),
        "RequireAndVerifyClientCert" => (true, true),
        "RequireAnyClientCert" | "RequireClientCert" => {
            let problem =
                "accepts a certificate that nobody checks; write RequireAndVerifyClientCert";
            return Err(format!("client_auth_type: {kind} {problem}"));
        }
        other => return Err(format!("client_auth_type: {other} is not known")),
    };
    if settings.client_allowed_sans.is_some() && !is_required {
        let problem = "client_allowed_sans needs client_auth_type: RequireAndVerifyClientCert";
        return Err(problem.to_owned());
    }
    if !is_checked {
        return match &bundle.client_roots {
            Some(_) if kind.is_empty() || kind == "NoClientCert" => {
                Err("client_ca_file needs client_auth_type: RequireAndVerifyClientCert".to_owned())
            }
            _ => Ok(None),
        };
    }
    let pem = bundle.client_roots.as_deref();
    let pem = pem.ok_or_else(|| format!("client_auth_type: {kind} needs client_ca_file"))?;
    let builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots(pem)?), Arc::clone(spoken));
    let builder = match is_required {
        true => builder,
        false => builder.allow_unauthenticated(),
    };
    let verifier = builder
        .build()
        .map_err(|error| format!("client_ca_file: {error}"))?;
    Ok(Some(verifier))
}

fn roots(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("client_ca_file: {error}"))?;
        let added = store.add(certificate);
        added.map_err(|error| format!("client_ca_file: {error}"))?;
    }
    match store.is_empty() {
        true => Err("client_ca_file: no certificate in PEM in it".to_owned()),
        false => Ok(store),
    }
}
