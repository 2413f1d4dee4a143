//! Decoding in full, within limits: the only proof that a file is a picture.

use std::io::Cursor;

use domain::photo::PhotoType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, error::LimitErrorKind};

use crate::PhotoRefusal;

/// The most pixels of a side.
pub const MOST_PIXELS_A_SIDE: u32 = 8000;

/// The most pixels in all: 40 megapixels are more than phones take.
pub const MOST_PIXELS: u64 = 40_000_000;

/// The most memory of a decoder: 40 megapixels with an alpha channel, and as much again beside them.
const MOST_MEMORY: u64 = 2 * 4 * MOST_PIXELS;

/// Decodes a file, and tells its width and height. Nothing is decoded that has too many pixels by its header.
pub(crate) fn prove(bytes: &[u8], photo_type: PhotoType) -> Result<(u32, u32), PhotoRefusal> {
    let format = match photo_type {
        PhotoType::Jpeg => ImageFormat::Jpeg,
        PhotoType::Png => ImageFormat::Png,
        PhotoType::Webp => ImageFormat::WebP,
    };
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| refusal(&error, (0, 0)))?;
    let (width, height) = decoder.dimensions();
    let too_long = width.max(height) > MOST_PIXELS_A_SIDE;
    if too_long || u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(PhotoRefusal::TooManyPixels { width, height });
    }
    DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error, (width, height)))?;
    Ok((width, height))
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
