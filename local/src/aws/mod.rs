//! The AWS services that Rollcall uses, in this process: one endpoint that answers as `DynamoDB`, Secrets Manager, SES,
//! EventBridge, API Gateway's connection management and S3, and the SDK configuration for the endpoint.
//!
//! Functions reach the endpoint without a socket, through the HTTP client in their SDK configuration. The endpoint
//! also listens on a port of its own, for browsers that follow a presigned URL and for developers who inspect the
//! table with `aws --endpoint-url`.

mod answer;
mod connector;
mod database;
mod denials;
pub(crate) mod dynamodb;
mod faults;
mod identity;
pub(crate) mod mailbox;
pub(crate) mod partitions;
mod point_reads;
pub(crate) mod s3;
pub(crate) mod secrets;
pub(crate) mod stream;
pub(crate) mod table;
mod transactions;
mod turns;
mod write_ahead_log;

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, identity::IdentityCache, retry::RetryConfig,
    stalled_stream_protection::StalledStreamProtectionConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::HOST};

use crate::{
    calls::{self, Calls, Consumed},
    flow::Bus,
    gateway::{Answers, Cors, CorsRequest},
    live::{Call, Connections},
};

pub(crate) use self::{
    answer::json_answer,
    denials::{Denial, Denials, of_function},
    dynamodb::DynamoDb,
    identity::{ACCESS_KEY_ID, ACCOUNT, EVENT_BUS, REGION, SECRET_ACCESS_KEY},
    mailbox::Mailbox,
    s3::S3,
    secrets::Secrets,
    turns::Urgency,
};
pub use self::{
    faults::{AwsCall, Fault, Faults},
    partitions::{PartitionKey, PartitionUnits},
};

/// All services at one address. The `x-amz-target` header tells them apart, as in AWS's own clients. Calls on
/// connections are recognized by their path. All other requests go to S3.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) dynamodb: DynamoDb,
    pub(crate) secrets: Secrets,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) s3: S3,
    pub(crate) cors: Cors,
    /// The address on which the endpoint listens, as the functions know it. Presigned links are signed for it.
    pub(crate) address: SocketAddr,
    pub(crate) bus: Arc<Bus>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) faults: Arc<Faults>,
    /// The writes that the template denies to functions.
    pub(crate) denials: Denials,
    /// The functions that read the table's stream.
    pub(crate) stream_readers: BTreeSet<String>,
}

impl Endpoint {
    /// Answers a call of a function, and counts it. Applies the planned fault, if there is one.
    async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (service, operation) = Self::operation(&request);
        let fault = self.faults.at(AwsCall { by: &calls::route(), service, operation: &operation });
        match fault {
            Some(Fault::DiesBefore) => faults::die(),
            Some(Fault::Refused) => return faults::refusal(),
            Some(Fault::Throttled) => return faults::throttling(),
            Some(Fault::DiesAfter | Fault::AnswerLost) | None => {}
        }
        let function = denials::caller(request.headers()).filter(|_| service == "dynamodb");
        if let Some(function) = function
            && self.denials.deny(function, &operation, request.body())
        {
            tracing::error!(function, operation, "a policy of template.yaml denies this write");
            return denials::refusal();
        }
        let mut answer = self.answer(request).await;
        let consumed = answer.extensions_mut().remove::<Consumed>().unwrap_or_default();
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
            ("sesv2", _) => self.mailbox.answer(request.body()),
            ("events", operation) => self.bus.answer(&operation, request.body()),
            _ => match Call::of(&request) {
                Some(call) => call.answer(&self.connections, request.body()),
                None => self.s3.answer(request).await,
            },
        }
    }

    /// Returns the request with the host that its link was signed for, whichever host the client used: see
    /// [`crate::gateway::Links`].
    fn as_signed(&self, mut request: Request<Bytes>) -> Request<Bytes> {
        let is_presigned = request.uri().query().is_some_and(|query| query.contains("X-Amz-Signature="));
        if is_presigned && let Ok(host) = HeaderValue::try_from(self.address.to_string()) {
            request.headers_mut().insert(HOST, host);
        }
        request
    }

    /// Returns the urgency of the current call.
    fn urgency(&self) -> Urgency {
        if self.stream_readers.contains(&*calls::route()) { Urgency::Stream } else { Urgency::Request }
    }

    /// Returns the service and the operation of a request.
    fn operation(request: &Request<Bytes>) -> (&'static str, String) {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        match target.and_then(|target| target.split_once('.')) {
            Some(("DynamoDB_20120810" | "DynamoDBStreams_20120810", operation)) => ("dynamodb", operation.to_owned()),
            Some(("secretsmanager", operation)) => ("secretsmanager", operation.to_owned()),
            Some(("AWSEvents", operation)) => ("events", operation.to_owned()),
            _ => match Call::of(request) {
                Some(call) => ("apigatewaymanagement", call.operation.to_owned()),
                None if request.uri().path() == mailbox::PATH => ("sesv2", "SendEmail".to_owned()),
                None => ("s3", s3::operation(request).to_owned()),
            },
        }
    }
}

/// Returns the SDK configuration from which a function creates its AWS clients. Without a network, no answer stalls, and the
/// credentials are fixed.
pub(crate) fn sdk_config(endpoint: &Arc<Endpoint>, address: SocketAddr) -> SdkConfig {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "local");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(format!("http://{address}"))
        .http_client(connector::InProcess::new(Arc::clone(endpoint)))
        .retry_config(RetryConfig::standard())
        .identity_cache(IdentityCache::no_cache())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}

/// The endpoint as a server on its port. With `--host`, other machines in the network reach the port for photos. S3
/// checks signatures. The other services check nothing, so they answer only this machine.
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
    use std::task::Poll;

    use aws_smithy_runtime_api::client::http::HttpConnector;
    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::template::Template;

    fn endpoint(home: &std::path::Path) -> Endpoint {
        let template = Template::embedded().unwrap();
        Endpoint {
            dynamodb: DynamoDb::open(None, &template.table().unwrap()).unwrap(),
            secrets: Secrets::new(&serde_json::json!([]), &serde_json::json!([]), "letmein"),
            mailbox: Arc::new(Mailbox::new(Arc::default())),
            s3: S3::open(home).unwrap(),
            cors: template.cors_of_bucket().unwrap(),
            address: "127.0.0.1:3001".parse().unwrap(),
            bus: Arc::new(Bus::new(Vec::new(), None)),
            connections: Arc::new(Connections::new(Arc::default())),
            calls: Arc::default(),
            faults: Arc::default(),
            denials: Denials::default(),
            stream_readers: BTreeSet::new(),
        }
    }

    #[tokio::test]
    async fn an_abandoned_call_does_not_block_other_calls() {
        let home = tempfile::tempdir().unwrap();
        let client = connector::InProcess::new(Arc::new(endpoint(home.path())));
        let list = || {
            let request =
                Request::post("http://127.0.0.1:3001/").header("x-amz-target", "DynamoDB_20120810.ListTables");
            client.call(request.body(SdkBody::from("{}")).unwrap().try_into().unwrap())
        };
        let mut left = std::pin::pin!(list());
        let is_waiting = std::future::poll_fn(|context| Poll::Ready(left.as_mut().poll(context).is_pending())).await;
        assert!(is_waiting);
        assert_eq!(list().await.unwrap().status().as_u16(), 200);
    }

    #[tokio::test]
    async fn the_network_reaches_photos_by_signature_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let endpoint = endpoint(home.path());
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
