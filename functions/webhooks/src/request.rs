//! One attempt of a delivery.

use domain::{
    ports::Clock,
    webhook::{Attempt, AttemptResult, Delivery, DeliveryError},
};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONTENT_TYPE, RETRY_AFTER},
};
use jiff::{SignedDuration, Timestamp};
use outbound::{Answer, Client, OutboundError};

use crate::signature::signatures;

const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// An attempt, and the pause that the receiver asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attempted {
    pub(crate) attempt: Attempt,
    pub(crate) retry_after: Option<SignedDuration>,
}

/// Sends a delivery to `url`, signed with each of the secrets. The instant of the attempt is its end: it may take 15 seconds, and
/// the pauses after a failure begin when it ends.
pub(crate) async fn attempt(
    client: &Client,
    url: &str,
    secrets: &[Vec<u8>],
    delivery: &Delivery,
    clock: &dyn Clock,
) -> Attempted {
    let answer = match client.target(url) {
        Ok(target) => {
            let body = delivery.body.clone();
            client.post(&target, headers(secrets, delivery, clock.now()), body.into()).await
        }
        Err(_) => Err(OutboundError::NotPublic),
    };
    let (result, retry_after) = match answer {
        Ok(answer) => (AttemptResult::Answered(answer.status.as_u16()), retry_after(&answer)),
        Err(error) => (AttemptResult::NoAnswer(delivery_error(error)), None),
    };
    Attempted { attempt: Attempt { at: clock.now(), result }, retry_after }
}

fn headers(secrets: &[Vec<u8>], delivery: &Delivery, now: Timestamp) -> HeaderMap {
    let (id, seconds) = (delivery.id.to_string(), now.as_second());
    let signature = signatures(secrets, &id, seconds, &delivery.body);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(WEBHOOK_TIMESTAMP, HeaderValue::from(seconds));
    for (name, value) in [(WEBHOOK_ID, id), (WEBHOOK_SIGNATURE, signature)] {
        // Ids and signatures have no characters that a header can't have.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Returns the pause that a receiver asks for, in seconds. Dates aren't read.
fn retry_after(answer: &Answer) -> Option<SignedDuration> {
    let seconds: u32 = answer.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(SignedDuration::from_secs(seconds.into()))
}

const fn delivery_error(error: OutboundError) -> DeliveryError {
    match error {
        OutboundError::Unresolved => DeliveryError::Unresolved,
        OutboundError::NotPublic => DeliveryError::NotPublic,
        OutboundError::Unreachable => DeliveryError::Unreachable,
        OutboundError::Tls => DeliveryError::Tls,
        OutboundError::Broken => DeliveryError::Broken,
        OutboundError::TimedOut => DeliveryError::TimedOut,
    }
}
