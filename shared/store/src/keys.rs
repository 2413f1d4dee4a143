//! Every key of the table, and the names of its attributes. No key string is made anywhere else.
//!
//! Dates and ULIDs sort as text; instants in keys are written with a fixed width for the same reason. `docs/data-model.md`
//! lists what reads which key, and at what cost.

mod company;
mod indexes;
mod passing;
mod person;

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{audit::Actor, day::MonthTotals, id::DepartmentId};

use crate::item::Attributes;

pub use company::*;
pub use indexes::*;
pub use passing::*;
pub use person::*;

/// The partition key's attribute.
pub const PK: &str = "pk";
/// The sort key's attribute.
pub const SK: &str = "sk";
/// What indexes project.
pub const ROW: &str = "row";
/// Counts an item's changes.
pub const VERSION: &str = "version";
/// The TTL attribute, in seconds since 1970.
pub const EXPIRES_AT: &str = "expires_at";

/// A global secondary index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Lists over people: a department's users, a date's board, a month's totals.
    Gsi1,
    /// Sparse: what is due, and by when.
    Gsi2,
}

impl Index {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Gsi1, Self::Gsi2];

    /// What it projects besides keys: the compact row, and the figures of a month, which DynamoDB can only add up as
    /// attributes of their own (`ADD` doesn't reach into a map).
    pub fn projected(self) -> Vec<&'static str> {
        let row = [ROW, VERSION];
        match self {
            Self::Gsi1 => row.into_iter().chain(MonthTotals::default().fields().map(|(figure, _)| figure)).collect(),
            Self::Gsi2 => row.to_vec(),
        }
    }

    /// The index's name in the template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1",
            Self::Gsi2 => "gsi2",
        }
    }

    /// Its partition key's attribute.
    pub const fn pk(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1pk",
            Self::Gsi2 => "gsi2pk",
        }
    }

    /// Its sort key's attribute.
    pub const fn sk(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1sk",
            Self::Gsi2 => "gsi2sk",
        }
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The key that an item was read under; empty parts where it has none.
    pub fn of(attributes: &Attributes) -> Self {
        let text = |name| match attributes.get(name) {
            Some(AttributeValue::S(text)) => text.clone(),
            Some(_) | None => String::new(),
        };
        Self::new(text(PK), text(SK))
    }

    /// The key as DynamoDB takes it.
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

/// Where an index lists an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    /// Which index.
    pub index: Index,
    /// Its partition key.
    pub pk: String,
    /// Its sort key.
    pub sk: String,
}

/// Who acts, for the fingerprint of an idempotency key.
pub fn actor(actor: Actor) -> String {
    match actor {
        Actor::User { id } => format!("user:{id}"),
        Actor::ServiceToken { id } => format!("service-token:{id}"),
        Actor::System => "system".to_owned(),
    }
}

/// An instant in a key: fixed width, so that it sorts.
pub fn instant(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// The part of a key that names a department or the lack of one.
fn department_part(department: Option<DepartmentId>) -> String {
    department.map_or_else(|| "NONE".to_owned(), |id| id.to_string())
}

/// A name as lists sort it: folded, and short enough for a key.
pub fn sortable(name: &str) -> String {
    name.to_lowercase().chars().take(60).collect()
}
