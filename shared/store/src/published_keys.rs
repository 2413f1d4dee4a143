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
    /// Counts the changes, from 1. It is 0 for keys that aren't in their own partition yet.
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
    /// Returns the published keys; none before `auth` has started for the first time.
    ///
    /// Until the first start of an `auth` that publishes into the keys' own partition, they are where releases up to 0.1.0
    /// published them. Afterwards nothing there counts.
    pub async fn published_keys(&self) -> Result<Option<PublishedKeys>, StoreError> {
        let published: Option<PublishedKeys> = self.get(keys::published_keys()).await?;
        if published.is_some() {
            return Ok(published);
        }
        let old: Option<PublishedKeys> = self.get(keys::published_keys_of_old()).await?;
        Ok(old.map(|keys| PublishedKeys { version: 0, ..keys }))
    }

    /// Publishes `keys` in the place of the version before it.
    pub async fn publish_keys(&self, stamp: Stamp, keys: &PublishedKeys) -> Result<(), CommitError> {
        let mut commit = Commit::without_event(stamp);
        let item = Item::next(keys::published_keys(), keys)?;
        commit.put(item, When::Version(keys.version.saturating_sub(1)), Some(Guard::Version))?;
        commit.send(self).await
    }
}
