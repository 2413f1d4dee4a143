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

/// Where the photo of a punch is kept: under its person and work date, so that what belongs to someone is found by prefix.
pub fn photo_key(user: UserId, date: WorkDate, photo: PhotoId, of_type: PhotoType) -> String {
    format!("photos/{user}/{date}/{photo}.{}", of_type.extension())
}

/// Where an upload waits for its punch.
pub fn upload_key(upload: UploadId) -> String {
    format!("uploads/{upload}")
}
