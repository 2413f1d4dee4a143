//! Fields of a partial update: an absent field stays as it is, while `null` removes its value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field that may be `null`. With `#[serde(default)]`, an absent field is [`PatchField::Absent`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PatchField<T> {
    /// The field is absent.
    #[default]
    Absent,
    /// The field is `null`.
    Null,
    /// The field has a value.
    Value(T),
}

impl<T> PatchField<T> {
    /// Returns the field's value after the change.
    pub fn or(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Absent => before,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Returns whether the field is absent.
    pub const fn is_absent(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Null | Self::Value(_) => false,
        }
    }

    /// Returns the given value; `None` for an absent field and for `null`.
    pub const fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

/// Leave absent fields out with `#[serde(skip_serializing_if = "PatchField::is_absent")]`.
impl<T: Serialize> Serialize for PatchField<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PatchField<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

/// Deserializes a field that may not be `null`. With `#[serde(default)]`, an absent field is `None`; a present field is parsed
/// as a `T`.
///
/// # Errors
///
/// Returns the error of `T`, also for `null`, if `T` doesn't accept it.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Returns the default of a field that is true unless the body says otherwise: `#[serde(default = "domain::patch_field::yes")]`.
pub const fn yes() -> bool {
    true
}

/// Returns the names of the changed fields. `fields` are pairs `(field, is changed)`.
pub fn changed_fields<'a>(fields: impl IntoIterator<Item = (&'a str, bool)>) -> Vec<String> {
    fields.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field.to_owned()).collect()
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
