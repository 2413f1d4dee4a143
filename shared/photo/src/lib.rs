//! Proves that bytes are a photo, and strips it of all that isn't the picture.
//!
//! What a phone writes beside a picture (where it was taken, by which device, a thumbnail of what was cut away, sometimes a
//! film) is nobody's business here, and what follows after a picture's end may be anything. So a photo is taken apart into
//! the parts of its format, put together again from those that make the picture and its orientation, and what comes of that
//! is decoded in full. The picture itself is never encoded anew: it stays the evidence that it is, to the pixel.

mod decode;
mod exif;
mod jpeg;
mod parts;
mod png;
mod refusal;
#[cfg(test)]
mod tests;
mod webp;

use domain::photo::PhotoType;

pub use decode::{MOST_PIXELS, MOST_PIXELS_A_SIDE};
pub use refusal::PhotoRefusal;

/// A picture, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    bytes: Vec<u8>,
    format: PhotoType,
    width: u32,
    height: u32,
}

impl Photo {
    /// The photo in `bytes`, which must be of the declared type.
    pub fn verify(bytes: &[u8], declared: PhotoType) -> Result<Self, PhotoRefusal> {
        let found = sniff(bytes).ok_or(PhotoRefusal::NoPhoto)?;
        if found != declared {
            return Err(PhotoRefusal::OtherType { declared, found });
        }
        let stripped = match found {
            PhotoType::Jpeg => jpeg::strip(bytes)?,
            PhotoType::Png => png::strip(bytes)?,
            PhotoType::Webp => webp::strip(bytes)?,
        };
        let (width, height) = decode::prove(&stripped, found)?;
        Ok(Self { bytes: stripped, format: found, width, height })
    }

    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, to be stored.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What it is.
    pub const fn photo_type(&self) -> PhotoType {
        self.format
    }

    /// Width and height in pixels, before its orientation is applied.
    pub const fn dimensions(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

/// What bytes claim to be by their first ones.
pub fn sniff(bytes: &[u8]) -> Option<PhotoType> {
    if bytes.starts_with(&jpeg::START) {
        Some(PhotoType::Jpeg)
    } else if bytes.starts_with(png::SIGNATURE) {
        Some(PhotoType::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(PhotoType::Webp)
    } else {
        None
    }
}
