//! Sends push messages to the browsers of a person.

use std::collections::BTreeSet;

use bytes::Bytes;
use domain::{id::NotificationNumber, outgoing::OutgoingMessage, ports::random_bytes, user::User};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE},
};
use jiff::Timestamp;
use runtime::Deadline;
use secret_store::SecretError;
use serde_json::json;
use store::{
    Commit, StoreError,
    outgoing::Addressee,
    push_subscriptions::{PushSubscription, PushSubscriptions},
};
use texts::RenderedNotification;

use crate::{
    run::{News, Sender, Verdict, is_nearly_over},
    web_push::{Browser, Randomness, encrypt},
};

/// The time for which a push service keeps a message for a browser that isn't reachable, in seconds: one day.
const TTL_SECONDS: &str = "86400";

/// The number of characters of a text in a push message. Longer texts are cut: the inbox has them whole.
const MAX_BODY_LENGTH: usize = 800;

/// The result of a push message to one browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pushed {
    /// The push service took it.
    Accepted,
    /// The subscription has ended, or its key isn't the company's any more.
    Ended,
    /// The push service refused the message, and may accept it later.
    Refused,
    /// The push service can't be reached, or didn't answer in time.
    Unreachable,
    /// The company's keys can't be used.
    NoKeys,
}

impl Sender {
    /// Sends notifications to all browsers of a person, as long as there is time, and removes subscriptions that have ended. A browser
    /// whose push service can't be reached isn't tried again in the same run.
    pub(crate) async fn push(
        &self,
        addressee: &Addressee,
        messages: Vec<(OutgoingMessage, News)>,
        deadline: Deadline,
    ) -> Result<Vec<(OutgoingMessage, Verdict)>, StoreError> {
        let (person, now) = (&addressee.person, self.clock.now());
        let PushSubscriptions { mut current, mut ended } = self.store.push_subscriptions(person, now).await?;
        let (mut decided, mut unreachable) = (Vec::new(), BTreeSet::new());
        for (message, News { kind, id, text: RenderedNotification { title, body } }) in messages {
            let content = json!({
                "id": id,
                "kind": kind,
                "title": title,
                "body": body.chars().take(MAX_BODY_LENGTH).collect::<String>(),
                "url": "inbox",
            })
            .to_string();
            let (mut accepted, mut failed, mut skipped) = (false, false, false);
            let mut left = Vec::new();
            for subscription in current {
                if unreachable.contains(&subscription.family) || is_nearly_over(deadline) {
                    skipped = true;
                    left.push(subscription);
                    continue;
                }
                match self.push_to(person, &subscription, &content, message.number, now).await {
                    Pushed::Accepted => accepted = true,
                    Pushed::Refused | Pushed::NoKeys => failed = true,
                    Pushed::Unreachable => {
                        failed = true;
                        unreachable.insert(subscription.family);
                    }
                    Pushed::Ended => {
                        ended.push(subscription);
                        continue;
                    }
                }
                left.push(subscription);
            }
            current = left;
            // A message that one browser took isn't sent again, so that nobody sees it twice.
            let verdict = match (accepted, failed, skipped) {
                (true, _, _) => Verdict::Sent,
                (false, true, _) => Verdict::Failed,
                (false, false, true) => Verdict::PutOff,
                (false, false, false) => Verdict::Dropped,
            };
            decided.push((message, verdict));
        }
        self.end_subscriptions(person, &ended, now).await?;
        Ok(decided)
    }

    async fn push_to(
        &self,
        person: &User,
        subscription: &PushSubscription,
        content: &str,
        number: NotificationNumber,
        now: Timestamp,
    ) -> Pushed {
        let browser = match self.keys.open(&secret_store::push_context(person.id), &subscription.sealed).await {
            Ok(opened) => opened.and_then(|opened| serde_json::from_slice::<Browser>(&opened).ok()),
            Err(error) => return no_keys(&error),
        };
        let Some(browser) = browser else { return Pushed::Ended };
        let Ok(target) = self.client.target(&browser.endpoint) else { return Pushed::Ended };
        let authorization =
            self.keys.push_authorization(&subscription.public_key, &target.origin(), &self.contact, now).await;
        let authorization = match authorization {
            Ok(Some(authorization)) => authorization,
            Ok(None) => return Pushed::Ended,
            Err(error) => return no_keys(&error),
        };
        let random = Randomness { private_key: random_bytes(&*self.entropy), salt: random_bytes(&*self.entropy) };
        let Some(body) = encrypt(&browser, content.as_bytes(), &random) else { return Pushed::Ended };
        let Some(headers) = headers(&authorization, number) else { return Pushed::Refused };
        match self.client.post(&target, headers, Bytes::from(body)).await {
            Ok(answer) if answer.status.is_success() => Pushed::Accepted,
            Ok(answer) => {
                tracing::info!(status = answer.status.as_u16(), service = target.authority(), "a push service refused");
                match answer.status {
                    // 404 and 410 say that the subscription has ended. 400, 401 and 403 say that it belongs to another key.
                    StatusCode::NOT_FOUND
                    | StatusCode::GONE
                    | StatusCode::BAD_REQUEST
                    | StatusCode::UNAUTHORIZED
                    | StatusCode::FORBIDDEN => Pushed::Ended,
                    _ => Pushed::Refused,
                }
            }
            Err(error) => {
                tracing::info!(%error, service = target.authority(), "a push service can't be reached");
                Pushed::Unreachable
            }
        }
    }

    async fn end_subscriptions(
        &self,
        person: &User,
        ended: &[PushSubscription],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if ended.is_empty() {
            return Ok(());
        }
        let mut commit = Commit::without_event(self.stamp(now));
        for subscription in ended {
            commit.end_push_subscription(person.id, subscription.family)?;
        }
        match commit.send(&self.store).await {
            Err(store::CommitError::Store(error)) => Err(error),
            // The deletions have no conditions.
            Ok(()) | Err(store::CommitError::ConditionFailed(_)) => Ok(()),
        }
    }
}

fn no_keys(error: &SecretError) -> Pushed {
    tracing::error!(%error, "the keys can't be used");
    Pushed::NoKeys
}

/// Returns the headers of a push message (RFC 8030). The topic replaces a message that the browser hasn't got yet by a repeat.
fn headers(authorization: &str, number: NotificationNumber) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).ok()?);
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert("ttl", HeaderValue::from_static(TTL_SECONDS));
    headers.insert("urgency", HeaderValue::from_static("normal"));
    headers.insert("topic", HeaderValue::from_str(&number.to_string()).ok()?);
    Some(headers)
}
