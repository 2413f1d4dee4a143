//! The public signing keys that every function checks tokens with, and the random key that signs cursors.
//!
//! `auth` alone knows the secrets; it publishes the public halves here when it starts.

use serde::{Deserialize, Serialize};

use crate::{
    CommitError, Guard, Stamp, Store, StoreError,
    commit::{Commit, When},
    item::Item,
    keys,
};

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKeys {
    /// All keys that tokens may be signed with, those of the future among them.
    pub signing: Vec<PublicKey>,
    /// 32 random bytes in hex, made once.
    pub cursor_key: String,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// An Ed25519 public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Its name in the header of tokens.
    pub kid: String,
    /// The 32 bytes in base64url without padding, as a JWK has them (RFC 8037).
    pub x: String,
}

impl Store {
    /// What is published; nothing before `auth` has started for the first time.
    pub async fn published_keys(&self) -> Result<Option<PublishedKeys>, StoreError> {
        self.get(keys::published_keys()).await
    }

    /// Publishes `keys` in the place of the version before it.
    pub async fn publish_keys(&self, stamp: Stamp, keys: &PublishedKeys) -> Result<(), CommitError> {
        let mut commit = Commit::silent(stamp);
        let item = Item::new(keys::published_keys(), keys)?;
        commit.put(item, When::Version(keys.version.saturating_sub(1)), Some(Guard::Version))?;
        commit.send(self).await
    }
}
