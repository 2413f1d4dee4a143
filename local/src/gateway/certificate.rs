//! The stack's own certificate for `--tls`, for the addresses of this machine.

use std::{net::IpAddr, sync::Arc};

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair};
use serde::{Deserialize, Serialize};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// The validity of a certificate. Phones refuse certificates that are valid for more than 398 days.
const LIFETIME: SignedDuration = SignedDuration::from_hours(397 * 24);
/// The time before its expiry at which a certificate is replaced.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A self-signed certificate with its key. It is stored between starts, so that a phone that trusts it continues to
/// do so.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Certificate {
    names: Vec<String>,
    expires_at: Timestamp,
    /// The certificate in DER format, as base64.
    #[serde(rename = "certificate")]
    der: String,
    /// The private key in PKCS #8 format, as base64.
    key: String,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key is left out.
        formatter.debug_struct("Certificate").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Certificate {
    /// Generates a certificate for the names and addresses of this machine.
    pub(crate) fn generate(addresses: &[IpAddr], now: Timestamp) -> Result<Self, String> {
        let expires_at = now + LIFETIME;
        let names = names(addresses);
        let made = || {
            let mut params = CertificateParams::new(names.clone())?;
            params.distinguished_name.push(DnType::CommonName, "Rollcall on this machine");
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            // The certificate is valid from a day ago, because a phone's clock may be slow.
            let before = day(now - SignedDuration::from_hours(24));
            params.not_before = rcgen::date_time_ymd(before.0, before.1, before.2);
            let end = day(expires_at);
            params.not_after = rcgen::date_time_ymd(end.0, end.1, end.2);
            let key = KeyPair::generate()?;
            Ok::<_, rcgen::Error>((params.self_signed(&key)?, key))
        };
        let (certificate, key) = made().map_err(|error| error.to_string())?;
        Ok(Self { der: BASE64.encode(certificate.der()), key: BASE64.encode(&key.serialize_der()), names, expires_at })
    }

    /// Returns whether the certificate covers all the addresses and doesn't expire soon.
    pub(crate) fn serves(&self, addresses: &[IpAddr], now: Timestamp) -> bool {
        names(addresses).iter().all(|name| self.names.contains(name)) && now + RENEWED_BEFORE < self.expires_at
    }

    /// Returns the acceptor of encrypted connections with this certificate.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, String> {
        let decoded = |text: &str| BASE64.decode(text.as_bytes()).map_err(|error| error.to_string());
        let certificate = CertificateDer::from(decoded(&self.der)?);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(decoded(&self.key)?));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key));
        config.map(|config| TlsAcceptor::from(Arc::new(config))).map_err(|error| error.to_string())
    }

    /// Returns the certificate in DER format, for a client that should trust it.
    pub(crate) fn der(&self) -> Vec<u8> {
        BASE64.decode(self.der.as_bytes()).unwrap_or_default()
    }
}

fn names(addresses: &[IpAddr]) -> Vec<String> {
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    own.into_iter().chain(addresses.iter().map(ToString::to_string)).collect()
}

/// Returns the year, month and day of an instant.
fn day(at: Timestamp) -> (i32, u8, u8) {
    let date = at.to_zoned(TimeZone::UTC).date();
    (date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_serves_its_addresses_until_a_month_before_its_end() {
        let now: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
        let phone_side: IpAddr = "192.168.1.7".parse().unwrap();
        let certificate = Certificate::generate(&[phone_side], now).unwrap();
        certificate.acceptor().unwrap();
        assert!(certificate.serves(&[phone_side], now) && certificate.serves(&[], now));
        assert!(!certificate.serves(&["192.168.1.8".parse().unwrap()], now), "the machine is in another network");
        assert!(!certificate.serves(&[phone_side], now + SignedDuration::from_hours(368 * 24)));
    }
}
