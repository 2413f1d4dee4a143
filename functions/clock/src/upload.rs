//! `POST /clock/photos`

use std::{collections::BTreeMap, time::Duration};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    FieldRule,
    id::UploadId,
    photo::{PhotoType, upload_key},
};
use http::StatusCode;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use store::{Commit, uploads::Upload};
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Code, Detail, Problem, RequestId, authorization, instant::Instant};

use crate::{photo::must_be_wanted, time_clock::TimeClock};

/// The maximum size of an upload in bytes: 5 MB.
const MAX_BYTES: u32 = 5 * 1024 * 1024;
/// The detail for a photo that is larger than [`MAX_BYTES`].
const TOO_LARGE: Detail = Detail::PhotoAtMost { mebibytes: MAX_BYTES as u64 / (1024 * 1024) };

/// The time for making and using an upload, in minutes.
const MINUTES: i64 = 10;

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
) -> Result<Response, Problem> {
    let length = match u32::try_from(content_length) {
        Ok(0) => return Err(Problem::invalid("content_length", FieldRule::WholeNumberAtLeast { min: 1 })),
        Ok(length) if length <= MAX_BYTES => length,
        Ok(_) | Err(_) => return Err(Problem::new(Code::BodyTooLarge).detail(TOO_LARGE)),
    };
    let now = app.now();
    let snapshot = app.store.upload_snapshot(caller.user_id, now).await?;
    let person = authorization::current_profile(&caller, snapshot.person.as_ref())?;
    must_be_wanted(&snapshot.settings.settings)?;

    let id = UploadId::generate(now, &*app.entropy);
    let until = now.saturating_add(MINUTES.minutes()).map_err(Problem::internal)?;
    // The signature is valid for as long in real time as the upload is by the configured clock.
    let lasting = Duration::from_secs(60 * MINUTES.unsigned_abs());
    let presigned = photos.presigned_put(&upload_key(id), content_type, length, lasting).await?;
    let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
    commit.allow_upload(id, &Upload::new(person.id, content_type, length, until))?;
    commit.send(&app.store).await?;

    let answer = UploadAnswer {
        upload_id: id,
        method: "PUT",
        url: presigned.url,
        headers: presigned.headers.into_iter().collect(),
        expires_at: Instant::new(until, snapshot.planner(person).zone()),
    };
    Ok(Answer::json(StatusCode::CREATED, &answer)?.into_response())
}
