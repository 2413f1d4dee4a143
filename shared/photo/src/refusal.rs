//! Why bytes aren't taken for a photo.

use domain::photo::PhotoType;
use thiserror::Error;

/// Why bytes aren't taken for a photo.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PhotoRefusal {
    /// They don't begin as any of the types does.
    #[error("not a JPEG, PNG or WebP image")]
    NoPhoto,
    /// They are of another type than was said.
    #[error("{} instead of {}", .found.content_type(), .declared.content_type())]
    OtherType {
        /// What was said.
        declared: PhotoType,
        /// What it is.
        found: PhotoType,
    },
    /// They end before the picture does.
    #[error("incomplete")]
    Truncated,
    /// The picture is larger than anything that a camera takes.
    #[error("too many pixels: {width} × {height}")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// It moves: what is one picture of a film is nobody's to say.
    #[error("an animation")]
    Animated,
    /// It breaks the rules of its format.
    #[error("damaged: {0}")]
    Damaged(String),
}
