//! `PUT /notifications/preferences`

use std::collections::BTreeSet;

use axum::{Extension, extract::State, response::Response};
use domain::{
    FieldRule,
    notification::{Channels, EmailDelivery, NotificationKind},
};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command};

use super::{ChannelKinds, EmailOn, Preferences, answer};

/// The new notification preferences.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "muted": ["late_arrival"],
    "channels": {"email": ["leave_decided", "roster_changed"], "push": ["swap_requested"]},
    "email_delivery": "daily"
}))]
pub(crate) struct PreferencesBody {
    /// The kinds to mute, each once. `leave_expiring` and notifications about resets (`password_reset`, `admin_password_reset`,
    /// `pin_reset`, `second_factor_reset`) can't be muted.
    #[schema(value_type = BTreeSet<NotificationKind>)]
    muted: Vec<NotificationKind>,
    /// The kinds that also go to other channels. If it is absent, they stay as they are.
    #[serde(default)]
    #[schema(nullable = false)]
    channels: Option<ChannelKinds>,
    /// When e-mails about notifications are sent. If it is absent, it stays as it is.
    #[serde(default)]
    #[schema(nullable = false)]
    email_delivery: Option<EmailDelivery>,
}

impl PreferencesBody {
    /// Returns the channels after the change. E-mails that were stopped start again if the body names kinds for them.
    fn channels(&self, before: &Channels, caller: &Caller) -> Channels {
        let mut after = before.clone();
        if let Some(ChannelKinds { email, push }) = &self.channels {
            after.email.clone_from(email);
            after.push.clone_from(push);
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

/// Replace notification preferences
///
/// Replaces the caller's preferences. Notifications that are already in the inbox stay there. E-mails go only to an address that
/// the caller has confirmed (`POST /auth/email-verification`), and push messages only to browsers that are subscribed.
#[utoipa::path(
    put,
    path = "/notifications/preferences",
    operation_id = "replaceNotificationPreferences",
    tag = "notifications",
    params(("If-Match" = Option<String>, Header, description = "The version that is to be replaced")),
    request_body = PreferencesBody,
    responses(
        (status = 200, description = "The preferences", body = Preferences,
            headers(("ETag" = String, description = "The version"))),
        (status = 422, description = "A kind that can't be muted"),
    )
)]
pub(crate) async fn replace(
    State(app): State<App>,
    Extension(email): Extension<EmailOn>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value: body, hash: _ }: Body<PreferencesBody>,
) -> Result<Response, Problem> {
    let given = body.muted.len();
    let muted: BTreeSet<NotificationKind> = body.muted.iter().copied().collect();
    if muted.len() < given {
        return Err(Problem::invalid("muted", FieldRule::Distinct));
    }
    if !muted.iter().all(|kind| kind.can_be_muted()) {
        return Err(Problem::invalid("muted", FieldRule::NotMutable));
    }
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.inbox_snapshot(caller.user_id, None, None, now).await?;
        authorization::current_profile(&caller, snapshot.person.as_ref())?;
        let person = snapshot.person.as_ref().ok_or_else(Problem::unauthenticated)?;
        if_match.check(snapshot.inbox.preferences_version())?;
        let channels = body.channels(snapshot.inbox.channels(), &caller);
        if (snapshot.inbox.muted(), snapshot.inbox.channels()) == (&muted, &channels) {
            return Ok(answer(email, person, &snapshot.inbox)?);
        }
        let after = snapshot.inbox.clone().with_preferences(muted.clone(), channels).next_version();
        let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
        commit.put_inbox(caller.user_id, &after)?;
        commit.send(&app.store).await?;
        Ok(answer(email, person, &after)?)
    };
    command(&app.store, None, now, attempt).await
}
