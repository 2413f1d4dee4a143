//! Problems (RFC 9457): the one form in which anything that goes wrong is answered.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;
use store::{CommitError, Guard, StoreError};

use crate::{Code, RequestId};

/// Something that went wrong, fit to be told to the client. What only we should know goes to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    detail: Option<String>,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
    allow: Option<String>,
}

/// An invalid value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Where: `location.latitude`, `shifts[0].end`, or a parameter's name.
    pub path: String,
    /// The rule that the value breaks.
    pub message: String,
}

/// The body of a problem, as RFC 9457 has it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URI that identifies the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:rollcall:problem:not_found")]
    kind: String,
    /// The meaning of the code.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The cause and the remedy, in a sentence.
    detail: String,
    /// The code of the problem, which a client can branch on.
    code: Code,
    /// The id of the request; quote it when you report a problem.
    request_id: String,
    /// The invalid values, with 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// The body of an error that API Gateway answers by itself: too large (413), throttled (429) or a function that can't be
/// reached (503).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GatewayMessage {
    /// The error, in API Gateway's words.
    #[schema(example = "Too Many Requests")]
    message: String,
}

impl Problem {
    /// A problem of that code.
    pub const fn new(code: Code) -> Self {
        Self { code, detail: None, errors: Vec::new(), retry_after: None, allow: None }
    }

    /// One value that breaks a rule.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid_values(vec![FieldError { path: path.into(), message: message.into() }])
    }

    /// Several values that break rules.
    pub fn invalid_values(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(Code::InvalidValues) }
    }

    /// There is nothing here, or nothing that the caller may know of.
    pub const fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// Says what is special about this occurrence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Says which methods there are (RFC 9110, 405).
    #[must_use]
    pub fn allow(mut self, methods: impl Into<String>) -> Self {
        self.allow = Some(methods.into());
        self
    }

    /// Its code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// A defect or a misconfiguration of ours: told to the log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Code::Internal)
    }

    /// The body, naming the request.
    pub fn body(self, request_id: &RequestId) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:rollcall:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: self.detail.unwrap_or_else(|| self.code.title().to_owned()),
            code: self.code,
            request_id: request_id.to_string(),
            errors: self.errors,
        }
    }
}

impl IntoResponse for Problem {
    /// The head of the answer, the problem itself among its extensions: [`crate::request_id::layer`] writes the body,
    /// because only it knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.code.status() == http::StatusCode::UNAUTHORIZED {
            let challenge = if self.code == Code::TokenExpired {
                r#"Bearer realm="rollcall", error="invalid_token", error_description="expired""#
            } else {
                r#"Bearer realm="rollcall""#
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allow.as_deref().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            headers.insert(header::ALLOW, methods);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => {
                tracing::warn!(%reason, "the table is unavailable");
                Self::new(Code::Unavailable).retry_after(1)
            }
            StoreError::Contended => Guard::Version.into(),
            StoreError::Refused { .. } | StoreError::Unreadable { .. } | StoreError::Unwritable(_) => {
                Self::internal(error)
            }
        }
    }
}

impl From<Guard> for Problem {
    /// What a lost condition means to the client once deciding again hasn't helped.
    fn from(guard: Guard) -> Self {
        match guard {
            Guard::Repeat => Self::new(Code::IdempotencyInProgress).retry_after(1),
            Guard::FirstSetUp => Self::new(Code::AlreadySetUp),
            Guard::Username => Self::new(Code::UsernameTaken),
            Guard::Email => Self::new(Code::EmailTaken),
            Guard::DepartmentExists => Self::invalid("department_id", "is not a department"),
            Guard::SiteExists => Self::invalid("site_id", "is not a site"),
            Guard::DepartmentUnused => Self::new(Code::DepartmentInUse),
            Guard::SiteUnused => Self::new(Code::SiteInUse),
            Guard::LedgerEmpty => Self::new(Code::LedgerStarted),
            Guard::LastAdmin => Self::new(Code::LastAdmin),
            Guard::Unlocked => Self::new(Code::AccountLocked).retry_after(15 * 60),
            Guard::Upload => Self::new(Code::PhotoInvalid).detail("The upload was used for another punch."),
            Guard::RefreshToken => Self::new(Code::InvalidRefreshToken),
            Guard::LiveTicket | Guard::SignIn => Self::new(Code::Unauthenticated),
            Guard::Told | Guard::Connections | Guard::Version => {
                Self::new(Code::Unavailable).detail("Others keep changing the same thing.").retry_after(1)
            }
        }
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Lost(guard) => guard.into(),
            CommitError::Store(error) => error.into(),
        }
    }
}
