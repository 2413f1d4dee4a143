//! Texts of requests that must never be printed: passwords and tokens.

use std::fmt;

use domain::FieldRule;
use serde::{Deserialize, Deserializer, de::Error};

/// A secret of at most 1,024 bytes, as a client sent it. The limit bounds the work of hashing. The secret never appears in a
/// log.
#[derive(Clone, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = String, format = "password", max_length = 1024)]
pub struct Secret(String);

/// The maximum number of bytes of a secret.
const LONGEST: usize = 1024;

impl Secret {
    /// Returns the text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own message would contain a value of the wrong type.
        let serde_json::Value::String(text) = serde_json::Value::deserialize(deserializer)? else {
            return Err(D::Error::custom(FieldRule::Text));
        };
        if text.len() <= LONGEST {
            Ok(Self(text))
        } else {
            Err(D::Error::custom(FieldRule::BytesAtMost { max: LONGEST as u64 }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_bounded_and_never_printed() {
        let secret: Secret = serde_json::from_str("\"hunter2\"").unwrap();
        assert_eq!(secret.expose(), "hunter2");
        assert!(!format!("{secret:?}").contains("hunter2"));
        assert!(serde_json::from_value::<Secret>("x".repeat(1025).into()).is_err());
        let error = serde_json::from_str::<Secret>("123456").unwrap_err().to_string();
        assert!(!error.contains("123456"), "{error}");
    }
}
