//! Creates thumbnails of photos, for long lists.

use image::codecs::jpeg::JpegEncoder;

use crate::{PhotoRefusal, decode::Picture};

/// The maximum number of pixels of a thumbnail's side. A list shows it at half that size on a high-density screen.
pub const MAX_SIDE: u32 = 256;

/// The JPEG quality, of 100. At 256 pixels a side, a face takes about 15 KB.
const QUALITY: u8 = 75;

/// Returns the picture as a JPEG, upright and scaled down.
pub(crate) fn of(Picture { pixels, orientation }: Picture) -> Result<Vec<u8>, PhotoRefusal> {
    let is_small = pixels.width().max(pixels.height()) <= MAX_SIDE;
    let mut small = if is_small { pixels } else { pixels.thumbnail(MAX_SIDE, MAX_SIDE) };
    small.apply_orientation(orientation);
    let mut file = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(&small.to_rgb8());
    encoded.map_err(|error| PhotoRefusal::Damaged(error.to_string()))?;
    Ok(file)
}
