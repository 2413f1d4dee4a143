//! PNG: chunks, of which the critical ones contain the picture.

use crate::{PhotoRefusal, exif::Orientation, parts::Parts};

/// The signature at the start of every PNG.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Returns the picture without metadata, up to its end.
pub(crate) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PhotoRefusal> {
    let mut parts = Parts::new(bytes);
    let mut picture = parts.take(SIGNATURE.len())?.to_vec();
    let mut orientation = None;
    let mut pixels_at = None;
    loop {
        let whole = parts.rest();
        let length = usize::try_from(u32::from_be_bytes(parts.array()?)).map_err(|_| PhotoRefusal::Truncated)?;
        let kind = parts.array::<4>()?;
        let body = parts.take(length)?;
        // The checksum of the chunk; the decoder verifies it.
        parts.take(4)?;
        match &kind {
            // The orientation may come after the pixels, but only before them does every reader find it.
            b"eXIf" => orientation = orientation.or_else(|| Orientation::of(body)),
            b"IDAT" => {
                pixels_at.get_or_insert(picture.len());
                picture.extend(&whole[..12 + length]);
            }
            b"IEND" => {
                if let (Some(orientation), Some(at)) = (orientation, pixels_at) {
                    picture.splice(at..at, chunk(*b"eXIf", &orientation.to_tiff()));
                }
                picture.extend(&whole[..12 + length]);
                return Ok(picture);
            }
            // Transparency isn't a critical chunk by its name, but the picture looks different without it.
            b"tRNS" => picture.extend(&whole[..12 + length]),
            // A capital letter marks the chunks that a decoder requires.
            [first, ..] if first.is_ascii_uppercase() => picture.extend(&whole[..12 + length]),
            _ => {}
        }
    }
}

fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(body);
    let checksum = crc32(&chunk[4..]);
    chunk.extend(checksum.to_be_bytes());
    chunk
}

/// Returns the checksum of a chunk (ISO 3309), bit by bit: it is only computed for the thirty bytes of an orientation.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(chunk(*b"IEND", b""), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
