//! The photos of offline punches. Devices upload them when they have a network again, and they are stored before the punches are
//! committed.

use app::attendance::offline::{PhotoFailure, PunchPhotos};
use domain::{
    calendar::WorkDate,
    id::{UploadId, UserId},
    photo::{PhotoKeys, upload_key},
    settings::Settings,
};
use jiff::Timestamp;
use web::Code;

use crate::{
    photo::{fresh_keys, must_be_wanted},
    photo_body::GivenPhoto,
    time_clock::TimeClock,
};

/// Stores the photos of a batch in the bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchPhotos<'a> {
    pub(crate) clock: &'a TimeClock,
    pub(crate) now: Timestamp,
}

impl PunchPhotos for BatchPhotos<'_> {
    async fn keep(
        &self,
        person: UserId,
        date: WorkDate,
        upload: UploadId,
        settings: &Settings,
    ) -> Result<PhotoKeys, PhotoFailure> {
        let TimeClock { app, photos, .. } = self.clock;
        must_be_wanted(settings).map_err(|_| PhotoFailure::Invalid)?;
        let verified = GivenPhoto::Upload(upload).verified(photos, &app.store, person, self.now).await;
        let photo = verified.map_err(|problem| {
            if problem.code() == Code::PhotoInvalid { PhotoFailure::Invalid } else { PhotoFailure::Unavailable }
        })?;
        let keys = fresh_keys(person, date, &photo, self.now, &*app.entropy);
        let kept = Box::pin(photos.keep(&keys, photo, settings.photo_retention_days)).await;
        kept.map(|()| keys).map_err(|_| PhotoFailure::Unavailable)
    }

    async fn settle(&self, kept: &[(UploadId, PhotoKeys)], is_committed: bool) {
        for (upload, keys) in kept {
            let unneeded =
                if is_committed { vec![upload_key(*upload)] } else { vec![keys.photo.clone(), keys.thumbnail.clone()] };
            for key in unneeded {
                if let Err(error) = self.clock.photos.delete(&key).await {
                    tracing::warn!(%error, key, "an object that isn't needed any more stays for now");
                }
            }
        }
    }
}
