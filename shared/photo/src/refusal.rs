//! The reasons for which bytes aren't accepted as a photo.

use domain::photo::PhotoType;
use thiserror::Error;

/// The reason for which bytes aren't accepted as a photo.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PhotoRefusal {
    /// The bytes don't start like any of the accepted types.
    #[error("not a JPEG, PNG or WebP image")]
    NoPhoto,
    /// The bytes are of another type than the declared one.
    #[error("{} instead of {}", .found.content_type(), .declared.content_type())]
    OtherType {
        /// The declared type.
        declared: PhotoType,
        /// The detected type.
        found: PhotoType,
    },
    /// The file ends before the picture does.
    #[error("incomplete")]
    Truncated,
    /// The picture is larger than any camera's pictures.
    #[error("too many pixels: {width} × {height}")]
    TooManyPixels {
        /// The width in pixels.
        width: u32,
        /// The height in pixels.
        height: u32,
    },
    /// The picture is an animation: nothing defines which of its frames is the photo.
    #[error("an animation")]
    Animated,
    /// The file breaks the rules of its format.
    #[error("damaged: {0}")]
    Damaged(String),
}
