//! The photo of a punch on its way into the bucket.

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

/// What becomes of a punch that comes without the photo that settings want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithoutPhoto {
    /// It is refused: who comes can still take one.
    Refused,
    /// It is taken, and flagged: nobody is kept in.
    Flagged,
}

impl WithoutPhoto {
    /// Refuses a punch that came without a photo and needs one.
    pub(crate) fn check(self, settings: &Settings) -> Result<(), Problem> {
        match (self, settings.photo) {
            (Self::Refused, PhotoRule::Required) => Err(Problem::new(Code::PhotoRequired)),
            (Self::Refused, PhotoRule::Off | PhotoRule::Optional) | (Self::Flagged, _) => Ok(()),
        }
    }
}

/// Refuses photos where the settings don't want any: taking one and throwing it away would deceive whoever sent it.
pub(crate) fn must_be_wanted(settings: &Settings) -> Result<(), Problem> {
    match settings.photo {
        PhotoRule::Off => Err(Problem::new(Code::PhotoInvalid).detail(Detail::PhotosOff)),
        PhotoRule::Optional | PhotoRule::Required => Ok(()),
    }
}

impl GivenPhoto {
    /// The photo, once it has been proved to be one. Nothing is written.
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
            // Bytes declare nothing but what they begin with.
            Self::Bytes(bytes) => match sniff(bytes) {
                Some(photo_type) => Photo::verify(bytes, photo_type),
                None => Err(PhotoRefusal::NoPhoto),
            },
        };
        verified.map_err(|refusal| invalid(detail_of(&refusal)))
    }

    /// The upload that the punch uses up.
    const fn upload(&self) -> Option<UploadId> {
        match self {
            Self::Upload(id) => Some(*id),
            Self::Bytes(_) => None,
        }
    }
}

/// Why a photo isn't accepted, and what to do.
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

/// Where the photo of a punch and its thumbnail will be kept: under names of their own, whatever came before.
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
        // On the heap: two uploads make a future that is too large for the stack of every punch.
        Box::pin(photos.keep(&keys, photo, settings.photo_retention_days)).await?;
        Ok(Self { photos, keys, upload: given.upload() })
    }

    /// Makes the punch's own commit use the upload up, and sends it: then the upload isn't needed any more, or the photo
    /// isn't.
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
                // It may have been committed all the same, and a punch that names a photo must have it. Where it wasn't,
                // housekeeping finds the photo.
                StoreError::Unavailable(_) => {}
                StoreError::Contended
                | StoreError::Refused { .. }
                | StoreError::Unreadable { .. }
                | StoreError::Session(_)
                | StoreError::Unwritable(_) => self.delete_photo().await,
            },
        }
        sent
    }

    async fn delete_photo(&self) {
        self.delete(&self.keys.photo).await;
        self.delete(&self.keys.thumbnail).await;
    }

    /// Failing to tidy up fails nobody's punch; lifecycle and housekeeping come later.
    async fn delete(&self, key: &str) {
        if let Err(error) = self.photos.delete(key).await {
            tracing::warn!(%error, key, "an object that isn't needed any more stays for now");
        }
    }
}
