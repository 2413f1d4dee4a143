//! `GET /docs`: Swagger UI, from the files of npm's `swagger-ui-dist` in `assets/`.

use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, header};

use crate::asset::{Asset, asset};

/// Cache policy of files whose path contains their version.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Cache policy of files that change with a deployment: browsers store them, but revalidate them on each use.
const CHECK: &str = "no-cache";

static PAGE: Asset = asset!("../assets/index.html", "text/html; charset=utf-8", CHECK, gzipped: false);
static PAGE_JS: Asset = asset!("../assets/page.js", "text/javascript; charset=utf-8", CHECK, gzipped: false);
static EXAMPLES_JS: Asset = asset!("../assets/examples.js", "text/javascript; charset=utf-8", CHECK, gzipped: false);
static PAGE_CSS: Asset = asset!("../assets/page.css", "text/css; charset=utf-8", CHECK, gzipped: false);
static BUNDLE_JS: Asset = asset!(
    "../assets/swagger-ui-5.35.0/swagger-ui-bundle.js.gz",
    "text/javascript; charset=utf-8",
    FOREVER,
    gzipped: true
);
static BUNDLE_CSS: Asset =
    asset!("../assets/swagger-ui-5.35.0/swagger-ui.css.gz", "text/css; charset=utf-8", FOREVER, gzipped: true);
static ICON: Asset = asset!("../assets/swagger-ui-5.35.0/favicon-32x32.png", "image/png", FOREVER, gzipped: false);

/// The content security policy: the page runs only its own scripts and connects only to this API, so that a token typed into it
/// can't be sent elsewhere. Swagger UI's style sheet uses icons from `data:` images.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Open Swagger UI
///
/// Returns a page that shows this document and sends requests to the API. "Authorize" accepts the access token of
/// `POST /auth/login`.
#[utoipa::path(
    get,
    path = "/docs",
    operation_id = "getDocsPage",
    tag = "docs",
    security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html",
        headers(("ETag" = String, description = "Changes with the page"))))
)]
pub(crate) async fn page(request_headers: HeaderMap) -> Response {
    let mut response = PAGE.answer(&request_headers);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Returns the routes of the files that the page loads.
pub(crate) fn assets() -> Router {
    // The page's links are relative to `/docs`, so that base paths work; they would break with a trailing slash.
    let mut router = Router::new()
        .route("/", get(async || Redirect::temporary("app/").into_response()))
        .route("/docs/", get(async || Redirect::permanent("../docs").into_response()));
    let files: [(&str, &'static Asset); 6] = [
        ("/docs/examples.js", &EXAMPLES_JS),
        ("/docs/page.js", &PAGE_JS),
        ("/docs/page.css", &PAGE_CSS),
        ("/docs/swagger-ui-5.35.0/swagger-ui-bundle.js", &BUNDLE_JS),
        ("/docs/swagger-ui-5.35.0/swagger-ui.css", &BUNDLE_CSS),
        ("/docs/swagger-ui-5.35.0/favicon-32x32.png", &ICON),
    ];
    for (path, file) in files {
        router = router.route(path, get(async move |request_headers: HeaderMap| file.answer(&request_headers)));
    }
    router
}

#[cfg(test)]
mod tests {
    use http::{StatusCode, header};

    use super::*;
    use crate::tests::get;

    /// Returns the values of an attribute of the page's elements.
    fn links(page: &str) -> Vec<&str> {
        page.split(['"']).skip(1).step_by(2).filter(|value| value.contains('.') && value.contains('/')).collect()
    }

    #[tokio::test]
    async fn everything_the_page_links_is_served_by_ourselves() {
        let (head, page) = get("/docs").await;
        assert_eq!(head.status(), StatusCode::OK);
        let page = String::from_utf8(page).unwrap();
        let links = links(&page);
        assert_eq!(links.len(), 6, "{links:?}");
        for link in links {
            let (head, body) = get(&format!("/{link}")).await;
            assert_eq!(head.status(), StatusCode::OK, "{link}");
            assert!(!body.is_empty(), "{link}");
            assert_eq!(head.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[tokio::test]
    async fn the_page_loads_from_and_connects_to_its_own_origin_only() {
        let (head, page) = get("/docs").await;
        let policy = head.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none';"));
        assert!(!policy.contains("unsafe") && !policy.contains("http"));
        assert!(!String::from_utf8(page).unwrap().contains("//"));
    }

    #[tokio::test]
    async fn large_files_are_cached_permanently_and_sent_compressed() {
        for path in ["/docs/swagger-ui-5.35.0/swagger-ui-bundle.js", "/docs/swagger-ui-5.35.0/swagger-ui.css"] {
            let (head, body) = get(path).await;
            assert_eq!(head.headers()[header::CONTENT_ENCODING], "gzip");
            assert_eq!(head.headers()[header::CACHE_CONTROL], FOREVER);
            assert_eq!(body[..2], [0x1f, 0x8b], "gzip's magic number");
            // Base64 turns three bytes into four characters; the response of a Lambda function is limited to 6 MB.
            assert!(body.len() * 4 / 3 < 6_000_000);
        }
    }

    #[tokio::test]
    async fn the_root_leads_to_the_console_under_any_base_path() {
        let (head, _) = get("/").await;
        assert_eq!(head.status(), StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(head.headers()[header::LOCATION], "app/");
    }

    #[tokio::test]
    async fn a_trailing_slash_redirects_to_the_page() {
        let (head, _) = get("/docs/").await;
        assert_eq!(head.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(head.headers()[header::LOCATION], "../docs");
    }
}
