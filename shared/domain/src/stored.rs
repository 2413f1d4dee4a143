//! Reads items that another release of Rollcall has stored: a newer release before a rollback, or a release that still runs while
//! functions are updated one after the other. Fields that a type doesn't have are ignored. [`Lenient`] and [`known_fields`]
//! handle values that a type doesn't know. `docs/adr/0029-stored-items-of-other-releases.md` has the reasons.

use std::collections::BTreeSet;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IgnoredAny},
};
use serde_json::{Map, Value};

/// A stored value that another release may have written in a form that this release doesn't know.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Lenient<T> {
    /// The value.
    Known(T),
    /// A value that this release can't read.
    Unknown(IgnoredAny),
}

impl<T> Lenient<T> {
    /// The value, if this release can read it.
    pub(crate) fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

/// A stored field that has a default.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Lenient<T>")]
pub(crate) enum StoredField<T> {
    /// The item doesn't have the field.
    #[default]
    Absent,
    /// The field has this value.
    Known(T),
    /// The field has a value that this release can't read.
    Unknown,
}

impl<T> From<Lenient<T>> for StoredField<T> {
    fn from(field: Lenient<T>) -> Self {
        match field {
            Lenient::Known(value) => Self::Known(value),
            Lenient::Unknown(_) => Self::Unknown,
        }
    }
}

impl<T> StoredField<T> {
    /// The value of the field, or else the default. Sets `has_unknown` if this release can't read the value.
    pub(crate) fn or(self, default: T, has_unknown: &mut bool) -> T {
        match self {
            Self::Known(value) => value,
            Self::Absent => default,
            Self::Unknown => {
                *has_unknown = true;
                default
            }
        }
    }
}

/// Reads the items of a set that this release knows, and ignores the others.
///
/// # Errors
/// The value isn't a list, or the deserializer fails.
pub(crate) fn known_items<'de, T: Deserialize<'de> + Ord, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeSet<T>, D::Error> {
    let items = Vec::<Lenient<T>>::deserialize(deserializer)?;
    Ok(items.into_iter().filter_map(Lenient::known).collect())
}

/// Reads a type whose fields all have defaults. A field with a value that the type can't read gets its default; the second part
/// of the result names these fields.
///
/// # Errors
/// The value isn't a map, or the deserializer fails.
pub(crate) fn known_fields<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<(T, BTreeSet<String>), D::Error> {
    known_fields_of(Map::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// [`known_fields`] of a document.
///
/// # Errors
/// The fields that can be read one by one can't be read together.
pub(crate) fn known_fields_of<T: DeserializeOwned>(
    document: Map<String, Value>,
) -> serde_json::Result<(T, BTreeSet<String>)> {
    if let Ok(read) = T::deserialize(&document) {
        return Ok((read, BTreeSet::new()));
    }
    let (mut known, mut unknown) = (Map::new(), BTreeSet::new());
    for (name, value) in document {
        let alone = Value::Object([(name.clone(), value.clone())].into_iter().collect());
        if T::deserialize(&alone).is_ok() {
            known.insert(name, value);
        } else {
            unknown.insert(name);
        }
    }
    T::deserialize(&Value::Object(known)).map(|read| (read, unknown))
}
