//! `GET /attendance/{user_id}/{date}/photos/{session_id}`

use app::photos::{self, PhotoLink, PhotoOf, PunchSide};
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Caller, Problem, Query, RequestId, instant::Instant, parameter, use_case::execute};

use crate::records::Records;

/// The choice between the two photos of a session.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhotoQuery {
    /// The punch whose photo is requested. Defaults to the clock-in.
    #[serde(default)]
    #[param(inline)]
    of: PunchSide,
}

/// The address of the photo.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoAnswer {
    /// A link that works without a token: anyone who has it can see the photo.
    url: String,
    /// The instant until which the link is valid.
    expires_at: Instant,
}

/// Get a link to a punch's photo
///
/// Returns a link that is valid for five minutes. Each link that is returned is audited. The link stops working when the photo's
/// retention is over.
#[utoipa::path(
    get,
    path = "/attendance/{user_id}/{date}/photos/{session_id}",
    operation_id = "getPhotoLink",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        ("session_id" = String, Path, description = "The id of the session"),
        PhotoQuery
    ),
    responses((status = 200, description = "The links to the photo", body = PhotoAnswer))
)]
pub(crate) async fn photo(
    State(Records { app, photos }): State<Records>,
    caller: Caller,
    request_id: RequestId,
    Path((user, date, session)): Path<(String, String, String)>,
    Query(PhotoQuery { of }): Query<PhotoQuery>,
) -> Result<Answer, Problem> {
    let date = parameter::value("date", &date)?;
    let session_id = parameter::id(&session)?;
    let photo = PhotoOf { user_id: parameter::user(&user, &caller)?, date, session_id, of };
    let request = app.request(&caller, &request_id, None);
    let answer =
        |link: &PhotoLink, _| Answer::ok(&PhotoAnswer { url: link.url.clone(), expires_at: link.expires_at.clone() });
    execute(&request, answer, || photos::link(&request, &photos, photo)).await
}
