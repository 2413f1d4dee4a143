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
mod thumbnail;
mod webp;

use domain::photo::PhotoType;

pub use decode::{MAX_PIXELS, MAX_PIXELS_A_SIDE};
pub use refusal::PhotoRefusal;
pub use thumbnail::MAX_SIDE as MAX_THUMBNAIL_SIDE;

/// A picture, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    bytes: Vec<u8>,
    thumbnail: Vec<u8>,
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
        let picture = decode::prove(&stripped, found)?;
        let (width, height) = picture.dimensions();
        Ok(Self { bytes: stripped, thumbnail: thumbnail::of(picture)?, format: found, width, height })
    }

    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A small picture of it, upright: a JPEG of at most [`MAX_THUMBNAIL_SIDE`] pixels a side.
    pub fn thumbnail(&self) -> &[u8] {
        &self.thumbnail
    }

    /// The file and the thumbnail's, to be stored.
    pub fn into_files(self) -> (Vec<u8>, Vec<u8>) {
        (self.bytes, self.thumbnail)
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
