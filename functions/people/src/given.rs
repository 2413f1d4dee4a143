//! Fields of a PATCH: one that isn't given stays as it is, which is not the same as one that is given as `null`.

use serde::{Deserialize, Deserializer};

/// Reads a field that is there: `Some`, whatever it holds. With `#[serde(default)]` a missing field is `None`; in an
/// `Option<Option<T>>` a `null` is then `Some(None)`, in an `Option<T>` it is refused.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Patch {
        #[serde(default, deserialize_with = "given")]
        name: Option<String>,
        #[serde(default, deserialize_with = "given")]
        email: Option<Option<String>>,
    }

    #[test]
    fn absent_null_and_given_are_three_things() {
        let patch = |text: &str| serde_json::from_str::<Patch>(text);
        assert_eq!(patch("{}").unwrap(), Patch { name: None, email: None });
        assert_eq!(patch(r#"{"email": null}"#).unwrap().email, Some(None));
        assert_eq!(patch(r#"{"email": "a@b.c"}"#).unwrap().email, Some(Some("a@b.c".to_owned())));
        assert!(patch(r#"{"name": null}"#).is_err());
    }
}
