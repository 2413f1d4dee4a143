//! Fields of a PATCH: one that isn't given stays as it is, which is not the same as one that is given as `null`.

use serde::{Deserialize, Deserializer};

/// Reads a field that may not be `null`: with `#[serde(default)]` a missing one is `None`, one that is there is read as
/// a `T`.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A field that may be `null`; with `#[serde(default)]` a missing one is [`PatchField::Absent`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum PatchField<T> {
    /// It isn't given.
    #[default]
    Stays,
    /// It is given as `null`.
    Taken,
    /// It is given.
    Given(T),
}

impl<T> PatchField<T> {
    /// The field after the change.
    pub(crate) fn or(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Stays => before,
            Self::Taken => None,
            Self::Given(value) => Some(value),
        }
    }

    /// What is given.
    pub(crate) const fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Stays | Self::Taken => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PatchField<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Taken, Self::Given))
    }
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
