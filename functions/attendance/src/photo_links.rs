//! `POST /attendance/photos/links`

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::extract::State;
use domain::{
    FieldRule,
    calendar::WorkDate,
    day::Day,
    event::Subject,
    id::{EventId, SessionId, UserId},
};
use jiff::{Timestamp, ToSpan};
use photo_store::PhotoStore;
use serde::{Deserialize, Serialize};
use store::Commit;
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Problem, RequestId, authorization, instant::Instant};

use crate::{
    photo::{MINUTES, PhotoAccess, PunchSide},
    records::Records,
};

/// The maximum number of photos in a request: with two keys for each, they stay within the 100 keys of one read.
const MAX_PHOTOS: usize = 50;

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

/// The photo of a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhotoOf {
    /// The person whose day the photo belongs to.
    user_id: UserId,
    /// The work date.
    date: WorkDate,
    /// The session of the day.
    session_id: SessionId,
    /// The end of the session.
    #[serde(default)]
    #[schema(required = false, default = "in")]
    of: PunchSide,
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
    let photos_param = body.value.photos;
    if !(1..=MAX_PHOTOS).contains(&photos_param.len()) {
        return Err(Problem::invalid("photos", FieldRule::ItemsBetween { min: 1, max: MAX_PHOTOS as u64 }));
    }
    let people = photos_param.iter().map(|photo| photo.user_id).collect();
    let (people, days) =
        app.store.people_and_days(people, photos_param.iter().map(|photo| (photo.user_id, photo.date))).await?;
    let visible: BTreeSet<UserId> = people
        .iter()
        .filter(|person| authorization::may_see(&caller, person).is_ok())
        .map(|person| person.id)
        .collect();
    let days: BTreeMap<(UserId, WorkDate), Day> = days
        .into_iter()
        .filter(|day| visible.contains(&day.user_id()))
        .map(|day| ((day.user_id(), day.date()), day))
        .collect();

    let now = app.now();
    let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
    let mut items = Vec::with_capacity(photos_param.len());
    let mut accesses = Vec::new();
    for photo in photos_param {
        let links = photo.links(days.get(&(photo.user_id, photo.date)), &photos, now).await?;
        // A photo that is requested twice is audited once.
        if links.url.is_some() && !accesses.contains(&photo) {
            let PhotoOf { user_id, date, session_id, of } = photo;
            let id = EventId::generate(now, &*app.entropy);
            let access = PhotoAccess { date, session_id, of };
            commit.audit_apart(id, Subject::User(user_id), PhotoAccess::ACTION, None, Some(&access))?;
            accesses.push(photo);
        }
        items.push(links);
    }
    // The links are returned only after the accesses are recorded.
    if !accesses.is_empty() {
        commit.send(&app.store).await?;
    }
    Answer::ok(&PhotoLinksAnswer { items })
}

impl PhotoOf {
    /// Returns the links to the photo on that day.
    async fn links(&self, day: Option<&Day>, photos: &PhotoStore, now: Timestamp) -> Result<PhotoLinks, Problem> {
        let Self { user_id, date, session_id, of } = *self;
        let punch = day.and_then(|day| of.punch_of(day.session(session_id)?));
        let photo_key = punch.and_then(|punch| punch.photo_key.as_deref());
        let (Some(day), Some(punch), Some(photo_key)) = (day, punch, photo_key) else {
            return Ok(PhotoLinks { user_id, date, session_id, of, url: None, thumbnail_url: None, expires_at: None });
        };
        let lasting = Duration::from_secs(60 * MINUTES.unsigned_abs());
        let until = now.saturating_add(MINUTES.minutes()).map_err(Problem::internal)?;
        let url = photos.presigned_get(photo_key, lasting).await?.url;
        let thumbnail_url = match &punch.thumbnail_key {
            Some(key) => photos.presigned_get(key, lasting).await?.url,
            None => url.clone(),
        };
        let expires_at = Some(Instant::new(until, day.zone()));
        Ok(PhotoLinks { user_id, date, session_id, of, url: Some(url), thumbnail_url: Some(thumbnail_url), expires_at })
    }
}
