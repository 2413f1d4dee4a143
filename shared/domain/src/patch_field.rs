//! Fields of a partial update.

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
