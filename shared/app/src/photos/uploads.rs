//! Uploads of photos before their punch.

use std::time::Duration;

use answers::instant::Instant;
use domain::{
    id::UploadId,
    photo::{PhotoType, upload_key},
};
use jiff::ToSpan;
use store::{Commit, uploads::Upload};

use super::{PhotoBucket, UploadRequest, must_be_allowed};
use crate::{Failed, Prepared, Request, authorization};

/// The maximum size of an upload in bytes: 5 MB.
pub const MAX_UPLOAD_BYTES: u32 = 5 * 1024 * 1024;

/// The time for making and using an upload, in minutes.
const MINUTES: i64 = 10;

/// An upload that the caller may make.
#[derive(Debug)]
pub struct AllowedUpload {
    /// The id with which a punch refers to the photo.
    pub id: UploadId,
    /// The signed request that uploads the photo.
    pub request: UploadRequest,
    /// The instant until which the photo can be uploaded and used.
    pub expires_at: Instant,
}

/// Allows the caller to upload one photo of the given type and length, for one punch within ten minutes.
///
/// # Errors
/// The caller's token isn't valid any more, the settings don't allow photos, or the request can't be signed.
pub async fn allow_upload(
    request: &Request<'_>,
    bucket: &impl PhotoBucket,
    photo_type: PhotoType,
    length: u32,
) -> Result<Prepared<AllowedUpload>, Failed> {
    let Request { ports, caller, .. } = *request;
    let snapshot = ports.store.upload_snapshot(caller.user_id, ports.now).await?;
    let person = authorization::current_profile(caller, snapshot.person.as_ref())?;
    must_be_allowed(&snapshot.settings.settings)?;

    let id = UploadId::generate(ports.now, ports.entropy);
    let until = ports.now.saturating_add(MINUTES.minutes()).unwrap_or(ports.now);
    // The signature is valid for as long in real time as the upload is by the configured clock.
    let lifetime = Duration::from_secs(60 * MINUTES.unsigned_abs());
    let signed = bucket.sign_upload(&upload_key(id), photo_type, length, lifetime).await?;
    let mut commit = Commit::without_event(request.stamp());
    commit.allow_upload(id, &Upload::new(person.id, photo_type, length, until))?;
    let expires_at = Instant::new(until, snapshot.planner(person).zone());
    Ok(Prepared { commit, answer: AllowedUpload { id, request: signed, expires_at }, version: 0 })
}
