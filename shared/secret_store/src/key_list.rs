//! Lists of keys in secrets: `{"kid", "secret", "sign_from"?}`, one or more of them.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use serde::Deserialize;

/// The minimum length of a secret that a key is derived from: 128 bits, if it is random.
const MIN_SECRET_LENGTH: usize = 16;

/// A key in a secret. Secrets Manager generates the first key itself, as a single object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    /// The name of the key.
    pub kid: String,
    /// The random text that the key is derived from.
    pub secret: String,
    /// The instant from which the key signs; if it is absent, the key always signs.
    #[serde(default)]
    pub sign_from: Option<Timestamp>,
}

impl fmt::Debug for KeyEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyEntry").field("kid", &self.kid).field("sign_from", &self.sign_from).finish_non_exhaustive()
    }
}

/// The reason for which a list of keys can't be used. Its text contains no part of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyListError {
    /// The text has an invalid form.
    #[error("the secret isn't a JSON object or list of {{kid, secret, sign_from?}}")]
    Malformed,
    /// The list is empty.
    #[error("the secret holds no key")]
    Empty,
    /// A key has no name, or its secret is too short.
    #[error("a key needs a kid and a secret of at least 16 bytes")]
    Weak,
    /// Two keys have the same name.
    #[error("two keys have the same kid")]
    Ambiguous,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entries {
    One(KeyEntry),
    Several(Vec<KeyEntry>),
}

/// Parses the keys in a secret; there is at least one.
pub fn parse_keys(secret: &str) -> Result<Vec<KeyEntry>, KeyListError> {
    let entries = match serde_json::from_str(secret).map_err(|_| KeyListError::Malformed)? {
        Entries::One(entry) => vec![entry],
        Entries::Several(entries) => entries,
    };
    if entries.is_empty() {
        return Err(KeyListError::Empty);
    }
    if entries.iter().any(|entry| entry.kid.is_empty() || entry.secret.len() < MIN_SECRET_LENGTH) {
        return Err(KeyListError::Weak);
    }
    let kids: BTreeSet<&str> = entries.iter().map(|entry| entry.kid.as_str()).collect();
    if kids.len() < entries.len() { Err(KeyListError::Ambiguous) } else { Ok(entries) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_can_not_be_used_is_refused_without_being_quoted() {
        for (secret, why) in [
            ("", KeyListError::Malformed),
            ("hunter2-hunter2-hunter2", KeyListError::Malformed),
            (r#"{"kid": "k", "secret": "a generated secret!", "sign_form": "2026"}"#, KeyListError::Malformed),
            ("[]", KeyListError::Empty),
            (r#"{"kid": "k", "secret": "short"}"#, KeyListError::Weak),
            (r#"{"kid": "", "secret": "a generated secret!"}"#, KeyListError::Weak),
            (
                r#"[{"kid": "k", "secret": "a generated secret!"}, {"kid": "k", "secret": "a generated secret?"}]"#,
                KeyListError::Ambiguous,
            ),
        ] {
            assert_eq!(parse_keys(secret).unwrap_err(), why, "{secret}");
        }
    }

    #[test]
    fn a_key_is_printed_without_its_secret() {
        let keys = parse_keys(r#"{"kid": "k", "secret": "a generated secret!"}"#).unwrap();
        assert!(!format!("{keys:?}").contains("generated"));
    }
}
