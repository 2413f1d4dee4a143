//! Tests with photos as phones write them, and with malicious files.

use std::io::Cursor;

use domain::photo::PhotoType;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

use crate::{MAX_THUMBNAIL_SIDE, Photo, PhotoRefusal};

/// Coordinates that must be removed.
const GPS: &[u8] = b"GPS 41.0082 28.9784";

fn picture() -> DynamicImage {
    let shade = |value: u32| u8::try_from(value % 256).unwrap();
    DynamicImage::ImageRgb8(RgbImage::from_fn(64, 48, |x, y| Rgb([shade(x * 4), shade(y * 5), shade(x * y)])))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Returns a TIFF structure with the orientation 6, a position, and other entries.
fn exif() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    tiff.extend(b"\x0f\x01\x02\0\x04\0\0\0abc\0");
    tiff.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
    tiff.extend(b"\x25\x88\x04\0\x01\0\0\0\x32\0\0\0");
    tiff.extend(b"\0\0\0\0");
    tiff.extend(GPS);
    tiff
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], body].concat()
}

/// Returns a JPEG as a phone writes it: EXIF, XMP, a colour profile, a comment, and a video after the end.
fn jpeg() -> Vec<u8> {
    let plain = encoded(&picture(), ImageFormat::Jpeg);
    let app1 = segment(0xe1, &[b"Exif\0\0", &exif()[..]].concat());
    let xmp = segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", GPS].concat());
    let profile = segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", GPS].concat());
    let comment = segment(0xfe, GPS);
    [&plain[..2], &app1, &xmp, &profile, &comment, &plain[2..], b"ftyp film ", GPS].concat()
}

fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(body) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length[..], &kind, body, &(!crc).to_be_bytes()].concat()
}

fn png() -> Vec<u8> {
    let plain = encoded(&picture(), ImageFormat::Png);
    // After the signature and the header's chunk.
    let (head, rest) = plain.split_at(8 + 25);
    let text = chunk(*b"tEXt", &[b"Location\0", GPS].concat());
    [head, &chunk(*b"eXIf", &exif()), &text, rest, b"PK\x03\x04", GPS].concat()
}

fn riff_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    let padding: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [&kind, &length[..], body, padding].concat()
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WEBP".to_vec(), chunks.concat()].concat();
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

/// Returns an extended WebP file: a colour profile, the pixels, EXIF, XMP, and bytes after its end.
fn webp_with(flags: u8) -> Vec<u8> {
    let plain = encoded(&picture(), ImageFormat::WebP);
    let header = riff_chunk(*b"VP8X", &[flags, 0, 0, 0, 63, 0, 0, 47, 0, 0]);
    let chunks = [
        header,
        riff_chunk(*b"ICCP", GPS),
        plain[12..].to_vec(),
        riff_chunk(*b"EXIF", &exif()),
        riff_chunk(*b"XMP ", GPS),
    ];
    [riff(&chunks), GPS.to_vec()].concat()
}

fn webp() -> Vec<u8> {
    webp_with(0x2c)
}

fn all() -> [(PhotoType, ImageFormat, Vec<u8>); 3] {
    [
        (PhotoType::Jpeg, ImageFormat::Jpeg, jpeg()),
        (PhotoType::Png, ImageFormat::Png, png()),
        (PhotoType::Webp, ImageFormat::WebP, webp()),
    ]
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn decoder(bytes: &[u8], format: ImageFormat) -> impl ImageDecoder {
    ImageReader::with_format(Cursor::new(bytes.to_vec()), format).into_decoder().unwrap()
}

#[test]
fn stripping_keeps_only_the_pixels_and_the_orientation() {
    for (photo_type, format, original) in all() {
        let photo = Photo::verify(&original, photo_type).unwrap();
        assert_eq!((photo.photo_type(), photo.dimensions()), (photo_type, (64, 48)));
        let stripped = photo.bytes();
        assert!(holds(&original, GPS) && !holds(stripped, GPS), "{format:?}");
        for name in [&b"ICC"[..], b"XMP", b"adobe", b"tEXt", b"abc"] {
            assert!(!holds(stripped, name), "{format:?} has {name:?}");
        }
        assert_eq!(decoder(stripped, format).orientation().unwrap(), Orientation::Rotate90, "{format:?}");
        let pixels = |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).unwrap();
        assert!(pixels(stripped) == pixels(&original), "{format:?} is another picture");
    }
}

