//! Sends news to chats of departments, as Slack's incoming webhooks and the workflows of Microsoft Teams take them.

use bytes::Bytes;
use domain::{
    chat::ChatService,
    id::DepartmentId,
    notification::NotificationText,
    outgoing::{OutgoingContent, OutgoingMessage},
};
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use runtime::Deadline;
use serde_json::{Value, json};
use store::{Commit, CommitError, StoreError, chats::Chat};
use texts::{RenderedNotification, notification};

use crate::run::{Sender, Verdict, is_nearly_over, with_verdict};

/// The result of a message to a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Posted {
    Accepted,
    /// The service doesn't know the address any more.
    Gone,
    /// The service refused the message, and may accept it later.
    Refused,
    /// The service can't be reached, or didn't answer in time.
    Unreachable,
}

impl Sender {
    /// Sends messages to the chat of a department, one after the other, as long as there is time and the service can be reached. The
    /// chat stops if the service doesn't know its address any more.
    pub(crate) async fn send_to_chat(
        &self,
        department: DepartmentId,
        messages: Vec<OutgoingMessage>,
        deadline: Deadline,
    ) -> Result<Vec<(OutgoingMessage, Verdict)>, StoreError> {
        let now = self.clock.now();
        let (chat, list) = self.store.chat(department).await?;
        let Some(chat) = chat.filter(|chat| chat.stopped_at.is_none()) else {
            return Ok(with_verdict(messages, Verdict::Dropped));
        };
        let url = match self.keys.open(&secret_store::chat_context(department), &chat.sealed).await {
            Ok(opened) => opened.and_then(|opened| String::from_utf8(opened).ok()),
            Err(error) => {
                tracing::error!(%error, "the keys can't be used");
                return Ok(with_verdict(messages, Verdict::Failed));
            }
        };
        let Some(url) = url else { return Ok(with_verdict(messages, Verdict::Dropped)) };
        let language = self.store.company_language().await?;
        let (mut decided, mut is_gone, mut is_down) = (Vec::new(), false, false);
        for message in messages {
            let OutgoingContent::DepartmentNews { content, zone } = &message.content else {
                decided.push((message, Verdict::Dropped));
                continue;
            };
            if is_gone {
                decided.push((message, Verdict::Dropped));
                continue;
            }
            if is_down || is_nearly_over(deadline) {
                decided.push((message, Verdict::PutOff));
                continue;
            }
            let text = NotificationText::Content { content: content.clone(), more: 0 };
            let RenderedNotification { title: _, body } = notification(&text, zone, language);
            let verdict = match self.post(&url, chat.service, &body).await {
                Posted::Accepted => Verdict::Sent,
                Posted::Refused => Verdict::Failed,
                Posted::Unreachable => {
                    is_down = true;
                    Verdict::Failed
                }
                Posted::Gone => {
                    is_gone = true;
                    Verdict::Dropped
                }
            };
            decided.push((message, verdict));
        }
        if is_gone {
            let stopped = Chat { stopped_at: Some(now), version: chat.version + 1, ..chat };
            let mut commit = Commit::without_event(self.stamp(now));
            commit.put_chat(&stopped, &list)?;
            match commit.send(&self.store).await {
                // A chat that was just set again goes on.
                Ok(()) | Err(CommitError::ConditionFailed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Ok(decided)
    }

    async fn post(&self, url: &str, service: ChatService, text: &str) -> Posted {
        let Ok(target) = self.client.target(url) else { return Posted::Gone };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = Bytes::from(body(service, text).to_string());
        match self.client.post(&target, headers, body).await {
            Ok(answer) if answer.status.is_success() => Posted::Accepted,
            Ok(answer) => {
                tracing::info!(status = answer.status.as_u16(), host = target.authority(), "a chat refused a message");
                match answer.status {
                    StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN => Posted::Gone,
                    _ => Posted::Refused,
                }
            }
            Err(error) => {
                tracing::info!(%error, host = target.authority(), "a chat can't be reached");
                Posted::Unreachable
            }
        }
    }
}

/// Returns a message in the form of the service. Characters that have a meaning in the service's markup are escaped.
fn body(service: ChatService, text: &str) -> Value {
    match service {
        ChatService::Slack => {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            json!({"text": escaped, "mrkdwn": false})
        }
        ChatService::Teams => {
            let mut escaped = String::with_capacity(text.len());
            for character in text.chars() {
                if matches!(character, '\\' | '*' | '_' | '[' | ']' | '~' | '`' | '#') {
                    escaped.push('\\');
                }
                escaped.push(character);
            }
            let card = json!({
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [{"type": "TextBlock", "text": escaped, "wrap": true}],
            });
            let attachment = json!({"contentType": "application/vnd.microsoft.card.adaptive", "content": card});
            json!({"type": "message", "attachments": [attachment]})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_markup() {
        assert_eq!(body(ChatService::Slack, "<!channel> & Co")["text"], "&lt;!channel&gt; &amp; Co");
        let teams = body(ChatService::Teams, "[a](b) *c*");
        assert_eq!(teams["attachments"][0]["content"]["body"][0]["text"], "\\[a\\](b) \\*c\\*");
    }
}
