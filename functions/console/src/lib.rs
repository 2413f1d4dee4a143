//! The console: Rollcall's web application, served below `/app/`. It uses the public API like any other client.
//!
//! All files are embedded, and compressed when the function is built (`build.rs`). Modules, style sheets and icons are in a
//! folder that is named after a hash of their content, so browsers cache them permanently. Browsers revalidate `index.html`,
//! the service worker and the manifest on each use. docs/console.md describes how the console is built.

mod encoding;
mod file;
mod headers;

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, header};
use runtime::{Environment, InitError};
use web::Problem;

use crate::file::File;

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Cache policy of files whose path contains a hash of the content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Cache policy of files that change with a deployment: browsers store them, but revalidate them on each use.
const CHECK: &str = "no-cache";

/// Creates the function's router.
#[expect(clippy::unused_async, reason = "all functions have the same signature, and others await clients")]
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    let live = environment.variables.required("LIVE_ORIGIN")?;
    let photos = environment.variables.required("PHOTO_HOST")?;
    let policy = HeaderValue::try_from(headers::content_security_policy(live, photos)).map_err(|error| {
        InitError::Wrong { name: "LIVE_ORIGIN", problem: format!("or PHOTO_HOST can't be in a header: {error}") }
    })?;
    Ok(runtime::http::router_without_table(routes(), policy))
}

/// Returns the routes, which aren't part of the API because they serve files. The state is the content security policy.
fn routes() -> Router<HeaderValue> {
    Router::new()
        // The location is relative, so that base paths work. Some gateways remove a trailing slash, so that `/app/` arrives as
        // `/app`: the browser then follows this redirect to `/app/app/today`, and the second redirect leads back.
        .route("/app", get(async || Redirect::temporary("app/today").into_response()))
        .route("/app/app/today", get(async || Redirect::temporary("../today").into_response()))
        .route("/app/", get(async |State(policy), asked: HeaderMap| page("", &policy, &asked)))
        .route(
            "/app/{*path}",
            get(async |State(policy), Path(path): Path<String>, asked: HeaderMap| serve(&path, &policy, &asked)),
        )
}

/// Serves the file at a path below `/app/`, or the page if the path can't be a file's.
fn serve(path: &str, policy: &HeaderValue, asked: &HeaderMap) -> Response {
    if let Some(file) = File::find(VERSIONED, path) {
        return file.answer(FOREVER, policy, asked);
    }
    if let Some(file) = File::find(STABLE, path) {
        return file.answer(CHECK, policy, asked);
    }
    // The page's own addresses contain no dots. A module of another release does, and must get 404: an old tab then reloads.
    if path.contains('.') { Problem::not_found().into_response() } else { page(path, policy, asked) }
}

