//! The photo in the body of a punch.

use app::photos::GivenPhoto;
use data_encoding::BASE64;
use domain::FieldRule;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Code, Detail, Problem};

/// The maximum size of a photo in a body, in bytes: Lambda accepts 6 MB, and base64 turns three bytes into four.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The maximum size of a body with a photo, in bytes: the photo in base64, and the limit of other bodies.
pub(crate) const MAX_BODY: usize = MAX_BYTES.div_ceil(3) * 4 + web::body::LARGEST;

/// A photo, given in exactly one of two ways.
// A struct and not an enum, because serde_json reports an object with none or two of an enum's variants as a syntax error.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhotoBody {
    /// The id of a photo that was uploaded with the link from `POST /clock/photos`.
    #[schema(pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$", example = "01JBN2V7Q4W0M3T9K5ZXH8R6VP")]
    upload_id: Option<String>,
    /// The photo in base64: a JPEG, PNG or WebP of at most 4 MiB.
    #[schema(max_length = 5_592_408)]
    base64: Option<String>,
}

impl PhotoBody {
    /// Parses the photo, which isn't verified yet.
    pub(crate) fn parse(self) -> Result<GivenPhoto, Problem> {
        let invalid = |detail| Problem::new(Code::PhotoInvalid).detail(detail);
        match (self.upload_id, self.base64) {
            // A text that isn't an id can't be the id of an upload.
            (Some(id), None) => id.parse().map(GivenPhoto::Upload).map_err(|_| invalid(Detail::UploadUnusable)),
            (None, Some(text)) if text.len() > MAX_BYTES.div_ceil(3) * 4 => {
                Err(Problem::new(Code::BodyTooLarge).detail(PHOTO_TOO_LARGE))
            }
            (None, Some(text)) => match BASE64.decode(text.as_bytes()) {
                Ok(bytes) if bytes.len() > MAX_BYTES => Err(Problem::new(Code::BodyTooLarge).detail(PHOTO_TOO_LARGE)),
                Ok(bytes) => Ok(GivenPhoto::Bytes(bytes)),
                Err(_) => Err(invalid(Detail::PhotoBase64)),
            },
            (Some(_), Some(_)) | (None, None) => Err(Problem::invalid("photo", FieldRule::PhotoSource)),
        }
    }
}

/// The detail for a photo that is too large.
pub(crate) const PHOTO_TOO_LARGE: Detail = Detail::PhotoAtMost { mebibytes: (MAX_BYTES / (1024 * 1024)) as u64 };

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<GivenPhoto, Code> {
        serde_json::from_str::<PhotoBody>(body).unwrap().parse().map_err(|problem| problem.code())
    }

    #[test]
    fn a_photo_comes_in_exactly_one_way() {
        assert_eq!(read(r#"{"upload_id": "x", "base64": "AAAA"}"#), Err(Code::InvalidValues));
        assert_eq!(read("{}"), Err(Code::InvalidValues));
        assert_eq!(read(r#"{"base64": "AQID"}"#), Ok(GivenPhoto::Bytes(vec![1, 2, 3])));
        assert!(read(r#"{"upload_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"}"#).is_ok());
    }

    #[test]
    fn what_cannot_be_read_is_an_invalid_photo() {
        for body in [r#"{"upload_id": "../../etc/passwd"}"#, r#"{"base64": "no base64!"}"#, r#"{"base64": "AQI"}"#] {
            assert_eq!(read(body), Err(Code::PhotoInvalid), "{body}");
        }
    }

    #[test]
    fn four_mebibytes_are_taken_and_no_byte_more() {
        let of = |bytes: usize| PhotoBody { upload_id: None, base64: Some(BASE64.encode(&vec![0; bytes])) }.parse();
        assert!(of(MAX_BYTES).is_ok());
        for more in [MAX_BYTES + 1, MAX_BYTES + 2, MAX_BYTES + 3] {
            assert_eq!(of(more).unwrap_err().code(), Code::BodyTooLarge);
        }
    }
}
