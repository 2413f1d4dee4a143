//! Photos that are stored with their punch: both, or neither. The photo is in the bucket before the punch is committed to the table.

use answers::DayAnswer;
use domain::{
    calendar::WorkDate,
    day::{PunchContext, Punched},
    id::{PhotoId, UploadId, UserId},
    kiosk::{Kiosk, PunchKiosk},
    photo::{PhotoKeys, upload_key},
    settings::{PhotoRetention, PhotoRule, Settings},
};
use photo::{Photo, sniff};
use store::{Commit, CommitError, Store, StoreError};

use super::{PhotoBucket, PhotoRefusal, must_be_allowed};
use crate::{
    Failed, Ports, Prepared, Refusal, Request,
    attendance::{
        self, PunchCodes,
        offline::{PhotoFailure, PunchPhotos},
    },
    authorization,
};

/// How a punch without the required photo is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutPhoto {
    /// The punch is refused: a person who arrives can still take a photo.
    Refused,
    /// The punch is accepted and flagged, so that no one is kept from leaving.
    Flagged,
}

impl WithoutPhoto {
    /// Refuses a punch that needs a photo and has none.
    ///
    /// # Errors
    /// [`PhotoRefusal::Required`]
    pub const fn check(self, settings: &Settings) -> Result<(), PhotoRefusal> {
        match (self, settings.photo) {
            (Self::Refused, PhotoRule::Required) => Err(PhotoRefusal::Required),
            (Self::Refused, PhotoRule::Off | PhotoRule::Optional) | (Self::Flagged, _) => Ok(()),
        }
    }
}

/// A photo that isn't verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenPhoto {
    /// The photo was uploaded to the bucket.
    Upload(UploadId),
    /// The photo was sent in the request.
    Bytes(Vec<u8>),
}

impl GivenPhoto {
    /// Returns the photo after verifying that it is one. Writes nothing.
    async fn verified(&self, ports: &Ports<'_>, bucket: &impl PhotoBucket, person: UserId) -> Result<Photo, Failed> {
        let verified = match self {
            Self::Upload(id) => {
                let upload = ports.store.usable_upload(*id, person, ports.now).await?;
                let upload = upload.ok_or(PhotoRefusal::UploadUnusable)?;
                let bytes = bucket.read(&upload_key(*id), upload.length).await?;
                Photo::verify(&bytes.ok_or(PhotoRefusal::NothingUploaded)?, upload.photo_type)
            }
            // Bytes have no declared type, only the type that their beginning shows.
            Self::Bytes(bytes) => match sniff(bytes) {
                Some(photo_type) => Photo::verify(bytes, photo_type),
                None => Err(photo::PhotoRefusal::NoPhoto),
            },
        };
        verified.map_err(|refusal| PhotoRefusal::Unverified(refusal).into())
    }

    /// Returns the upload that the punch uses.
    const fn upload(&self) -> Option<UploadId> {
        match self {
            Self::Upload(id) => Some(*id),
            Self::Bytes(_) => None,
        }
    }
}

/// A verified photo whose punch isn't committed yet. It isn't in the bucket yet.
#[derive(Debug)]
#[must_use = "the photo is stored with the commit of its punch"]
pub struct PunchPhoto<'a, B> {
    bucket: &'a B,
    keys: PhotoKeys,
    photo: Photo,
    upload: Option<UploadId>,
    retention: PhotoRetention,
}

impl<'a, B: PhotoBucket> PunchPhoto<'a, B> {
    /// Verifies the photo of a person's punch on a date. The keys are new for each attempt.
    ///
    /// # Errors
    /// The settings don't allow photos, or the photo isn't accepted.
    pub async fn verify(
        ports: &Ports<'_>,
        bucket: &'a B,
        given: &GivenPhoto,
        (person, date): (UserId, WorkDate),
        settings: &Settings,
    ) -> Result<Self, Failed> {
        must_be_allowed(settings)?;
        let photo = given.verified(ports, bucket, person).await?;
        let id = PhotoId::generate(ports.now, ports.entropy);
        let keys = PhotoKeys::new(person, date, id, photo.photo_type());
        Ok(Self { bucket, keys, photo, upload: given.upload(), retention: settings.photo_retention_days })
    }

    /// Returns the keys under which the photo and its thumbnail will be stored.
    pub const fn keys(&self) -> &PhotoKeys {
        &self.keys
    }

