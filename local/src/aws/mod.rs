//! The part of AWS that Rollcall uses, inside this process: one endpoint that answers as `DynamoDB`, Secrets Manager,
//! EventBridge, API Gateway's management of connections and S3, and the SDK configuration that leads to it.
//!
//! Functions reach it without a socket, by the HTTP client in their SDK configuration. The same endpoint listens on a
//! port of its own, for browsers that follow a presigned URL and for `aws --endpoint-url`, with which a developer looks
//! into the table.

mod connector;
pub(crate) mod dynamodb;
mod faults;
pub(crate) mod partitions;
pub(crate) mod s3;
pub(crate) mod secrets;
pub(crate) mod table;
mod turns;

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::HOST};

use crate::{
    calls::{self, Calls, Consumed},
    flow::Bus,
    gateway::{Answers, Cors, CorsRequest},
    live::{Call, Connections},
};

pub(crate) use self::{dynamodb::DynamoDb, s3::S3, secrets::Secrets, turns::Urgency};
pub use self::{
    faults::{AwsCall, Fault, Faults},
    partitions::{PartitionKey, PartitionUnits},
};

/// The only access key that the endpoint's S3 knows; nothing here is worth protecting from its own user.
pub(crate) const ACCESS_KEY_ID: &str = "rollcall";
/// The key to [`ACCESS_KEY_ID`].
pub(crate) const SECRET_ACCESS_KEY: &str = "rollcall-local";
/// The region that the stack says it is in.
pub(crate) const REGION: &str = "us-east-1";
/// The account that the stack says it belongs to.
pub(crate) const ACCOUNT: &str = "000000000000";

/// All services behind one address, told apart as AWS's own clients tell them apart: by the `x-amz-target` header, or, for
/// connections, by the path; the rest is S3's.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) dynamodb: DynamoDb,
    pub(crate) secrets: Secrets,
    pub(crate) s3: S3,
    pub(crate) cors: Cors,
    /// Where it listens, as the functions know it: presigned links are signed for it.
    pub(crate) address: SocketAddr,
    pub(crate) bus: Arc<Bus>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) faults: Arc<Faults>,
    /// The functions that read the table's stream.
    pub(crate) stream_readers: BTreeSet<String>,
}

impl Endpoint {
    /// Answers a call that a function made, and counts it; unless something is to go wrong.
    async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (service, operation) = Self::operation(&request);
        let fault = self.faults.at(AwsCall { by: &calls::route(), service, operation: &operation });
        match fault {
            Some(Fault::DiesBefore) => faults::die(),
            Some(Fault::Refused) => return faults::refusal(),
            Some(Fault::Throttled) => return faults::throttling(),
            Some(Fault::DiesAfter | Fault::AnswerLost) | None => {}
        }
        let answer = self.answer(request).await;
        let consumed = match service {
            "dynamodb" => dynamodb::consumed(&operation, answer.body()),
            _ => Consumed::default(),
        };
        self.calls.record(service, &operation, consumed);
        match fault {
            Some(Fault::DiesAfter) => faults::die(),
            Some(Fault::AnswerLost) => faults::refusal(),
            Some(Fault::DiesBefore | Fault::Refused | Fault::Throttled) | None => answer,
        }
    }

    /// Answers a call without counting it.
    pub(crate) async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        match Self::operation(&request) {
            ("dynamodb", operation) => self.dynamodb.answer(operation, request.into_body(), self.urgency()).await,
            ("secretsmanager", operation) => self.secrets.answer(&operation, request.body()),
            ("events", operation) => self.bus.answer(&operation, request.body()),
            _ => match Call::of(&request) {
                Some(call) => call.answer(&self.connections, request.body()),
                None => self.s3.answer(request).await,
            },
        }
    }

    /// The request with the host that its link was signed for, whatever host leads here: see [`crate::gateway::Links`].
    fn as_signed(&self, mut request: Request<Bytes>) -> Request<Bytes> {
        let is_presigned = request.uri().query().is_some_and(|query| query.contains("X-Amz-Signature="));
        if is_presigned && let Ok(host) = HeaderValue::try_from(self.address.to_string()) {
            request.headers_mut().insert(HOST, host);
        }
        request
    }

    /// How urgent the call is that is being made.
    fn urgency(&self) -> Urgency {
        if self.stream_readers.contains(&*calls::route()) { Urgency::Stream } else { Urgency::Request }
    }

    /// Service and operation of a request.
    fn operation(request: &Request<Bytes>) -> (&'static str, String) {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        match target.and_then(|target| target.split_once('.')) {
            Some(("DynamoDB_20120810" | "DynamoDBStreams_20120810", operation)) => ("dynamodb", operation.to_owned()),
            Some(("secretsmanager", operation)) => ("secretsmanager", operation.to_owned()),
            Some(("AWSEvents", operation)) => ("events", operation.to_owned()),
            _ => match Call::of(request) {
                Some(call) => ("apigatewaymanagement", call.operation.to_owned()),
                None => ("s3", s3::operation(request).to_owned()),
            },
        }
    }
}

