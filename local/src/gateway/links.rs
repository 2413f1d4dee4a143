//! Rewrites links to the stack's other port (photos, live connections) for the host that the client uses.

use bytes::Bytes;
use http::{
    HeaderValue, Response,
    header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    uri::Authority,
};

use super::server::Scheme;

/// A rewriter of links. Functions answer with links to this machine's own address. A phone in the same network
/// reaches the same port at the host that it called.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    /// The host and port of the stack's AWS, as functions know them.
    address: String,
    port: u16,
}

impl Links {
    /// Creates the rewriter for a stack with its AWS at `address`, as functions know it.
    pub(crate) fn new(address: std::net::SocketAddr) -> Self {
        Self { address: address.to_string(), port: address.port() }
    }

    /// Rewrites the links of a JSON answer to the host and the scheme of the request, and lets pages follow them.
    pub(crate) fn follow(
        &self,
        host: Option<&HeaderValue>,
        scheme: Scheme,
        mut answer: Response<Bytes>,
    ) -> Response<Bytes> {
        let host = host.and_then(|host| host.to_str().ok()).and_then(|host| host.parse::<Authority>().ok());
        let Some(host) = host else { return answer };
        let (http, live) = scheme.of_links();
        let there = format!("{}:{}", host.host(), self.port);
        if let Some(policy) = answer.headers().get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok()) {
            let policy = policy
                .replace(&format!("ws://{}", self.address), &format!("{live}://{there}"))
                .replace(&self.address, &there);
            if let Ok(policy) = HeaderValue::try_from(policy) {
                answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
            }
        }
        let content_type = answer.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let is_json = content_type.starts_with("application/json");
        let Ok(text) = std::str::from_utf8(answer.body()) else { return answer };
        if !is_json || !text.contains(&self.address) {
            return answer;
        }
        let text = text
            .replace(&format!("http://{}/", self.address), &format!("{http}://{there}/"))
            .replace(&format!("ws://{}/", self.address), &format!("{live}://{there}/"));
        let mut answer = answer.map(|_| Bytes::from(text));
        // The server sets the new length.
        answer.headers_mut().remove(CONTENT_LENGTH);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(host: &'static str, scheme: Scheme, content_type: &'static str, body: &'static str) -> String {
        let links = Links::new("127.0.0.1:3001".parse().unwrap());
        let answer = Response::builder().header(CONTENT_TYPE, content_type).body(Bytes::from(body)).unwrap();
        let followed = links.follow(Some(&HeaderValue::from_static(host)), scheme, answer);
        String::from_utf8(followed.body().to_vec()).unwrap()
    }

    #[test]
    fn links_lead_to_the_host_that_was_called_by_its_scheme() {
        let body = r#"{"url":"http://127.0.0.1:3001/rollcall-photos/a?x=1","live":"ws://127.0.0.1:3001/live"}"#;
        let json = "application/json";
        assert_eq!(
            followed("192.168.1.7:3000", Scheme::Http, json, body),
            r#"{"url":"http://192.168.1.7:3001/rollcall-photos/a?x=1","live":"ws://192.168.1.7:3001/live"}"#
        );
        assert_eq!(
            followed("laptop.local:3000", Scheme::Https, json, body),
            r#"{"url":"https://laptop.local:3001/rollcall-photos/a?x=1","live":"wss://laptop.local:3001/live"}"#
        );
        assert_eq!(followed("127.0.0.1:3000", Scheme::Http, json, body), body);
    }

    #[test]
    fn pages_may_follow_the_links_that_they_get() {
        let links = Links::new("127.0.0.1:3001".parse().unwrap());
        let policy = "img-src 'self' 127.0.0.1:3001; connect-src 'self' ws://127.0.0.1:3001 127.0.0.1:3001";
        let answer = Response::builder().header(CONTENT_SECURITY_POLICY, policy).body(Bytes::new()).unwrap();
        let followed = links.follow(Some(&HeaderValue::from_static("192.168.1.7:3000")), Scheme::Https, answer);
        assert_eq!(
            followed.headers()[CONTENT_SECURITY_POLICY],
            "img-src 'self' 192.168.1.7:3001; connect-src 'self' wss://192.168.1.7:3001 192.168.1.7:3001"
        );
    }

    #[test]
    fn other_addresses_and_other_answers_stay_as_they_are() {
        let other = r#"{"url":"http://127.0.0.1:30011/x"}"#;
        assert_eq!(followed("192.168.1.7:3000", Scheme::Http, "application/json", other), other);
        let text = "http://127.0.0.1:3001/x";
        assert_eq!(followed("192.168.1.7:3000", Scheme::Http, "text/csv", text), text);
    }
}
