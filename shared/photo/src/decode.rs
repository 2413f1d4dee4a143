//! Decodes files in full, within limits: only that proves that a file is a picture.

use std::io::Cursor;

use domain::photo::PhotoType;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, error::LimitErrorKind,
    metadata::Orientation,
};

use zune_core::{bytestream::ZCursor, options::DecoderOptions};
use zune_jpeg::{JpegDecoder, errors::DecodeErrors};

use crate::PhotoRefusal;

/// The maximum number of pixels of a side.
pub const MAX_PIXELS_A_SIDE: u32 = 8000;

/// The maximum number of pixels of a picture: phones take fewer than 40 megapixels.
pub const MAX_PIXELS: u64 = 40_000_000;

/// The maximum memory of a decoder: 40 megapixels with an alpha channel, twice.
const MAX_MEMORY: u64 = 2 * 4 * MAX_PIXELS;

/// A fully decoded picture, and its orientation.
pub(crate) struct Picture {
    pub(crate) pixels: DynamicImage,
    pub(crate) orientation: Orientation,
}

impl Picture {
    /// Returns the width and the height in pixels, before the orientation is applied.
    pub(crate) fn dimensions(&self) -> (u32, u32) {
        (self.pixels.width(), self.pixels.height())
    }
}

/// Decodes a file. A file whose header declares too many pixels isn't decoded.
pub(crate) fn prove(bytes: &[u8], photo_type: PhotoType) -> Result<Picture, PhotoRefusal> {
    let format = match photo_type {
        PhotoType::Jpeg => ImageFormat::Jpeg,
        PhotoType::Png => ImageFormat::Png,
        PhotoType::Webp => ImageFormat::WebP,
    };
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error, (0, 0)))?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    if decoder.total_bytes() > MAX_MEMORY {
        return Err(PhotoRefusal::TooManyPixels { width, height });
    }
    // A damaged orientation isn't a reason to refuse a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error, (width, height)))?;
    Ok(Picture { pixels, orientation })
}

/// Proves that a JPEG without an end marker has all its pixels, within the limits of [`prove`].
///
/// The decoder of `image` accepts missing pixels and paints them grey, except in its strict mode.
pub(crate) fn prove_complete(jpeg: &[u8]) -> Result<(), PhotoRefusal> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    let damaged = |error: DecodeErrors| PhotoRefusal::Damaged(error.to_string());
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().ok_or(PhotoRefusal::Truncated)?;
    check_size(u32::try_from(width).unwrap_or(u32::MAX), u32::try_from(height).unwrap_or(u32::MAX))?;
    decoder.decode().map(drop).map_err(|_| PhotoRefusal::Truncated)
}

fn check_size(width: u32, height: u32) -> Result<(), PhotoRefusal> {
    if width.max(height) > MAX_PIXELS_A_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PhotoRefusal::TooManyPixels { width, height });
    }
    Ok(())
}

fn refusal(error: &ImageError, (width, height): (u32, u32)) -> PhotoRefusal {
    match error {
        ImageError::Limits(limit)
            if matches!(limit.kind(), LimitErrorKind::DimensionError | LimitErrorKind::InsufficientMemory) =>
        {
            PhotoRefusal::TooManyPixels { width, height }
        }
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Limits(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => PhotoRefusal::Damaged(error.to_string()),
    }
}
