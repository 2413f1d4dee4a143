//! Links to the photos of punches. Each access is audited.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use answers::instant::Instant;
use domain::{
    FieldRule,
    calendar::WorkDate,
    day::{Day, Punch, Session},
    event::Subject,
    id::{EventId, SessionId, UserId},
};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use store::Commit;
use utoipa::ToSchema;

use super::PhotoBucket;
use crate::{Denied, Failed, Outcome, Ports, Prepared, Refusal, Request, authorization, people::visible_other};

/// The maximum number of photos in a request: with two keys for each, they stay within the 100 keys of one read.
const MAX_PHOTOS: usize = 50;

/// The lifetime of a link, in minutes.
const MINUTES: i64 = 5;

/// The name of an access to a photo in the audit.
const ACTION: &str = "photo_seen";

/// One of the two punches of a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchSide {
    /// The clock-in of the session.
    #[default]
    In,
    /// The clock-out of the session.
    Out,
}

impl PunchSide {
    /// Returns the session's punch on this side.
    const fn punch_of(self, session: &Session) -> Option<&Punch> {
        match self {
            Self::In => Some(&session.clock_in),
            Self::Out => session.clock_out.as_ref(),
        }
    }
}

/// The photo of a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhotoOf {
    /// The person whose day the photo belongs to.
    pub user_id: UserId,
    /// The work date.
    pub date: WorkDate,
    /// The session of the day.
    pub session_id: SessionId,
    /// The end of the session.
    #[serde(default)]
    #[schema(required = false, default = "in")]
    pub of: PunchSide,
}

/// The audit's record of an access to a photo.
#[derive(Debug, Serialize)]
struct PhotoAccess {
    date: WorkDate,
    session_id: SessionId,
    of: PunchSide,
}

/// A link to a photo. It works without a token for anyone who has it.
#[derive(Debug)]
pub struct PhotoLink {
    /// The link to the photo.
    pub url: String,
    /// The instant until which the link is valid.
    pub expires_at: Instant,
}

/// The links to a photo and to its thumbnail.
#[derive(Debug)]
pub struct Links {
    /// The link to the photo.
    pub photo: PhotoLink,
    /// The link to the thumbnail. For photos without a thumbnail it is the link to the photo.
    pub thumbnail_url: String,
}

/// The links to a photo that was asked for.
#[derive(Debug)]
pub struct PhotoLinks {
    /// The photo.
    pub of: PhotoOf,
    /// The links; none if there is no such photo, or the caller may not see it.
    pub links: Option<Links>,
}

/// Returns a link to a photo, and audits the access.
///
/// # Errors
/// The caller may not see the person, there is no such photo, or the link can't be signed.
pub async fn link(
    request: &Request<'_>,
    bucket: &impl PhotoBucket,
    photo: PhotoOf,
) -> Result<Prepared<PhotoLink>, Failed> {
    let Request { ports, caller, .. } = *request;
    visible_other(ports.store, caller, photo.user_id).await?;
    let day = ports.store.day(photo.user_id, photo.date).await?.ok_or(Denied::NotFound)?;
    let (_, key) = photo.punch_of(&day).ok_or(Denied::NotFound)?;
    let answer = signed(&ports, bucket, &day, key).await?;
    // The link is returned only after the access is recorded.
    let mut commit = Commit::without_event(request.stamp());
    commit.audit(Subject::User(photo.user_id), ACTION, None, Some(&photo.access()))?;
    Ok(Prepared { commit, answer, version: 0 })
}

/// Returns the links to several photos, in their order, and audits each photo whose link is returned.
///
/// # Errors
/// There are no photos or too many of them, or a link can't be signed.
pub async fn links(
    request: &Request<'_>,
    bucket: &impl PhotoBucket,
    photos: &[PhotoOf],
) -> Result<Outcome<Vec<PhotoLinks>>, Failed> {
    let Request { ports, caller, .. } = *request;
    let between = FieldRule::ItemsBetween { min: 1, max: MAX_PHOTOS as u64 };
    Refusal::unless_valid([(!(1..=MAX_PHOTOS).contains(&photos.len()), "photos", between)])?;
    let people = photos.iter().map(|photo| photo.user_id).collect();
    let dates = photos.iter().map(|photo| (photo.user_id, photo.date));
    let (people, days) = ports.store.people_and_days(people, dates).await?;
    let visible: BTreeSet<UserId> =
        people.iter().filter(|person| authorization::may_see(caller, person).is_ok()).map(|person| person.id).collect();
    let days: BTreeMap<(UserId, WorkDate), Day> = days
        .into_iter()
        .filter(|day| visible.contains(&day.user_id()))
        .map(|day| ((day.user_id(), day.date()), day))
        .collect();

    let mut commit = Commit::without_event(request.stamp());
    let mut answer = Vec::with_capacity(photos.len());
    let mut accesses = Vec::new();
    for &photo in photos {
        let links = photo.links(&ports, bucket, days.get(&(photo.user_id, photo.date))).await?;
        // A photo that is requested twice is audited once.
        if links.is_some() && !accesses.contains(&photo) {
            let id = EventId::generate(ports.now, ports.entropy);
            commit.audit_apart(id, Subject::User(photo.user_id), ACTION, None, Some(&photo.access()))?;
            accesses.push(photo);
        }
        answer.push(PhotoLinks { of: photo, links });
    }
    // The links are returned only after the accesses are recorded.
    if accesses.is_empty() {
        return Ok(Outcome::Unchanged { answer, version: 0 });
    }
    Ok(Prepared { commit, answer, version: 0 }.into())
}

impl PhotoOf {
    /// Returns the punch on the day, with the key of its photo.
    fn punch_of(self, day: &Day) -> Option<(&Punch, &str)> {
        let punch = self.of.punch_of(day.session(self.session_id)?)?;
        Some((punch, punch.photo_key.as_deref()?))
    }

    /// Returns the links to the photo on that day.
    async fn links(
        self,
        ports: &Ports<'_>,
        bucket: &impl PhotoBucket,
        day: Option<&Day>,
    ) -> Result<Option<Links>, Refusal> {
        let Some((day, (punch, key))) = day.and_then(|day| Some((day, self.punch_of(day)?))) else { return Ok(None) };
        let photo = signed(ports, bucket, day, key).await?;
        let thumbnail_url = match &punch.thumbnail_key {
            Some(key) => bucket.sign_link(key, lifetime()).await?,
            None => photo.url.clone(),
        };
        Ok(Some(Links { photo, thumbnail_url }))
    }

    /// Returns the audit's record of an access.
    const fn access(self) -> PhotoAccess {
        PhotoAccess { date: self.date, session_id: self.session_id, of: self.of }
    }
}

/// Returns a signed link to the photo of a day.
async fn signed(ports: &Ports<'_>, bucket: &impl PhotoBucket, day: &Day, key: &str) -> Result<PhotoLink, Refusal> {
    let url = bucket.sign_link(key, lifetime()).await?;
    let until = ports.now.saturating_add(MINUTES.minutes()).unwrap_or(ports.now);
    Ok(PhotoLink { url, expires_at: Instant::new(until, day.zone()) })
}

/// Returns the lifetime of a link in real time.
const fn lifetime() -> Duration {
    Duration::from_secs(60 * MINUTES.unsigned_abs())
}
