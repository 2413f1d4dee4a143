//! JPEG: segments, each after a marker, with the compressed picture between them.

use crate::{PhotoRefusal, decode, exif::Orientation, parts::Parts};

/// The bytes at the start of every JPEG: the start marker, and the first byte of the next marker.
pub(crate) const START: [u8; 3] = [0xff, START_OF_IMAGE, 0xff];

const START_OF_IMAGE: u8 = 0xd8;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
/// Frames whose scans contain whole pixels. The scans of other frames refine each other.
const SEQUENTIAL_FRAMES: std::ops::RangeInclusive<u8> = 0xc0..=0xc1;
/// JFIF: contains the colour coding, and may contain a thumbnail.
const APP0: u8 = 0xe0;
/// EXIF and XMP.
const APP1: u8 = 0xe1;
/// Adobe's segment, without which some pictures have wrong colours.
const APP14: u8 = 0xee;

/// Returns the picture without metadata, up to its end.
///
/// Some phones and apps omit the end marker. Such a picture gets one, if all its pixels are present.
pub(crate) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PhotoRefusal> {
    let mut parts = Parts::new(bytes);
    let mut picture = parts.take(2)?.to_vec();
    let mut orientation = None;
    let mut components_of_frame = None;
    let mut tail = Vec::with_capacity(bytes.len());
    let has_end = loop {
        match next_marker(&mut parts)? {
            END_OF_IMAGE => break true,
            marker @ (0x01 | 0xd0..=START_OF_IMAGE) => {
                return Err(PhotoRefusal::Damaged(format!("the marker {marker:02x} stands where none may")));
            }
            marker => {
                let length = parts.array::<2>()?;
                let body = usize::from(u16::from_be_bytes(length)).checked_sub(2);
                let body =
                    parts.take(body.ok_or_else(|| PhotoRefusal::Damaged("a segment has no length".to_owned()))?)?;
                match marker {
                    APP0 => picture.extend(jfif(body)),
                    APP1 => orientation = orientation.or_else(|| Orientation::of(body.strip_prefix(b"Exif\0\0")?)),
                    // Only a segment of length 12 has the known fields.
                    APP14 if body.len() == 12 && body.starts_with(b"Adobe") => push(&mut tail, marker, body),
                    0xc0..=0xcf | START_OF_SCAN..=0xdf => push(&mut tail, marker, body),
                    // The other segments (applications' segments, comments, reserved markers) don't affect the picture.
                    _ => {}
                }
                if SEQUENTIAL_FRAMES.contains(&marker) {
                    components_of_frame = body.get(5);
                }
                if marker == START_OF_SCAN {
                    let (data, is_whole) = scan(&mut parts)?;
                    tail.extend(data);
                    if !is_whole {
                        // In a file with several scans, nothing shows whether more scans are missing.
                        if components_of_frame.is_none() || components_of_frame != body.first() {
                            return Err(PhotoRefusal::Truncated);
                        }
                        break false;
                    }
                }
            }
        }
    };
    if let Some(orientation) = orientation {
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(orientation.to_tiff());
        push(&mut picture, APP1, &exif);
    }
    picture.append(&mut tail);
    if !has_end {
        decode::prove_complete(&picture)?;
    }
    picture.extend([0xff, END_OF_IMAGE]);
    Ok(picture)
}

/// Reads the next marker; any number of fill bytes may precede it.
fn next_marker(parts: &mut Parts<'_>) -> Result<u8, PhotoRefusal> {
    if parts.array()? != [0xff] {
        return Err(PhotoRefusal::Damaged("a marker is missing".to_owned()));
    }
    loop {
        match parts.array()? {
            [0xff] => {}
            [marker] => return Ok(marker),
        }
    }
}

/// Reads the compressed data up to the marker that ends it, or to the end of the file. Returns the data and whether there is a
/// marker.
fn scan<'a>(parts: &mut Parts<'a>) -> Result<(&'a [u8], bool), PhotoRefusal> {
    let data = parts.rest();
    let end = data
        .windows(2)
        // In the data, a 0 follows each 0xff; restart markers are part of the data.
        .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff));
    // Without a marker, the file is truncated, possibly within a marker.
    let last = || data.iter().rposition(|byte| *byte != 0xff).map_or(0, |last| last + 1);
    Ok((parts.take(end.unwrap_or_else(last))?, end.is_some()))
}

/// Returns a JFIF segment without its thumbnail.
fn jfif(body: &[u8]) -> Vec<u8> {
    let mut segment = Vec::new();
    if let Some(kept) = body.strip_prefix(b"JFIF\0").and_then(|fields| fields.first_chunk::<7>()) {
        let mut whole = b"JFIF\0".to_vec();
        whole.extend(kept);
        whole.extend([0, 0]);
        push(&mut segment, APP0, &whole);
    }
    segment
}

fn push(file: &mut Vec<u8>, marker: u8, body: &[u8]) {
    // The bodies are either read from segments or short ones of this module.
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    file.extend(body);
}
