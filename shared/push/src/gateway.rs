//! API Gateway's management calls on a connection: sending a message, and closing the connection.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_apigatewaymanagement::{
    Client,
    config::http::HttpResponse,
    error::{DisplayErrorContext, SdkError},
    primitives::Blob,
};
use meter::CountCalls;
use store::connections::ConnectionId;

use crate::Message;

/// The maximum number of attempts of a call that is throttled or gets no response. The pauses between them grow to several
/// seconds.
const MAX_ATTEMPTS: u32 = 6;

/// The first pause; on average it lasts half of this time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The maximum number of attempts for a message that may be dropped.
const MAX_DROPPABLE_ATTEMPTS: u32 = 3;

/// The timeout of one attempt. A connection is either open or gone, and thousands of others wait.
const ATTEMPT: Duration = Duration::from_secs(3);

/// The management calls of the WebSocket API.
#[derive(Debug, Clone)]
pub struct Gateway(Client);

/// The result of sending a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The message was sent.
    Sent,
    /// The connection doesn't exist any more.
    Gone,
    /// API Gateway throttled all attempts.
    Throttled,
    /// The message couldn't be sent in any attempt.
    Failed,
}

impl Gateway {
    /// Creates the client for the WebSocket API at `live_url` (`wss://…`). The management calls use the same address over HTTP.
    pub fn new(sdk: &SdkConfig, live_url: &str) -> Self {
        let config = aws_sdk_apigatewaymanagement::config::Builder::from(sdk)
            .endpoint_url(endpoint(live_url))
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS).with_initial_backoff(FIRST_PAUSE))
            .interceptor(CountCalls)
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).build())
            .build();
        Self(Client::from_conf(config))
    }

    /// Sends a message.
    pub async fn post(&self, connection: &ConnectionId, message: &Message) -> Sent {
        let post = self.0.post_to_connection().connection_id(connection.as_str()).data(Blob::new(message.text()));
        let attempts = if message.is_droppable() { MAX_DROPPABLE_ATTEMPTS } else { MAX_ATTEMPTS };
        let retries = RetryConfig::standard().with_max_attempts(attempts).with_initial_backoff(FIRST_PAUSE);
        let config = aws_sdk_apigatewaymanagement::config::Builder::new().retry_config(retries);
        match post.customize().config_override(config).send().await {
            Ok(_) => Sent::Sent,
            Err(error) if is_gone(&error) => Sent::Gone,
            Err(error) if is_throttled(&error) => Sent::Throttled,
            Err(error) => {
                tracing::warn!(%connection, error = %DisplayErrorContext(&error), "a message can't be sent");
                Sent::Failed
            }
        }
    }

    /// Closes a connection. Returns `false` if it may still be open; a connection that is gone counts as closed.
    pub async fn close(&self, connection: &ConnectionId) -> bool {
        match self.0.delete_connection().connection_id(connection.as_str()).send().await {
            Ok(_) => true,
            Err(error) if is_gone(&error) => true,
            Err(error) => {
                tracing::warn!(%connection, error = %DisplayErrorContext(&error), "a connection can't be closed");
                false
            }
        }
    }
}

fn is_gone<E>(error: &SdkError<E, HttpResponse>) -> bool {
    has_status(error, 410)
}

fn is_throttled<E>(error: &SdkError<E, HttpResponse>) -> bool {
    has_status(error, 429)
}

/// Compares the status, because API Gateway sometimes omits the error's name.
fn has_status<E>(error: &SdkError<E, HttpResponse>, status: u16) -> bool {
    error.raw_response().is_some_and(|response| response.status().as_u16() == status)
}

fn endpoint(live_url: &str) -> String {
    match live_url.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => live_url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_have_the_address_of_the_connections() {
        assert_eq!(
            endpoint("wss://a.execute-api.eu-central-1.amazonaws.com/live"),
            "https://a.execute-api.eu-central-1.amazonaws.com/live"
        );
        assert_eq!(endpoint("ws://127.0.0.1:3001/live"), "http://127.0.0.1:3001/live");
    }
}