#[test]
fn a_thumbnail_is_small_upright_and_a_jpeg_without_anything_else() {
    for (photo_type, format, original) in all() {
        let photo = Photo::verify(&original, photo_type).unwrap();
        assert!(!holds(photo.thumbnail(), GPS) && !holds(photo.thumbnail(), b"Exif"), "{format:?}");
        let thumbnail = image::load_from_memory_with_format(photo.thumbnail(), ImageFormat::Jpeg).unwrap();
        assert_eq!((thumbnail.width(), thumbnail.height()), (48, 64), "{format:?}: turned, and not enlarged");
    }
    let large = encoded(&DynamicImage::new_rgb8(2000, 1000), ImageFormat::Png);
    let photo = Photo::verify(&large, PhotoType::Png).unwrap();
    let thumbnail = image::load_from_memory_with_format(photo.thumbnail(), ImageFormat::Jpeg).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (MAX_THUMBNAIL_SIDE, MAX_THUMBNAIL_SIDE / 2));
}

#[test]
fn stripping_twice_gives_the_same_photo() {
    for (photo_type, _, original) in all() {
        let once = Photo::verify(&original, photo_type).unwrap();
        let twice = Photo::verify(once.bytes(), photo_type).unwrap();
        assert_eq!(once, twice);
    }
}

#[test]
fn a_picture_without_orientation_gets_none() {
    for (photo_type, format, _) in all() {
        let plain = encoded(&picture(), format);
        let photo = Photo::verify(&plain, photo_type).unwrap();
        assert!(!holds(photo.bytes(), b"MM\0*"), "{format:?}");
        assert_eq!(decoder(photo.bytes(), format).orientation().unwrap(), Orientation::NoTransforms);
    }
}

#[test]
fn a_picture_that_ends_early_is_refused_wherever_it_ends() {
    for (photo_type, format, _) in all() {
        let whole = encoded(&picture(), format);
        // A JPEG may lack its end: the marker, and the rest of the last blocks, which the decoder reads as zeros.
        let whole_pixels = if photo_type == PhotoType::Jpeg { whole.len() / 10 * 9 } else { whole.len() - 1 };
        for length in 0..whole_pixels {
            assert!(Photo::verify(&whole[..length], photo_type).is_err(), "{format:?}: {length} of {}", whole.len());
        }
    }
}

/// Returns pictures of several sizes, compressed as several cameras do it.
fn various_jpegs() -> Vec<Vec<u8>> {
    let shade = |value: u32| u8::try_from(value % 256).unwrap();
    let picture = |(width, height)| {
        RgbImage::from_fn(width, height, |x, y| Rgb([shade(x * 7 + y), shade(y * 5 + x * x), shade(x * y * 3)]))
    };
    let encoded = |picture: &RgbImage, quality: u8| {
        let mut bytes = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
        bytes
    };
    let pictures = [(64, 48), (121, 77), (400, 300)].map(picture);
    pictures.iter().flat_map(|picture| [35, 80, 100].map(|quality| encoded(picture, quality))).collect()
}

#[test]
fn a_jpeg_without_its_end_is_taken_and_gets_one() {
    let with_exif = jpeg();
    let end = with_exif.windows(6).position(|bytes| bytes == b"\xff\xd9ftyp").unwrap();
    for whole in various_jpegs().into_iter().chain([with_exif[..end + 2].to_vec()]) {
        let expected = Photo::verify(&whole, PhotoType::Jpeg).unwrap();
        for missing in 1..=2 {
            let cut = &whole[..whole.len() - missing];
            let photo = Photo::verify(cut, PhotoType::Jpeg).unwrap();
            assert_eq!(photo, expected, "{missing} of {} bytes are missing", whole.len());
            assert!(photo.bytes().ends_with(b"\xff\xd9"));
        }
    }
}

