//! A client of the API in this process.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{
    Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::gateway::Gateway;

/// A client that sends requests directly to the gateway.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client<'a> {
    gateway: &'a Gateway,
}

/// The session of a signed-in user.
#[derive(Debug)]
pub(super) struct Session {
    access_token: String,
    refresh_token: String,
    expires_at: Timestamp,
}

impl<'a> Client<'a> {
    pub(super) fn new(gateway: &'a Gateway) -> Self {
        Self { gateway }
    }

    pub(super) async fn log_in(&self, username: &str, password: &str, now: Timestamp) -> Result<Session, String> {
        let body = json!({"username": username, "password": password});
        Session::parse(&self.send("POST", "/auth/login", None, &body).await?, now)
    }

    /// Returns the session with an access token that is valid at `now`. Renewing a session needs no password hash.
    pub(super) async fn renew(&self, session: Session, now: Timestamp) -> Result<Session, String> {
        if now < session.expires_at {
            return Ok(session);
        }
        let body = json!({"refresh_token": session.refresh_token});
        Session::parse(&self.send("POST", "/auth/refresh", None, &body).await?, now)
    }

    /// Clocks in or out. Returns the code of the rule that forbids it, if there is one.
    pub(super) async fn punch(&self, session: &Session, path: &str, body: &Value) -> Result<Option<String>, String> {
        match self.call("POST", path, Some(session), body).await? {
            (status, _) if status.is_success() => Ok(None),
            (StatusCode::CONFLICT, problem) => Ok(Some(problem["code"].to_string())),
            (status, problem) => Err(format!("POST {path} answered {status}: {problem}")),
        }
    }

    /// Creates a resource, and returns its id.
    pub(super) async fn create(&self, path: &str, session: &Session, body: &Value) -> Result<String, String> {
        let created = self.send("POST", path, Some(session), body).await?;
        created["id"].as_str().map(str::to_owned).ok_or_else(|| format!("POST {path} answered without an id"))
    }

    /// Sends a request that must succeed.
    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        session: Option<&Session>,
        body: &Value,
    ) -> Result<Value, String> {
        match self.call(method, path, session, body).await? {
            (status, answer) if status.is_success() => Ok(answer),
            (status, problem) => Err(format!("{method} {path} answered {status}: {problem}")),
        }
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        session: Option<&Session>,
        body: &Value,
    ) -> Result<(StatusCode, Value), String> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "localhost");
        request = request.header(CONTENT_TYPE, "application/json");
        if let Some(session) = session {
            request = request.header(AUTHORIZATION, format!("Bearer {}", session.access_token));
        }
        let request = request.body(Bytes::from(body.to_string())).map_err(|error| error.to_string())?;
        let answer = self.gateway.answer(request, IpAddr::V4(Ipv4Addr::LOCALHOST)).await;
        Ok((answer.status(), serde_json::from_slice(answer.body()).unwrap_or_default()))
    }
}

impl Session {
    fn parse(answer: &Value, now: Timestamp) -> Result<Self, String> {
        let token = |name: &str| {
            answer[name].as_str().map(str::to_owned).ok_or_else(|| format!("a login answered without {name}"))
        };
        let lasts = SignedDuration::from_secs(answer["expires_in"].as_i64().unwrap_or_default());
        Ok(Self {
            access_token: token("access_token")?,
            refresh_token: token("refresh_token")?,
            expires_at: now.saturating_add(lasts).map_err(|error| error.to_string())?,
        })
    }
}
