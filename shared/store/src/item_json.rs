//! Reads entities from the JSON of DynamoDB's responses.
//!
//! In this JSON, each value is an object whose only key names the type: `{"S": "2026-11-02"}`. The SDK reads each item into nested
//! hash maps, `serde_dynamo` builds these maps again for its own types, and then the entity is read from them. For a list, this
//! takes several times as long as reading the entities from the JSON itself. Both ways read the same entities; the tests compare
//! them for the stored items of all releases (`releases.rs`).

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};

/// An entity that is read from an item.
#[derive(Debug)]
pub(crate) struct FromItem<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for FromItem<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(ItemDeserializer(deserializer)).map(Self)
    }
}

/// Deserializes an item: its attributes have types, the item itself has none.
struct ItemDeserializer<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ItemDeserializer<D> {
    type Error = D::Error;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Typed(visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }
}

/// The types of attributes that the table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(field_identifier)]
enum Type {
    S,
    N,
    #[serde(rename = "BOOL")]
    Bool,
    #[serde(rename = "NULL")]
    Null,
    M,
    L,
    #[serde(rename = "SS")]
    Ss,
}

/// The form in which a type asks for its value. All other types take the value as it is.
#[derive(Debug, Clone, Copy)]
enum Form {
    Value,
    Option,
    Enum,
}

/// A member of a map or list, with its type: as a visitor, an accessor, a seed or a deserializer.
struct Typed<X>(X);

impl<'de, V: Visitor<'de>> Visitor<'de> for Typed<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Typed(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Typed(elements))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Typed<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Typed(seed))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Typed<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Typed(seed))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Typed<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Typed(deserializer))
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Typed<D> {
    type Error = D::Error;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Unwrap { visitor, form: Form::Value })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Unwrap { visitor, form: Form::Option })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Unwrap { visitor, form: Form::Enum })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    /// Skips the value with its type, so that attributes of any type may be stored that the entity doesn't have.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }
}

/// Reads the object `{"type": value}`.
struct Unwrap<V> {
    visitor: V,
    form: Form,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Unwrap<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<V::Value, A::Error> {
        let Some(of_type) = object.next_key::<Type>()? else { return Err(A::Error::custom("a value has no type")) };
        let value = Value { of_type, object: &mut object };
        match self.form {
            Form::Value => value.deserialize_any(self.visitor),
            Form::Option => value.deserialize_option(self.visitor),
            Form::Enum => value.deserialize_enum("", &[], self.visitor),
        }
    }
}

/// A value whose type is read.
struct Value<'a, A> {
    of_type: Type,
    /// The object, at the value.
    object: &'a mut A,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Value<'_, A> {
    type Error = A::Error;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.object.next_value_seed(Inner { of_type: self.of_type, form: Form::Value, visitor })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        if self.of_type == Type::Null {
            self.object.next_value::<IgnoredAny>()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.object.next_value_seed(Inner { of_type: self.of_type, form: Form::Enum, visitor })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.object.next_value::<IgnoredAny>()?;
        visitor.visit_unit()
    }
}

/// Reads the value in `{"type": value}`.
struct Inner<V> {
    of_type: Type,
    form: Form,
    visitor: V,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Inner<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let Self { of_type, form, visitor } = self;
        match (of_type, form) {
            (Type::S, Form::Enum) => deserializer.deserialize_str(Variant(visitor)),
            (Type::M, Form::Enum) => deserializer.deserialize_map(Variant(visitor)),
            (Type::S, _) => deserializer.deserialize_str(visitor),
            (Type::N, _) => deserializer.deserialize_str(Number(visitor)),
            (Type::Bool, _) => deserializer.deserialize_bool(visitor),
            (Type::Null, _) => {
                IgnoredAny::deserialize(deserializer)?;
                visitor.visit_unit()
            }
            (Type::M, _) => deserializer.deserialize_map(Typed(visitor)),
            (Type::L, _) => deserializer.deserialize_seq(Typed(visitor)),
            (Type::Ss, _) => deserializer.deserialize_seq(visitor),
        }
    }
}

/// Reads a number, which DynamoDB sends as text.
struct Number<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Number<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        if let Ok(number) = text.parse() {
            return self.0.visit_i64(number);
        }
        if let Ok(number) = text.parse() {
            return self.0.visit_u64(number);
        }
        self.0.visit_f64(text.parse().map_err(E::custom)?)
    }
}

/// Reads an enum: a text is a variant without fields, a map with one member is a variant with fields.
struct Variant<X>(X);

