//! News: who hears of an event, what they are told, and what of it shows live.
//!
//! [`Managers`] says who decides for whom, [`news_of`] which people hear of which fact of an event, [`NotificationDraft`] what they are
//! told, apart from any language ([`NotificationContent`]); [`Inbox`] keeps what a person hasn't read. [`live_of`] says what of an event shows on screens at once, as
//! [`Delivery`] hands it to whoever knows the open connections.

mod audience;
mod content;
mod digest;
mod inbox;
mod kind;
mod kiosk;
mod live;
mod managers;
mod note;
#[cfg(test)]
mod tests;
mod wording;

pub use audience::{Audience, News, news_of, people_of};
pub use content::{NamedDays, NotificationContent, NotificationText};
pub use inbox::{Inbox, MAX_UNREAD, ReadThrough};
pub use kind::NotificationKind;
pub use live::{DayLine, Delivery, Live, PresenceChange, SignIns, live_of};
pub use managers::{Managers, Office};
pub use note::{KEPT_DAYS, Notification, NotificationId, oldest_kept};
pub use wording::{NotificationContext, NotificationDraft, letters};