/// What a function is given to make its AWS clients from.
pub(crate) fn sdk_config(endpoint: &Arc<Endpoint>, address: SocketAddr) -> SdkConfig {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "local");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(format!("http://{address}"))
        .http_client(connector::InProcess::new(Arc::clone(endpoint)))
        .retry_config(RetryConfig::standard())
        .build()
}

/// The answer of a service that speaks AWS's JSON protocol.
pub(crate) fn json_answer(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// What listens on the port. With `--host` the network reaches it, for the photos: S3 asks for a signature, the rest asks
/// for nothing, and answers this machine alone.
impl Answers for Endpoint {
    async fn answer(&self, request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        let s3_alone = !source.is_loopback();
        if s3_alone && Self::operation(&request).0 != "s3" {
            let refusal = r#"{"__type":"AccessDeniedException","message":"only this machine may look into the stack"}"#;
            return json_answer(403, "application/x-amz-json-1.0", refusal);
        }
        if let Some(preflight) = self.cors.preflight(&request) {
            return preflight;
        }
        let asked = CorsRequest::of(request.headers());
        let request = self.as_signed(request);
        let mut answer = Self::answer(self, request).await;
        self.cors.mark(&asked, answer.headers_mut());
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    #[tokio::test]
    async fn the_network_reaches_photos_by_signature_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let template = Template::embedded().unwrap();
        let endpoint = Endpoint {
            dynamodb: DynamoDb::open(None, &template.table().unwrap()).unwrap(),
            secrets: Secrets::new(&serde_json::json!([]), &serde_json::json!([]), "letmein"),
            s3: S3::open(home.path()).unwrap(),
            cors: template.cors_of_bucket().unwrap(),
            address: "127.0.0.1:3001".parse().unwrap(),
            bus: Arc::new(Bus::new(Vec::new(), None)),
            connections: Arc::new(Connections::new(Arc::default())),
            calls: Arc::default(),
            faults: Arc::default(),
            stream_readers: BTreeSet::new(),
        };
        let status = async |target: Option<&str>, source: &str| {
            let mut request = Request::put("/rollcall-photos/a").header("host", "localhost");
            if let Some(target) = target {
                request = request.header("x-amz-target", target);
            }
            let body = Bytes::from_static(br#"{"SecretId":"rollcall/setup-token"}"#);
            let request = request.body(body).unwrap();
            Answers::answer(&endpoint, request, source.parse().unwrap()).await.status()
        };
        let secret = Some("secretsmanager.GetSecretValue");
        assert_eq!(status(secret, "127.0.0.1").await, 200);
        for target in [secret, Some("DynamoDB_20120810.ListTables"), None] {
            assert_eq!(status(target, "192.168.1.7").await, 403, "{target:?}");
        }
    }
}
