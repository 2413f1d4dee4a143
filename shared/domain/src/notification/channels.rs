//! The channels in addition to the inbox: e-mail and push messages. Each person chooses them by kind of notification.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::NotificationKind;
use crate::{calendar::Zone, outgoing::Channel, stored::known_items};

/// The hour of the day at which daily e-mails are sent, in the person's time zone.
const DIGEST_HOUR: i8 = 8;

/// The notifications that a person also gets outside of the inbox. A kind that is muted goes to no channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// The kinds that are sent by e-mail.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", deserialize_with = "known_items")]
    pub email: BTreeSet<NotificationKind>,
    /// When e-mails are sent.
    #[serde(default)]
    pub email_delivery: EmailDelivery,
    /// The time zone of daily e-mails; UTC if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// The kinds that are pushed to the person's browsers.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", deserialize_with = "known_items")]
    pub push: BTreeSet<NotificationKind>,
    /// Why and when e-mails were stopped. Choosing kinds again starts them again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_stopped: Option<EmailStop>,
}

/// When e-mails about notifications are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailDelivery {
    /// Within about a minute.
    #[default]
    AtOnce,
    /// In one e-mail a day, at 8:00 in the person's time zone.
    Daily,
}

/// The reason why e-mails about notifications were stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// An e-mail came back: the address doesn't exist or takes no e-mails.
    Bounced,
    /// The person reported an e-mail as unwanted.
    Complained,
    /// The person unsubscribed with the link or the button of an e-mail.
    Unsubscribed,
}

/// The end of e-mails about notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailStop {
    /// The reason.
    pub reason: StopReason,
    /// The instant.
    pub at: Timestamp,
}

impl Channels {
    /// Returns whether everything has its default. Such channels aren't stored.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Returns when an e-mail of the kind is due; none if the person doesn't want the kind by e-mail.
    pub fn email_due_at(&self, kind: NotificationKind, now: Timestamp) -> Option<Timestamp> {
        let is_wanted = self.email_stopped.is_none() && self.email.contains(&kind);
        is_wanted.then(|| match self.email_delivery {
            EmailDelivery::AtOnce => now,
            EmailDelivery::Daily => next_digest(self.zone.as_ref().unwrap_or(&Zone::UTC), now),
        })
    }

    /// Returns when a push message of the kind is due; none if the person doesn't want the kind as a push message.
    pub fn push_due_at(&self, kind: NotificationKind, now: Timestamp) -> Option<Timestamp> {
        self.push.contains(&kind).then_some(now)
    }

    /// Returns the channels to which reminders to clock out go. They don't wait for the e-mail of the day.
    pub fn of_reminders(&self) -> Vec<Channel> {
        let kind = NotificationKind::ClockOutReminder;
        let email = self.email_stopped.is_none() && self.email.contains(&kind);
        let push = self.push.contains(&kind);
        [email.then_some(Channel::Email), push.then_some(Channel::Push)].into_iter().flatten().collect()
    }

    /// Returns the channels without e-mails about notifications.
    #[must_use]
    pub fn without_email(self, reason: StopReason, at: Timestamp) -> Self {
        Self { email: BTreeSet::new(), email_stopped: Some(EmailStop { reason, at }), ..self }
    }
}

/// Returns the next 8:00 after `now` in a time zone. On a day without this hour, it is the first instant after it.
fn next_digest(zone: &Zone, now: Timestamp) -> Timestamp {
    let at = |date: jiff::civil::Date| {
        let time = Time::constant(DIGEST_HOUR, 0, 0, 0);
        zone.time_zone().to_timestamp(date.to_datetime(time)).unwrap_or(now)
    };
    let today = zone.date_of(now);
    let this_morning = at(today.date());
    if now < this_morning { this_morning } else { at(today.next().date()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn daily(zone: &str) -> Channels {
        Channels {
            email: BTreeSet::from([NotificationKind::LeaveDecided]),
            email_delivery: EmailDelivery::Daily,
            zone: Some(Zone::parse(zone).unwrap()),
            ..Channels::default()
        }
    }

    #[test]
    fn daily_emails_are_due_at_eight_in_the_persons_zone() {
        let due = |now: &str| daily("Europe/Berlin").email_due_at(NotificationKind::LeaveDecided, at(now)).unwrap();
        assert_eq!(due("2026-11-02T06:59:59Z"), at("2026-11-02T07:00:00Z"));
        assert_eq!(due("2026-11-02T07:00:00Z"), at("2026-11-03T07:00:00Z"));
        // The clocks go back on 25 October 2026.
        assert_eq!(due("2026-10-24T12:00:00Z"), at("2026-10-25T07:00:00Z"));
    }

    #[test]
    fn only_chosen_kinds_are_due_and_none_after_a_stop() {
        let now = at("2026-11-02T06:00:00Z");
        let at_once = Channels { email_delivery: EmailDelivery::AtOnce, ..daily("UTC") };
        assert_eq!(at_once.email_due_at(NotificationKind::LeaveDecided, now), Some(now));
        assert_eq!(at_once.email_due_at(NotificationKind::LateArrival, now), None);
        assert_eq!(at_once.push_due_at(NotificationKind::LeaveDecided, now), None);
        let stopped = at_once.without_email(StopReason::Bounced, now);
        assert_eq!(stopped.email_due_at(NotificationKind::LeaveDecided, now), None);
    }
}
