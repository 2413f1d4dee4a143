//! The content of e-mails: the same texts as plain text and as HTML, in the reader's language.

use std::fmt::Write as _;

use domain::outgoing::LinkPurpose;
use jiff::Timestamp;
use store::outgoing::Addressee;
use texts::{LinkTexts, MailTexts, RenderedNotification, escape_html};

/// An e-mail before it is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    /// The address with which the reader unsubscribes; none for e-mails that the reader can't stop.
    pub(crate) unsubscribe_url: Option<String>,
}

/// The addresses in e-mails.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    /// The address of the API, without a slash at the end.
    base: String,
}

impl Links {
    pub(crate) fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned() }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Returns the address of the console's page that uses a link. The token is in the fragment, which no server sees.
    fn account_link(&self, token: &str) -> String {
        format!("{}/app/link#{token}", self.base)
    }

    fn inbox(&self) -> String {
        format!("{}/app/inbox", self.base)
    }

    fn preferences(&self) -> String {
        format!("{}/app/preferences", self.base)
    }

    fn unsubscribe(&self, token: &str) -> String {
        format!("{}/notifications/unsubscribe?token={token}", self.base)
    }
}

/// Writes the e-mails to one person.
pub(crate) struct Composer<'a> {
    addressee: &'a Addressee,
    links: &'a Links,
    texts: MailTexts,
    company: &'a str,
}

/// A link that looks like a button.
struct Button<'a> {
    label: &'a str,
    url: &'a str,
}

impl<'a> Composer<'a> {
    pub(crate) fn new(addressee: &'a Addressee, links: &'a Links) -> Self {
        let texts = MailTexts::new(addressee.language);
        Self { addressee, links, texts, company: addressee.settings.company_name.as_str() }
    }

    /// Writes the e-mail with one notification or reminder, or with several.
    pub(crate) fn news(&self, news: &[&RenderedNotification], unsubscribe_token: &str) -> Mail {
        let subject = match news {
            [one] => one.title.clone(),
            several => self.texts.digest_subject(several.len()),
        };
        let (open, inbox) = (self.texts.open_console(), self.links.inbox());
        let (preferences, unsubscribe) = (self.texts.preferences(), self.texts.unsubscribe());
        let (preferences_url, unsubscribe_url) = (self.links.preferences(), self.links.unsubscribe(unsubscribe_token));

        let mut text = Text::new(&self.texts.greeting(self.addressee.person.full_name.as_str()));
        let mut content = String::new();
        match news {
            [one] => {
                // The page has the title as its heading. Without the title, some bodies don't say whom they are about.
                text.paragraph(&one.title);
                text.paragraph(&one.body);
                content += &paragraph(&one.body);
            }
            several => {
                text.paragraph(&self.texts.digest_body());
                content += &paragraph(&self.texts.digest_body());
                for RenderedNotification { title, body } in several {
                    text.paragraph(&format!("* {title}\n  {body}"));
                    content += &entry(title, body);
                }
            }
        }
        text.paragraph(&format!("{open}:\n{inbox}"));
        content += &self.button(&Button { label: &open, url: &inbox });
        let footer = [
            (self.texts.reason(), None),
            (preferences, Some(preferences_url.as_str())),
            (unsubscribe, Some(unsubscribe_url.as_str())),
        ];
        text.footer(self.company, &footer);
        let html = self.page(&subject, &content, &footer);
        Mail { subject, text: text.0, html, unsubscribe_url: Some(unsubscribe_url.clone()) }
    }

    /// Writes the e-mail with an account link.
    pub(crate) fn link(&self, purpose: LinkPurpose, valid_until: Timestamp, token: &str) -> Mail {
        let names = (self.company, self.addressee.person.username.as_str());
        let LinkTexts { subject, body, button, expires, not_you } =
            self.texts.link(purpose, names, valid_until, &self.addressee.zone);
        let (url, by_hand) = (self.links.account_link(token), self.texts.link_by_hand());
        let mut text = Text::new(&self.texts.greeting(self.addressee.person.full_name.as_str()));
        text.paragraph(&body);
        text.paragraph(&format!("{button}:\n{url}"));
        text.paragraph(&expires);
        let footer = [(not_you, None)];
        text.footer(self.company, &footer);
        let mut content = paragraph(&body);
        content += &self.button(&Button { label: &button, url: &url });
        content += &paragraph(&expires);
        let _ = write!(
            content,
            "<p class=\"quiet\" style=\"{QUIET}\">{}<br><a class=\"quiet\" href=\"{url}\" style=\"color:#5b6470;word-break:break-all\">{url}</a></p>",
            escape_html(&by_hand),
            url = escape_html(&url),
        );
        let html = self.page(&subject, &content, &footer);
        Mail { subject, text: text.0, html, unsubscribe_url: None }
    }

