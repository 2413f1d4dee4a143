//! URLs that may be called.

use std::net::IpAddr;

use http::uri::PathAndQuery;
use url::{Host, Url};

use crate::is_public;

/// The maximum length of a URL, in bytes.
const MAX_URL_LENGTH: usize = 2_000;

/// The addresses that calls may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses, by `https`.
    Internet,
    /// Also the machine itself, by `http`. This is for the local stack.
    InternetAndLoopback,
}

impl Reach {
    /// Returns the reach that the variable `OUTBOUND_LOOPBACK` of a function sets. Only the local stack sets it, to `allowed`.
    pub fn of_variable(value: Option<&str>) -> Self {
        if value == Some("allowed") { Self::InternetAndLoopback } else { Self::Internet }
    }
}

/// A URL that may be called, as far as the URL itself tells. The addresses of its name are checked at each call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    scheme: Scheme,
    host: Host<String>,
    port: u16,
    authority: String,
    path_and_query: PathAndQuery,
}

/// The scheme of a target, which decides the addresses that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Public addresses.
    Https,
    /// Loopback addresses.
    Http,
}

impl Scheme {
    /// Returns whether a target with this scheme may have that address.
    pub(crate) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Https => is_public(address),
            Self::Http => address.is_loopback(),
        }
    }
}

/// The reason for which a URL may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The text isn't a URL, or it is too long.
    #[error("the URL is invalid")]
    Invalid,
    /// The scheme isn't `https`.
    #[error("the URL must begin with https://")]
    NotHttps,
    /// The URL contains a user name or a password.
    #[error("the URL must not contain a user name or a password")]
    Credentials,
    /// The host is an address or a name that isn't public.
    #[error("the host isn't public")]
    NotPublic,
}

impl Target {
    /// Reads a URL. A fragment is left out, because it is never sent.
    pub fn parse(url: &str, reach: Reach) -> Result<Self, TargetError> {
        if MAX_URL_LENGTH < url.len() {
            return Err(TargetError::Invalid);
        }
        let url = Url::parse(url).map_err(|_| TargetError::Invalid)?;
        let scheme = match (url.scheme(), reach) {
            ("https", Reach::Internet | Reach::InternetAndLoopback) => Scheme::Https,
            ("http", Reach::InternetAndLoopback) => Scheme::Http,
            (_, Reach::Internet | Reach::InternetAndLoopback) => return Err(TargetError::NotHttps),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        let host = url.host().ok_or(TargetError::Invalid)?.to_owned();
        let is_allowed = match &host {
            Host::Ipv4(address) => scheme.allows((*address).into()),
            Host::Ipv6(address) => scheme.allows((*address).into()),
            Host::Domain(name) => is_allowed_name(name, scheme),
        };
        if !is_allowed {
            return Err(TargetError::NotPublic);
        }
        let port = url.port_or_known_default().ok_or(TargetError::Invalid)?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let path_and_query = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let path_and_query = path_and_query.parse().map_err(|_| TargetError::Invalid)?;
        Ok(Self { scheme, host, port, authority, path_and_query })
    }

    /// Returns the scheme, host and port as a text.
    pub fn origin(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Https => "https",
            Scheme::Http => "http",
        };
        format!("{scheme}://{}", self.authority)
    }

    pub(crate) const fn scheme(&self) -> Scheme {
        self.scheme
    }

    pub(crate) const fn host(&self) -> &Host<String> {
        &self.host
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the host, with its port if it isn't the usual one: the value of the `Host` header.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) const fn path_and_query(&self) -> &PathAndQuery {
        &self.path_and_query
    }
}

/// Returns whether a name may be resolved. Names without a dot and names under reserved top-level domains are never public.
fn is_allowed_name(name: &str, scheme: Scheme) -> bool {
    const RESERVED: [&str; 8] =
        ["localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa", "onion"];
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_reserved = RESERVED
        .iter()
        .any(|reserved| name.strip_suffix(reserved).is_some_and(|front| front.is_empty() || front.ends_with('.')));
    match scheme {
        Scheme::Https => name.contains('.') && !is_reserved,
        Scheme::Http => name == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Target, TargetError> {
        Target::parse(url, Reach::Internet)
    }

    #[test]
    fn an_https_url_of_a_public_host_is_a_target() {
        let target = parse("https://hooks.example.com:8443/rollcall?tenant=7#part").unwrap();
        assert_eq!((target.authority(), target.port()), ("hooks.example.com:8443", 8443));
        assert_eq!(target.path_and_query().as_str(), "/rollcall?tenant=7");
        assert_eq!(parse("https://bücher.example").unwrap().authority(), "xn--bcher-kva.example");
        assert_eq!(parse("https://93.184.216.34/").unwrap().port(), 443);
        assert_eq!(parse("https://[2606:4700::1111]/").unwrap().authority(), "[2606:4700::1111]");
    }

    #[test]
    fn other_schemes_and_credentials_are_refused() {
        for url in ["http://example.com", "ftp://example.com", "file:///etc/passwd", "gopher://example.com", "data:,x"]
        {
            assert_eq!(parse(url), Err(TargetError::NotHttps), "{url}");
        }
        for url in ["https://user@example.com", "https://user:password@example.com", "https://:password@example.com"] {
            assert_eq!(parse(url), Err(TargetError::Credentials), "{url}");
        }
        for url in ["", "example.com", "https://", "https://exa mple.com", "https://1.1.1.1.1.", "https://[::1"] {
            assert_eq!(parse(url), Err(TargetError::Invalid), "{url}");
        }
        assert_eq!(parse(&format!("https://example.com/{}", "a".repeat(2_000))), Err(TargetError::Invalid));
    }

    #[test]
    fn hosts_that_are_not_public_are_refused_in_every_spelling() {
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://[::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[64:ff9b::169.254.169.254]/",
            "https://[fd00:ec2::254]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://①②⑦.0.0.1/",
            "https://10.0.0.7:8443/",
            "https://100.64.0.1/",
            "https://localhost/",
            "https://localhost./",
            "https://LOCALHOST/",
            "https://app.localhost/",
            "https://intranet/",
            "https://instance-data.ec2.internal/",
            "https://metadata.google.internal/",
            "https://printer.local/",
        ] {
            assert_eq!(parse(url), Err(TargetError::NotPublic), "{url}");
        }
    }

    #[test]
    fn http_reaches_the_machine_itself_only_with_the_option() {
        for url in ["http://127.0.0.1:8080/hook", "http://localhost:8080/hook", "http://[::1]:8080/hook"] {
            assert_eq!(parse(url), Err(TargetError::NotHttps), "{url}");
            assert!(Target::parse(url, Reach::InternetAndLoopback).is_ok(), "{url}");
        }
        for url in ["http://example.com", "http://10.0.0.1", "http://169.254.169.254", "https://127.0.0.1"] {
            assert_eq!(Target::parse(url, Reach::InternetAndLoopback), Err(TargetError::NotPublic), "{url}");
        }
        assert_eq!(Reach::of_variable(None), Reach::Internet);
        assert_eq!(Reach::of_variable(Some("true")), Reach::Internet);
        assert_eq!(Reach::of_variable(Some("allowed")), Reach::InternetAndLoopback);
    }
}
