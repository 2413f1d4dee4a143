//! Every key of the table, and the names of its attributes. All key strings are built here.
//!
//! Dates and ULIDs sort as text. Instants in keys have a fixed width for the same reason. `docs/data-model.md` lists the
//! reads of each key and their costs.

mod company;
mod indexes;
mod passing;
mod person;

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{audit::Actor, day::MonthTotals, id::DepartmentId};
use serde::Deserialize;

use crate::{StoreError, attributes::Attributes};

pub use company::*;
pub use indexes::*;
pub use passing::*;
pub use person::*;

/// The partition key's attribute.
pub const PK: &str = "pk";
/// The sort key's attribute.
pub const SK: &str = "sk";
/// The attribute that indexes project.
pub const ROW: &str = "row";
/// The attribute that counts an item's changes.
pub const VERSION: &str = "version";
/// The TTL attribute, in seconds since 1970.
pub const EXPIRES_AT: &str = "expires_at";

/// A global secondary index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Lists over people: a department's users, a date's board, a month's totals.
    Gsi1,
    /// Sparse: items with a due time, by that time.
    Gsi2,
}

impl Index {
    /// Both indexes.
    pub const ALL: [Self; 2] = [Self::Gsi1, Self::Gsi2];

    /// Returns the attributes that the index projects besides keys: the compact row, and the figures of a month. The figures
    /// are separate attributes because DynamoDB can only add to top-level attributes (`ADD` doesn't work inside a map).
    pub fn projected(self) -> Vec<&'static str> {
        let row = [ROW, VERSION];
        match self {
            Self::Gsi1 => row.into_iter().chain(MonthTotals::default().fields().map(|(figure, _)| figure)).collect(),
            Self::Gsi2 => row.to_vec(),
        }
    }

    /// Returns the index's name in the template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1",
            Self::Gsi2 => "gsi2",
        }
    }

    /// Returns the attribute of the index's partition key.
    pub const fn pk(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1pk",
            Self::Gsi2 => "gsi2pk",
        }
    }

    /// Returns the attribute of the index's sort key.
    pub const fn sk(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1sk",
            Self::Gsi2 => "gsi2sk",
        }
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub struct Key {
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// Returns the key of an item that was read; missing parts are empty.
    pub fn of(attributes: &Attributes) -> Self {
        let text = |name| match attributes.get(name) {
            Some(AttributeValue::S(text)) => text.clone(),
            Some(_) | None => String::new(),
        };
        Self::new(text(PK), text(SK))
    }

    /// Returns the error of an item of this key that can't be read.
    pub(crate) fn unreadable(&self, reason: impl fmt::Display) -> StoreError {
        StoreError::Unreadable { key: self.to_string(), reason: reason.to_string() }
    }

    /// Returns the key as DynamoDB attributes.
    pub fn attributes(&self) -> Attributes {
        Attributes::from([
            (PK.to_owned(), AttributeValue::S(self.pk.clone())),
            (SK.to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.pk, self.sk)
    }
}

/// The position of an item in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    /// The index.
    pub index: Index,
    /// The index's partition key.
    pub pk: String,
    /// The index's sort key.
    pub sk: String,
}

/// Returns the text that identifies an actor in the fingerprint of an idempotency key.
pub fn actor(actor: Actor) -> String {
    match actor {
        Actor::User { id } => format!("user:{id}"),
        Actor::ServiceToken { id } => format!("service-token:{id}"),
        Actor::System => "system".to_owned(),
    }
}

/// Formats an instant for a key, with a fixed width so that it sorts.
pub fn instant(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// Returns the part of a key that names a department or states that there is none.
fn department_part(department: Option<DepartmentId>) -> String {
    department.map_or_else(|| "NONE".to_owned(), |id| id.to_string())
}

/// Returns a name in the form by which lists sort it: folded, and short enough for a key.
pub fn sortable(name: &str) -> String {
    name.to_lowercase().chars().take(60).collect()
}
