//! `POST /clock/photos`

use std::collections::BTreeMap;

use app::photos::{self, AllowedUpload, MAX_UPLOAD_BYTES};
use axum::extract::State;
use domain::{FieldRule, id::UploadId, photo::PhotoType};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Code, Detail, Problem, RequestId, instant::Instant, use_case::execute};

use crate::time_clock::TimeClock;

/// The detail for a photo that is larger than [`MAX_UPLOAD_BYTES`].
const TOO_LARGE: Detail = Detail::PhotoAtMost { mebibytes: MAX_UPLOAD_BYTES as u64 / (1024 * 1024) };

/// The media type and size of a photo to upload.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"content_type": "image/jpeg", "content_length": 482_113}))]
pub(crate) struct UploadBody {
    /// The media type of the photo.
    content_type: PhotoType,
    /// The size of the photo in bytes, at most 5 MB.
    #[schema(minimum = 1, maximum = 5_242_880, example = 482_113)]
    content_length: u64,
}

/// The signed request that uploads the photo.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadAnswer {
    /// The id with which a punch refers to the photo.
    upload_id: UploadId,
    /// The HTTP method: always `PUT`.
    method: &'static str,
    /// The signed address to upload to.
    url: String,
    /// The headers of the upload. Browsers set `content-length` themselves.
    headers: BTreeMap<String, String>,
    /// The instant until which the photo can be uploaded and used.
    expires_at: Instant,
}

/// Upload a photo
///
/// Returns a signed link for uploading one photo of the given type and length. Only the caller can use the upload, for one punch
/// within ten minutes. The punch verifies that the upload is a photo.
#[utoipa::path(
    post,
    path = "/clock/photos",
    operation_id = "createPhotoUpload",
    tag = "clock",
    request_body = UploadBody,
    responses(
        (status = 201, description = "The upload", body = UploadAnswer),
        (status = 422, description = "`photo_invalid`: the settings take no photos; `invalid_values`"),
    )
)]
pub(crate) async fn upload(
    State(TimeClock { app, photos, keys: _ }): State<TimeClock>,
    caller: Caller,
    request_id: RequestId,
    Body { value: UploadBody { content_type, content_length }, .. }: Body<UploadBody>,
) -> Result<Answer, Problem> {
    let length = match u32::try_from(content_length) {
        Ok(0) => return Err(Problem::invalid("content_length", FieldRule::WholeNumberAtLeast { min: 1 })),
        Ok(length) if length <= MAX_UPLOAD_BYTES => length,
        Ok(_) | Err(_) => return Err(Problem::new(Code::BodyTooLarge).detail(TOO_LARGE)),
    };
    let request = app.request(&caller, &request_id, None);
    let created = |upload: &AllowedUpload, _| {
        let AllowedUpload { id, request, expires_at } = upload;
        let answer = UploadAnswer {
            upload_id: *id,
            method: "PUT",
            url: request.url.clone(),
            headers: request.headers.clone(),
            expires_at: expires_at.clone(),
        };
        Answer::json(StatusCode::CREATED, &answer)
    };
    execute(&request, created, || photos::allow_upload(&request, &photos, content_type, length)).await
}