/// Serves the page for a path below `/app/` that the page's own router handles.
fn page(path: &str, policy: &HeaderValue, asked: &HeaderMap) -> Response {
    let Some(index) = File::find(STABLE, "index.html") else { return Problem::not_found().into_response() };
    let depth = path.matches('/').count();
    if depth == 0 {
        return index.answer(CHECK, policy, asked);
    }
    // The page's links are relative to `/app/`, so that base paths work.
    let text = String::from_utf8_lossy(index.identity).replace("\"./", &format!("\"{}", "../".repeat(depth)));
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers::add(headers, policy);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(index.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CHECK));
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{Request, Response, StatusCode};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn ask(request: Request<Body>) -> (Response<()>, Vec<u8>) {
        let policy = headers::content_security_policy("wss://live.example", "photos.example");
        let router = runtime::http::router_without_table(routes(), HeaderValue::try_from(policy).unwrap());
        let (head, body) = router.oneshot(request).await.unwrap().into_parts();
        (Response::from_parts(head, ()), body.collect().await.unwrap().to_bytes().to_vec())
    }

    async fn get(path: &str) -> (Response<()>, Vec<u8>) {
        ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn get_text(path: &str) -> String {
        String::from_utf8(get(path).await.1).unwrap()
    }

    /// Returns the values of attributes that are paths.
    fn links(page: &str) -> Vec<&str> {
        page.split('"').skip(1).step_by(2).filter(|value| value.starts_with('.')).collect()
    }

    #[tokio::test]
    async fn the_folder_without_its_slash_leads_to_the_page() {
        // From `/app` to `/app/today`; from `/app/` by way of `/app/app/today` if a gateway removed the slash.
        for (path, location) in [("/app", "app/today"), ("/app/app/today", "../today")] {
            let (head, _) = get(path).await;
            assert_eq!(head.status(), StatusCode::TEMPORARY_REDIRECT, "{path}");
            assert_eq!(head.headers()[header::LOCATION], location, "{path}");
        }
    }

    #[tokio::test]
    async fn every_path_that_names_no_file_is_answered_with_the_page() {
        let start = get_text("/app/").await;
        assert!(start.starts_with("<!doctype html>"));
        assert_eq!(get_text("/app/requests").await, start);
        for path in ["/app/", "/app/today", "/app/team"] {
            let (head, _) = get(path).await;
            assert_eq!(head.status(), StatusCode::OK, "{path}");
            assert_eq!(head.headers()[header::CACHE_CONTROL], CHECK);
            assert_eq!(head.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        }
    }

    #[tokio::test]
    async fn files_that_the_page_links_exist_and_are_cached_permanently() {
        let page = get_text("/app/").await;
        let links = links(&page);
        assert!(links.len() > 5, "{links:?}");
        for link in links {
            let (head, body) = get(&format!("/app/{}", link.trim_start_matches("./"))).await;
            assert_eq!(head.status(), StatusCode::OK, "{link}");
            assert!(!body.is_empty(), "{link}");
            let kept = if link.ends_with(".webmanifest") { CHECK } else { FOREVER };
            assert_eq!(head.headers()[header::CACHE_CONTROL], kept, "{link}");
        }
    }

    #[tokio::test]
    async fn the_page_below_a_folder_links_the_same_files() {
        let page = get_text("/app/team/someone").await;
        assert!(links(&page).iter().all(|link| link.starts_with("../")), "{page}");
        assert_eq!(page.replace("\"../", "\"./"), get_text("/app/").await);
    }

    #[tokio::test]
    async fn paths_of_missing_files_get_404() {
        for path in ["/app/000000000000/app.js", "/app/app.js", "/app/favicon.ico", "/app/types.d.ts"] {
            let (head, _) = get(path).await;
            assert_eq!(head.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(head.headers()[header::CONTENT_TYPE], "application/problem+json");
        }
    }

    #[tokio::test]
    async fn the_service_worker_is_revalidated_on_each_use() {
        let (head, _) = get("/app/sw.js").await;
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(head.headers()[header::CACHE_CONTROL], CHECK);
        assert_eq!(head.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    }

    #[tokio::test]
    async fn files_are_sent_in_the_smallest_accepted_encoding() {
        let with = |accepted: &'static str| Request::get("/app/").header(header::ACCEPT_ENCODING, accepted);
        let mut sizes = Vec::new();
        for (accepted, encoding) in
            [("gzip, deflate, br, zstd", Some("br")), ("gzip, br;q=0", Some("gzip")), ("identity", None)]
        {
            let (head, body) = ask(with(accepted).body(Body::empty()).unwrap()).await;
            let found = head.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(found, encoding, "{accepted}");
            assert_eq!(head.headers()[header::VARY], "accept-encoding");
            sizes.push(body.len());
        }
        assert!(sizes.is_sorted(), "{sizes:?}");
    }

    #[tokio::test]
    async fn the_entity_tag_of_the_page_differs_by_encoding() {
        let (head, _) = get("/app/").await;
        let etag = head.headers()[header::ETAG].clone();
        let again = |encoding: &'static str| {
            Request::get("/app/").header(header::IF_NONE_MATCH, &etag).header(header::ACCEPT_ENCODING, encoding)
        };
        let (head, body) = ask(again("identity").body(Body::empty()).unwrap()).await;
        assert_eq!((head.status(), body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert!(head.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let (head, _) = ask(again("br").body(Body::empty()).unwrap()).await;
        assert_eq!(head.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn every_file_carries_the_security_headers() {
        for path in ["/app/", "/app/sw.js", "/app/a/b", &format!("/app/{}", VERSIONED[0].path)] {
            let (head, _) = get(path).await;
            let headers = head.headers();
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{path}");
            assert!(policy.contains("connect-src 'self' wss://live.example photos.example;"), "{policy}");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers["permissions-policy"], "camera=(self), geolocation=(self), microphone=()");
            assert!(headers[header::STRICT_TRANSPORT_SECURITY].to_str().unwrap().starts_with("max-age="));
        }
    }

    #[test]
    fn files_are_found_by_their_order() {
        assert!(STABLE.is_sorted_by_key(|file| file.path));
        assert!(VERSIONED.is_sorted_by_key(|file| file.path));
    }

    #[test]
    fn every_file_fits_into_an_answer() {
        // Base64 turns three bytes into four characters; the response of a Lambda function is limited to 6 MB.
        assert!(VERSIONED.iter().all(|file| file.identity.len() * 4 / 3 < 6_000_000));
    }
}
