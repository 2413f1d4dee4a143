//! The event that a function gets for a request, in API Gateway's payload format 2.0.

use std::{borrow::Cow, net::IpAddr};

use bytes::Bytes;
use data_encoding::BASE64;
use domain::ports::{Entropy, random_bytes};
use http::{
    HeaderMap, Request,
    header::{CONTENT_TYPE, COOKIE},
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{routes::Match, server::Scheme};
use crate::aws::ACCOUNT;

/// Returns a new request id in the format of API Gateway.
pub(crate) fn request_id(entropy: &dyn Entropy) -> String {
    BASE64.encode(&random_bytes::<11>(entropy))
}

/// Returns the path in the event. An HTTP API decodes the path, and drops everything after a decoded question mark.
///
/// Returns `None` if an HTTP API finds no route: an encoded slash doesn't separate segments, and dot segments aren't
/// resolved.
pub(super) fn raw_path(request: &Request<Bytes>) -> Option<String> {
    let encoded = request.uri().path();
    let mut path = percent_decoded(encoded.as_bytes()).into_owned();
    let has_encoded_slash = path.matches('/').count() != encoded.matches('/').count();
    if has_encoded_slash || path.split('/').any(|segment| segment == "." || segment == "..") {
        return None;
    }
    if let Some(query) = path.find('?') {
        path.truncate(query);
    }
    Some(path)
}

/// Returns the event for `request`, which `route` assigns to a function.
pub(super) fn event(
    request: &Request<Bytes>,
    path: &str,
    route: &Match<'_>,
    source: IpAddr,
    now: Timestamp,
    request_id: &str,
) -> Value {
    let headers = request.headers();
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let query = request.uri().query().unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": joined_headers(headers, source, Scheme::of(request)),
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": host,
            "domainPrefix": host.split('.').next(),
            "http": {
                "method": request.method().as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source.to_string(),
                "userAgent": headers.get(http::header::USER_AGENT).map_or("", |agent| agent.to_str().unwrap_or_default()),
            },
            "requestId": request_id,
            "routeKey": route.key,
            "stage": "$default",
            "time": now.to_zoned(TimeZone::UTC).strftime("%d/%b/%Y:%H:%M:%S %z").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    let cookies = cookies(headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = joined_parameters(query);
    }
    if let Some(proxy) = &route.proxy {
        event["pathParameters"] = json!({"proxy": proxy});
    }
    if !request.body().is_empty() {
        let text = is_text(headers).then(|| std::str::from_utf8(request.body()).ok()).flatten();
        event["isBase64Encoded"] = json!(text.is_none());
        event["body"] = text.map_or_else(|| BASE64.encode(request.body()).into(), Value::from);
    }
    event
}

/// Returns the headers by lower-case name, with the values of repeated headers joined by commas, and the headers that
/// API Gateway adds.
fn joined_headers(headers: &HeaderMap, source: IpAddr, scheme: Scheme) -> Map<String, Value> {
    let mut joined = Map::new();
    for name in headers.keys().filter(|name| **name != COOKIE) {
        let values: Vec<Cow<'_, str>> =
            headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        joined.insert(name.to_string(), values.join(",").into());
    }
    joined.insert("x-forwarded-for".to_owned(), source.to_string().into());
    joined.insert("x-forwarded-proto".to_owned(), scheme.as_str().into());
    joined
}

/// Returns the cookies one by one. The event has them separate from the headers.
fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(';')).map(|cookie| cookie.trim().to_owned()).collect()
}

/// Returns the query parameters by name, with repeated values joined by commas.
fn joined_parameters(query: &str) -> Value {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let mut joined = Map::new();
    for (name, value) in pairs {
        let value = match joined.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        joined.insert(name, value.into());
    }
    Value::Object(joined)
}

/// Returns whether API Gateway passes a body as text. It passes all other bodies, including forms, as base64.
fn is_text(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = ["application/json", "application/javascript", "application/xml"];
    media_type.starts_with("text/")
        || known.contains(&media_type.as_str())
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
}

