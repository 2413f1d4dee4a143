//! Successful responses.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use store::SavedAnswer;

use crate::{Problem, if_match::etag, names::Unnamed};

/// The header of a response that was given before.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A response before it is sent, in the form in which it is saved for repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    saved: SavedAnswer,
    /// Fields that are shown only in the first response and aren't saved.
    secrets: Vec<(&'static str, serde_json::Value)>,
    /// `Set-Cookie` headers, which aren't saved either.
    cookies: Vec<HeaderValue>,
    /// Whether the response was given before.
    is_replay: bool,
}

impl Answer {
    /// Returns a JSON response with a status.
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(Problem::internal)?;
        let saved = SavedAnswer { status: status.as_u16(), body: Some(body), etag: None, location: None };
        Ok(Self::of(saved))
    }

    /// Returns a 200 response with JSON.
    pub fn ok<T: Serialize>(body: &T) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, body)
    }

    /// Returns a 201 response with JSON and the location of the new item.
    pub fn created<T: Serialize>(location: String, body: &T) -> Result<Self, Problem> {
        let mut answer = Self::json(StatusCode::CREATED, body)?;
        answer.saved.location = Some(location);
        Ok(answer)
    }

    /// Returns the same response with another status, such as 202 for accepted work that isn't finished.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.saved.status = status.as_u16();
        self
    }

    /// Returns a 204 response.
    pub fn no_content() -> Self {
        let saved = SavedAnswer { status: StatusCode::NO_CONTENT.as_u16(), body: None, etag: None, location: None };
        Self::of(saved)
    }

    /// Adds the `ETag` of a version.
    #[must_use]
    pub fn version(mut self, version: u64) -> Self {
        self.saved.etag = Some(etag(version));
        self
    }

    /// Adds a field that is shown only in this response. A replay leaves it out.
    #[must_use]
    pub fn secret(mut self, field: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.secrets.push((field, value.into()));
        self
    }

    /// Adds a `Set-Cookie` header: a replay leaves it out.
    #[must_use]
    pub fn cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// Returns the part of the response that is saved for repeats.
    pub const fn saved(&self) -> &SavedAnswer {
        &self.saved
    }

    /// Returns a saved response again.
    pub fn replay(saved: SavedAnswer) -> Self {
        Self { is_replay: true, ..Self::of(saved) }
    }

    const fn of(saved: SavedAnswer) -> Self {
        Self { saved, secrets: Vec::new(), cookies: Vec::new(), is_replay: false }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let Self { saved, secrets, cookies, is_replay } = self;
        let status = StatusCode::from_u16(saved.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match saved.body {
            Some(body) => {
                let body = if secrets.is_empty() { body } else { with_fields(body, secrets) };
                let mut response = status.into_response();
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                // The layer that adds names writes the body ([`crate::names`]).
                response.extensions_mut().insert(Unnamed(body));
                response
            }
            None => status.into_response(),
        };
        let headers = response.headers_mut();
        // Caches must not store balances and locations of people.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if is_replay {
            headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        }
        if let Some(etag) = saved.etag.as_deref().and_then(|etag| HeaderValue::from_str(etag).ok()) {
            headers.insert(header::ETAG, etag);
        }
        for cookie in cookies {
            headers.append(header::SET_COOKIE, cookie);
        }
        if let Some(location) = saved.location.as_deref().and_then(|location| HeaderValue::from_str(location).ok()) {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}

/// Returns a JSON object with additional fields.
fn with_fields(body: String, more: Vec<(&'static str, serde_json::Value)>) -> String {
    let mut fields = match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&body) {
        Ok(fields) => fields,
        Err(error) => {
            tracing::error!(%error, "an answer isn't an object: it is without its secrets");
            return body;
        }
    };
    fields.extend(more.into_iter().map(|(field, value)| (field.to_owned(), value)));
    serde_json::Value::Object(fields).to_string()
}
