//! Signatures of Standard Webhooks 1.0.0, section "Signature scheme": HMAC-SHA256 over identifier,
//! timestamp and body.
//!
//! While a secret is exchanged for another, both sign, and the header has both signatures. A value of a
//! secret is never part of a message.

use data_encoding::BASE64;

use crate::crypto::hmac_sha256;
use crate::dns::Timestamp;

/// Header with the identifier of the message.
pub const ID: &str = "webhook-id";
/// Header with the instant of the attempt.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// Header with the signatures.
pub const SIGNATURE: &str = "webhook-signature";

const PREFIX: &str = "whsec_";

/// A secret that signs.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Vec<u8>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl SigningKey {
    /// Reads `whsec_` and 24 to 64 octets in Base64.
    ///
    /// # Errors
    /// What is wrong, without any of it.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let encoded = text
            .strip_prefix(PREFIX)
            .ok_or("a secret that signs begins with whsec_")?;
        let octets = BASE64
            .decode(encoded.as_bytes())
            .map_err(|_| "what follows whsec_ is not Base64")?;
        match octets.len() {
            24..=64 => Ok(Self(octets)),
            _ => Err("what follows whsec_ is not 24 to 64 octets in Base64"),
        }
    }
}

/// The header with a signature by each of `keys`, for an attempt at `now`.
pub fn header(keys: &[SigningKey], id: &str, now: Timestamp, body: &[u8]) -> String {
    let signed = [format!("{id}.{}.", now.0).as_bytes(), body].concat();
    let signatures = keys
        .iter()
        .map(|key| format!("v1,{}", BASE64.encode(&hmac_sha256(&key.0, &signed))));
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_published_example() {
        let key = SigningKey::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let now = Timestamp(1_614_265_330);
        let signed = header(
            &[key],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            now,
            b"{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// While a secret is exchanged for another, who has either verifies the message.
    #[test]
    fn two_secrets_sign_side_by_side() {
        let secrets = [
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        ];
        let keys = secrets.map(|secret| SigningKey::read(secret).unwrap());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = Timestamp(i64::try_from(now.unwrap().as_secs()).unwrap());
        let mut headers = http::HeaderMap::new();
        headers.insert(ID, "msg_1".parse().unwrap());
        headers.insert(TIMESTAMP, now.0.to_string().parse().unwrap());
        let signed = header(&keys, "msg_1", now, b"{}");
        headers.insert(SIGNATURE, signed.parse().unwrap());
        for secret in secrets {
            let receiver = standardwebhooks::Webhook::new(secret).unwrap();
            receiver.verify(b"{}", &headers).unwrap();
            assert!(receiver.verify(b"{ }", &headers).is_err());
        }
    }

    #[test]
    fn a_malformed_secret_is_refused_and_not_repeated() {
        for bad in ["hunter2", "whsec_hunter2", "whsec_aHVudGVyMg=="] {
            let problem = SigningKey::read(bad).unwrap_err();
            assert!(!problem.contains("hunter2"), "{problem}");
        }
        let key = SigningKey::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{key:?}"), "(secret)");
    }
}
