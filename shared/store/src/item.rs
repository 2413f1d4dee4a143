//! Items: an entity's attributes, together with the keys and the attributes for indexes and TTL.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{
    Deserializer, Serialize,
    de::{DeserializeOwned, Error, Visitor},
    forward_to_deserialize_any,
};

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

/// Reads an item as its entity. Attributes that the entity doesn't name (keys, rows) are ignored.
pub(crate) fn from_attributes<T: DeserializeOwned>(attributes: Attributes) -> Result<T, StoreError> {
    let key = Key::of(&attributes);
    serde_dynamo::aws_sdk_dynamodb_1::from_item(attributes).map_err(|error| key.unreadable(error))
}

/// Reads a struct that has only some attributes of an item. Copies only these.
pub(crate) fn from_some<T: DeserializeOwned>(attributes: &Attributes) -> Result<T, StoreError> {
    T::deserialize(SomeOf(attributes)).map_err(|error| Key::of(attributes).unreadable(error))
}

/// Deserializes a struct from those attributes that its fields name.
struct SomeOf<'a>(&'a Attributes);

impl<'de> Deserializer<'de> for SomeOf<'_> {
    type Error = serde_dynamo::Error;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Error::custom("only a struct names its attributes"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let some = fields.iter().filter_map(|field| self.0.get_key_value(*field));
        let some = some.map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let some = serde_dynamo::Deserializer::from_attribute_value(serde_dynamo::AttributeValue::M(some));
        some.deserialize_struct(name, fields, visitor)
    }
}

/// Reads what an index projects of an item, as its entity.
pub(crate) fn from_row<T: DeserializeOwned>(mut attributes: Attributes) -> Result<T, StoreError> {
    let row = attributes.remove(ROW);
    let unreadable = |reason: String| Key::of(&attributes).unreadable(reason);
    let row = row.ok_or_else(|| unreadable("it has no row".to_owned()))?;
    serde_dynamo::aws_sdk_dynamodb_1::from_attribute_value(row).map_err(|error| unreadable(error.to_string()))
}
