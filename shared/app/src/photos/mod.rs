//! Photos of punches: uploads before a punch, photos that are stored with their punch, and links to photos.
//!
//! A photo is verified before it is stored (`photo`). Its bucket is a port, [`PhotoBucket`], because S3's client is as large as all other
//! code of a function.

mod bucket;
mod links;
mod punch_photos;
mod uploads;

use domain::settings::{PhotoRule, Settings};

pub use self::{
    bucket::{PhotoBucket, UploadRequest},
    links::{Links, PhotoLink, PhotoLinks, PhotoOf, PunchSide, link, links},
    punch_photos::{GivenPhoto, PunchPhoto, UploadedPhotos, WithoutPhoto, punch},
    uploads::{AllowedUpload, MAX_UPLOAD_BYTES, allow_upload},
};

/// The reason why a photo, or a punch without one, is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhotoRefusal {
    /// The settings require a photo.
    Required,
    /// The settings don't allow photos.
    Off,
    /// The upload doesn't exist, has expired, was used, or is another person's.
    UploadUnusable,
    /// No photo of the announced length was uploaded.
    NothingUploaded,
    /// The bytes aren't accepted as a photo.
    Unverified(photo::PhotoRefusal),
}

/// Refuses photos if the settings don't allow them: accepting a photo and discarding it would mislead the person who sent it.
fn must_be_allowed(settings: &Settings) -> Result<(), PhotoRefusal> {
    match settings.photo {
        PhotoRule::Off => Err(PhotoRefusal::Off),
        PhotoRule::Optional | PhotoRule::Required => Ok(()),
    }
}
