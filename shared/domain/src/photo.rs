//! Photos of punches: their formats and their keys in the bucket.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    id::{PhotoId, UploadId, UserId},
};

/// The format of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum PhotoType {
    /// JPEG
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PNG
    #[serde(rename = "image/png")]
    Png,
    /// WebP
    #[serde(rename = "image/webp")]
    Webp,
}

impl PhotoType {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Webp];

    /// The format's media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The extension of the format's file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

/// The keys of a punch's photo and its thumbnail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoKeys {
    /// The key of the original photo.
    pub photo: String,
    /// The key of the thumbnail.
    pub thumbnail: String,
}

impl PhotoKeys {
    /// The keys begin with the work date and the user, so that the photos of a date are found by prefix.
    pub fn new(user: UserId, date: WorkDate, photo: PhotoId, of_type: PhotoType) -> Self {
        let name = format!("{}{user}/{photo}", photos_of(date));
        Self { photo: format!("{name}.{}", of_type.extension()), thumbnail: format!("{name}.thumbnail.jpg") }
    }
}

/// The prefix of the keys of a date's photos.
pub fn photos_of(date: WorkDate) -> String {
    format!("photos/{date}/")
}

/// The user and the work date that a photo's key names.
pub fn day_of_photo(key: &str) -> Option<(UserId, WorkDate)> {
    let (date, rest) = key.strip_prefix("photos/")?.split_once('/')?;
    let (user, _) = rest.split_once('/')?;
    Some((user.parse().ok()?, date.parse().ok()?))
}

/// The key of an uploaded photo before its punch is made.
pub fn upload_key(upload: UploadId) -> String {
    format!("uploads/{upload}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photos_key_contains_its_person_and_date() {
        let user: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let date: WorkDate = "2026-11-02".parse().unwrap();
        let keys = PhotoKeys::new(user, date, "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(), PhotoType::Jpeg);
        for key in [&keys.photo, &keys.thumbnail] {
            assert!(key.starts_with(&photos_of(date)));
            assert_eq!(day_of_photo(key), Some((user, date)));
        }
        assert_ne!(keys.photo, keys.thumbnail);
        assert_eq!(day_of_photo("uploads/01JBN2V7Q4W0M3T9K5ZXH8R6CE"), None);
    }
}
