//! Sends e-mails through Amazon SES.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sesv2::{
    Client,
    config::Builder,
    error::{BuildError, ProvideErrorMetadata},
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message, MessageHeader},
};
use data_encoding::BASE64;
use domain::{email::Email, text::Name};
use meter::CountCalls;

use crate::mail::Mail;

/// The time for one call. A call is made once: messages that fail are sent again later.
const CALL: Duration = Duration::from_secs(10);

/// The maximum number of bytes of a name in one encoded word (RFC 2047), which has at most 75 characters.
const ENCODED_WORD: usize = 42;

/// Sends e-mails from one address.
#[derive(Debug)]
pub(crate) struct Mailer {
    client: Client,
    from: String,
    /// The configuration set that reports bounces and complaints.
    configuration_set: Option<String>,
}

/// The result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// SES delivers the e-mail.
    Accepted,
    /// SES takes no more e-mails for now.
    Throttled,
    /// SES didn't take the e-mail.
    Failed,
}

impl Mailer {
    pub(crate) fn new(sdk: &SdkConfig, from: &str, configuration_set: Option<&str>) -> Self {
        let config = Builder::from(sdk)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(CALL).build())
            .interceptor(CountCalls)
            .build();
        Self {
            client: Client::from_conf(config),
            from: from.to_owned(),
            configuration_set: configuration_set.map(str::to_owned),
        }
    }

    /// Sends an e-mail in the name of the company.
    pub(crate) async fn send(&self, to: &Email, company: &Name, mail: &Mail) -> Sent {
        let message = match message(mail) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(%error, "an e-mail can't be built");
                return Sent::Failed;
            }
        };
        let sent = self
            .client
            .send_email()
            .from_email_address(format!("{} <{}>", display_name(company.as_str()), self.from))
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(EmailContent::builder().simple(message).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        match sent {
            Ok(_) => Sent::Accepted,
            Err(error) => {
                // The message of SES isn't logged, because it may name the address.
                let is_throttled = error.as_service_error().is_some_and(is_throttled);
                tracing::warn!(is_throttled, code = error.code(), %error, "an e-mail can't be sent");
                if is_throttled { Sent::Throttled } else { Sent::Failed }
            }
        }
    }
}

fn is_throttled(error: &SendEmailError) -> bool {
    error.is_too_many_requests_exception() || error.is_limit_exceeded_exception() || error.is_sending_paused_exception()
}

fn message(mail: &Mail) -> Result<Message, BuildError> {
    let content = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(content(&mail.text)?).html(content(&mail.html)?).build();
    let mut message = Message::builder().subject(content(&mail.subject)?).body(body);
    // Programs that answer by themselves, such as out-of-office replies, don't answer such e-mails (RFC 3834).
    let mut headers = vec![("Auto-Submitted", "auto-generated".to_owned())];
    if let Some(url) = &mail.unsubscribe_url {
        headers.push(("List-Unsubscribe", format!("<{url}>")));
        headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    for (name, value) in headers {
        message = message.headers(MessageHeader::builder().name(name).value(value).build()?);
    }
    Ok(message.build())
}

/// Returns a name as it stands before an address: quoted, or as encoded words (RFC 2047) if it isn't ASCII.
fn display_name(name: &str) -> String {
    if name.is_ascii() {
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    let mut words: Vec<String> = vec![String::new()];
    for character in name.chars() {
        if words.last().is_some_and(|word| word.len() + character.len_utf8() > ENCODED_WORD) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    let encoded = words.iter().map(|word| format!("=?UTF-8?B?{}?=", BASE64.encode(word.as_bytes())));
    encoded.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_or_encoded_before_the_address() {
        assert_eq!(display_name("Harbour Works"), "\"Harbour Works\"");
        assert_eq!(display_name("A \"B\" \\ C"), "\"A \\\"B\\\" \\\\ C\"");
        assert_eq!(display_name("Müller"), "=?UTF-8?B?TcO8bGxlcg==?=");
        let long = display_name(&"ü".repeat(100));
        assert!(long.split(' ').all(|word| word.len() <= 75), "{long}");
    }

    #[test]
    fn only_an_email_that_can_be_stopped_says_how() {
        let mail = |unsubscribe_url: Option<&str>| Mail {
            subject: "s".to_owned(),
            text: "t".to_owned(),
            html: "h".to_owned(),
            unsubscribe_url: unsubscribe_url.map(str::to_owned),
        };
        let headers = |mail| {
            let message = message(&mail).unwrap();
            message.headers().iter().map(|header| format!("{}: {}", header.name(), header.value())).collect::<Vec<_>>()
        };
        assert_eq!(
            headers(mail(Some("https://a.example/u"))),
            [
                "Auto-Submitted: auto-generated",
                "List-Unsubscribe: <https://a.example/u>",
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            ]
        );
        assert_eq!(headers(mail(None)), ["Auto-Submitted: auto-generated"]);
    }
}
