//! Proves that bytes are a photo, and removes everything except the picture.
//!
//! Phones add data to a picture: the place, the device, a thumbnail of cropped parts, sometimes a video. Rollcall doesn't need
//! this data, and arbitrary bytes may follow the picture's end. So this crate splits a photo into the parts of its format,
//! joins only the parts that contain the picture and its orientation, and decodes the result in full. The picture itself is
//! never re-encoded: as evidence, it stays identical to the pixel.

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

/// A verified photo without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    bytes: Vec<u8>,
    thumbnail: Vec<u8>,
    format: PhotoType,
    width: u32,
    height: u32,
}

impl Photo {
    /// Verifies the photo in `bytes`, which must be of the declared type.
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

    /// Returns the bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the thumbnail of the photo: an upright JPEG of at most [`MAX_THUMBNAIL_SIDE`] pixels a side.
    pub fn thumbnail(&self) -> &[u8] {
        &self.thumbnail
    }

    /// Returns the files of the photo and of its thumbnail, to be stored.
    pub fn into_files(self) -> (Vec<u8>, Vec<u8>) {
        (self.bytes, self.thumbnail)
    }

    /// Returns the type of the photo.
    pub const fn photo_type(&self) -> PhotoType {
        self.format
    }

    /// Returns the width and the height in pixels, before the orientation is applied.
    pub const fn dimensions(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

/// Returns the type that the first bytes indicate.
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
