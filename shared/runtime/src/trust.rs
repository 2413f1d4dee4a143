//! The root certificates that a function's AWS clients trust.
//!
//! Reading the machine's hundred and forty root certificates takes three quarters of the computation of a start. The endpoints of
//! AWS have certificates of Amazon Trust Services, whose five roots are compiled in. Calls to other hosts (webhooks, push
//! messages) don't use these clients: `outbound` trusts the machine's roots.
//! (docs/adr/0045-amazon-roots-are-compiled-in.md)

use aws_smithy_http_client::{
    Builder, ConnectorBuilder,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::Variables;

/// The certificates of Amazon Root CA 1 to 4 and of Starfield Services Root CA G2.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// The beginnings of the regions whose endpoints have certificates of Amazon Trust Services: those of the partitions `aws` and
/// `aws-us-gov`. The partitions in China, the European Sovereign Cloud (`eusc-`) and isolated partitions have authorities of
/// their own.
const AMAZON_REGIONS: [&str; 9] = ["af-", "ap-", "ca-", "eu-", "il-", "me-", "mx-", "sa-", "us-"];

/// The part of the name of a region in an isolated partition, such as `us-iso-east-1` and `eu-isoe-west-1`.
const ISOLATED: &str = "-iso";

/// The root certificates to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Those of Amazon Trust Services.
    Amazon,
    /// Those of the machine, or of the files that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
    Machine,
}

impl Roots {
    /// Returns the roots for the endpoints of a function. `SSL_CERT_FILE` and `SSL_CERT_DIR` name the roots of networks that
    /// inspect encrypted connections. They also make a deployed version trust a root that Amazon adds later.
    pub(crate) fn of(variables: &Variables) -> Self {
        let is_amazons =
            |region: &str| AMAZON_REGIONS.iter().any(|start| region.starts_with(start)) && !region.contains(ISOLATED);
        let names_files = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().any(|name| variables.optional(name).is_some());
        // Without encryption, an emulated account needs no roots at all.
        let is_emulated = variables.optional("AWS_ENDPOINT_URL").is_some_and(|url| url.starts_with("https:"));
        if !names_files && !is_emulated && variables.optional("AWS_REGION").is_some_and(is_amazons) {
            Self::Amazon
        } else {
            Self::Machine
        }
    }

    /// Returns an HTTP client that trusts the roots. Otherwise, it is the default client of the AWS SDK.
    pub(crate) fn https_client(self) -> SharedHttpClient {
        let trust = match self {
            Self::Amazon => TrustStore::empty().with_pem_certificate(AMAZON_ROOTS),
            Self::Machine => TrustStore::default(),
        };
        Builder::new().build_with_connector_fn(move |settings, components| {
            let context = TlsContext::builder().with_trust_store(trust.clone()).build().unwrap_or_default();
            let mut connector =
                ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(context);
            connector.set_connector_settings(settings.cloned());
            if let Some(components) = components {
                connector.set_sleep_impl(components.sleep_impl());
            }
            connector.set_proxy_config(Some(ProxyConfig::from_env()));
            connector.build()
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
    use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
    use aws_lc_rs::digest::{SHA256, digest};
    use data_encoding::{BASE64, HEXLOWER};

    use super::*;

    fn roots(variables: &[(&str, &str)]) -> Roots {
        Roots::of(&variables.iter().copied().collect())
    }

    #[test]
    fn the_partitions_of_amazon_trust_services_use_the_compiled_roots() {
        for region in ["us-east-1", "us-gov-west-1", "eu-central-1", "ap-southeast-7", "mx-central-1", "il-central-1"] {
            assert_eq!(roots(&[("AWS_REGION", region)]), Roots::Amazon, "{region}");
        }
        for region in ["cn-north-1", "eusc-de-east-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "moon-1"] {
            assert_eq!(roots(&[("AWS_REGION", region)]), Roots::Machine, "{region}");
        }
        assert_eq!(roots(&[]), Roots::Machine);
    }

    #[test]
    fn named_certificates_and_emulated_endpoints_use_the_machines_roots() {
        let region = ("AWS_REGION", "eu-central-1");
        assert_eq!(roots(&[region, ("SSL_CERT_FILE", "/etc/pki/tls/certs/ca-bundle.crt")]), Roots::Machine);
        assert_eq!(roots(&[region, ("SSL_CERT_DIR", "/etc/ssl/certs")]), Roots::Machine);
        assert_eq!(roots(&[region, ("AWS_ENDPOINT_URL", "https://localhost:4566")]), Roots::Machine);
        assert_eq!(roots(&[region, ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")]), Roots::Amazon);
    }

    /// The fingerprints are those of <https://www.amazontrust.com/repository/>.
    #[test]
    fn the_compiled_roots_are_those_that_amazon_publishes() {
        let text = std::str::from_utf8(AMAZON_ROOTS).unwrap();
        let certificates = text.split("-----BEGIN CERTIFICATE-----").skip(1);
        let fingerprints: Vec<String> = certificates
            .map(|rest| {
                let base64: String = rest.split("-----END").next().unwrap().split_whitespace().collect();
                HEXLOWER.encode(digest(&SHA256, &BASE64.decode(base64.as_bytes()).unwrap()).as_ref())
            })
            .collect();
        let published = [
            "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
            "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
            "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
            "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
            "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
        ];
        assert_eq!(fingerprints, published);
    }

    /// The SDK parses the certificates when it connects for the first time, and panics if it can't.
    #[tokio::test]
    async fn clients_accept_the_compiled_roots() {
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("a", "b", None, None, "test")))
            .retry_config(RetryConfig::disabled())
            .endpoint_url("https://127.0.0.1:1")
            .http_client(Roots::Amazon.https_client())
            .build();
        let refused = aws_sdk_dynamodb::Client::new(&sdk).list_tables().send().await.unwrap_err();
        assert!(refused.as_service_error().is_none(), "{refused:?}");
    }
}
