//! S3, emulated by s3s-fs on a folder.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use s3s::{
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;

use super::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

/// The bucket of punch photos.
pub(crate) const PHOTO_BUCKET: &str = "rollcall-photos";
/// The bucket of exported reports.
pub(crate) const EXPORT_BUCKET: &str = "rollcall-exports";

/// The stack's buckets.
#[derive(Clone)]
pub(crate) struct S3 {
    service: Arc<S3Service>,
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("S3").finish_non_exhaustive()
    }
}

impl S3 {
    /// Opens the buckets in `folder`, and creates the folder and the buckets if they don't exist.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        for bucket in [PHOTO_BUCKET, EXPORT_BUCKET] {
            std::fs::create_dir_all(folder.join(bucket)).map_err(|error| error.to_string())?;
        }
        let files = FileSystem::new(folder).map_err(|error| format!("{error:?}"))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        Ok(Self { service: Arc::new(builder.build()) })
    }

    /// Answers a request as S3 does.
    pub(super) async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        if leaves_its_bucket(&request) {
            return plain(StatusCode::BAD_REQUEST, "the local stack takes no key with . or .. between its slashes");
        }
        let answer = match self.service.call(request.map(s3s::Body::from)).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(?error, "S3 failed");
                return plain(StatusCode::INTERNAL_SERVER_ERROR, "S3 failed");
            }
        };
        let (parts, body) = answer.into_parts();
        match body.collect().await {
            Ok(body) => Response::from_parts(parts, body.to_bytes()),
            Err(error) => {
                tracing::error!(?error, "S3 failed while it answered");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "S3 failed")
            }
        }
    }
}

/// Returns the S3 operation of a request, for the count of calls.
pub(super) fn operation(request: &Request<Bytes>) -> &'static str {
    let query = request.uri().query().unwrap_or_default();
    let has = |name: &str| query.split('&').any(|parameter| parameter.split('=').next() == Some(name));
    let tagging = has("tagging");
    match (request.method(), tagging) {
        (&Method::POST, _) if has("uploads") => "CreateMultipartUpload",
        (&Method::POST, _) if has("uploadId") => "CompleteMultipartUpload",
        (&Method::PUT, _) if has("partNumber") => "UploadPart",
        (&Method::DELETE, _) if has("uploadId") => "AbortMultipartUpload",
        (&Method::PUT, true) => "PutObjectTagging",
        (&Method::PUT, false) if request.headers().contains_key("x-amz-copy-source") => "CopyObject",
        (&Method::PUT, false) => "PutObject",
        (&Method::GET, true) => "GetObjectTagging",
        (&Method::GET, false) => "GetObject",
        (&Method::HEAD, _) => "HeadObject",
        (&Method::DELETE, _) => "DeleteObject",
        _ => "Other",
    }
}

/// Returns whether a key resolves to a file outside its bucket. s3s-fs joins a key to the folder without checks, so
/// that `photos/../../table.sqlite` reaches another bucket or the stack's own files. In S3, a key is only a name.
fn leaves_its_bucket(request: &Request<Bytes>) -> bool {
    let copied = request.headers().get("x-amz-copy-source").map(http::HeaderValue::as_bytes);
    [Some(request.uri().path().as_bytes()), copied].into_iter().flatten().any(|path| {
        let path = crate::gateway::percent_decoded(path);
        let key = path.trim_start_matches('/').split_once('/').map_or("", |(_, key)| key);
        key.starts_with('/') || path.split(['/', '\\']).any(|part| part == "." || part == "..")
    })
}

fn plain(status: StatusCode, message: &'static str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(message.as_bytes()));
    *answer.status_mut() = status;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_leave_their_bucket_are_detected() {
        let leaves = |path: &str| leaves_its_bucket(&Request::put(path).body(Bytes::new()).unwrap());
        assert!(!leaves("/rollcall-photos/2026/11/a..b.jpg"));
        assert!(leaves("/rollcall-photos/../table.sqlite"));
        assert!(leaves("/rollcall-photos/%2e%2E/table.sqlite"));
        assert!(leaves("/rollcall-photos/a%2F..%2F..%2Ftable.sqlite"));
        assert!(leaves("/rollcall-photos//etc/passwd"));
        let copy = Request::put("/rollcall-photos/a").header("x-amz-copy-source", "rollcall-photos/..%2Fsecrets.json");
        assert!(leaves_its_bucket(&copy.body(Bytes::new()).unwrap()));
    }
}
