//! The device, the address and the network that a request comes from.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{FromRef, FromRequestParts};
use data_encoding::HEXLOWER;
use http::{HeaderMap, header, request::Parts};
use lambda_http::request::RequestContext;
use store::sign_ins::SignInClient;

/// The maximum number of characters that are kept of a `User-Agent`.
const MAX_DEVICE_CHARS: usize = 300;

/// The header in which a proxy in front of the API sends its secret.
const PROXY_SECRET: &str = "x-rollcall-proxy-secret";
/// The header to which each proxy appends the address of its client.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxy in front of the API, such as CloudFront. API Gateway reports the proxy's address for all clients of the proxy. If a request
/// has the proxy's secret, the client's address is the one that the proxy reports.
#[derive(Clone, Default)]
pub(crate) struct TrustedProxy {
    /// The SHA-256 hash of the secret, in hex; none without a proxy.
    secret_hash: Option<Arc<str>>,
}

impl fmt::Debug for TrustedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedProxy").field("exists", &self.secret_hash.is_some()).finish()
    }
}

impl TrustedProxy {
    /// Creates the proxy whose secret has that hash, if there is one.
    pub(crate) fn new(secret_hash: Option<&str>) -> Self {
        Self { secret_hash: secret_hash.map(Arc::from) }
    }

    /// Returns the client's address, for a request that API Gateway got from `source`.
    fn client_address(&self, headers: &HeaderMap, source: Option<String>) -> Option<String> {
        if !self.has_sent(headers) {
            return source;
        }
        let forwarded = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let mut forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        // API Gateway appends the proxy's address. The address before it is the one that the proxy appended; the client itself can write
        // any addresses before that.
        forwarded.pop_if(|last| source.as_deref() == Some(*last));
        let client = forwarded.pop().filter(|address| address.parse::<IpAddr>().is_ok());
        client.map(str::to_owned).or(source)
    }

    /// Returns whether a request has the proxy's secret.
    fn has_sent(&self, headers: &HeaderMap) -> bool {
        let secret = headers.get(PROXY_SECRET);
        let hash = secret.map(|secret| HEXLOWER.encode(digest(&SHA256, secret.as_bytes()).as_ref()));
        hash.is_some() && hash.as_deref() == self.secret_hash.as_deref()
    }
}

/// The device and network address of a request.
#[derive(Debug, Clone)]
pub(crate) struct Client(pub(crate) SignInClient);

impl<S: Sync> FromRequestParts<S> for Client
where
    TrustedProxy: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let ip_address = client_address(parts, state);
        let device = agent.map(|agent| agent.chars().take(MAX_DEVICE_CHARS).collect());
        Ok(Self(SignInClient { device, ip_address }))
    }
}

/// Returns the client's address of a request.
fn client_address<S>(parts: &Parts, state: &S) -> Option<String>
where
    TrustedProxy: FromRef<S>,
{
    TrustedProxy::from_ref(state).client_address(&parts.headers, source_ip(parts))
}

/// Returns the address that API Gateway reports: of the client, or of the proxy in front of the API.
fn source_ip(parts: &Parts) -> Option<String> {
    match parts.extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone(),
        // Only API Gateway's HTTP API calls this function; any other request is a test without an event.
        Some(_) | None => None,
    }
}

/// An IPv4 address, or the /64 of an IPv6 address, which one household or office usually has. Attempts are counted by network,
/// because a client can't easily change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network(Option<IpAddr>);

impl Network {
    /// Returns the network of an address. A missing address and text that isn't an address all belong to one network.
    pub(crate) fn of(address: Option<&str>) -> Self {
        let address = address.and_then(|address| address.parse::<IpAddr>().ok());
        Self(address.map(|address| match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }))
    }

    /// Returns the name of the network in the table's keys.
    pub(crate) fn hash(&self) -> String {
        HEXLOWER.encode(digest(&SHA256, self.to_string().as_bytes()).as_ref())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => write!(f, "{address}"),
            None => f.write_str("unknown"),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Network
where
    TrustedProxy: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(client_address(parts, state).as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_its_slash_64_and_an_ipv4_network_one_address() {
        let network = |address| Network::of(Some(address));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("no address"), Network::of(None));
        assert_ne!(network("203.0.113.7").hash(), network("203.0.113.8").hash());
    }

    /// Returns the client's address of a request that API Gateway got from 198.51.100.1.
    fn client_address(proxy: &TrustedProxy, secret: Option<&str>, forwarded_for: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, forwarded_for.parse().unwrap());
        if let Some(secret) = secret {
            headers.insert(PROXY_SECRET, secret.parse().unwrap());
        }
        proxy.client_address(&headers, Some("198.51.100.1".to_owned())).unwrap()
    }

    #[test]
    fn the_address_that_a_proxy_reports_counts_with_its_secret_alone() {
        // The hash of `abc` (FIPS 180-2, appendix B.1).
        let proxy = TrustedProxy::new(Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        let forwarded = "192.0.2.1, 203.0.113.7, 198.51.100.1";
        assert_eq!(client_address(&proxy, Some("abc"), forwarded), "203.0.113.7");
        for (proxy, secret) in [
            (&proxy, None),
            (&proxy, Some("abd")),
            (&proxy, Some("")),
            (&TrustedProxy::new(None), Some("abc")),
            (&TrustedProxy::new(None), None),
        ] {
            assert_eq!(client_address(proxy, secret, forwarded), "198.51.100.1", "{secret:?}");
        }
    }

    #[test]
    fn a_client_of_a_proxy_cannot_choose_its_address() {
        let proxy = TrustedProxy::new(Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        for (forwarded, expected) in [
            ("198.51.100.1, 203.0.113.7, 198.51.100.1", "203.0.113.7"),
            ("203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2::1, 198.51.100.1", "2001:db8:1:2::1"),
            ("198.51.100.1", "198.51.100.1"),
            ("nonsense, 198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(client_address(&proxy, Some("abc"), forwarded), expected, "{forwarded}");
        }
    }
}
