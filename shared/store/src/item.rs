//! Items: an entity's attributes, together with the keys and the attributes for indexes and TTL.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

pub use crate::attributes::Attributes;
use crate::{
    error::StoreError,
    keys::{EXPIRES_AT, IndexKey, Key, PK, ROW, SK},
    preserve::preserve,
};

/// An item to put.
#[derive(Debug, Clone)]
pub struct Item {
    pub(crate) attributes: Attributes,
}

impl Item {
    /// Creates an item with the entity's attributes under its key.
    pub fn new<T: Serialize>(key: Key, entity: &T) -> Result<Self, StoreError> {
        let mut attributes: Attributes = serde_dynamo::aws_sdk_dynamodb_1::to_item(entity)
            .map_err(|error| StoreError::Unwritable(error.to_string()))?;
        attributes.insert(PK.to_owned(), AttributeValue::S(key.pk));
        attributes.insert(SK.to_owned(), AttributeValue::S(key.sk));
        Ok(Self { attributes })
    }

    /// Creates an item with the entity's next version under its key, and with the data that another release stored in the
    /// version that was read.
    pub fn next<T: Serialize + DeserializeOwned>(key: Key, entity: &T) -> Result<Self, StoreError> {
        let mut item = Self::new(key.clone(), entity)?;
        preserve::<T>(&key, &mut item.attributes);
        Ok(item)
    }

    /// Returns a copy of the item under another key.
    #[must_use]
    pub(crate) fn copied_to(&self, key: Key) -> Self {
        let mut copy = self.clone();
        copy.attributes.insert(PK.to_owned(), AttributeValue::S(key.pk));
        copy.attributes.insert(SK.to_owned(), AttributeValue::S(key.sk));
        copy
    }

    /// Lists the item in an index.
    #[must_use]
    pub fn indexed(mut self, index: IndexKey) -> Self {
        self.attributes.insert(index.index.pk().to_owned(), AttributeValue::S(index.pk));
        self.attributes.insert(index.index.sk().to_owned(), AttributeValue::S(index.sk));
        self
    }

    /// Sets what an index projects of the item: a compact map, below 900 bytes so that a row costs one write unit of the
    /// index.
    pub fn row<T: Serialize>(mut self, row: &T) -> Result<Self, StoreError> {
        let value = to_value(row)?;
        self.attributes.insert(ROW.to_owned(), value);
        Ok(self)
    }

    /// Sets the instant after which the item may be deleted. TTL is only garbage collection: every reader compares the
    /// instant with its clock.
    #[must_use]
    pub fn expires_at(mut self, at: Timestamp) -> Self {
        self.attributes.insert(EXPIRES_AT.to_owned(), AttributeValue::N(at.as_second().to_string()));
        self
    }
}

/// Converts a value to an attribute.
pub(crate) fn to_value<T: Serialize>(value: &T) -> Result<AttributeValue, StoreError> {
    serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(value)
        .map_err(|error| StoreError::Unwritable(error.to_string()))
}
