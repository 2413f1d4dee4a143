//! Photos of punches, as far as their meaning goes: what they may be, and where they are kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    id::{PhotoId, UploadId, UserId},
};

/// What a photo may be.
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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Webp];

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// How the names of its files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

/// Where the photo of a punch and its thumbnail are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoKeys {
    /// The photo as it was taken.
    pub photo: String,
    /// A small picture of it.
    pub thumbnail: String,
}

impl PhotoKeys {
    /// Under the work date and the person, so that the photos of a date are found by prefix.
    pub fn new(user: UserId, date: WorkDate, photo: PhotoId, of_type: PhotoType) -> Self {
        let name = format!("{}{user}/{photo}", photos_of(date));
        Self { photo: format!("{name}.{}", of_type.extension()), thumbnail: format!("{name}.thumbnail.jpg") }
    }
}

/// What the keys of a date's photos begin with.
pub fn photos_of(date: WorkDate) -> String {
    format!("photos/{date}/")
}

/// Whose day a photo's key belongs to.
pub fn day_of_photo(key: &str) -> Option<(UserId, WorkDate)> {
    let (date, rest) = key.strip_prefix("photos/")?.split_once('/')?;
    let (user, _) = rest.split_once('/')?;
    Some((user.parse().ok()?, date.parse().ok()?))
}

/// Where an upload waits for its punch.
pub fn upload_key(upload: UploadId) -> String {
    format!("uploads/{upload}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photos_key_tells_whose_day_it_belongs_to() {
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
