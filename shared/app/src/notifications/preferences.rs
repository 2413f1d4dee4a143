//! Notification preferences: a person chooses the kinds of notifications that they receive, and the channels.

use std::collections::BTreeSet;

use domain::{
    FieldFault, FieldRule,
    audit::Actor,
    distinct::Distinct,
    id::UserId,
    notification::{Channels, EmailDelivery, Inbox, NotificationKind, StopReason},
    user::User,
};
use serde::{Deserialize, Serialize};
use store::{Commit, StoreError};
use utoipa::ToSchema;

use crate::{Caller, Failed, Outcome, Ports, Prepared, Request, Versions, authorization};

/// The kinds of notifications that also go to other channels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelKinds {
    /// The kinds that are sent by e-mail, to an address that the person has confirmed.
    #[serde(default)]
    #[schema(value_type = BTreeSet<NotificationKind>, required = false)]
    pub email: Distinct<NotificationKind>,
    /// The kinds that are pushed to the person's browsers.
    #[serde(default)]
    #[schema(value_type = BTreeSet<NotificationKind>, required = false)]
    pub push: Distinct<NotificationKind>,
}

/// The new notification preferences.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreferencesBody)]
#[schema(example = json!({
    "muted": ["late_arrival"],
    "channels": {"email": ["leave_decided", "roster_changed"], "push": ["swap_requested"]},
    "email_delivery": "daily"
}))]
pub struct PreferencesDraft {
    /// The kinds to mute, each once. `leave_expiring` and notifications about resets (`password_reset`, `admin_password_reset`,
    /// `pin_reset`, `second_factor_reset`) can't be muted.
    #[schema(value_type = BTreeSet<NotificationKind>)]
    muted: Distinct<NotificationKind>,
    /// The kinds that also go to other channels. If it is absent, they stay as they are.
    #[serde(default)]
    #[schema(nullable = false)]
    channels: Option<ChannelKinds>,
    /// When e-mails about notifications are sent. If it is absent, it stays as it is.
    #[serde(default)]
    #[schema(nullable = false)]
    email_delivery: Option<EmailDelivery>,
}

/// Replaces the caller's preferences. Answers with the caller's profile and inbox.
///
/// # Errors
/// A kind can't be muted, or the preferences have another version.
pub async fn replace(
    request: &Request<'_>,
    versions: &Versions,
    draft: &PreferencesDraft,
) -> Result<Outcome<(User, Inbox)>, Failed> {
    let Request { ports, caller, .. } = *request;
    let muted = draft.muted()?;
    let snapshot = ports.store.inbox_snapshot(caller.user_id, None, None, ports.now).await?;
    let person = authorization::current_profile(caller, snapshot.person.as_ref())?.clone();
    let inbox = snapshot.inbox;
    versions.check(inbox.preferences_version())?;
    let channels = draft.channels(inbox.channels(), caller);
    if (inbox.muted(), inbox.channels()) == (&muted, &channels) {
        let version = inbox.preferences_version();
        return Ok(Outcome::Unchanged { answer: (person, inbox), version });
    }
    let after = inbox.with_preferences(muted, channels).next_version();
    let mut commit = Commit::without_event(request.stamp());
    commit.put_inbox(caller.user_id, &after)?;
    let version = after.preferences_version();
    Ok(Outcome::Changed(Prepared { commit, answer: (person, after), version }))
}

/// Stops e-mails about notifications for a person who followed the link in an e-mail. Returns the change; none if the e-mails
/// are already stopped.
///
/// # Errors
/// The table failed.
pub async fn stop_emails(ports: &Ports<'_>, user: UserId, request_id: &str) -> Result<Option<Commit>, StoreError> {
    let inbox = ports.store.inbox(user).await?;
    if inbox.channels().email_stopped.is_some() {
        return Ok(None);
    }
    let after = inbox.without_email(StopReason::Unsubscribed, ports.now).next_version();
    let mut commit = Commit::without_event(ports.stamp(Actor::User { id: user }, Some(request_id)));
    commit.put_inbox(user, &after)?;
    Ok(Some(commit))
}

impl PreferencesDraft {
    /// Returns the kinds to mute.
    fn muted(&self) -> Result<BTreeSet<NotificationKind>, Vec<FieldFault>> {
        if !self.muted.iter().all(|kind| kind.can_be_muted()) {
            return Err(vec![FieldFault::new("muted", FieldRule::NotMutable)]);
        }
        Ok(self.muted.clone().into())
    }

    /// Returns the channels after the change. E-mails that were stopped start again if the draft names kinds for them.
    fn channels(&self, before: &Channels, caller: &Caller) -> Channels {
        let mut after = before.clone();
        if let Some(ChannelKinds { email, push }) = &self.channels {
            after.email = email.clone().into();
            after.push = push.clone().into();
            if !email.is_empty() {
                after.email_stopped = None;
            }
        }
        if let Some(delivery) = self.email_delivery {
            after.email_delivery = delivery;
        }
        after.zone = match after.email_delivery {
            EmailDelivery::AtOnce => None,
            EmailDelivery::Daily => Some(caller.zone.clone()),
        };
        after
    }
}
