//! `/notifications/unsubscribe`: stops e-mails about notifications with one click (RFC 8058), without signing in.
//!
//! Programs that scan e-mails follow their links. So a GET only shows a page with a button, and a POST unsubscribes.

use app::notifications::preferences::stop_emails;
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{id::UserId, language::Language};
use secret_store::CompanyKeys;
use serde::Deserialize;
use texts::{MailTexts, UnsubscribeTexts, escape_html};
use web::{Answer, App, Failed, Problem, Query, RequestId, command};

/// The field of the form, as RFC 8058 names it.
const FIELD: &str = "List-Unsubscribe";
/// The value of the field.
const ONE_CLICK: &str = "One-Click";

/// The parameters of a link that unsubscribes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnsubscribeQuery {
    /// The token of the link.
    #[param(example = "un1.01JBN2V7Q4W0M3T9K5ZXH8R7PN.proof")]
    token: String,
}

/// Show the page to unsubscribe
///
/// Shows a page with a button. It changes nothing, because programs that scan e-mails follow their links.
#[utoipa::path(
    get,
    path = "/notifications/unsubscribe",
    operation_id = "showUnsubscribePage",
    tag = "notifications",
    params(UnsubscribeQuery),
    responses(
        (status = 200, description = "The page", content_type = "text/html", body = String),
        (status = 404, description = "The page, which says that the link isn't valid", content_type = "text/html", body = String),
    ),
    security(())
)]
pub(crate) async fn show(
    State(app): State<App>,
    Extension(keys): Extension<CompanyKeys>,
    request_id: RequestId,
    Query(UnsubscribeQuery { token }): Query<UnsubscribeQuery>,
) -> Result<Response, Problem> {
    let Some(user) = keys.open_unsubscribe_token(&token).await? else { return Ok(invalid(request_id.language())) };
    let (_, language) = app.store.inbox_and_language(user).await?;
    let UnsubscribeTexts { title, body, button, .. } = MailTexts::new(language).unsubscribe_page();
    let form = format!(
        "<p>{}</p><form method=\"post\"><input type=\"hidden\" name=\"{FIELD}\" value=\"{ONE_CLICK}\"><button>{}</button></form>",
        escape_html(&body),
        escape_html(&button),
    );
    Ok(page(StatusCode::OK, language, &title, &form))
}

/// Unsubscribe from e-mails
///
/// Stops e-mails about notifications. Mail programs send this request for the header `List-Unsubscribe-Post` (RFC 8058), and so
/// does the page of `GET`. E-mails about passwords and addresses still arrive.
#[utoipa::path(
    post,
    path = "/notifications/unsubscribe",
    operation_id = "unsubscribeByLink",
    tag = "notifications",
    params(UnsubscribeQuery),
    request_body(
        content = String,
        content_type = "application/x-www-form-urlencoded",
        description = "`List-Unsubscribe=One-Click`, also as `multipart/form-data`",
        example = "List-Unsubscribe=One-Click",
    ),
    responses(
        (status = 200, description = "The page, which says that no more e-mails are sent", content_type = "text/html", body = String),
        (status = 404, description = "The page, which says that the link isn't valid", content_type = "text/html", body = String),
    ),
    security(())
)]
pub(crate) async fn unsubscribe(
    State(app): State<App>,
    Extension(keys): Extension<CompanyKeys>,
    request_id: RequestId,
    Query(UnsubscribeQuery { token }): Query<UnsubscribeQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let is_confirmed = is_one_click(&headers, &body);
    let user = keys.open_unsubscribe_token(&token).await?.filter(|_| is_confirmed);
    let Some(user) = user else { return Ok(invalid(request_id.language())) };
    let now = app.now();
    command(&app.store, None, now, || stop(&app, &request_id, user)).await?;
    let (_, language) = app.store.inbox_and_language(user).await?;
    let UnsubscribeTexts { title, done, .. } = MailTexts::new(language).unsubscribe_page();
    Ok(page(StatusCode::OK, language, &title, &format!("<p>{}</p>", escape_html(&done))))
}

/// Returns whether a form has the field of RFC 8058. Mail programs should send it as `multipart/form-data` and may send it
/// URL-encoded.
fn is_one_click(headers: &HeaderMap, body: &[u8]) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_multipart = |value: &&str| {
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("multipart/form-data")
    };
    match content_type.filter(is_multipart) {
        Some(content_type) => has_part(content_type, body),
        None => form_urlencoded::parse(body).any(|(name, value)| name == FIELD && value == ONE_CLICK),
    }
}

