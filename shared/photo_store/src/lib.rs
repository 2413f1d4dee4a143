//! The bucket of punch photos: uploads that wait for their punch, and the photos of punches.
//!
//! Only the functions that need it link S3's client, which is as large as all the rest of them.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::{
    Client,
    config::{RequestChecksumCalculation, ResponseChecksumValidation},
    error::{ProvideErrorMetadata, SdkError},
    presigning::{PresignedRequest, PresigningConfig},
    primitives::ByteStream,
    types::ServerSideEncryption,
};
use aws_smithy_types::error::display::DisplayErrorContext;
use domain::{photo::PhotoType, settings::PhotoRetention};
use jiff::Timestamp;
use meter::CountCalls;
use photo::Photo;
use web::{Code, Problem};

/// The bucket.
#[derive(Debug, Clone)]
pub struct PhotoStore {
    client: Client,
    bucket: String,
}

/// Something that S3 didn't do.
#[derive(Debug, thiserror::Error)]
pub enum PhotoStoreError {
    /// It is unavailable, after the SDK's own retries. Trying later may help.
    #[error("S3 is unavailable: {0}")]
    Unavailable(String),
    /// It refused the call itself: a defect or a misconfiguration.
    #[error("S3 refused {operation}: {reason}")]
    Refused {
        /// Which call.
        operation: &'static str,
        /// What it answered.
        reason: String,
    },
}

/// Some of the bucket's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// In the order of their keys.
    pub objects: Vec<Object>,
    /// Where to go on; absent at the end.
    pub next: Option<String>,
}

/// An object of the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// When it was put, by S3's own clock.
    pub stored_at: Timestamp,
}

/// A request that somebody else makes, signed by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presigned {
    /// Where to.
    pub url: String,
    /// With which headers.
    pub headers: Vec<(String, String)>,
}

impl PhotoStore {
    /// The bucket of that name.
    pub fn new(sdk: &SdkConfig, bucket: &str) -> Self {
        let config = aws_sdk_s3::config::Builder::from(sdk)
            // Into the path where the endpoint is one of ours: a name under 127.0.0.1 leads nowhere.
            .force_path_style(sdk.endpoint_url().is_some())
            // A presigned upload can't know the checksum of what is uploaded, and TLS protects the rest on its way.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .interceptor(CountCalls)
            .build();
        Self { client: Client::from_conf(config), bucket: bucket.to_owned() }
    }

    /// Lets somebody put `length` bytes of that type under a key, and nothing else.
    pub async fn presigned_put(
        &self,
        key: &str,
        photo_type: PhotoType,
        length: u32,
        lasting: Duration,
    ) -> Result<Presigned, PhotoStoreError> {
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(photo_type.content_type())
            .content_length(i64::from(length))
            .presigned(presigning(lasting)?)
            .await;
        request.map(Presigned::from).map_err(|error| classify("PutObject", error))
    }

    /// Lets somebody look at the object under a key.
    pub async fn presigned_get(&self, key: &str, lasting: Duration) -> Result<Presigned, PhotoStoreError> {
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            // Nothing of it stays where others may find it.
            .response_cache_control("no-store")
            .presigned(presigning(lasting)?)
            .await;
        request.map(Presigned::from).map_err(|error| classify("GetObject", error))
    }

    /// The object under a key, unless there is none or it is larger than `most` bytes.
    pub async fn get(&self, key: &str, most: u32) -> Result<Option<Vec<u8>>, PhotoStoreError> {
        let answer = match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(answer) => answer,
            // S3 tells that a key isn't there only to those who may list the bucket, which we may not.
            Err(SdkError::ServiceError(error))
                if error.err().is_no_such_key() || error.err().code() == Some("AccessDenied") =>
            {
                return Ok(None);
            }
            Err(error) => return Err(classify("GetObject", error)),
        };
        if answer.content_length().is_none_or(|length| length > i64::from(most)) {
            return Ok(None);
        }
        let bytes = answer.body.collect().await.map_err(|error| PhotoStoreError::Unavailable(error.to_string()))?;
        Ok(Some(bytes.to_vec()))
    }

    /// Keeps a photo under a key for as long as the settings of now say: the bucket has one lifecycle rule for each value
    /// of the tag.
    pub async fn keep(&self, key: &str, photo: Photo, retention: PhotoRetention) -> Result<(), PhotoStoreError> {
        let sent = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(photo.photo_type().content_type())
            .server_side_encryption(ServerSideEncryption::Aes256)
            .tagging(format!("retention-days={}", u32::from(retention)))
            .body(ByteStream::from(photo.into_bytes()))
            .send()
            .await;
        sent.map(drop).map_err(|error| classify("PutObject", error))
    }

    /// The objects whose keys begin so, up to a thousand, and where to go on.
    pub async fn list(&self, prefix: &str, after: Option<String>) -> Result<Listed, PhotoStoreError> {
        let sent = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(prefix)
            .set_continuation_token(after)
            .send()
            .await
            .map_err(|error| classify("ListObjectsV2", error))?;
        let objects = sent.contents.into_iter().flatten().filter_map(|object| {
            let stored_at = Timestamp::from_second(object.last_modified?.secs()).ok()?;
            Some(Object { key: object.key?, stored_at })
        });
        Ok(Listed { objects: objects.collect(), next: sent.next_continuation_token })
    }

    /// Deletes the object under a key, where there is one.
    pub async fn delete(&self, key: &str) -> Result<(), PhotoStoreError> {
        let sent = self.client.delete_object().bucket(&self.bucket).key(key).send().await;
        sent.map(drop).map_err(|error| classify("DeleteObject", error))
    }
}

impl From<PhotoStoreError> for Problem {
    fn from(error: PhotoStoreError) -> Self {
        match error {
            PhotoStoreError::Unavailable(reason) => {
                tracing::warn!(%reason, "the bucket is unavailable");
                Self::new(Code::Unavailable).retry_after(1)
            }
            PhotoStoreError::Refused { .. } => Self::internal(error),
        }
    }
}

impl From<PresignedRequest> for Presigned {
    fn from(request: PresignedRequest) -> Self {
        let headers = request.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { url: request.uri().to_owned(), headers }
    }
}

/// For how long a signature holds, from now in real time: S3 knows no other.
fn presigning(lasting: Duration) -> Result<PresigningConfig, PhotoStoreError> {
    PresigningConfig::expires_in(lasting)
        .map_err(|error| PhotoStoreError::Refused { operation: "presigning", reason: error.to_string() })
}

/// Tells what may pass by itself from what won't.
fn classify<E, R>(operation: &'static str, error: SdkError<E, R>) -> PhotoStoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match error.as_service_error().map(|service| service.code()) {
        Some(Some("SlowDown" | "ServiceUnavailable" | "InternalError" | "RequestTimeout")) | None => {
            PhotoStoreError::Unavailable(format!("{operation}: {}", DisplayErrorContext(&error)))
        }
        Some(code) => {
            let message = error.as_service_error().and_then(ProvideErrorMetadata::message).unwrap_or("no message");
            PhotoStoreError::Refused { operation, reason: format!("{}: {message}", code.unwrap_or("unknown")) }
        }
    }
}