    /// Puts the photo and its thumbnail into the bucket, and commits the punch together with the use of the upload. Afterwards
    /// deletes the object that is no longer needed: the upload if the commit succeeded, the photo if it didn't.
    ///
    /// # Errors
    /// The photo can't be stored, or the commit failed.
    pub async fn commit(self, mut commit: Commit, store: &Store) -> Result<(), Failed> {
        let Self { bucket, keys, photo, upload, retention } = self;
        if let Some(upload) = upload {
            commit.use_upload(upload)?;
        }
        // Boxed, because the future of two uploads is too large for the stack of every punch.
        Box::pin(bucket.store(&keys, photo, retention)).await?;
        let sent = commit.send(store).await;
        match &sent {
            Ok(()) => {
                if let Some(upload) = upload {
                    bucket.discard(&upload_key(upload)).await;
                }
            }
            Err(CommitError::ConditionFailed(_)) => discard(bucket, &keys).await,
            Err(CommitError::Store(error)) => match error {
                // The commit may have succeeded all the same, and a punch that refers to a photo must have it. If the commit
                // failed, `housekeeping` deletes the photo.
                StoreError::Unavailable(_) => {}
                StoreError::Contended
                | StoreError::Refused { .. }
                | StoreError::Unreadable { .. }
                | StoreError::Session(_)
                | StoreError::PeriodClosed(_)
                | StoreError::Unwritable(_) => discard(bucket, &keys).await,
            },
        }
        Ok(sent?)
    }
}

/// Deletes a photo and its thumbnail.
async fn discard(bucket: &impl PhotoBucket, keys: &PhotoKeys) {
    bucket.discard(&keys.photo).await;
    bucket.discard(&keys.thumbnail).await;
}

/// Punches for the caller with a photo. `decide` applies the punch to the day, or refuses it; it gets the kiosk whose code the person
/// scanned, and the keys of the photo once it is verified. The punch is committed with [`PunchPhoto::commit`].
///
/// # Errors
/// The request was answered before, the caller's token isn't valid any more, `decide` refuses the punch, or the photo isn't
/// accepted.
pub async fn punch<'a, B: PhotoBucket, E: From<Failed>>(
    request: &Request<'_>,
    codes: &PunchCodes,
    bucket: &'a B,
    given: &GivenPhoto,
    decide: impl Fn(&PunchContext<'_>, Option<PunchKiosk>, Option<&PhotoKeys>) -> Result<Punched, E>,
) -> Result<(Prepared<DayAnswer>, PunchPhoto<'a, B>), E> {
    let ports = &request.ports;
    let read = attendance::read_punch(request, codes).await?;
    let kiosk = || read.kiosk.as_ref().map(Kiosk::of_punch);
    let person = authorization::current_profile(request.caller, read.attendance.person.as_ref());
    let person = person.map_err(Failed::from)?;
    let settings = &read.attendance.settings.settings;
    must_be_allowed(settings).map_err(Failed::from)?;
    let planner = read.attendance.planner(person);
    let context = attendance::context(ports, &read.attendance, &planner);
    // A refused punch needs no check of its photo. An accepted one determines the date under which the photo is stored.
    let date = decide(&context, kiosk(), None)?.date;
    let photo = PunchPhoto::verify(ports, bucket, given, (person.id, date), settings).await?;
    let punched = decide(&context, kiosk(), Some(photo.keys()))?;
    let prepared = attendance::prepare_punch(request, codes, read, &punched).await?;
    Ok((prepared, photo))
}

/// The uploaded photos of offline punches. Devices upload them when they have a network again, and they are stored before the
/// punches are committed.
#[derive(Debug, Clone, Copy)]
pub struct UploadedPhotos<'a, B> {
    /// The ports of the request that sends the punches.
    pub ports: Ports<'a>,
    /// The bucket.
    pub bucket: &'a B,
}

impl<B: PhotoBucket> PunchPhotos for UploadedPhotos<'_, B> {
    async fn keep(
        &self,
        person: UserId,
        date: WorkDate,
        upload: UploadId,
        settings: &Settings,
    ) -> Result<PhotoKeys, PhotoFailure> {
        let given = GivenPhoto::Upload(upload);
        let verified = PunchPhoto::verify(&self.ports, self.bucket, &given, (person, date), settings).await;
        let PunchPhoto { keys, photo, retention, .. } = verified.map_err(|failed| match failed {
            Failed::Refused(Refusal::Photo(_)) => PhotoFailure::Invalid,
            Failed::Refused(_) | Failed::ConditionFailed(_) | Failed::Answered(_) | Failed::Store(_) => {
                PhotoFailure::Unavailable
            }
        })?;
        let stored = Box::pin(self.bucket.store(&keys, photo, retention)).await;
        stored.map(|()| keys).map_err(|_| PhotoFailure::Unavailable)
    }

    async fn settle(&self, kept: &[(UploadId, PhotoKeys)], is_committed: bool) {
        for (upload, keys) in kept {
            if is_committed {
                self.bucket.discard(&upload_key(*upload)).await;
            } else {
                discard(self.bucket, keys).await;
            }
        }
    }
}
