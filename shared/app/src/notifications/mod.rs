//! Notifications: people read their inboxes, choose what they are notified of, and subscribe browsers to push messages.
//!
//! No other function reacts to these changes, so they produce no events and no audit entries.

pub mod inbox;
pub mod preferences;
pub mod push_subscriptions;