    fn button(&self, button: &Button<'_>) -> String {
        let color = self
            .addressee
            .branding
            .accent_color
            .as_ref()
            .map_or_else(|| ACCENT.to_owned(), |color| String::from(*color));
        format!(
            "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;\
             background:{};color:#ffffff;font-weight:600;text-decoration:none\">{}</a></p>",
            escape_html(button.url),
            escape_html(&color),
            escape_html(button.label),
        )
    }

    fn page(&self, subject: &str, content: &str, footer: &[(String, Option<&str>)]) -> String {
        let footer: String = footer.iter().map(|(words, url)| footer_line(words, *url)).collect();
        let greeting = self.texts.greeting(self.addressee.person.full_name.as_str());
        format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\n<title>{}</title>\n<style>{DARK}</style>\n</head>\n\
             <body class=\"page\" style=\"{PAGE}\">\n<div class=\"card\" style=\"{CARD}\">\n\
             <p class=\"quiet\" style=\"margin:0 0 4px;font-size:14px;color:#5b6470\">{}</p>\n\
             <h1 style=\"margin:0 0 20px;font-size:20px;line-height:1.3\">{}</h1>\n{}{content}\n</div>\n\
             <div style=\"max-width:560px;margin:16px auto 0;padding:0 28px\">{footer}</div>\n</body>\n</html>\n",
            self.addressee.language.code(),
            escape_html(subject),
            escape_html(self.company),
            escape_html(subject),
            paragraph(&greeting),
        )
    }
}

/// The color of buttons of companies without one of their own: that of the console.
const ACCENT: &str = "#1f5eff";
const PAGE: &str = "margin:0;padding:32px 12px;background:#f4f5f7;color:#1b1f24;\
    font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const CARD: &str =
    "max-width:560px;margin:0 auto;padding:28px;background:#ffffff;border-radius:12px;box-sizing:border-box";
const QUIET: &str = "margin:16px 0 0;font-size:14px;color:#5b6470";
/// Programs with a dark appearance use these colors. They win over the colors of the elements.
const DARK: &str = "@media (prefers-color-scheme:dark){.page{background:#14171a!important;color:#e8eaed!important}\
    .card{background:#1e2226!important}.quiet,.quiet a{color:#a2abb6!important}.entry{border-color:#363c43!important}}";

fn paragraph(text: &str) -> String {
    format!("<p style=\"margin:0 0 12px\">{}</p>\n", escape_html(text))
}

fn entry(title: &str, body: &str) -> String {
    format!(
        "<div class=\"entry\" style=\"margin:0 0 12px;padding:0 0 12px;border-bottom:1px solid #e3e6ea\">\
         <strong>{}</strong><br>{}</div>\n",
        escape_html(title),
        escape_html(body),
    )
}

fn footer_line(words: &str, url: Option<&str>) -> String {
    let words = escape_html(words);
    match url {
        Some(url) => format!(
            "<p class=\"quiet\" style=\"margin:0 0 6px;font-size:13px;color:#5b6470\"><a href=\"{}\" style=\"color:#5b6470\">{words}</a></p>",
            escape_html(url),
        ),
        None => format!("<p class=\"quiet\" style=\"margin:0 0 6px;font-size:13px;color:#5b6470\">{words}</p>"),
    }
}

/// An e-mail as plain text: paragraphs with a blank line between them.
struct Text(String);

impl Text {
    fn new(first: &str) -> Self {
        Self(format!("{first}\n"))
    }

    fn paragraph(&mut self, text: &str) {
        self.0 += "\n";
        self.0 += text;
        self.0 += "\n";
    }

    fn footer(&mut self, company: &str, lines: &[(String, Option<&str>)]) {
        // The line that mail programs take as the beginning of a signature.
        self.0 += "\n-- \n";
        self.0 += company;
        self.0 += "\n";
        for (words, url) in lines {
            self.0 += words;
            if let Some(url) = url {
                self.0 += ": ";
                self.0 += url;
            }
            self.0 += "\n";
        }
    }
}
