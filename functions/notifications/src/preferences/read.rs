//! `GET /notifications/preferences`

use axum::{Extension, extract::State};
use web::{Answer, App, Caller, Problem};

use super::{EmailOn, Preferences, answer};

/// Get notification preferences
///
/// Returns the kinds of notifications that the caller has muted, and those that also go to other channels.
#[utoipa::path(
    get,
    path = "/notifications/preferences",
    operation_id = "getNotificationPreferences",
    tag = "notifications",
    responses((status = 200, description = "The preferences", body = Preferences,
        headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn read(
    State(app): State<App>,
    Extension(email): Extension<EmailOn>,
    caller: Caller,
) -> Result<Answer, Problem> {
    let snapshot = app.store.inbox_snapshot(caller.user_id, None, None, app.now()).await?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::unauthenticated)?;
    answer(email, person, &snapshot.inbox)
}
