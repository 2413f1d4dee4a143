//! The texts of e-mails, and of the page on which people unsubscribe from them.

use domain::{calendar::Zone, language::Language, outgoing::LinkPurpose};
use fluent_bundle::FluentValue;
use jiff::Timestamp;

use crate::{
    notification::Renderer,
    resource::{Arguments, Texts, texts},
};

pub(crate) static MAIL: Texts = texts!("mail.ftl");

/// The texts of e-mails in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailTexts(Language);

/// The texts of an e-mail with a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTexts {
    /// The subject.
    pub subject: String,
    /// What the e-mail is about.
    pub body: String,
    /// The label of the link.
    pub button: String,
    /// Until when the link works.
    pub expires: String,
    /// What to do for a reader who didn't ask for the e-mail.
    pub not_you: String,
}

/// The texts of the page on which people unsubscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeTexts {
    /// The title.
    pub title: String,
    /// What unsubscribing means.
    pub body: String,
    /// The label of the button.
    pub button: String,
    /// The text after unsubscribing.
    pub done: String,
    /// The text for a link that isn't valid.
    pub invalid: String,
}

impl MailTexts {
    /// Returns the texts in a language.
    pub const fn new(language: Language) -> Self {
        Self(language)
    }

    /// Returns the first line of an e-mail to a person.
    pub fn greeting(self, name: &str) -> String {
        self.message("greeting", [("name", name.into())])
    }

    /// Returns the line before the address of a link.
    pub fn link_by_hand(self) -> String {
        self.message("link-by-hand", [])
    }

    /// Returns the reason why a person gets e-mails about notifications.
    pub fn reason(self) -> String {
        self.message("reason", [])
    }

    /// Returns the label of the link to the preferences.
    pub fn preferences(self) -> String {
        self.message("preferences", [])
    }

    /// Returns the label of the link that unsubscribes.
    pub fn unsubscribe(self) -> String {
        self.message("unsubscribe", [])
    }

    /// Returns the label of the link to the console.
    pub fn open_console(self) -> String {
        self.message("open-console", [])
    }

    /// Returns the subject of an e-mail with several notifications.
    pub fn digest_subject(self, count: usize) -> String {
        self.attribute("digest", "subject", [("count", count.into())])
    }

    /// Returns the line before several notifications.
    pub fn digest_body(self) -> String {
        self.attribute("digest", "body", [])
    }

    /// Returns the texts of an e-mail with a link. `zone` is the zone of the time until which it works.
    pub fn link(
        self,
        purpose: LinkPurpose,
        (company, username): (&str, &str),
        expires_at: Timestamp,
        zone: &Zone,
    ) -> LinkTexts {
        let id = match purpose {
            LinkPurpose::Invitation => "invitation",
            LinkPurpose::PasswordReset => "password-link",
            LinkPurpose::EmailVerification => "email-verification",
        };
        let values = || [("company", company.into()), ("username", username.into())];
        let renderer = Renderer { zone, language: self.0 };
        let until = self.message(
            "instant",
            [("date", renderer.date(zone.date_of(expires_at))), ("time", renderer.time(expires_at))],
        );
        LinkTexts {
            subject: self.attribute(id, "subject", values()),
            body: self.attribute(id, "body", values()),
            button: self.attribute(id, "button", []),
            expires: self.message("link-expires", [("until", until.into())]),
            not_you: self.message("not-you", []),
        }
    }

    /// Returns the texts of the page on which people unsubscribe.
    pub fn unsubscribe_page(self) -> UnsubscribeTexts {
        let part = |name| self.attribute("unsubscribe-page", name, []);
        UnsubscribeTexts {
            title: part("title"),
            body: part("body"),
            button: part("button"),
            done: part("done"),
            invalid: part("invalid"),
        }
    }

    fn message<'a, const N: usize>(self, id: &str, values: [(&'a str, FluentValue<'a>); N]) -> String {
        let arguments: Arguments<'_> = values.into_iter().collect();
        MAIL.message(self.0, id, &arguments).unwrap_or_default()
    }

    fn attribute<'a, const N: usize>(self, id: &str, name: &str, values: [(&'a str, FluentValue<'a>); N]) -> String {
        let arguments: Arguments<'_> = values.into_iter().collect();
        MAIL.attribute(self.0, id, name, &arguments).unwrap_or_default()
    }
}
