//! Direct access to the bucket, and photos for uploads.

use std::io::Cursor;

use aws_sdk_s3::{Client, config::Builder};
use data_encoding::BASE64;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use rollcall_tests::Company;
use serde_json::{Value, json};

const BUCKET: &str = "rollcall-photos";

/// The place in a photo's EXIF data, which must not appear in a stored file.
pub(crate) const GPS: &[u8] = b"GPS 41.0082 28.9784";

/// The bucket of a company's stack.
pub(crate) struct Bucket(Client);

impl Bucket {
    pub(crate) fn of(company: &Company) -> Self {
        Self(Client::from_conf(Builder::from(company.stack.sdk()).force_path_style(true).build()))
    }

    /// Returns the keys of all objects.
    pub(crate) async fn keys(&self) -> Vec<String> {
        let listed = self.0.list_objects_v2().bucket(BUCKET).send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// Returns the content of an object, and its type.
    pub(crate) async fn object(&self, key: &str) -> (Vec<u8>, Option<String>) {
        let object = self.0.get_object().bucket(BUCKET).key(key).send().await.unwrap();
        let content_type = object.content_type().map(ToOwned::to_owned);
        (object.body.collect().await.unwrap().to_vec(), content_type)
    }
}

pub(crate) fn base64(bytes: &[u8]) -> Value {
    json!({"photo": {"base64": BASE64.encode(bytes)}})
}

pub(crate) fn picture(format: ImageFormat) -> Vec<u8> {
    picture_of((160, 120), format)
}

fn picture_of((width, height): (u32, u32), format: ImageFormat) -> Vec<u8> {
    let shade = |value: u32| u8::try_from(value % 256).unwrap();
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x * 3), shade(y * 2), shade(x * y)]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Returns a JPEG as a phone takes it: rotated, with the place in its EXIF data, and a video after its end.
pub(crate) fn camera_jpeg() -> Vec<u8> {
    as_by_a_camera(&picture(ImageFormat::Jpeg))
}

/// Returns the same photo with 1,024 × 768 pixels.
pub(crate) fn large_camera_jpeg() -> Vec<u8> {
    as_by_a_camera(&picture_of((1024, 768), ImageFormat::Jpeg))
}

fn as_by_a_camera(plain: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
    exif.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0");
    exif.extend(b"\0\0\0\0");
    exif.extend(GPS);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..], b"ftyp", GPS].concat()
}
