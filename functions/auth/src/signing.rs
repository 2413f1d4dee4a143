//! Loads the signing keys and publishes their public keys: at the start, or, if that failed, when they are needed.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use domain::{
    audit::Actor,
    id::EventId,
    ports::{Clock, Entropy, random_bytes},
};
use store::{CommitError, Stamp, Store, published_keys::PublishedKeys};
use tokio::sync::OnceCell;
use web::{Code, Problem};

use crate::{secrets::Secrets, signing_keys::SigningKeys};

/// The signing keys, available once they are read and their public keys are published.
#[derive(Debug)]
pub(crate) struct Signing {
    loaded: OnceCell<SigningKeys>,
    secrets: Secrets,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// How often publishing is tried when other environments publish at the same time.
const MAX_ATTEMPTS: u32 = 5;

impl Signing {
    pub(crate) fn new(secrets: Secrets, store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { loaded: OnceCell::new(), secrets, store, clock, entropy }
    }

    /// Returns the keys. The first call that succeeds reads and publishes them.
    pub(crate) async fn keys(&self) -> Result<&SigningKeys, Problem> {
        self.loaded.get_or_try_init(|| self.load()).await
    }

    async fn load(&self) -> Result<SigningKeys, Problem> {
        let secret = self.secrets.signing_keys().await?;
        let keys = SigningKeys::parse(&secret).map_err(Problem::internal)?;
        self.publish(&keys).await?;
        Ok(keys)
    }

    async fn publish(&self, keys: &SigningKeys) -> Result<(), Problem> {
        for _ in 0..MAX_ATTEMPTS {
            let published = self.store.published_keys().await?;
            let Some(next) = next_publication(published, keys, &*self.entropy) else { return Ok(()) };
            let at = self.clock.now();
            let event_id = EventId::generate(at, &*self.entropy);
            let stamp = Stamp { event_id, at, actor: Actor::System, request_id: None };
            match self.store.publish_keys(stamp, &next).await {
                // Another environment published first, most likely the same keys.
                Err(CommitError::ConditionFailed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
                Ok(()) => return Ok(()),
            }
        }
        Err(Problem::new(Code::Unavailable).retry_after(1))
    }
}

/// Returns the keys to publish, or none if they are published already. The cursor key is created once and stays.
fn next_publication(
    published: Option<PublishedKeys>,
    keys: &SigningKeys,
    entropy: &dyn Entropy,
) -> Option<PublishedKeys> {
    let signing: Vec<_> = keys.public().cloned().collect();
    match published {
        None => {
            let cursor_key = HEXLOWER.encode(&random_bytes::<32>(entropy));
            Some(PublishedKeys { signing, cursor_key, version: 1 })
        }
        // Keys of version 0 are published again, into their own partition.
        Some(published) if published.signing == signing && published.version > 0 => None,
        Some(published) => Some(PublishedKeys { signing, version: published.version + 1, ..published }),
    }
}

#[cfg(test)]
mod tests {
    use fixtures::SameByte;

    use super::*;

    fn keys(kid: &str) -> SigningKeys {
        SigningKeys::parse(&format!(r#"{{"kid": "{kid}", "secret": "a generated secret!"}}"#)).unwrap()
    }

    #[test]
    fn keys_are_published_when_they_differ_and_the_cursor_key_stays() {
        let first = next_publication(None, &keys("a"), &SameByte(7)).unwrap();
        assert_eq!((first.version, first.cursor_key.as_str()), (1, "07".repeat(32).as_str()));
        assert_eq!(next_publication(Some(first.clone()), &keys("a"), &SameByte(7)), None);
        let old = PublishedKeys { version: 0, ..first.clone() };
        assert_eq!(
            next_publication(Some(old), &keys("a"), &SameByte(7)),
            Some(first.clone()),
            "keys move to their partition"
        );
        let kept = PublishedKeys { cursor_key: "08".repeat(32), ..first };
        let second = next_publication(Some(kept), &keys("b"), &SameByte(7)).unwrap();
        assert_eq!((second.version, second.cursor_key.as_str()), (2, "08".repeat(32).as_str()));
        assert_eq!(second.signing[0].kid, "b");
    }
}
