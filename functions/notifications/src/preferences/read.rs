//! `GET /notifications/preferences`

use axum::extract::State;
use web::{Answer, App, Caller, Problem};

use super::{Preferences, answer};

/// Get notification preferences
///
/// Returns the kinds of notifications that the caller has muted.
#[utoipa::path(
    get,
    path = "/notifications/preferences",
    operation_id = "getNotificationPreferences",
    tag = "notifications",
    responses((status = 200, description = "What isn't wanted", body = Preferences,
        headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller) -> Result<Answer, Problem> {
    answer(&app.store.inbox(caller.user_id).await?)
}
