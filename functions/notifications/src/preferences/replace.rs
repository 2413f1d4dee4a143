//! `PUT /notifications/preferences`

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use domain::{FieldRule, notification::NotificationKind};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command};

use super::{Preferences, answer};

/// The new notification preferences.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"muted": ["late_arrival"]}))]
pub(crate) struct PreferencesBody {
    /// The kinds to mute, each once. `leave_expiring` and notifications about resets (`password_reset`, `admin_password_reset`,
    /// `pin_reset`, `second_factor_reset`) can't be muted.
    #[schema(value_type = BTreeSet<NotificationKind>)]
    muted: Vec<NotificationKind>,
}

/// Replace notification preferences
///
/// Replaces the caller's preferences. Notifications that are already in the inbox stay there.
#[utoipa::path(
    put,
    path = "/notifications/preferences",
    operation_id = "replaceNotificationPreferences",
    tag = "notifications",
    params(("If-Match" = Option<String>, Header, description = "The version that is to be replaced")),
    request_body = PreferencesBody,
    responses(
        (status = 200, description = "What isn't wanted", body = Preferences,
            headers(("ETag" = String, description = "The version"))),
        (status = 422, description = "A kind that can't be muted"),
    )
)]
pub(crate) async fn replace(
    State(app): State<App>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value: PreferencesBody { muted }, hash: _ }: Body<PreferencesBody>,
) -> Result<Response, Problem> {
    let given = muted.len();
    let muted: BTreeSet<NotificationKind> = muted.into_iter().collect();
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
        if_match.check(snapshot.inbox.preferences_version())?;
        if *snapshot.inbox.muted() == muted {
            return Ok(answer(&snapshot.inbox)?);
        }
        let after = snapshot.inbox.with_muted(muted.clone()).next_version();
        let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
        commit.put_inbox(caller.user_id, &after)?;
        commit.send(&app.store).await?;
        Ok(answer(&after)?)
    };
    command(&app.store, None, now, attempt).await
}
