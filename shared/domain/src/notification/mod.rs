//! Notifications: who is notified of an event, what the notification says, and which live updates an event causes.
//!
//! [`Managers`] knows who decides for whom. [`news_of`] returns the audience of each fact of an event. [`NotificationDraft`] is a
//! notification before it is in an inbox. Its content is independent of the reader's language ([`NotificationContent`]).
//! [`Inbox`] stores what a person hasn't read, and [`Channels`] what also leaves by e-mail or as a push message. [`live_of`] returns the live updates of an event. A [`Delivery`] carries an update
//! to the code that knows the open connections.

mod audience;
mod channels;
mod chat;
mod content;
mod digest;
mod draft;
mod holidays;
mod inbox;
mod kind;
mod kiosk;
mod live;
mod managers;
mod note;
mod terminal;
#[cfg(test)]
mod tests;
mod webhook;
mod wording;

pub use audience::{Audience, News, news_of, people_of};
pub use channels::{Channels, EmailDelivery, EmailStop, StopReason};
pub use chat::{ChatNews, chat_news_of};
pub use content::{NamedDays, NotificationContent, NotificationText};
pub use draft::{NotificationContext, NotificationDraft};
pub use inbox::{Inbox, MAX_UNREAD, ReadThrough};
pub use kind::NotificationKind;
pub use live::{DayLine, Delivery, Live, PresenceChange, SignIns, live_of};
pub use managers::{Managers, Office};
pub use note::{KEPT_DAYS, Notification, NotificationId, oldest_kept};
pub use wording::drafts;
