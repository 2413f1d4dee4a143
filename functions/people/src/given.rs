//! Fields of a PATCH body: an absent field stays as it is, while `null` removes its value.

pub(crate) use domain::patch_field::PatchField;
use serde::{Deserialize, Deserializer};

/// Deserializes a field that may not be `null`. With `#[serde(default)]`, an absent field is `None`; a present field is parsed
/// as a `T`.
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
        #[serde(default)]
        email: PatchField<String>,
    }

    #[test]
    fn absent_null_and_given_are_three_things() {
        let patch = |text: &str| serde_json::from_str::<Patch>(text);
        assert_eq!(patch("{}").unwrap(), Patch { name: None, email: PatchField::Absent });
        assert_eq!(patch(r#"{"email": null}"#).unwrap().email, PatchField::Null);
        assert_eq!(patch(r#"{"email": "a@b.c"}"#).unwrap().email, PatchField::Value("a@b.c".to_owned()));
        assert!(patch(r#"{"name": null}"#).is_err());
        assert!(patch(r#"{"email": 5}"#).is_err());
    }
}