#[test]
fn a_file_that_only_claims_to_be_a_photo_is_refused() {
    for text in [&b"this is a text and not a photo"[..], b"", b"GIF89a", b"%PDF-1.7", b"<svg/>"] {
        assert_eq!(Photo::verify(text, PhotoType::Jpeg), Err(PhotoRefusal::NoPhoto));
    }
    // A file that only starts like a photo isn't one either.
    for (photo_type, _, original) in all() {
        let pretence = [&original[..12], b"and now for something completely different"].concat();
        assert!(Photo::verify(&pretence, photo_type).is_err());
    }
}

#[test]
fn a_photo_of_another_type_than_declared_is_refused() {
    for (found, _, original) in all() {
        for declared in PhotoType::ALL.into_iter().filter(|declared| *declared != found) {
            assert_eq!(Photo::verify(&original, declared), Err(PhotoRefusal::OtherType { declared, found }));
        }
    }
}

#[test]
fn a_decompression_bomb_is_refused_by_its_declared_dimensions() {
    // A PNG of 50,000 × 50,000 whose pixels are a few bytes. Its checksum is right, so that only its size is wrong.
    let header = |width: u32, height: u32| {
        let fields = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(*b"IHDR", &fields),
            chunk(*b"IDAT", b"\x78\x9c\x03\0\0\0\0\x01"),
            chunk(*b"IEND", b""),
        ]
        .concat()
    };
    for (width, height) in [(50_000, 50_000), (8001, 1), (1, 8001), (8000, 5001)] {
        let bomb = Photo::verify(&header(width, height), PhotoType::Png);
        assert_eq!(bomb, Err(PhotoRefusal::TooManyPixels { width, height }));
    }
    // A JPEG whose frame declares 65,535 × 65,535 pixels.
    let mut jpeg = encoded(&picture(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    let bomb = Photo::verify(&jpeg, PhotoType::Jpeg);
    assert_eq!(bomb, Err(PhotoRefusal::TooManyPixels { width: 65_535, height: 65_535 }));
}

#[test]
fn an_animated_image_is_refused() {
    assert_eq!(Photo::verify(&webp_with(0x02), PhotoType::Webp), Err(PhotoRefusal::Animated));
}

#[test]
fn a_broken_picture_in_a_whole_file_is_refused() {
    let plain = encoded(&picture(), ImageFormat::Png);
    let (head, _) = plain.split_at(8 + 25);
    let broken = [head, &chunk(*b"IDAT", b"these are no pixels"), &chunk(*b"IEND", b"")].concat();
    assert!(matches!(Photo::verify(&broken, PhotoType::Png), Err(PhotoRefusal::Damaged(_))));
}

#[test]
fn transparency_is_part_of_the_picture() {
    let mut alpha = picture().to_rgba8();
    for (x, _, pixel) in alpha.enumerate_pixels_mut() {
        pixel.0[3] = u8::try_from(x * 4).unwrap();
    }
    let alpha = DynamicImage::ImageRgba8(alpha);
    for (photo_type, format) in [(PhotoType::Png, ImageFormat::Png), (PhotoType::Webp, ImageFormat::WebP)] {
        let photo = Photo::verify(&encoded(&alpha, format), photo_type).unwrap();
        let stored = image::load_from_memory_with_format(photo.bytes(), format).unwrap();
        assert!(stored.to_rgba8() == alpha.to_rgba8(), "{format:?} is another picture");
    }
}

#[test]
fn no_byte_that_is_changed_makes_it_panic() {
    for (photo_type, _, original) in all() {
        for at in 0..original.len() {
            let mut changed = original.clone();
            changed[at] ^= 0xff;
            let _ = Photo::verify(&changed, photo_type);
        }
    }
}
