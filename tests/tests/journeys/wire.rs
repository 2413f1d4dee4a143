//! Requests that HTTP clients don't send: malformed requests, and paths that clients normalize before sending.

use rollcall_tests::{Company, Wire};

/// Returns the head of a raw request, up to its last header.
fn head(company: &Company, request_line: &str) -> String {
    format!(
        "{request_line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nconnection: close\r\n",
        company.admin.access_token
    )
}

async fn status(company: &Company, path: &str) -> u16 {
    Wire::send(company, &format!("{}\r\n", head(company, &format!("GET {path}")))).await.status
}

#[tokio::test]
async fn a_body_that_cant_be_read_to_its_end_is_400() {
    let company = Company::start().await;
    let post = head(&company, "POST /departments") + "content-type: application/json\r\n";
    let whole = "transfer-encoding: chunked\r\n\r\n10\r\n{\"name\":\"Yard\" }\r\n0\r\n\r\n";
    assert_eq!(Wire::send(&company, &format!("{post}{whole}")).await.status, 201);
    for (what, rest) in [
        ("no size of a chunk", "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ("a chunk that is longer than it says", "transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
        ("a size beyond all numbers", "transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ("chunks without the last", "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        ("half a chunk", "transfer-encoding: chunked\r\n\r\n10\r\n{\"name\":"),
        ("less than its length", "content-length: 100\r\n\r\n{\"name\":\"Dock\"}"),
    ] {
        let answer = Wire::send_and_end(&company, &format!("{post}{rest}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, r#"{"message":"Bad Request"}"#), "{what}");
    }
    let long = format!("{post}content-length: 10485761\r\n\r\n{}", " ".repeat(10 * 1024 * 1024 + 1));
    assert_eq!(Wire::send(&company, &long).await.status, 413);
    let departments = company.get("/departments").by(&company.admin).send().await.expect(200);
    assert_eq!(departments.items().len(), 1, "only the whole body was read");
}

#[tokio::test]
async fn a_path_that_needs_normalization_is_404() {
    let company = Company::start().await;
    for path in ["/settings", "/users/directory", "/settings?x=/../%2F", "/users/me"] {
        assert_eq!(status(&company, path).await, 200, "{path}");
    }
    for path in [
        "/users/../settings",
        "/users/./directory",
        "/users/directory/.",
        "/./settings",
        "/../settings",
        "/users%2Fdirectory",
        "/users%2fdirectory",
        "/users/me%2Fpin",
        "/users/%2e%2e/settings",
        "/users/.%2E/settings",
        // Paths that a URL parser rewrites although it shouldn't: a backslash, a dot that is encoded twice, characters
        // that it drops.
        "/users%5Cdirectory",
        "/users/x%5C..%5C..%5Csettings",
        "/users/%252e%252e/settings",
        "/users/dir%0Aectory",
        "/users/directory%09",
        "/settings%20",
        "/users/directory%23x",
    ] {
        assert_eq!(status(&company, path).await, 404, "{path}");
    }
}

#[tokio::test]
async fn a_request_is_of_one_host_and_one_person() {
    let company = Company::start().await;
    let token = &company.admin.access_token;
    for (request_line, headers, status) in [
        ("GET http://localhost/users/me HTTP/1.1", "host: localhost\r\n", 200),
        ("GET http://example.com/users/me HTTP/1.1", "host: localhost\r\n", 400),
        ("GET /users/me HTTP/1.1", "host: localhost\r\nhost: example.com\r\n", 400),
        ("GET /users/me HTTP/1.1", "host: localhost\r\nauthorization: Bearer other\r\n", 401),
        ("POST /departments HTTP/1.1", "host: localhost\r\ncontent-length: 2\r\ncontent-length: 3\r\n", 400),
        ("GET /users/me HTTP/1.1", "host: localhost\r\nauthorization : Bearer other\r\n", 400),
        ("HEAD /users/me HTTP/1.1", "host: localhost\r\n", 200),
    ] {
        let request = format!("{request_line}\r\n{headers}authorization: Bearer {token}\r\nconnection: close\r\n\r\n");
        let answer = Wire::send(&company, &request).await;
        assert_eq!(answer.status, status, "{request_line} {headers:?}");
        assert!(answer.body.is_empty() || !request_line.starts_with("HEAD"), "{}", answer.body);
    }
}
