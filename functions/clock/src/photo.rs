//! Verifies the photo of a punch and stores it in the bucket.

use domain::{
    calendar::WorkDate,
    id::{PhotoId, UploadId, UserId},
    photo::{PhotoKeys, upload_key},
    ports::Entropy,
    settings::{PhotoRule, Settings},
};
use jiff::Timestamp;
use photo::{Photo, PhotoRefusal, sniff};
use photo_store::PhotoStore;
use store::{Commit, CommitError, Store, StoreError};
use web::{Code, Detail, Problem};

use crate::photo_body::GivenPhoto;

/// How a punch without the required photo is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithoutPhoto {
    /// The punch is refused: a person who arrives can still take a photo.
    Refused,
    /// The punch is accepted and flagged, so that no one is kept from leaving.
    Flagged,
}

impl WithoutPhoto {
    /// Refuses a punch that needs a photo and has none.
    pub(crate) fn check(self, settings: &Settings) -> Result<(), Problem> {
        match (self, settings.photo) {
            (Self::Refused, PhotoRule::Required) => Err(Problem::new(Code::PhotoRequired)),
            (Self::Refused, PhotoRule::Off | PhotoRule::Optional) | (Self::Flagged, _) => Ok(()),
        }
    }
}

/// Refuses photos if the settings don't allow them: accepting a photo and discarding it would mislead the person who sent it.
pub(crate) fn must_be_wanted(settings: &Settings) -> Result<(), Problem> {
    match settings.photo {
        PhotoRule::Off => Err(Problem::new(Code::PhotoInvalid).detail(Detail::PhotosOff)),
        PhotoRule::Optional | PhotoRule::Required => Ok(()),
    }
}

impl GivenPhoto {
    /// Returns the photo after verifying that it is one. Writes nothing.
    pub(crate) async fn verified(
        &self,
        photos: &PhotoStore,
        store: &Store,
        person: UserId,
        now: Timestamp,
    ) -> Result<Photo, Problem> {
        let invalid = |detail: Detail| Problem::new(Code::PhotoInvalid).detail(detail);
        let verified = match self {
            Self::Upload(id) => {
                let upload = store.usable_upload(*id, person, now).await?;
                let upload = upload.ok_or_else(|| invalid(Detail::UploadUnusable))?;
                let bytes = photos.get(&upload_key(*id), upload.length).await?;
                let bytes = bytes.ok_or_else(|| invalid(Detail::NothingUploaded))?;
                Photo::verify(&bytes, upload.photo_type)
            }
            // Bytes have no declared type, only the type that their beginning shows.
            Self::Bytes(bytes) => match sniff(bytes) {
                Some(photo_type) => Photo::verify(bytes, photo_type),
                None => Err(PhotoRefusal::NoPhoto),
            },
        };
        verified.map_err(|refusal| invalid(detail_of(&refusal)))
    }

    /// Returns the upload that the punch uses.
    const fn upload(&self) -> Option<UploadId> {
        match self {
            Self::Upload(id) => Some(*id),
            Self::Bytes(_) => None,
        }
    }
}

/// Returns why a photo isn't accepted, and what to do.
fn detail_of(refusal: &PhotoRefusal) -> Detail {
    match refusal {
        PhotoRefusal::NoPhoto => Detail::PhotoFormat,
        PhotoRefusal::OtherType { declared, found } => Detail::PhotoOtherType {
            declared: declared.content_type().to_owned(),
            found: found.content_type().to_owned(),
        },
        PhotoRefusal::Truncated => Detail::PhotoTruncated,
        PhotoRefusal::TooManyPixels { width, height } => Detail::PhotoPixels { width: *width, height: *height },
        PhotoRefusal::Animated => Detail::PhotoAnimated,
        PhotoRefusal::Damaged(_) => Detail::PhotoDamaged,
    }
}

/// A photo in the bucket whose punch isn't committed yet.
#[derive(Debug)]
#[must_use = "a photo that isn't committed stays in the bucket for nobody"]
pub(crate) struct KeptPhoto<'a> {
    photos: &'a PhotoStore,
    keys: PhotoKeys,
    upload: Option<UploadId>,
}

/// Generates the keys under which a punch's photo and its thumbnail are stored. The keys are new for each attempt.
pub(crate) fn fresh_keys(
    person: UserId,
    date: WorkDate,
    photo: &Photo,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> PhotoKeys {
    PhotoKeys::new(person, date, PhotoId::generate(now, entropy), photo.photo_type())
}

impl<'a> KeptPhoto<'a> {
    /// Puts the photo and its thumbnail into the bucket.
    pub(crate) async fn keep(
        photos: &'a PhotoStore,
        keys: PhotoKeys,
        photo: Photo,
        given: &GivenPhoto,
        settings: &Settings,
    ) -> Result<Self, Problem> {
        // Boxed, because the future of two uploads is too large for the stack of every punch.
        Box::pin(photos.keep(&keys, photo, settings.photo_retention_days)).await?;
        Ok(Self { photos, keys, upload: given.upload() })
    }

    /// Commits the punch together with the use of the upload. Afterwards deletes the object that is no longer needed: the upload
    /// if the commit succeeded, the photo if it didn't.
    pub(crate) async fn commit(self, mut commit: Commit, store: &Store) -> Result<(), CommitError> {
        if let Some(upload) = self.upload {
            commit.use_upload(upload)?;
        }
        let sent = commit.send(store).await;
        match &sent {
            Ok(()) => {
                if let Some(upload) = self.upload {
                    self.delete(&upload_key(upload)).await;
                }
            }
            Err(CommitError::ConditionFailed(_)) => self.delete_photo().await,
            Err(CommitError::Store(error)) => match error {
                // The commit may have succeeded all the same, and a punch that refers to a photo must have it. If the commit
                // failed, `housekeeping` deletes the photo.
                StoreError::Unavailable(_) => {}
                StoreError::Contended
                | StoreError::Refused { .. }
                | StoreError::Unreadable { .. }
                | StoreError::Session(_)
                | StoreError::PeriodClosed(_)
                | StoreError::Unwritable(_) => self.delete_photo().await,
            },
        }
        sent
    }

    async fn delete_photo(&self) {
        self.delete(&self.keys.photo).await;
        self.delete(&self.keys.thumbnail).await;
    }

    /// Deletes an object. A failed deletion doesn't fail the punch: the bucket's lifecycle rules and `housekeeping` delete the
    /// object later.
    async fn delete(&self, key: &str) {
        if let Err(error) = self.photos.delete(key).await {
            tracing::warn!(%error, key, "an object that isn't needed any more stays for now");
        }
    }
}
