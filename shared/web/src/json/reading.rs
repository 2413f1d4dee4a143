//! Reads bytes into a document, and reports keys that an object has twice: a document in memory doesn't show them any more.

use std::fmt;

use domain::FieldRule;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Step, written};
use crate::{Code, Detail, Problem, problem::FieldError};

/// Reads a document, and lists the keys that one of its objects has twice.
pub(super) fn read(bytes: &[u8]) -> Result<(Value, Vec<FieldError>), Problem> {
    let (mut path, mut given_twice) = (Vec::new(), Vec::new());
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let part = Part { path: &mut path, given_twice: &mut given_twice };
    let document = part.deserialize(&mut reader).and_then(|document| reader.end().map(|()| document));
    match document {
        Ok(document) => Ok((document, given_twice)),
        Err(error) => Err(Problem::new(Code::MalformedRequest)
            .detail(Detail::InvalidJson { line: error.line() as u64, column: error.column() as u64 })),
    }
}

/// A part of a document that is read next.
struct Part<'a> {
    path: &'a mut Vec<Step>,
    given_twice: &'a mut Vec<FieldError>,
}

impl Part<'_> {
    /// Returns the part at the end of one more step.
    fn at(&mut self, step: Step) -> Part<'_> {
        self.path.push(step);
        Part { path: self.path, given_twice: self.given_twice }
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    /// A number without a fraction is a whole number, however it is written (JSON Schema, 6.1.1): `54.0`, `5.4e1`.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let whole = Some(value).filter(|value| value.fract() == 0.0);
        let whole = whole.and_then(|value| format!("{value:.0}").parse::<i64>().ok());
        Ok(whole.map_or_else(|| value.into(), Value::from))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.at(Step::Index(list.len())))? {
            self.path.pop();
            list.push(item);
        }
        self.path.pop();
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self.at(Step::Key(key.clone())))?;
            if object.insert(key, value).is_some() {
                self.given_twice.push(FieldError::new(written(self.path), FieldRule::GivenTwice));
            }
            self.path.pop();
        }
        Ok(object.into())
    }
}
