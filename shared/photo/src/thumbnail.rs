//! A small picture of a photo, for lists of many.

use image::codecs::jpeg::JpegEncoder;

use crate::{PhotoRefusal, decode::Picture};

/// The most pixels of a thumbnail's side: a list shows it at half of that on a dense screen.
pub const MAX_SIDE: u32 = 256;

/// Of a hundred. At 256 pixels a side a face takes about 15 KB.
const QUALITY: u8 = 75;

/// The picture, upright and small, as a JPEG.
pub(crate) fn of(Picture { pixels, orientation }: Picture) -> Result<Vec<u8>, PhotoRefusal> {
    let is_small = pixels.width().max(pixels.height()) <= MAX_SIDE;
    let mut small = if is_small { pixels } else { pixels.thumbnail(MAX_SIDE, MAX_SIDE) };
    small.apply_orientation(orientation);
    let mut file = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(&small.to_rgb8());
    encoded.map_err(|error| PhotoRefusal::Damaged(error.to_string()))?;
    Ok(file)
}
