//! `PUT /notifications/preferences`

use app::notifications::preferences::{self, PreferencesDraft};
use axum::{Extension, extract::State};
use domain::{notification::Inbox, user::User};
use web::{Answer, App, Body, Caller, IfMatch, Problem, RequestId, use_case::execute_if_changed};

use super::{EmailOn, Preferences, answer};

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
    request_body = PreferencesDraft,
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
    Body { value, .. }: Body<PreferencesDraft>,
) -> Result<Answer, Problem> {
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let shown = |(person, inbox): &(User, Inbox), _: u64| answer(email, person, inbox);
    execute_if_changed(&request, shown, || preferences::replace(&request, &versions, &value)).await
}
