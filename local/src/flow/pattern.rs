//! Event patterns: the conditions of a bus rule on an event, and of a stream filter on a record.
//!
//! Only the EventBridge operators that the template may use are supported. Any other operator is an error at the
//! start.

use std::collections::BTreeMap;

use serde_json::Value;

/// A condition on an event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Pattern {
    /// An object whose fields match. It may have other fields.
    Fields(BTreeMap<String, Pattern>),
    /// A value that at least one of the matchers accepts.
    Any(Vec<Matcher>),
}

/// A condition on a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Matcher {
    Equals(Value),
    Prefix(String),
    Exists(bool),
    AnythingBut(Vec<Value>),
    AnythingButPrefix(String),
    /// A number within all of these bounds.
    Numeric(Vec<(Bound, f64)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Pattern {
    /// Parses a pattern.
    pub(crate) fn parse(pattern: &Value) -> Result<Self, String> {
        match pattern {
            Value::Object(fields) if fields.is_empty() => Err("an empty pattern matches nothing".to_owned()),
            Value::Object(fields) => {
                if let Some(operator) = fields.keys().find(|name| name.starts_with('$')) {
                    return Err(format!("the local stack doesn't know the operator {operator:?}"));
                }
                let fields = fields.iter().map(|(name, pattern)| Ok((name.clone(), Self::parse(pattern)?)));
                fields.collect::<Result<_, String>>().map(Self::Fields)
            }
            Value::Array(values) if values.is_empty() => Err("an empty list matches nothing".to_owned()),
            Value::Array(values) => values.iter().map(Matcher::parse).collect::<Result<_, _>>().map(Self::Any),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(format!("{pattern} must stand in a list"))
            }
        }
    }

    /// Returns whether an event matches.
    pub(crate) fn matches(&self, event: &Value) -> bool {
        self.takes(Some(event))
    }

    fn takes(&self, value: Option<&Value>) -> bool {
        // A list matches if one of its elements matches completely.
        if let Some(Value::Array(elements)) = value.filter(|value| value.as_array().is_some_and(|all| !all.is_empty()))
        {
            return elements.iter().any(|element| self.takes(Some(element)));
        }
        match self {
            Self::Fields(fields) => {
                fields.iter().all(|(name, pattern)| pattern.takes(value.and_then(|of| of.get(name))))
            }
            Self::Any(matchers) => matchers.iter().any(|matcher| matcher.takes(value)),
        }
    }
}

impl Matcher {
    fn parse(value: &Value) -> Result<Self, String> {
        let Value::Object(operator) = value else {
            return if value.is_array() {
                Err(format!("{value} stands in a list of its own"))
            } else {
                Ok(Self::Equals(value.clone()))
            };
        };
        let unknown = || format!("the local stack doesn't know the operator {value}");
        let (Some((name, operand)), 1) = (operator.iter().next(), operator.len()) else { return Err(unknown()) };
        match (name.as_str(), operand) {
            ("prefix", Value::String(prefix)) => Ok(Self::Prefix(prefix.clone())),
            ("exists", Value::Bool(exists)) => Ok(Self::Exists(*exists)),
            ("anything-but", Value::Array(values)) if values.iter().all(is_scalar) => {
                Ok(Self::AnythingBut(values.clone()))
            }
            ("anything-but", Value::Object(inner)) if inner.len() == 1 => {
                let prefix = inner.get("prefix").and_then(Value::as_str).ok_or_else(unknown)?;
                Ok(Self::AnythingButPrefix(prefix.to_owned()))
            }
            ("anything-but", scalar) if is_scalar(scalar) => Ok(Self::AnythingBut(vec![scalar.clone()])),
            ("numeric", Value::Array(bounds)) if !bounds.is_empty() => bounds
                .chunks(2)
                .map(|bound| Bound::parse(bound).ok_or_else(unknown))
                .collect::<Result<_, _>>()
                .map(Self::Numeric),
            _ => Err(unknown()),
        }
    }

