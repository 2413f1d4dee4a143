//! The texts of the product in the reader's language.
//!
//! The texts are Fluent files in one folder for each [`Language`](domain::language::Language), and are compiled into the
//! binaries. A file is parsed when one of its texts is first needed, so that functions don't start slower. A text without a
//! translation is shown in English; a test lists the missing ones.
//!
//! Messages of the same files format dates, times and amounts ([`mod@notification`]). Five languages with one form each don't need
//! locale data, and ICU's data would add some hundred kilobytes to every function that renders texts.

mod document;
mod explanation;
mod html;
mod mail;
mod negotiation;
mod notification;
mod problem;
mod resource;
#[cfg(test)]
mod tests;

pub use document::{DocumentWord, document, page_number, short_weekday};
pub use explanation::explanation;
pub use html::escape_html;
pub use mail::{LinkTexts, MailTexts, UnsubscribeTexts};
pub use negotiation::{negotiate, weight};
pub use notification::{RenderedNotification, notification};
pub use problem::{ProblemPart, problem};
