//! WebP: chunks of a RIFF file.

use crate::{PhotoRefusal, exif::Orientation, parts::Parts};

/// Bits of the extended header.
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const IS_ANIMATED: u8 = 0x02;

/// The chunks that a still picture consists of.
#[derive(Default)]
struct Picture<'a> {
    /// The size of the canvas, and whether it is transparent, if the file has an extended header.
    canvas: Option<(&'a [u8], u8)>,
    alpha: Option<&'a [u8]>,
    pixels: Option<([u8; 4], &'a [u8])>,
    orientation: Option<Orientation>,
}

/// Returns the picture without metadata, up to its end.
pub(crate) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PhotoRefusal> {
    let mut file = Parts::new(bytes);
    file.take(4)?;
    let size = usize::try_from(u32::from_le_bytes(file.array()?)).map_err(|_| PhotoRefusal::Truncated)?;
    let mut parts = Parts::new(file.take(size)?);
    parts.take(4)?;
    let mut picture = Picture::default();
    while !parts.is_empty() {
        let kind = parts.array::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(parts.array()?)).map_err(|_| PhotoRefusal::Truncated)?;
        let body = parts.take(length)?;
        // Chunks start at even offsets; some writers omit the padding of the last one.
        if length % 2 == 1 && !parts.is_empty() {
            parts.take(1)?;
        }
        match &kind {
            b"VP8X" => {
                let flags = *body.first().ok_or(PhotoRefusal::Truncated)?;
                if flags & IS_ANIMATED != 0 {
                    return Err(PhotoRefusal::Animated);
                }
                let size = body.get(4..10).ok_or(PhotoRefusal::Truncated)?;
                picture.canvas = Some((size, flags & HAS_ALPHA));
            }
            b"ANIM" | b"ANMF" => return Err(PhotoRefusal::Animated),
            b"ALPH" => picture.alpha = Some(body),
            b"VP8 " | b"VP8L" if picture.pixels.is_none() => picture.pixels = Some((kind, body)),
            b"EXIF" => {
                let tiff = body.strip_prefix(b"Exif\0\0").unwrap_or(body);
                picture.orientation = picture.orientation.or_else(|| Orientation::of(tiff));
            }
            _ => {}
        }
    }
    picture.put_together()
}

impl Picture<'_> {
    fn put_together(&self) -> Result<Vec<u8>, PhotoRefusal> {
        let (kind, pixels) = self.pixels.ok_or_else(|| PhotoRefusal::Damaged("it has no pixels".to_owned()))?;
        let alpha = self.alpha.filter(|_| &kind == b"VP8 ");
        let mut chunks = b"WEBP".to_vec();
        match self.canvas {
            // A simple file is sufficient if only pixels remain.
            Some((size, has_alpha)) if alpha.is_some() || self.orientation.is_some() => {
                let has_exif = if self.orientation.is_some() { HAS_EXIF } else { 0 };
                let mut header = vec![has_alpha | has_exif, 0, 0, 0];
                header.extend(size);
                push(&mut chunks, *b"VP8X", &header);
            }
            Some(_) | None => {}
        }
        if let Some(alpha) = alpha.filter(|_| self.canvas.is_some()) {
            push(&mut chunks, *b"ALPH", alpha);
        }
        push(&mut chunks, kind, pixels);
        if let Some(orientation) = self.orientation.filter(|_| self.canvas.is_some()) {
            push(&mut chunks, *b"EXIF", &orientation.to_tiff());
        }
        let mut file = b"RIFF".to_vec();
        file.extend(u32::try_from(chunks.len()).unwrap_or(u32::MAX).to_le_bytes());
        file.append(&mut chunks);
        Ok(file)
    }
}

fn push(file: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    file.extend(kind);
    file.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    file.extend(body);
    if body.len() % 2 == 1 {
        file.push(0);
    }
}
