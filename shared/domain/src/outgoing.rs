//! Messages that wait to be sent: e-mails, push messages, and messages to chats of departments.
//!
//! The transaction of the change that causes a message also stores the message. The function `messages` sends it when it is due
//! and then deletes it. A message whose sending fails is due again later.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{WorkDate, Zone},
    email::Email,
    id::{DepartmentId, NotificationNumber, SessionId, UserId},
    notification::{ChatNews, NotificationContent},
    ports::Entropy,
};

/// The number of attempts to send a message.
pub const MAX_ATTEMPTS: u32 = 8;

/// The time within which a message is sent or given up.
pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(48);

/// The time for which one invocation of the sender has a message to itself. It is longer than the invocation.
pub const CLAIM: SignedDuration = SignedDuration::from_mins(3);

/// The time after the end of the last shift at which a person who is still clocked in is reminded.
pub const REMINDER_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// The recipient of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A person.
    Person(UserId),
    /// The chat of a department.
    Department(DepartmentId),
}

/// A way on which messages leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// Push messages to browsers.
    Push,
    /// The chat of a department.
    Chat,
}

impl Channel {
    /// Returns the name of the channel in keys and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Push => "push",
            Self::Chat => "chat",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutgoingMessage {
    /// The recipient.
    pub to: Recipient,
    /// The channel.
    pub channel: Channel,
    /// The number of the message. For a notification, it is the number of the notification.
    pub number: NotificationNumber,
    /// The content.
    #[serde(flatten)]
    pub content: OutgoingContent,
    /// The instant from which the message is sent.
    pub due_at: Timestamp,
    /// The number of attempts so far.
    #[serde(default)]
    pub attempts: u32,
    /// The instant of the cause.
    pub created_at: Timestamp,
    /// The number of changes of the message, from 1.
    pub version: u64,
}

/// The content of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum OutgoingContent {
    /// A notification in the person's inbox, with the number of the message.
    Notification,
    /// A link that proves that its reader owns an address.
    AccountLink {
        /// The purpose of the link.
        purpose: LinkPurpose,
        /// The address that the message goes to.
        email: Email,
        /// The end of the link's validity.
        valid_until: Timestamp,
    },
    /// A reminder to clock out, if the session is still open when the message is due.
    ClockOutReminder {
        /// The session.
        session_id: SessionId,
        /// The work date of the session.
        date: WorkDate,
        /// The end of the last shift of the day.
        ended_at: Timestamp,
        /// The time zone of the end.
        zone: Zone,
    },
    /// News of a department's people, for its chat.
    DepartmentNews {
        /// The content.
        content: NotificationContent,
        /// The time zone of its instants.
        zone: Zone,
    },
}

/// The purpose of a link in an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// To set the first password of an account.
    Invitation,
    /// To set a new password.
    PasswordReset,
    /// To confirm the person's e-mail address.
    EmailVerification,
}

impl LinkPurpose {
    /// All purposes.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::PasswordReset, Self::EmailVerification];

    /// Returns the name of the purpose in keys and links.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password-reset",
            Self::EmailVerification => "email-verification",
        }
    }

    /// Returns the time for which a link is valid: seven days for an invitation, one hour for a new password, three days for an
    /// address.
    pub const fn lifetime(self) -> SignedDuration {
        match self {
            Self::Invitation => SignedDuration::from_hours(7 * 24),
            Self::PasswordReset => SignedDuration::from_hours(1),
            Self::EmailVerification => SignedDuration::from_hours(3 * 24),
        }
    }
}

/// A link that was sent to an address. A person has at most one link of each purpose: a new one replaces the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLink {
    /// The number of the link, which its text contains.
    pub number: NotificationNumber,
    /// The purpose.
    pub purpose: LinkPurpose,
    /// The address that it was sent to.
    pub email: Email,
    /// The instant at which it was made.
    pub created_at: Timestamp,
    /// The end of its validity. (The item's `expires_at` is the time at which the table deletes it.)
    pub valid_until: Timestamp,
}

impl AccountLink {
    /// Creates a link for an address.
    pub fn new(number: NotificationNumber, purpose: LinkPurpose, email: Email, now: Timestamp) -> Self {
        let valid_until = now.saturating_add(purpose.lifetime()).unwrap_or(Timestamp::MAX);
        Self { number, purpose, email, created_at: now, valid_until }
    }

    /// Returns the text that the proof in a link is of.
    pub fn proven_text(user: UserId, purpose: LinkPurpose, number: NotificationNumber) -> String {
        format!("{} of {user}: {number}", purpose.name())
    }

    /// Returns the e-mail with the link.
    pub fn message(&self, to: UserId) -> OutgoingMessage {
        OutgoingMessage {
            to: Recipient::Person(to),
            channel: Channel::Email,
            number: self.number,
            content: OutgoingContent::AccountLink {
                purpose: self.purpose,
                email: self.email.clone(),
                valid_until: self.valid_until,
            },
            due_at: self.created_at,
            attempts: 0,
            created_at: self.created_at,
            version: 1,
        }
    }
}

