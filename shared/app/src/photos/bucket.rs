//! The port of the bucket that holds photos.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    photo::{PhotoKeys, PhotoType},
    settings::PhotoRetention,
};
use photo::Photo;

use crate::Refusal;

/// A signed request that uploads one photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRequest {
    /// The URL of the request.
    pub url: String,
    /// The headers of the request.
    pub headers: BTreeMap<String, String>,
}

/// The bucket of photos. Its errors are [`Refusal::PhotosUnavailable`] if a later attempt may succeed, otherwise defects.
pub trait PhotoBucket: Sync {
    /// Returns a signed request that stores `length` bytes of the given type under a key, and nothing else.
    ///
    /// # Errors
    /// The request can't be signed.
    fn sign_upload(
        &self,
        key: &str,
        photo_type: PhotoType,
        length: u32,
        lifetime: Duration,
    ) -> impl Future<Output = Result<UploadRequest, Refusal>> + Send;

    /// Returns a signed link to the object under a key.
    ///
    /// # Errors
    /// The link can't be signed.
    fn sign_link(&self, key: &str, lifetime: Duration) -> impl Future<Output = Result<String, Refusal>> + Send;

    /// Returns the object under a key; `None` if there is none of at most `max_length` bytes.
    ///
    /// # Errors
    /// The bucket is unavailable.
    fn read(&self, key: &str, max_length: u32) -> impl Future<Output = Result<Option<Vec<u8>>, Refusal>> + Send;

    /// Stores a photo and its thumbnail for the retention period.
    ///
    /// # Errors
    /// The bucket is unavailable.
    fn store(
        &self,
        keys: &PhotoKeys,
        photo: Photo,
        retention: PhotoRetention,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// Deletes an object that isn't needed any more. A failed deletion is only logged: the bucket's lifecycle rules and
    /// `housekeeping` delete the object later.
    fn discard(&self, key: &str) -> impl Future<Output = ()> + Send;
}
