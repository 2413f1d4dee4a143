//! The device, the address and the network that a request comes from.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv6Addr},
};

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::FromRequestParts;
use data_encoding::HEXLOWER;
use http::{header, request::Parts};
use lambda_http::request::RequestContext;
use store::sign_ins::SignInClient;

/// The maximum number of characters that are kept of a `User-Agent`.
const MAX_DEVICE_CHARS: usize = 300;

/// The device and network address of a request.
#[derive(Debug, Clone)]
pub(crate) struct Client(pub(crate) SignInClient);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let ip_address = source_ip(parts);
        let device = agent.map(|agent| agent.chars().take(MAX_DEVICE_CHARS).collect());
        Ok(Self(SignInClient { device, ip_address }))
    }
}

/// Returns the client's address that API Gateway reports.
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

impl<S: Sync> FromRequestParts<S> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(source_ip(parts).as_deref()))
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
}
