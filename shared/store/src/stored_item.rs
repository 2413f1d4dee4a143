//! Items as they are stored: in the JSON of DynamoDB's responses.

use std::sync::Arc;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use crate::{
    StoreError,
    attributes::Attributes,
    item_json::FromItem,
    keys::{Index, Key},
};

/// An item that was read, and not yet interpreted. A copy shares the text.
#[derive(Debug, Clone)]
pub(crate) struct StoredItem(Arc<str>);

/// What is known of an item without its type.
#[derive(Debug)]
pub(crate) struct Head {
    /// The item's key; missing parts are empty.
    pub key: Key,
    /// Whether the item counts its changes.
    pub has_version: bool,
    gsi1sk: Option<String>,
    gsi2sk: Option<String>,
}

impl Head {
    /// Returns the item's sort key in an index; empty if the index doesn't list the item.
    pub(crate) fn sort_in(&self, index: Index) -> &str {
        let sort = match index {
            Index::Gsi1 => &self.gsi1sk,
            Index::Gsi2 => &self.gsi2sk,
        };
        sort.as_deref().unwrap_or_default()
    }
}

/// What an index projects of an item.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct WithRow<T> {
    #[serde(default = "Option::default")]
    pub row: Option<T>,
}

impl<'de> Deserialize<'de> for StoredItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|text| Self(text.get().into()))
    }
}

impl StoredItem {
    /// Reads the item as its entity. Attributes that the entity doesn't have (keys, rows) are ignored.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        self.parse().map_err(|error| self.unreadable(&error))
    }

    /// Does the same as [`StoredItem::read`], with the reason alone if the item isn't such an entity.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.0).map(|FromItem(entity)| entity)
    }

    /// Reads what an index projects of the item, as its entity.
    pub(crate) fn read_row<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        let WithRow { row } = self.read()?;
        row.ok_or_else(|| self.head().key.unreadable("it has no row"))
    }

    /// Reads the item as attributes.
    pub(crate) fn attributes(&self) -> Result<Attributes, StoreError> {
        let item: serde_dynamo::Item = serde_json::from_str(&self.0).map_err(|error| self.unreadable(&error))?;
        Ok(item.into())
    }

    /// Returns what is known of the item without its type.
    pub(crate) fn head(&self) -> Head {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Attributes {
            pk: String,
            sk: String,
            version: Option<IgnoredAny>,
            gsi1sk: Option<String>,
            gsi2sk: Option<String>,
        }

        let Attributes { pk, sk, version, gsi1sk, gsi2sk } = self.parse().unwrap_or_default();
        Head { key: Key { pk, sk }, has_version: version.is_some(), gsi1sk, gsi2sk }
    }

    fn unreadable(&self, error: &serde_json::Error) -> StoreError {
        self.head().key.unreadable(error)
    }
}

#[cfg(test)]
impl From<Attributes> for StoredItem {
    fn from(attributes: Attributes) -> Self {
        let item = serde_dynamo::Item::from(attributes);
        Self(serde_json::to_string(&item).expect("attributes are JSON").into())
    }
}
