//! Photos that wait for their punch: the uploads that were allowed, their owners and their expiry.

use domain::{
    id::{UploadId, UserId},
    photo::PhotoType,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When},
    item::Item,
    keys,
};

/// An allowed upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The person who may upload the photo.
    pub owner: UserId,
    /// The type of the photo.
    pub photo_type: PhotoType,
    /// The size in bytes.
    pub length: u32,
    /// The instant until which the upload may be used, in seconds since 1970.
    expires_at: i64,
}

impl Upload {
    /// Creates an upload that may be used until `until`.
    pub fn new(owner: UserId, photo_type: PhotoType, length: u32, until: Timestamp) -> Self {
        Self { owner, photo_type, length, expires_at: until.as_second() }
    }
}

impl Store {
    /// Returns the upload of that id if `user` may use it now: it belongs to the person, and is neither expired nor used.
    pub async fn usable_upload(
        &self,
        id: UploadId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<Upload>, StoreError> {
        let upload: Option<Upload> = self.get(keys::upload(id)).await?;
        Ok(upload.filter(|upload| upload.owner == user && now.as_second() < upload.expires_at))
    }
}

impl Commit {
    /// Allows an upload.
    pub fn allow_upload(&mut self, id: UploadId, upload: &Upload) -> Result<(), StoreError> {
        let until = Timestamp::from_second(upload.expires_at).unwrap_or(Timestamp::MAX);
        self.put(Item::new(keys::upload(id), upload)?.expires_at(until), When::Absent, Some(Condition::Upload))
    }

    /// Marks an upload as used. If two punches use the same upload, the second one fails.
    pub fn use_upload(&mut self, id: UploadId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", keys::PK);
        self.delete(&keys::upload(id), Some(there), Some(Condition::Upload))
    }
}