/// Decodes the percent signs of a path, and replaces bytes that aren't valid UTF-8.
pub(crate) fn percent_decoded(path: &[u8]) -> Cow<'_, str> {
    if !path.contains(&b'%') {
        return String::from_utf8_lossy(path);
    }
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&byte, after)) = rest.split_first() {
        let hex = |at: usize| u8::try_from(char::from(*after.get(at)?).to_digit(16)?).ok();
        if let (b'%', Some(high), Some(low)) = (byte, hex(0), hex(1)) {
            decoded.push(high * 16 + low);
            rest = &after[2..];
        } else {
            decoded.push(byte);
            rest = after;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use lambda_http::request::LambdaRequest;

    use super::*;

    const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn event_of(request: http::request::Builder, body: impl Into<Bytes>) -> Value {
        let request = request.body(body.into()).unwrap();
        let route = Match { key: "ANY /clock/{proxy+}", function: "clock", proxy: Some("in".to_owned()) };
        let now = "2026-11-02T05:57:03.250Z".parse().unwrap();
        let event = event(&request, &raw_path(&request).unwrap(), &route, SOURCE, now, "AbC=");
        serde_json::from_value::<LambdaRequest>(event.clone()).expect("lambda_http reads it");
        event
    }

    #[test]
    fn an_event_has_the_form_of_payload_format_2() {
        let request = Request::post("/clock/in?a=1&b=x%20y&a=2")
            .header("Host", "localhost:3000")
            .header("Content-Type", "application/json")
            .header("X-Many", "one")
            .header("X-Many", "two")
            .header("Cookie", "a=b; c=d")
            .header("User-Agent", "curl/8");
        let event = event_of(request, r#"{"remark":"é"}"#);
        assert_eq!(
            event,
            json!({
                "version": "2.0",
                "routeKey": "ANY /clock/{proxy+}",
                "rawPath": "/clock/in",
                "rawQueryString": "a=1&b=x%20y&a=2",
                "cookies": ["a=b", "c=d"],
                "headers": {
                    "content-type": "application/json",
                    "host": "localhost:3000",
                    "user-agent": "curl/8",
                    "x-forwarded-for": "127.0.0.1",
                    "x-forwarded-proto": "http",
                    "x-many": "one,two",
                },
                "queryStringParameters": {"a": "1,2", "b": "x y"},
                "pathParameters": {"proxy": "in"},
                "requestContext": {
                    "accountId": "000000000000",
                    "apiId": "local",
                    "domainName": "localhost:3000",
                    "domainPrefix": "localhost:3000",
                    "http": {
                        "method": "POST",
                        "path": "/clock/in",
                        "protocol": "HTTP/1.1",
                        "sourceIp": "127.0.0.1",
                        "userAgent": "curl/8",
                    },
                    "requestId": "AbC=",
                    "routeKey": "ANY /clock/{proxy+}",
                    "stage": "$default",
                    "time": "02/Nov/2026:05:57:03 +0000",
                    "timeEpoch": 1_793_599_023_250_i64,
                },
                "body": r#"{"remark":"é"}"#,
                "isBase64Encoded": false,
            })
        );
    }

    #[test]
    fn a_body_that_is_no_text_is_encoded() {
        let bytes: &[u8] = &[0xff, 0x00, 0x41];
        for content_type in ["image/png", "application/json", "application/x-www-form-urlencoded"] {
            let event = event_of(Request::post("/clock/in").header("content-type", content_type), bytes);
            assert_eq!((&event["isBase64Encoded"], &event["body"]), (&json!(true), &json!("/wBB")));
        }
        let form = Request::post("/clock/in").header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(event_of(form, "a=b")["isBase64Encoded"], true);
    }

    #[test]
    fn a_path_is_decoded_as_an_http_api_decodes_it() {
        let path = |path: &str| path_of(path).unwrap();
        assert_eq!(path("/users/a%20b.c"), "/users/a b.c");
        assert_eq!(path("/users/a%3Fb"), "/users/a");
        assert_eq!(path("/users/100%"), "/users/100%");
        assert_eq!(path("/users/%ff%4"), "/users/\u{fffd}%4");
    }

    #[test]
    fn a_path_whose_segments_decoding_would_change_has_no_route() {
        for path in ["/users/../settings", "/users/./me", "/users/..", "/users%2Fme", "/users/a%2fb", "/users/%2e%2E/a"]
        {
            assert_eq!(path_of(path), None, "{path}");
        }
    }

    fn path_of(path: &str) -> Option<String> {
        raw_path(&Request::get(path).body(Bytes::new()).unwrap())
    }
}
