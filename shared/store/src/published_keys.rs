//! The public signing keys, with which every function checks tokens, and the random key that signs cursors.
//!
//! Only `auth` knows the secrets. It publishes the public keys here when it starts.

use serde::{Deserialize, Serialize};

use crate::{
    CommitError, Condition, Stamp, Store, StoreError,
    commit::{Commit, When},
    item::Item,
    keys,
};

/// The published keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKeys {
    /// All keys that tokens may be signed with, including future ones.
    pub signing: Vec<PublicKey>,
    /// 32 random bytes in hex, created once.
    pub cursor_key: String,
    /// The number of changes, from 1. It is 0 for keys that aren't in the separate partition yet.
    pub version: u64,
}

/// An Ed25519 public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// The id of the key in the header of tokens.
    pub kid: String,
    /// The 32 bytes in base64url without padding, as in a JWK (RFC 8037).
    pub x: String,
}

impl Store {
    /// Returns the published keys; none before `auth` has started for the first time.
    ///
    /// Releases up to 0.1.0 published the keys in another item. That item is read until an `auth` of this release starts for
    /// the first time. Afterwards it is ignored.
    pub async fn published_keys(&self) -> Result<Option<PublishedKeys>, StoreError> {
        let published: Option<PublishedKeys> = self.get(keys::published_keys()).await?;
        if published.is_some() {
            return Ok(published);
        }
        let old: Option<PublishedKeys> = self.get(keys::published_keys_of_old()).await?;
        Ok(old.map(|keys| PublishedKeys { version: 0, ..keys }))
    }

    /// Publishes `keys` in place of the previous version.
    pub async fn publish_keys(&self, stamp: Stamp, keys: &PublishedKeys) -> Result<(), CommitError> {
        let mut commit = Commit::without_event(stamp);
        let item = Item::next(keys::published_keys(), keys)?;
        commit.put(item, When::Version(keys.version.saturating_sub(1)), Some(Condition::Version))?;
        commit.send(self).await
    }
}
