//! The bucket of punch photos: uploads for future punches, and the photos of punches.
//!
//! Only the functions that need this crate link S3's client, which is as large as all their other code together.

use std::time::Duration;

use app::{
    Refusal,
    photos::{PhotoBucket, UploadRequest},
};
use aws_config::SdkConfig;
use aws_sdk_s3::{
    error::{ProvideErrorMetadata, SdkError},
    primitives::ByteStream,
};
use bucket::{Bucket, Presigned, classify, presigning};
use domain::{
    photo::{PhotoKeys, PhotoType},
    settings::PhotoRetention,
};
use jiff::Timestamp;
use photo::Photo;

pub use bucket::BucketError as PhotoStoreError;

/// The bucket of punch photos.
#[derive(Debug, Clone)]
pub struct PhotoStore(Bucket);

/// A page of the bucket's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The objects, in the order of their keys.
    pub objects: Vec<Object>,
    /// The position of the next page; absent on the last page.
    pub next: Option<String>,
}

/// An object of the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The key of the object.
    pub key: String,
    /// The time at which the object was stored, by S3's clock.
    pub stored_at: Timestamp,
}

impl PhotoStore {
    /// Creates the client of a bucket.
    pub fn new(sdk: &SdkConfig, bucket: &str) -> Self {
        Self(Bucket::new(sdk, bucket))
    }

    async fn put(
        &self,
        key: &str,
        photo_type: PhotoType,
        bytes: Vec<u8>,
        retention: PhotoRetention,
    ) -> Result<(), PhotoStoreError> {
        let sent = self
            .0
            .client()
            .put_object()
            .bucket(self.0.name())
            .key(key)
            .content_type(photo_type.content_type())
            .tagging(format!("retention-days={}", u32::from(retention)))
            .body(ByteStream::from(bytes))
            .send()
            .await;
        sent.map(drop).map_err(|error| classify("PutObject", error))
    }

    /// Returns up to a thousand objects whose keys have the prefix, and the position of the next page.
    pub async fn list(&self, prefix: &str, after: Option<String>) -> Result<Listed, PhotoStoreError> {
        let sent = self
            .0
            .client()
            .list_objects_v2()
            .bucket(self.0.name())
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

    /// Deletes the object under a key, if it exists.
    pub async fn delete(&self, key: &str) -> Result<(), PhotoStoreError> {
        self.0.delete(key).await
    }
}

impl PhotoBucket for PhotoStore {
    async fn sign_upload(
        &self,
        key: &str,
        photo_type: PhotoType,
        length: u32,
        lifetime: Duration,
    ) -> Result<UploadRequest, Refusal> {
        let signed = self
            .0
            .client()
            .put_object()
            .bucket(self.0.name())
            .key(key)
            .content_type(photo_type.content_type())
            .content_length(i64::from(length))
            .presigned(presigning(lifetime).map_err(refused)?)
            .await;
        let signed = signed.map(Presigned::from).map_err(|error| refused(classify("PutObject", error)))?;
        Ok(UploadRequest { url: signed.url, headers: signed.headers.into_iter().collect() })
    }

    async fn sign_link(&self, key: &str, lifetime: Duration) -> Result<String, Refusal> {
        self.0.presigned_get(key, lifetime).await.map(|signed| signed.url).map_err(refused)
    }

    async fn read(&self, key: &str, max_length: u32) -> Result<Option<Vec<u8>>, Refusal> {
        let answer = match self.0.client().get_object().bucket(self.0.name()).key(key).send().await {
            Ok(answer) => answer,
            // S3 reveals that a key doesn't exist only to callers that may list the bucket, and the functions may not.
            Err(SdkError::ServiceError(error))
                if error.err().is_no_such_key() || error.err().code() == Some("AccessDenied") =>
            {
                return Ok(None);
            }
            Err(error) => return Err(refused(classify("GetObject", error))),
        };
        if answer.content_length().is_none_or(|length| length > i64::from(max_length)) {
            return Ok(None);
        }
        let bytes = answer.body.collect().await;
        let bytes = bytes.map_err(|error| refused(PhotoStoreError::Unavailable(error.to_string())))?;
        Ok(Some(bytes.to_vec()))
    }

    /// Stores a photo and its thumbnail for the retention period: the bucket has one lifecycle rule for each value of the tag.
    async fn store(&self, keys: &PhotoKeys, photo: Photo, retention: PhotoRetention) -> Result<(), Refusal> {
        let photo_type = photo.photo_type();
        let (photo, thumbnail) = photo.into_files();
        let stored = tokio::try_join!(
            self.put(&keys.photo, photo_type, photo, retention),
            self.put(&keys.thumbnail, PhotoType::Jpeg, thumbnail, retention),
        );
        stored.map(drop).map_err(refused)
    }

    async fn discard(&self, key: &str) {
        if let Err(error) = self.delete(key).await {
            tracing::warn!(%error, key, "an object that isn't needed any more stays for now");
        }
    }
}

/// Returns what an error of the bucket means to a use case. The reason goes to the log.
fn refused(error: PhotoStoreError) -> Refusal {
    match error {
        PhotoStoreError::Unavailable(reason) => {
            tracing::warn!(%reason, "the bucket is unavailable");
            Refusal::PhotosUnavailable
        }
        PhotoStoreError::Refused { .. } => {
            tracing::error!(%error, "the bucket refused a call");
            Refusal::Defect("the bucket refused a call")
        }
    }
}
