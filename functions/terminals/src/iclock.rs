//! `/iclock`: what devices call. Answers are plain text. A device sends punches again until it is told that they are safe.
//!
//! Templates of fingers and faces, photos and the log of the device's menu are dropped. Bodies aren't logged, and no problem
//! contains one.

use std::{collections::BTreeMap, time::Duration};

use app::{
    Ports,
    terminals::{commands, devices, punches},
};
use axum::{
    body::{Body, to_bytes},
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Response},
};
use domain::terminal::Serial;
use http::{HeaderMap, Method, StatusCode, header};
use jiff::Timestamp;
use runtime::Deadline;
use store::{
    StoreError,
    terminals::{CallingTerminal, DeviceInfo},
};
use web::RequestId;

use crate::{device::admit, protocol, state::Terminals};

/// The maximum time for processing punches. A function behind HTTP has 20 seconds.
pub(crate) const PROCESSING_TIMEOUT: Duration = Duration::from_secs(14);

/// The maximum size of a body that is read. API Gateway takes no more.
const MAX_BODY: usize = 6 * 1024 * 1024;

/// The header in which the bridge names the instant at which it got the device's request.
const RECEIVED_AT: &str = "x-received-at";

/// Answers a request whose secret is in the `Authorization` header, as the bridge sends it.
pub(crate) async fn with_header(
    State(terminals): State<Terminals>,
    Path(name): Path<String>,
    request_id: RequestId,
    request: Request,
) -> Response {
    answer(&terminals, None, &name, &request_id, request).await
}

/// Answers a request whose secret is in the path, as devices with HTTPS send it.
pub(crate) async fn with_secret(
    State(terminals): State<Terminals>,
    Path((secret, name)): Path<(String, String)>,
    request_id: RequestId,
    request: Request,
) -> Response {
    answer(&terminals, Some(&secret), &name, &request_id, request).await
}

/// The parameters of a device's request. Devices differ in upper and lower case.
struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn of(request: &Request) -> Self {
        let given = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map(|Query(given)| given);
        let given = given.unwrap_or_default().into_iter();
        Self(given.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

async fn answer(
    terminals: &Terminals,
    secret: Option<&str>,
    name: &str,
    request_id: &RequestId,
    request: Request,
) -> Response {
    let now = terminals.app.now();
    let parameters = Parameters::of(&request);
    let Some(serial) = parameters.get("sn").and_then(|serial| serial.parse::<Serial>().ok()) else {
        return plain(StatusCode::BAD_REQUEST, "ERROR");
    };
    let (head, body) = request.into_parts();
    let ports = terminals.app.ports(now);
    let calling = match admit(terminals, &ports, secret, &head.headers, &serial).await {
        Ok(Some(calling)) => calling,
        Ok(None) => return plain(StatusCode::UNAUTHORIZED, "ERROR"),
        Err(error) => return busy(&error),
    };
    let call = Call { terminals, ports, calling: &calling, parameters: &parameters, request_id };
    let name = name.strip_suffix(".aspx").unwrap_or(name);
    let answered = call.answer(&head.method, name, &head.headers, body).await;
    answered.unwrap_or_else(|error| busy(&error))
}

/// An admitted request.
struct Call<'a> {
    terminals: &'a Terminals,
    ports: Ports<'a>,
    calling: &'a CallingTerminal,
    parameters: &'a Parameters,
    request_id: &'a RequestId,
}

impl Call<'_> {
    async fn answer(
        &self,
        method: &Method,
        name: &str,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Response, StoreError> {
        let terminal = self.calling.record.terminal.id;
        let table = self.parameters.get("table").map(str::to_ascii_uppercase).unwrap_or_default();
        match (method.as_str(), name, table.as_str()) {
            ("GET", "cdata", _) => self.options().await,
            ("POST", "cdata", "ATTLOG") => self.punches(headers, body).await,
            ("POST", "cdata", "OPERLOG") => {
                self.record_request(None).await?;
                // The lines are counted, because devices compare the number. They are the menu's log, people and templates.
                let Some(body) = read(body).await else { return Ok(plain(StatusCode::OK, "OK")) };
                let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
                Ok(plain(StatusCode::OK, format!("OK: {lines}")))
            }
            ("GET", "getrequest", _) => {
                let info = self.parameters.get("info").map(protocol::read_info);
                self.record_request(info.as_ref()).await?;
                let commands = commands::pending(&self.ports, &self.terminals.keys, terminal).await?;
                Ok(plain(StatusCode::OK, protocol::commands(&commands)))
            }
            ("POST", "devicecmd", _) => {
                self.record_request(None).await?;
                let Some(body) = read(body).await else { return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "ERROR")) };
                let results = protocol::read_results(&body);
                commands::settle(&self.ports, self.request_id.as_str(), terminal, &results).await?;
                Ok(plain(StatusCode::OK, "OK"))
            }
            // Photos and the other tables are dropped unread.
            ("POST", "cdata" | "fdata" | "querydata", _) | ("GET", "ping", _) => {
                self.record_request(None).await?;
                Ok(plain(StatusCode::OK, "OK"))
            }
            _ => Ok(plain(StatusCode::NOT_FOUND, "ERROR")),
        }
    }

    async fn record_request(&self, info: Option<&DeviceInfo>) -> Result<(), StoreError> {
        devices::record_request(&self.ports, self.calling, info).await
    }

    async fn options(&self) -> Result<Response, StoreError> {
        self.record_request(None).await?;
        let CallingTerminal { record, state } = self.calling;
        let zone = devices::zone_of(&self.ports, &record.terminal).await?;
        let text = protocol::options(&record.terminal.serial, state.stamp.as_deref(), &zone, self.ports.now);
        Ok(plain(StatusCode::OK, text))
    }

    async fn punches(&self, headers: &HeaderMap, body: Body) -> Result<Response, StoreError> {
        let Some(body) = read(body).await else { return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "ERROR")) };
        let arrived_at: Option<Timestamp> = headers.get(RECEIVED_AT).and_then(|at| at.to_str().ok()?.parse().ok());
        let (sent, unread) = protocol::read_punches(&body);
        let lines = sent.len() + unread;
        if 0 < unread {
            tracing::warn!(terminal = %self.calling.record.terminal.id, unread, "lines of punches can't be read");
        }
        let now = self.ports.now;
        let delivery = punches::Delivery {
            punches: sent,
            stamp: self.parameters.get("stamp"),
            arrived_at: arrived_at.filter(|at| *at <= now).unwrap_or(now),
            request_id: self.request_id.as_str(),
        };
        let deadline = Deadline::after(PROCESSING_TIMEOUT);
        let is_over = || deadline.left().is_zero();
        let received = punches::receive(&self.ports, &self.terminals.keys, self.calling, delivery, &is_over);
        let is_done = Box::pin(received).await?;
        if is_done {
            Ok(plain(StatusCode::OK, format!("OK: {lines}")))
        } else {
            Ok(plain(StatusCode::SERVICE_UNAVAILABLE, "ERROR"))
        }
    }
}

/// Reads a body. Returns none if it is too large, or the connection ends.
async fn read(body: Body) -> Option<Vec<u8>> {
    to_bytes(body, MAX_BODY).await.ok().map(|bytes| bytes.to_vec())
}

fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text.into()).into_response()
}

/// Tells the device to send the request again.
fn busy(error: &StoreError) -> Response {
    tracing::warn!(%error, "a device's request wasn't processed");
    plain(StatusCode::SERVICE_UNAVAILABLE, "ERROR")
}
