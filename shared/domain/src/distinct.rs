//! Lists in requests whose values must differ.

use std::{collections::BTreeSet, ops::Deref};

use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// A list in which no value is twice. It is a type for requests alone: stored lists are sets, which take a value that is twice as one.
///
/// A field declares its schema with `#[schema(value_type = BTreeSet<…>)]`, which has `uniqueItems`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>", bound(deserialize = "T: Deserialize<'de> + Ord"))]
pub struct Distinct<T>(BTreeSet<T>);

impl<T: Ord> TryFrom<Vec<T>> for Distinct<T> {
    type Error = Invalid;

    fn try_from(values: Vec<T>) -> Result<Self, Invalid> {
        let count = values.len();
        let set: BTreeSet<T> = values.into_iter().collect();
        if set.len() == count { Ok(Self(set)) } else { Err(Invalid::new(FieldRule::Distinct)) }
    }
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<T> Deref for Distinct<T> {
    type Target = BTreeSet<T>;

    fn deref(&self) -> &BTreeSet<T> {
        &self.0
    }
}

impl<T> From<BTreeSet<T>> for Distinct<T> {
    fn from(values: BTreeSet<T>) -> Self {
        Self(values)
    }
}

impl<T> From<Distinct<T>> for BTreeSet<T> {
    fn from(distinct: Distinct<T>) -> Self {
        distinct.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_has_a_value_twice_is_refused() {
        let read = |text: &str| serde_json::from_str::<Distinct<i16>>(text);
        assert_eq!(*read("[2027, 2026]").unwrap(), BTreeSet::from([2026, 2027]));
        assert!(read("[]").unwrap().is_empty());
        assert!(read("[2026, 2027, 2026]").unwrap_err().to_string().contains(&FieldRule::Distinct.to_string()));
        assert_eq!(serde_json::to_string(&read("[2027, 2026]").unwrap()).unwrap(), "[2026,2027]");
    }
}