impl OutgoingMessage {
    /// Returns a message about a notification.
    pub const fn of_notification(
        to: UserId,
        channel: Channel,
        number: NotificationNumber,
        due_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self {
            to: Recipient::Person(to),
            channel,
            number,
            content: OutgoingContent::Notification,
            due_at,
            attempts: 0,
            created_at: now,
            version: 1,
        }
    }

    /// Returns a reminder to clock out of a session, due 15 minutes after the end of the last shift. Its number is the session's, so
    /// that a repeated event stores it once.
    pub fn reminder(
        (to, channel): (UserId, Channel),
        (session_id, date): (SessionId, WorkDate),
        (ended_at, zone): (Timestamp, Zone),
        now: Timestamp,
    ) -> Self {
        Self {
            to: Recipient::Person(to),
            channel,
            number: NotificationNumber::from(session_id.ulid()),
            content: OutgoingContent::ClockOutReminder { session_id, date, ended_at, zone },
            due_at: ended_at.saturating_add(REMINDER_DELAY).unwrap_or(Timestamp::MAX),
            attempts: 0,
            created_at: now,
            version: 1,
        }
    }

    /// Returns a message with news for the chat of a department.
    pub fn of_department_news(news: ChatNews, entropy: &dyn Entropy, now: Timestamp) -> Self {
        let ChatNews { department, content, zone } = news;
        Self {
            to: Recipient::Department(department),
            channel: Channel::Chat,
            number: NotificationNumber::generate(now, entropy),
            content: OutgoingContent::DepartmentNews { content, zone },
            due_at: now,
            attempts: 0,
            created_at: now,
            version: 1,
        }
    }

    /// Returns the message as one invocation of the sender takes it: it is due again only if that invocation doesn't finish.
    #[must_use]
    pub fn claimed(&self, now: Timestamp) -> Self {
        let due_at = now.saturating_add(CLAIM).unwrap_or(Timestamp::MAX);
        Self { due_at, attempts: self.attempts + 1, version: self.version + 1, ..self.clone() }
    }

    /// Returns the message after an attempt that failed; none if it is given up.
    pub fn after_failure(&self, now: Timestamp) -> Option<Self> {
        if self.attempts >= MAX_ATTEMPTS || self.is_too_old(now) {
            return None;
        }
        let due_at = now.saturating_add(pause(self.attempts)).unwrap_or(Timestamp::MAX);
        Some(Self { due_at, version: self.version + 1, ..self.clone() })
    }

    /// Returns the message as it was before a claim that wasn't used, because the sender is throttled.
    #[must_use]
    pub fn put_off(&self, now: Timestamp) -> Self {
        let due_at = now.saturating_add(pause(1)).unwrap_or(Timestamp::MAX);
        Self { due_at, attempts: self.attempts.saturating_sub(1), version: self.version + 1, ..self.clone() }
    }

    /// Returns whether the message is too old to be sent. A daily e-mail waits for up to a day before it is due.
    pub fn is_too_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.created_at) > MAX_AGE
    }
}

/// Returns the pause after an attempt: 1 minute, then four times as long each time, at most 6 hours.
fn pause(attempts: u32) -> SignedDuration {
    let minutes = 4_i64.saturating_pow(attempts.saturating_sub(1));
    SignedDuration::from_mins(minutes.min(6 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn message() -> OutgoingMessage {
        let now = at("2026-11-02T08:00:00Z");
        let (user, number) = ("01JBN2V7Q4W0M3T9K5ZXH8R6CD", "01JBN2V7Q4W0M3T9K5ZXH8R6NN");
        OutgoingMessage::of_notification(user.parse().unwrap(), Channel::Email, number.parse().unwrap(), now, now)
    }

    #[test]
    fn a_message_is_tried_eight_times_with_growing_pauses() {
        let (mut message, mut now, mut minutes) = (message(), at("2026-11-02T08:00:00Z"), Vec::new());
        loop {
            message = message.claimed(now);
            let Some(after) = message.after_failure(now) else { break };
            minutes.push(after.due_at.duration_since(now).as_mins());
            (now, message) = (after.due_at, after);
        }
        assert_eq!(minutes, [1, 4, 16, 64, 256, 360, 360]);
        assert_eq!(message.attempts, MAX_ATTEMPTS);
    }

    #[test]
    fn a_claimed_message_is_due_again_after_three_minutes() {
        let now = at("2026-11-02T08:00:00Z");
        assert_eq!(message().claimed(now).due_at, at("2026-11-02T08:03:00Z"));
    }

    #[test]
    fn a_message_is_stored_and_read_unchanged() {
        let link = AccountLink::new(
            message().number,
            LinkPurpose::PasswordReset,
            Email::parse("maria@example.com").unwrap(),
            at("2026-11-02T08:00:00Z"),
        );
        assert_eq!(link.valid_until, at("2026-11-02T09:00:00Z"));
        for message in [message(), link.message("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap())] {
            let stored = serde_json::to_value(&message).unwrap();
            assert_eq!(serde_json::from_value::<OutgoingMessage>(stored).unwrap(), message);
        }
    }
}
