//! Converts a function's answer to the response that the client gets.

use std::collections::BTreeMap;

use bytes::Bytes;
use data_encoding::BASE64;
use http::{HeaderName, HeaderValue, Response, header::SET_COOKIE};
use serde::Deserialize;

/// The answer of a function in payload format 2.0.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Returns the response for an answer's text; `None` if the text is invalid, for which API Gateway responds with a
/// 500.
pub(super) fn response(answer: &str, request_id: &str) -> Option<Response<Bytes>> {
    let answer: Answer = serde_json::from_str(answer).ok()?;
    let body = match answer.body {
        Some(body) if answer.is_base64_encoded => BASE64.decode(body.as_bytes()).ok()?.into(),
        Some(body) => Bytes::from(body),
        None => Bytes::new(),
    };
    let mut response = Response::builder().status(answer.status_code).body(body).ok()?;
    for (name, value) in answer.headers {
        // API Gateway computes these headers itself.
        if name != "content-length" && name != "transfer-encoding" {
            response.headers_mut().insert(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        }
    }
    for cookie in answer.cookies {
        response.headers_mut().append(SET_COOKIE, HeaderValue::try_from(cookie).ok()?);
    }
    response.headers_mut().insert("apigw-requestid", HeaderValue::try_from(request_id).ok()?);
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_becomes_a_response() {
        let answer = r#"{"statusCode":201,"headers":{"content-type":"image/png","content-length":"9"},"multiValueHeaders":{},
            "body":"/wBB","isBase64Encoded":true,"cookies":["a=b","c=d"]}"#;
        let response = response(answer, "AbC=").unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.body().as_ref(), [0xff, 0x00, 0x41]);
        assert_eq!(response.headers()["content-type"], "image/png");
        assert!(!response.headers().contains_key("content-length"));
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    }

    #[test]
    fn an_invalid_function_result_gives_no_response() {
        assert!(response("null", "AbC=").is_none());
        assert!(response(r#"{"statusCode":99,"body":null}"#, "AbC=").is_none());
        assert!(response(r#"{"statusCode":200,"body":"*","isBase64Encoded":true}"#, "AbC=").is_none());
    }
}
