//! Amazon SES (version 2), with the one operation that functions use: `SendEmail` with a simple message. No e-mail leaves the
//! machine: `GET /_local/mail` shows what was sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use domain::{id::new_ulid, ports::Clock};
use http::Response;
use runtime::system::SystemEntropy;
use serde_json::{Value, json};

use super::json_answer;
use crate::clock::StackClock;

/// The path of the operation.
pub(super) const PATH: &str = "/v2/email/outbound-emails";
/// The address that e-mails come from.
pub(crate) const SENDER: &str = "attendance@rollcall.example";

const CONTENT_TYPE: &str = "application/json";
/// The maximum number of e-mails that the mailbox keeps.
const MAX_MAILS: usize = 1000;

/// The e-mails that were sent, newest first.
#[derive(Debug)]
pub(crate) struct Mailbox {
    clock: Arc<StackClock>,
    mails: Mutex<VecDeque<Value>>,
}

impl Mailbox {
    pub(crate) fn new(clock: Arc<StackClock>) -> Self {
        Self { clock, mails: Mutex::default() }
    }

    /// Answers a request as SES does.
    pub(super) fn answer(&self, body: &[u8]) -> Response<Bytes> {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let message = &request["Content"]["Simple"];
        let to: Vec<&Value> = request["Destination"]["ToAddresses"].as_array().into_iter().flatten().collect();
        let (subject, text, html) =
            (&message["Subject"]["Data"], &message["Body"]["Text"]["Data"], &message["Body"]["Html"]["Data"]);
        let is_whole = [subject, text, html].into_iter().all(Value::is_string) && to.len() == 1;
        let from = request["FromEmailAddress"].as_str().filter(|from| from.ends_with(&format!("<{SENDER}>")));
        let (Some(from), true) = (from, is_whole) else {
            let refusal =
                json!({"message": "The local stack takes simple messages from its own address to one address."});
            return json_answer(400, CONTENT_TYPE, refusal.to_string());
        };
        let id = new_ulid(self.clock.now(), &SystemEntropy).to_string();
        let mail = json!({
            "id": id,
            "at": self.clock.now().to_string(),
            "from": from,
            "to": to[0],
            "subject": subject,
            "text": text,
            "html": html,
            "headers": headers(message),
            "links": links(text.as_str().unwrap_or_default()),
        });
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push_front(mail);
        mails.truncate(MAX_MAILS);
        json_answer(200, CONTENT_TYPE, json!({"MessageId": id}).to_string())
    }

    /// Returns the e-mails, newest first.
    pub(crate) fn mails(&self) -> Vec<Value> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Returns an e-mail by its id.
    pub(crate) fn mail(&self, id: &str) -> Option<Value> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|mail| mail["id"] == id).cloned()
    }

    /// Removes all e-mails.
    pub(crate) fn clear(&self) {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Returns the headers of a message by name.
fn headers(message: &Value) -> Value {
    let headers = message["Headers"].as_array().into_iter().flatten();
    let named = headers.filter_map(|header| Some((header["Name"].as_str()?.to_owned(), header["Value"].clone())));
    Value::Object(named.collect())
}

/// Returns the addresses in a plain text, each once.
fn links(text: &str) -> Vec<&str> {
    let mut links = Vec::new();
    for word in text.split_whitespace().filter(|word| word.starts_with("http://") || word.starts_with("https://")) {
        if !links.contains(&word) {
            links.push(word);
        }
    }
    links
}

/// Returns the event with which SES reports that an e-mail bounced or was reported as unwanted, as EventBridge delivers it.
pub(crate) fn report(mail: &Value, is_complaint: bool) -> (&'static str, Value) {
    let recipients = json!([{"emailAddress": mail["to"]}]);
    let about = json!({"messageId": mail["id"], "destination": [mail["to"]]});
    if is_complaint {
        let detail = json!({
            "eventType": "Complaint",
            "mail": about,
            "complaint": {"complainedRecipients": recipients, "complaintFeedbackType": "abuse"},
        });
        ("Email Complaint Received", detail)
    } else {
        let detail = json!({
            "eventType": "Bounce",
            "mail": about,
            "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": recipients},
        });
        ("Email Bounced", detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_kept_with_its_headers_and_links() {
        let mailbox = Mailbox::new(Arc::default());
        let request = json!({
            "FromEmailAddress": format!("\"Harbour\" <{SENDER}>"),
            "Destination": {"ToAddresses": ["maria@example.com"]},
            "Content": {"Simple": {
                "Subject": {"Data": "Hello"},
                "Body": {"Text": {"Data": "Open\nhttp://127.0.0.1:3000/app/link#a\n"}, "Html": {"Data": "<p>Hello</p>"}},
                "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}]
            }}
        });
        assert_eq!(mailbox.answer(request.to_string().as_bytes()).status(), 200);
        let [mail] = mailbox.mails().try_into().unwrap();
        assert_eq!(mail["links"], json!(["http://127.0.0.1:3000/app/link#a"]));
        assert_eq!(mail["headers"], json!({"Auto-Submitted": "auto-generated"}));
        assert_eq!(mailbox.mail(mail["id"].as_str().unwrap()), Some(mail));
        assert_eq!(mailbox.answer(b"{}").status(), 400);
        mailbox.clear();
        assert!(mailbox.mails().is_empty());
    }
}