    fn takes(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else { return *self == Self::Exists(false) };
        let begins_with = |prefix: &str| value.as_str().is_some_and(|text| text.starts_with(prefix));
        match self {
            Self::Exists(exists) => *exists,
            Self::Equals(wanted) => same(wanted, value),
            Self::Prefix(prefix) => begins_with(prefix),
            Self::AnythingBut(unwanted) => is_scalar(value) && !unwanted.iter().any(|unwanted| same(unwanted, value)),
            Self::AnythingButPrefix(prefix) => value.is_string() && !begins_with(prefix),
            Self::Numeric(bounds) => {
                value.as_f64().is_some_and(|number| bounds.iter().all(|(bound, limit)| bound.holds(number, *limit)))
            }
        }
    }
}

impl Bound {
    fn parse(bound: &[Value]) -> Option<(Self, f64)> {
        let [operator, limit] = bound else { return None };
        let bound = match operator.as_str()? {
            "=" => Self::Equal,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::Greater,
            ">=" => Self::AtLeast,
            _ => return None,
        };
        Some((bound, limit.as_f64()?))
    }

    fn holds(self, number: f64, limit: f64) -> bool {
        match self {
            Self::Equal => number.total_cmp(&limit).is_eq(),
            Self::Less => number < limit,
            Self::AtMost => number <= limit,
            Self::Greater => number > limit,
            Self::AtLeast => number >= limit,
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Returns whether two values are equal. The numbers 1 and 1.0 are equal.
fn same(one: &Value, other: &Value) -> bool {
    one == other || (one.is_number() && one.as_f64() == other.as_f64())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(pattern: Value, event: Value) -> bool {
        Pattern::parse(&pattern).unwrap().matches(&event)
    }

    #[test]
    fn every_field_must_match_one_of_its_values() {
        let pattern = json!({"source": ["rollcall", "other"], "detail": {"schema_version": [1]}});
        assert!(matches(pattern.clone(), json!({"source": "rollcall", "detail": {"schema_version": 1.0, "more": 2}})));
        assert!(!matches(pattern.clone(), json!({"source": "rollcall", "detail": {"schema_version": 2}})));
        assert!(!matches(pattern.clone(), json!({"source": "rollcall"})));
        assert!(!matches(pattern, json!({"source": "third", "detail": {"schema_version": 1}})));
    }

    #[test]
    fn of_a_list_one_element_is_enough_but_it_must_match_whole() {
        let pattern = json!({"facts": {"kind": ["late"], "date": [{"prefix": "2026-"}]}});
        let facts =
            |late: &str, other: &str| json!({"facts": [{"kind": "late", "date": late}, {"kind": "x", "date": other}]});
        assert!(matches(pattern.clone(), facts("2026-11-02", "2025-01-01")));
        assert!(!matches(pattern.clone(), facts("2025-11-02", "2026-01-01")));
        assert!(!matches(pattern, json!({"facts": []})));
    }

    #[test]
    fn operators_take_what_they_say() {
        for (matcher, value, taken) in [
            (json!({"prefix": "OUTBOX#"}), json!("OUTBOX#settings"), true),
            (json!({"prefix": "OUTBOX#"}), json!("USER#1"), false),
            (json!({"prefix": "1"}), json!(12), false),
            (json!({"exists": true}), json!(null), true),
            (json!({"exists": false}), json!(0), false),
            (json!({"anything-but": ["a", "b"]}), json!("c"), true),
            (json!({"anything-but": "a"}), json!("a"), false),
            (json!({"anything-but": {"prefix": "a"}}), json!("b"), true),
            (json!({"anything-but": {"prefix": "a"}}), json!("ab"), false),
            (json!({"numeric": [">", 0, "<=", 5]}), json!(5), true),
            (json!({"numeric": [">", 0, "<=", 5]}), json!(0), false),
            (json!({"numeric": ["=", 5]}), json!("5"), false),
        ] {
            assert_eq!(matches(json!({"f": [matcher]}), json!({"f": value})), taken, "{matcher} of {value}");
        }
        assert!(matches(json!({"f": [{"exists": false}]}), json!({})));
        assert!(!matches(json!({"f": [{"anything-but": "a"}]}), json!({})));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in [
            json!({}),
            json!({"source": "rollcall"}),
            json!({"source": []}),
            json!({"source": [{"wildcard": "r*"}]}),
            json!({"source": [{"prefix": "a", "exists": true}]}),
            json!({"source": [{"numeric": ["<"]}]}),
            json!({"source": [["nested"]]}),
            json!({"$or": [{"source": ["a"]}]}),
        ] {
            assert!(Pattern::parse(&pattern).is_err(), "{pattern}");
        }
    }
}
