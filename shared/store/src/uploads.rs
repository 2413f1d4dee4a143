//! Photos that wait for their punch: what was allowed to be uploaded, by whom, and until when.

use domain::{
    id::{UploadId, UserId},
    photo::PhotoType,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, Store, StoreError,
    commit::{Expression, When},
    item::Item,
    keys,
};

/// An upload that somebody was allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Whose.
    pub owner: UserId,
    /// Of what type.
    pub photo_type: PhotoType,
    /// How many bytes.
    pub length: u32,
    /// Until when it may be used, in seconds since 1970.
    expires_at: i64,
}

impl Upload {
    /// An upload that may be used until then.
    pub fn new(owner: UserId, photo_type: PhotoType, length: u32, until: Timestamp) -> Self {
        Self { owner, photo_type, length, expires_at: until.as_second() }
    }
}

impl Store {
    /// The upload of that id, as far as `user` may use it now: theirs, neither expired nor used.
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
        self.put(Item::new(keys::upload(id), upload)?.expires_at(until), When::Absent, Some(Guard::Upload))
    }

    /// Uses an upload up: of two punches with the same one, the second comes to nothing.
    pub fn use_upload(&mut self, id: UploadId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", keys::PK);
        self.delete(&keys::upload(id), Some(there), Some(Guard::Upload))
    }
}
