//! Deserializes a document from memory. An error holds the path of a value and the rule that the value breaks.

use std::fmt;

use domain::FieldRule;
use serde::{
    Deserializer,
    de::{
        DeserializeSeed, Error, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapAccessDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

use super::Step;

/// The kind of text that a document was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// JSON, which has types.
    Json,
    /// A query string, which has only texts: numbers and booleans are parsed from them.
    Query,
}

/// A value of a document. With a focus, it hides all members of objects and lists except those on the path to one value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'de> {
    pub(super) value: &'de Value,
    pub(super) focus: &'de [Step],
    pub(super) reader: Reader,
}

/// A value that a type refuses, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The path, last step first.
    path: Vec<Step>,
    rule: FieldRule,
}

impl Fault {
    fn new(rule: FieldRule) -> Self {
        Self { path: Vec::new(), rule }
    }

    fn under(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// Returns the path of the value and the rule that it breaks.
    pub(super) fn into_parts(mut self) -> (Vec<Step>, FieldRule) {
        self.path.reverse();
        (self.path, self.rule)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rule.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(FieldRule::decode(&format!("{message:#}")))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(match unexpected {
            Unexpected::Unit | Unexpected::Option => FieldRule::NotNull,
            Unexpected::Bool(_)
            | Unexpected::Unsigned(_)
            | Unexpected::Signed(_)
            | Unexpected::Float(_)
            | Unexpected::Char(_)
            | Unexpected::Str(_)
            | Unexpected::Bytes(_)
            | Unexpected::NewtypeStruct
            | Unexpected::Seq
            | Unexpected::Map
            | Unexpected::Enum
            | Unexpected::UnitVariant
            | Unexpected::NewtypeVariant
            | Unexpected::TupleVariant
            | Unexpected::StructVariant
            | Unexpected::Other(_) => expectation(&expected.to_string()),
        })
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(expectation(&expected.to_string()))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(expectation(&expected.to_string()))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(FieldRule::OneOf { allowed: expected.iter().copied().collect() })
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new(FieldRule::UnknownField)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(FieldRule::Required).under(Step::Key(field.to_owned()))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(FieldRule::GivenTwice).under(Step::Key(field.to_owned()))
    }
}

/// Returns the rule that corresponds to serde's description of what a Rust type expects.
fn expectation(expected: &str) -> FieldRule {
    match expected.split([' ', ',']).next().unwrap_or_default() {
        "struct" | "map" | "internally" | "adjacently" | "tuple" => FieldRule::Object,
        "sequence" => FieldRule::List,
        "string" | "borrowed" => FieldRule::Text,
        "boolean" => FieldRule::Boolean,
        "f32" | "f64" => FieldRule::Number,
        "u64" | "u128" | "usize" => FieldRule::WholeNumberAtLeast { min: 0 },
        "u32" => FieldRule::WholeNumberBetween { min: 0, max: i64::from(u32::MAX) },
        "u16" => FieldRule::WholeNumberBetween { min: 0, max: i64::from(u16::MAX) },
        "u8" => FieldRule::WholeNumberBetween { min: 0, max: i64::from(u8::MAX) },
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "integer" => FieldRule::WholeNumber,
        "a" if expected == "a string" => FieldRule::Text,
        "a" if expected == "a boolean" => FieldRule::Boolean,
        "a" if expected.starts_with("a sequence") => FieldRule::List,
        "a" if expected.starts_with("a map") => FieldRule::Object,
        _ => format!("must be {expected}").into(),
    }
}

/// Reads numbers and booleans from the texts of a query string.
macro_rules! parsed_from_texts {
    ($($method:ident $visit:ident $kind:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match (self.reader, self.value) {
                (Reader::Query, Value::String(text)) => match text.parse::<$kind>() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => Err(Fault::invalid_type(Unexpected::Str(text), &visitor)),
                },
                (Reader::Query | Reader::Json, _) => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Fault;

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }

    parsed_from_texts! {
        deserialize_bool visit_bool bool;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), ..) => visitor.visit_u64(value),
                (None, Some(value), _) => visitor.visit_i64(value),
                (None, None, Some(value)) => visitor.visit_f64(value),
                (None, None, None) => Err(Fault::new(FieldRule::Number)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items::new(self, items)),
            Value::Object(object) => visitor.visit_map(Entries::new(self, object)),
        }
    }

    /// Refuses a field that the type doesn't have. Types of the domain ignore such fields because other releases may have
    /// stored them. A request with an unknown field is refused, so that no typo goes unnoticed.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.reader {
            Reader::Json => Err(Fault::new(FieldRule::UnknownField)),
            Reader::Query => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    /// Accepts only an object: serde would also accept a list and assign its members by position, and typos would go unnoticed.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::Object(object) => visitor.visit_map(Entries::new(self, object)),
            Value::Null => Err(Fault::new(FieldRule::NotNull)),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Fault::new(FieldRule::Object))
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::String(variant) => {
                visitor.visit_enum(IntoDeserializer::<Fault>::into_deserializer(variant.as_str()))
            }
            Value::Object(object) if object.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Entries::new(self, object)))
            }
            Value::Null => Err(Fault::new(FieldRule::NotNull)),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err(Fault::unknown_variant("", variants))
            }
        }
    }
}

/// The visible members of a list.
struct Items<'de> {
    parent: Node<'de>,
    list: &'de [Value],
    next: usize,
    end: usize,
}

impl<'de> Items<'de> {
    fn new(parent: Node<'de>, items: &'de [Value]) -> Self {
        let (next, end) = match parent.focus.first() {
            Some(Step::Index(index)) => (*index, index + 1),
            Some(Step::Key(_)) | None => (0, items.len()),
        };
        Self { parent, list: items, next, end }
    }
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let index = self.next;
        let Some(value) = self.list.get(index).filter(|_| index < self.end) else { return Ok(None) };
        self.next += 1;
        let node = Node { value, focus: self.parent.focus.get(1..).unwrap_or_default(), ..self.parent };
        seed.deserialize(node).map(Some).map_err(|fault| fault.under(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.end.min(self.list.len()).saturating_sub(self.next))
    }
}

/// The visible members of an object.
struct Entries<'de> {
    parent: Node<'de>,
    shown: Shown<'de>,
    current: Option<(&'de str, &'de Value)>,
}

enum Shown<'de> {
    All(serde_json::map::Iter<'de>),
    One(Option<(&'de str, &'de Value)>),
}

impl<'de> Entries<'de> {
    fn new(parent: Node<'de>, object: &'de Map<String, Value>) -> Self {
        let entries = match parent.focus.first() {
            Some(Step::Key(key)) => Shown::One(object.get_key_value(key).map(|(key, value)| (key.as_str(), value))),
            Some(Step::Index(_)) | None => Shown::All(object.iter()),
        };
        Self { parent, shown: entries, current: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.current = match &mut self.shown {
            Shown::All(entries) => entries.next().map(|(key, value)| (key.as_str(), value)),
            Shown::One(entry) => entry.take(),
        };
        let Some((key, _)) = self.current else { return Ok(None) };
        let reader = StrDeserializer::<Fault>::new(key);
        seed.deserialize(reader).map(Some).map_err(|fault| fault.under(Step::Key(key.to_owned())))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, value)) = self.current.take() else { return Err(Fault::custom("a value before its key")) };
        let node = Node { value, focus: self.parent.focus.get(1..).unwrap_or_default(), ..self.parent };
        seed.deserialize(node).map_err(|fault| fault.under(Step::Key(key.to_owned())))
    }
}
