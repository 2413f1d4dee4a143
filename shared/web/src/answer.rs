//! Successful answers.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use store::SavedAnswer;

use crate::{Problem, if_match::etag, names::Unnamed};

/// Says that an answer was given before.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// An answer before it is sent, in the form in which it can be saved for repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    saved: SavedAnswer,
    /// Fields shown this once and not saved.
    secrets: Vec<(&'static str, serde_json::Value)>,
    /// `Set-Cookie` headers, which aren't saved either.
    cookies: Vec<HeaderValue>,
    /// Whether it was given before.
    is_replay: bool,
}

impl Answer {
    /// JSON with a status.
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, Problem> {
        let body = serde_json::to_value(body).map_err(Problem::internal)?;
        let saved = SavedAnswer { status: status.as_u16(), body: Some(body), etag: None, location: None };
        Ok(Self::of(saved))
    }

    /// 200 with JSON.
    pub fn ok<T: Serialize>(body: &T) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with JSON and where it is found from now on.
    pub fn created<T: Serialize>(location: String, body: &T) -> Result<Self, Problem> {
        let mut answer = Self::json(StatusCode::CREATED, body)?;
        answer.saved.location = Some(location);
        Ok(answer)
    }

    /// The same answer with another status: 202 for what is made but not done.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.saved.status = status.as_u16();
        self
    }

    /// 204
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

    /// Adds a field that is shown this once: a replay leaves it out.
    #[must_use]
    pub fn secret(mut self, field: &'static str, value: String) -> Self {
        self.secrets.push((field, value.into()));
        self
    }

    /// Adds a `Set-Cookie` header: a replay leaves it out.
    #[must_use]
    pub fn cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// What is saved for repeats.
    pub const fn saved(&self) -> &SavedAnswer {
        &self.saved
    }

    /// A saved answer, given again.
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
            Some(mut body) => {
                if let Some(fields) = body.as_object_mut() {
                    fields.extend(secrets.into_iter().map(|(field, value)| (field.to_owned(), value)));
                }
                let mut response = status.into_response();
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                // Written by the layer that adds names ([`crate::names`]).
                response.extensions_mut().insert(Unnamed(body));
                response
            }
            None => status.into_response(),
        };
        let headers = response.headers_mut();
        // What people are owed and where they were is nobody's to keep in a cache.
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
