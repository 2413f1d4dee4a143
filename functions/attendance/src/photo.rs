//! `GET /attendance/{user_id}/{date}/photos/{session_id}`

use std::time::Duration;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    calendar::WorkDate,
    day::{Punch, Session},
    event::Subject,
    id::SessionId,
};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use store::Commit;
use utoipa::ToSchema;
use web::{Answer, Caller, Problem, Query, RequestId, instant::Instant, parameter, person::visible_person};

use crate::records::Records;

/// The lifetime of a photo link, in minutes.
pub(crate) const MINUTES: i64 = 5;

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

/// One of the two punches of a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PunchSide {
    /// The clock-in of the session.
    #[default]
    In,
    /// The clock-out of the session.
    Out,
}

/// The address of the photo.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoAnswer {
    /// A link that works without a token: anyone who has it can see the photo.
    url: String,
    /// The instant until which the link is valid.
    expires_at: Instant,
}

impl PunchSide {
    /// Returns the session's punch on this side.
    pub(crate) fn punch_of(self, session: &Session) -> Option<&Punch> {
        match self {
            Self::In => Some(&session.clock_in),
            Self::Out => session.clock_out.as_ref(),
        }
    }
}

/// The audit's record of an access to a photo.
#[derive(Debug, Serialize)]
pub(crate) struct PhotoAccess {
    pub(crate) date: WorkDate,
    pub(crate) session_id: SessionId,
    pub(crate) of: PunchSide,
}

impl PhotoAccess {
    /// The name of the action in the audit.
    pub(crate) const ACTION: &str = "photo_seen";
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
) -> Result<Response, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let session_id: SessionId = parameter::id(&session)?;
    let person = visible_person(&app, &caller, &user).await?;
    let day = app.store.day(person, date).await?.ok_or_else(Problem::not_found)?;
    let session = day.session(session_id).ok_or_else(Problem::not_found)?;
    let key = of.punch_of(session).and_then(|punch| punch.photo_key.as_deref()).ok_or_else(Problem::not_found)?;

    let now = app.now();
    let until = now.saturating_add(MINUTES.minutes()).map_err(Problem::internal)?;
    let link = photos.presigned_get(key, Duration::from_secs(60 * MINUTES.unsigned_abs())).await?;
    // The link is returned only after the access is recorded.
    let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
    commit.audit(Subject::User(person), PhotoAccess::ACTION, None, Some(&PhotoAccess { date, session_id, of }))?;
    commit.send(&app.store).await?;
    Ok(Answer::ok(&PhotoAnswer { url: link.url, expires_at: Instant::new(until, day.zone()) })?.into_response())
}
