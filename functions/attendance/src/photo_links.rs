//! `POST /attendance/photos/links`

use app::photos::{self, Links, PhotoOf, PunchSide};
use axum::extract::State;
use domain::{
    calendar::WorkDate,
    id::{SessionId, UserId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Problem, RequestId, instant::Instant, use_case::execute_if_changed};

use crate::records::Records;

/// The photos to get links to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"photos": [{
    "user_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "date": "2026-11-02", "session_id": "01HZX3V7Q4W0M3T9K5ZXH8R6SN", "of": "in"
}]}))]
pub(crate) struct PhotoLinksBody {
    /// The photos, 1 to 50.
    #[schema(min_items = 1, max_items = 50)]
    photos: Vec<PhotoOf>,
}

/// The links to the photos.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoLinksAnswer {
    /// One item for each requested photo, in the order of the request.
    items: Vec<PhotoLinks>,
}

/// The links to a photo. They work without a token for anyone who has them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoLinks {
    /// The person whose day the photo belongs to.
    user_id: UserId,
    /// The work date.
    date: WorkDate,
    /// The session of the day.
    session_id: SessionId,
    /// The end of the session.
    of: PunchSide,
    /// The link to the photo. Null if there is no such photo, or the caller may not see it.
    url: Option<String>,
    /// The link to the thumbnail, a JPEG of at most 256 pixels a side. For photos without a thumbnail it is the same as `url`.
    thumbnail_url: Option<String>,
    /// The instant until which the links are valid.
    expires_at: Option<Instant>,
}

/// Get links to photos
///
/// Returns links to up to 50 photos and their thumbnails, valid for five minutes. Each photo whose link is returned is
/// audited. The links stop working when the photo's retention is over.
#[utoipa::path(
    post,
    path = "/attendance/photos/links",
    operation_id = "createPhotoLinks",
    tag = "attendance",
    request_body = PhotoLinksBody,
    responses((status = 200, description = "The links, one for each photo in the request", body = PhotoLinksAnswer))
)]
pub(crate) async fn photo_links(
    State(Records { app, photos }): State<Records>,
    caller: Caller,
    request_id: RequestId,
    body: Body<PhotoLinksBody>,
) -> Result<Answer, Problem> {
    let request = app.request(&caller, &request_id, None);
    let answer = |links: &Vec<photos::PhotoLinks>, _| {
        Answer::ok(&PhotoLinksAnswer { items: links.iter().map(PhotoLinks::new).collect() })
    };
    execute_if_changed(&request, answer, || photos::links(&request, &photos, &body.value.photos)).await
}

impl PhotoLinks {
    /// Returns the links as the response shows them.
    fn new(photos::PhotoLinks { of: photo, links }: &photos::PhotoLinks) -> Self {
        let PhotoOf { user_id, date, session_id, of } = *photo;
        let (url, thumbnail_url, expires_at) = match links {
            Some(Links { photo, thumbnail_url }) => {
                (Some(photo.url.clone()), Some(thumbnail_url.clone()), Some(photo.expires_at.clone()))
            }
            None => (None, None, None),
        };
        Self { user_id, date, session_id, of, url, thumbnail_url, expires_at }
    }
}
