//! The stack's own calls under `/_local/`: clock, counts of AWS calls, dead letters, demo people and people for measurements,
//! e-mails, schedules, and waiting until the flow of events settles.
//! These calls are never deployed.

use std::net::IpAddr;

use bytes::Bytes;
use domain::ports::Clock;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Store;

use crate::{
    aws::{Mailbox, mailbox::report},
    calls::Calls,
    clock::StackClock,
    demo::company::{PASSWORD, PEOPLE},
    flow::Flow,
    workforce::Workforce,
};

const PREFIX: &str = "/_local/";

/// The parts of the stack on which the calls work.
pub(super) struct Controls<'a> {
    pub(super) clock: &'a StackClock,
    pub(super) calls: &'a Calls,
    pub(super) flow: &'a Flow,
    pub(super) mailbox: &'a Mailbox,
    pub(super) table: &'a Store,
    /// Whether the stack has the demo company.
    pub(super) has_demo: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetClock {
    #[serde(deserialize_with = "present")]
    now: Option<Timestamp>,
}

/// Deserializes a field that is required but may be null.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Option::deserialize(deserializer)
}

impl Controls<'_> {
    /// Returns the part of the path that names a control; `None` if the request is for a function.
    pub(super) fn path(request: &Request<Bytes>) -> Option<String> {
        request.uri().path().strip_prefix(PREFIX).map(str::to_owned)
    }

    /// Answers a call of the client at `source`. With `--host`, other machines in the network reach the stack. They
    /// may only read what the stack's pages need.
    pub(super) async fn answer(&self, control: &str, request: &Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        let is_for_pages = request.method() == Method::GET && ["clock", "people"].contains(&control);
        if !source.is_loopback() && !is_for_pages {
            return problem(StatusCode::FORBIDDEN, "forbidden", "only this machine may control the stack");
        }
        match (control, request.method()) {
            ("clock", &Method::GET) => json_answer(StatusCode::OK, &self.time()),
            ("clock", &Method::PUT) => match serde_json::from_slice::<SetClock>(request.body()) {
                Ok(SetClock { now }) => {
                    self.clock.set(now);
                    json_answer(StatusCode::OK, &self.time())
                }
                Err(error) => problem(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid_body",
                    &format!(
                        "the clock takes {{\"now\": \"2026-11-02T08:58:00+03:00\"}} or {{\"now\": null}}: {error}"
                    ),
                ),
            },
            ("clock", _) => not_allowed("GET, PUT"),
            ("people", &Method::GET) => json_answer(StatusCode::OK, &people(self.has_demo)),
            ("people", &Method::POST) => Box::pin(self.hire(request.body())).await,
            ("people", _) => not_allowed("GET, POST"),
            ("calls", &Method::GET) => json_answer(StatusCode::OK, &json!(self.calls.report())),
            ("calls", &Method::DELETE) => {
                self.calls.reset();
                no_content()
            }
            ("settle", &Method::POST) => {
                if self.flow.settle().await {
                    json_answer(StatusCode::OK, &json!({"pending": 0}))
                } else {
                    problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "events are still on their way")
                }
            }
            ("settle", _) => not_allowed("POST"),
            ("dead-letters", &Method::GET) => json_answer(StatusCode::OK, &self.flow.dead_letters().report()),
            ("dead-letters", &Method::DELETE) => {
                self.flow.dead_letters().purge();
                no_content()
            }
            ("mail", &Method::GET) => json_answer(StatusCode::OK, &json!({"items": self.mailbox.mails()})),
            ("mail", &Method::DELETE) => {
                self.mailbox.clear();
                no_content()
            }
            ("calls" | "dead-letters" | "mail", _) => not_allowed("GET, DELETE"),
            _ => match (control.strip_prefix("schedules/"), control.strip_prefix("mail/")) {
                (Some(name), _) => self.schedule(name, request.method()).await,
                (None, Some(mail)) => self.mail(mail, request.method()),
                (None, None) => problem(StatusCode::NOT_FOUND, "not_found", "the local stack has no such call"),
            },
        }
    }

    /// Writes people with a history of work to the table.
    async fn hire(&self, body: &Bytes) -> Response<Bytes> {
        let workforce: Workforce = match serde_json::from_slice(body) {
            Ok(workforce) => workforce,
            Err(error) => return problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", &error.to_string()),
        };
        match workforce.write(self.table, self.clock.now()).await {
            Ok(()) => no_content(),
            Err(reason) => problem(StatusCode::CONFLICT, "not_written", &reason),
        }
    }

    /// Runs a schedule, and returns the answer of its function.
    async fn schedule(&self, name: &str, method: &Method) -> Response<Bytes> {
        if method != Method::POST {
            return not_allowed("POST");
        }
        match self.flow.run_schedule(name).await {
            Some(Ok(answer)) => json_answer(StatusCode::OK, &answer),
            Some(Err(failure)) => problem(StatusCode::INTERNAL_SERVER_ERROR, "schedule_failed", &failure),
            None => {
                let known = self.flow.schedules().join(", ");
                problem(StatusCode::NOT_FOUND, "not_found", &format!("there is no schedule {name:?}, only {known}"))
            }
        }
    }

    /// Shows an e-mail as its reader sees it, or reports it as bounced or unwanted, as SES does.
    fn mail(&self, path: &str, method: &Method) -> Response<Bytes> {
        let (id, action) = path.split_once('/').map_or((path, None), |(id, action)| (id, Some(action)));
        let Some(mail) = self.mailbox.mail(id) else {
            return problem(StatusCode::NOT_FOUND, "not_found", "there is no such e-mail");
        };
        match (action, method) {
            (None, &Method::GET) => {
                let html = mail["html"].as_str().unwrap_or_default().to_owned();
                let mut answer = Response::new(html.into());
                answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
                answer
            }
            (None, _) => not_allowed("GET"),
            (Some(action @ ("bounce" | "complaint")), &Method::POST) => {
                let (detail_type, detail) = report(&mail, action == "complaint");
                self.flow.bus().put_of_service("aws.ses", detail_type, &detail);
                no_content()
            }
            (Some("bounce" | "complaint"), _) => not_allowed("POST"),
            (Some(_), _) => problem(StatusCode::NOT_FOUND, "not_found", "the local stack has no such call"),
        }
    }

    fn time(&self) -> Value {
        json!({"now": self.clock.now().to_string(), "frozen": self.clock.frozen().is_some()})
    }
}

/// Returns the people of the demo company with their passwords, for pages that offer to sign in as one of them.
fn people(has_demo: bool) -> Value {
    let people = PEOPLE.iter().filter(|_| has_demo).map(|person| {
        json!({
            "username": person.username,
            "full_name": person.full_name,
            "role": person.role.name(),
            "password": PASSWORD,
        })
    });
    json!({"items": people.collect::<Vec<_>>()})
}

fn json_answer(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut answer = Response::new(body.to_string().into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn no_content() -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}

fn not_allowed(methods: &'static str) -> Response<Bytes> {
    let mut answer = problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", &format!("allowed: {methods}"));
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

fn problem(status: StatusCode, code: &str, detail: &str) -> Response<Bytes> {
    let mut answer = json_answer(
        status,
        &json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "code": code,
            "detail": detail,
        }),
    );
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    answer
}