impl<'de, V: Visitor<'de>> Visitor<'de> for Variant<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        self.0.visit_enum(name.into_deserializer())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Variant(members))
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Variant<A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, Self), A::Error> {
        let name = self.0.next_key_seed(seed)?;
        Ok((name.ok_or_else(|| A::Error::custom("a variant has no name"))?, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Variant<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        self.0.next_value::<IgnoredAny>().map(drop)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Typed(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(Typed(Fields(visitor)))
    }

    fn struct_variant<V: Visitor<'de>>(mut self, _: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(Typed(Fields(visitor)))
    }
}

/// Reads the fields of a variant.
struct Fields<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Fields<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Wrapped(u8),
        Pair(i64, String),
        Named { of: Option<bool> },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "mode", rename_all = "snake_case")]
    enum Tagged {
        Off,
        Minutes { minutes: u32 },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Flat {
        rest: i8,
        degrees: f64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(String);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Entity {
        id: Id,
        kinds: Vec<Kind>,
        tagged: Vec<Tagged>,
        none: Option<u8>,
        some: Option<Id>,
        #[serde(default)]
        missing: Option<u8>,
        years: BTreeMap<i16, u64>,
        set: BTreeSet<String>,
        #[serde(flatten)]
        flat: Flat,
        any: serde_json::Value,
    }

    fn read<T: for<'de> Deserialize<'de>>(item: serde_json::Value) -> Result<T, String> {
        let from_text: Result<FromItem<T>, String> =
            serde_json::from_str(&item.to_string()).map_err(|error| error.to_string());
        from_text.map(|FromItem(entity)| entity)
    }

    #[test]
    fn every_form_of_a_type_is_read() {
        #[derive(Deserialize)]
        struct Little {
            some: String,
        }
        let item = json!({
            "pk": {"S": "USER#1"},
            "id": {"S": "a \"quoted\" id\n"},
            "kinds": {"L": [
                {"S": "plain"}, {"M": {"wrapped": {"N": "7"}}}, {"M": {"pair": {"L": [{"N": "-3"}, {"S": "x"}]}}},
                {"M": {"named": {"M": {"of": {"BOOL": true}}}}}, {"M": {"named": {"M": {"of": {"NULL": true}}}}},
            ]},
            "tagged": {"L": [{"M": {"mode": {"S": "off"}}}, {"M": {"minutes": {"N": "5"}, "mode": {"S": "minutes"}}}]},
            "none": {"NULL": true},
            "some": {"S": "b"},
            "years": {"M": {"2026": {"N": "18446744073709551615"}}},
            "set": {"SS": ["x", "y"]},
            "rest": {"N": "-128"},
            "degrees": {"N": "41"},
            "any": {"M": {"a": {"L": [{"N": "1.5"}, {"NULL": true}, {"BOOL": false}]}}},
            "unknown": {"B": "AAAA"},
        });
        let expected = Entity {
            id: Id("a \"quoted\" id\n".to_owned()),
            kinds: vec![
                Kind::Plain,
                Kind::Wrapped(7),
                Kind::Pair(-3, "x".to_owned()),
                Kind::Named { of: Some(true) },
                Kind::Named { of: None },
            ],
            tagged: vec![Tagged::Off, Tagged::Minutes { minutes: 5 }],
            none: None,
            some: Some(Id("b".to_owned())),
            missing: None,
            years: [(2026, u64::MAX)].into(),
            set: ["x".to_owned(), "y".to_owned()].into(),
            flat: Flat { rest: -128, degrees: 41.0 },
            any: json!({"a": [1.5, null, false]}),
        };
        let mut known = item.clone();
        // Only attributes that the entity doesn't have may be of a type that the table doesn't have.
        known.as_object_mut().unwrap().remove("unknown");
        assert_eq!(read::<Entity>(known), Ok(expected));
        assert_eq!(read::<Id>(json!({"a": {"S": "b"}})).ok(), None, "an item isn't a text");
        assert!(read::<BTreeMap<String, String>>(json!({"a": {"B": "AAAA"}})).is_err());
        assert_eq!(read::<Little>(item).unwrap().some, "b");
    }

    #[test]
    fn values_of_another_type_are_refused() {
        for (wrong, reason) in [
            (json!({"a": {"S": "7"}}), "a number must be a number"),
            (json!({"a": {"N": "256"}}), "a number has bounds"),
            (json!({"a": {"N": "1.5"}}), "a whole number has no fraction"),
            (json!({"a": {}}), "a value has a type"),
            (json!({"a": {"N": "1", "S": "1"}}), "a value has one type"),
        ] {
            assert!(read::<BTreeMap<String, u8>>(wrong).is_err(), "{reason}");
        }
    }
}