/// Returns whether a multipart form (RFC 7578) has the field.
fn has_part(content_type: &str, body: &[u8]) -> bool {
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty());
    let (Some(boundary), Ok(text)) = (boundary, std::str::from_utf8(body)) else { return false };
    let text = text.replace("\r\n", "\n");
    let is_field = |part: &str| {
        let Some((headers, value)) = part.split_once("\n\n") else { return false };
        let mut headers = headers.lines().filter_map(|line| line.split_once(':'));
        let names_field = headers.any(|(name, value)| {
            name.trim().eq_ignore_ascii_case("content-disposition") && parameter(value, "name") == Some(FIELD)
        });
        names_field && value.trim() == ONE_CLICK
    };
    text.split(&format!("--{boundary}")).any(is_field)
}

/// Returns a parameter of a header such as `multipart/form-data; boundary=x`, without quotes around its value.
fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut parameters = header.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"'))
}

async fn stop(app: &App, request_id: &RequestId, user: UserId) -> Result<Answer, Failed> {
    let now = app.now();
    if let Some(commit) = stop_emails(&app.ports(now), user, request_id.as_str()).await? {
        commit.send(&app.store).await?;
    }
    Ok(Answer::no_content())
}

/// Returns the page for a link that isn't valid.
fn invalid(language: Language) -> Response {
    let UnsubscribeTexts { title, invalid, .. } = MailTexts::new(language).unsubscribe_page();
    page(StatusCode::NOT_FOUND, language, &title, &format!("<p>{}</p>", escape_html(&invalid)))
}

fn page(status: StatusCode, language: Language, title: &str, content: &str) -> Response {
    let title = escape_html(title);
    let html = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>{STYLE}</style>\
         <main><h1>{title}</h1>{content}</main></html>",
        language.code(),
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, html).into_response()
}

/// What the page may do: no scripts and no other origins.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

const STYLE: &str = "body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#f6f7f9;color:#1b1f24}\
    main{max-width:32rem;margin:12vh auto 0;padding:2rem;background:#fff;border-radius:12px}\
    h1{font-size:1.25rem;margin:0 0 1rem}\
    button{font:inherit;padding:.6rem 1rem;border:0;border-radius:8px;background:#1f5eff;color:#fff;cursor:pointer}\
    @media(prefers-color-scheme:dark){body{background:#14171a;color:#e8eaed}main{background:#1e2226}}";

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(content_type: &str, body: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        is_one_click(&headers, body.as_bytes())
    }

    fn multipart(boundary: &str, name: &str, value: &str) -> String {
        let part = format!("Content-Disposition: form-data; name={name}\r\n\r\n{value}");
        format!("--{boundary}\r\n{part}\r\n--{boundary}--\r\n")
    }

    #[test]
    fn both_media_types_of_forms_are_accepted() {
        assert!(accepts("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"));
        assert!(is_one_click(&HeaderMap::new(), b"List-Unsubscribe=One-Click"));
        let form = multipart("----x=1", "\"List-Unsubscribe\"", "One-Click");
        assert!(accepts("multipart/form-data; boundary=----x=1", &form));
        assert!(accepts("Multipart/Form-Data; charset=utf-8; Boundary=\"----x=1\"", &form));
        assert!(accepts("multipart/form-data; boundary=b", &multipart("b", "List-Unsubscribe", "One-Click")));
        let second = form.replacen(
            "------x=1",
            "------x=1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n------x=1",
            1,
        );
        assert!(accepts("multipart/form-data; boundary=----x=1", &second));
    }

    #[test]
    fn other_forms_are_refused() {
        assert!(!accepts("application/x-www-form-urlencoded", "List-Unsubscribe=No"));
        let form = multipart("b", "\"List-Unsubscribe\"", "One-Click");
        for content_type in ["multipart/form-data", "multipart/form-data; boundary=c", "multipart/form-data; boundary="]
        {
            assert!(!accepts(content_type, &form), "{content_type}");
        }
        for (name, value) in [("\"List-Unsubscribe\"", "No"), ("\"Other\"", "One-Click")] {
            assert!(!accepts("multipart/form-data; boundary=b", &multipart("b", name, value)), "{name}: {value}");
        }
        assert!(!accepts("multipart/form-data; boundary=b", "List-Unsubscribe=One-Click"));
        assert!(!accepts("application/x-www-form-urlencoded", ""));
    }
}
