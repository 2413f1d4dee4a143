//! Digests: what a run of a scheduled job found about a department's people, collected until the run ends. Managers get one
//! notification instead of hundreds.
//!
//! The transaction that records a finding on a person's day also adds the person to the digest. The transaction that deletes
//! the digest also sends it. So an interrupted run loses no person, and no person is reported twice.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{event::Missing, id::DepartmentId};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, number, text},
    keys::{self, VERSION},
    read::{KeyRange, Range},
};

/// The attribute with the people to report.
const PEOPLE: &str = "people";

/// The maximum number of digests that one query reads. Further digests are left to the next run.
const MAX_DIGESTS: usize = 200;

/// A digest that hasn't been sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The department of the people.
    pub department_id: Option<DepartmentId>,
    /// The people to report.
    pub people: Vec<Missing>,
    /// The number of additions.
    pub version: u64,
}

/// A digest as it is stored. DynamoDB can add to a set without a read, and adding the same element twice has no effect.
#[derive(Debug, Serialize, Deserialize)]
struct DigestItem {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department_id: Option<DepartmentId>,
    #[serde(default)]
    people: Vec<String>,
    #[serde(default)]
    version: u64,
}

impl Store {
    /// Returns the digests that haven't been sent yet. One Query.
    pub async fn digests(&self) -> Result<Vec<Digest>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::DIGESTS.to_owned(),
            range: Range::All,
            descending: false,
            limit: MAX_DIGESTS,
            after: None,
        };
        let found = self.query::<DigestItem>(key_range).await?;
        found.items.into_iter().map(Digest::try_from).collect()
    }
}

impl TryFrom<DigestItem> for Digest {
    type Error = StoreError;

    fn try_from(item: DigestItem) -> Result<Self, StoreError> {
        let key = keys::digest(item.department_id);
        let people = item.people.iter().map(|person| person.parse::<Missing>());
        let people = people.collect::<Result<_, _>>();
        let people = people.map_err(|error: domain::Invalid| key.unreadable(error))?;
        Ok(Self { department_id: item.department_id, people, version: item.version })
    }
}

impl Commit {
    /// Adds people to the digest of their department.
    pub fn add_to_digest(&mut self, department: Option<DepartmentId>, people: &[Missing]) -> Result<(), StoreError> {
        let people = people.iter().map(ToString::to_string).collect();
        let mut update = Expression::default()
            .name("#people", PEOPLE)
            .name("#version", VERSION)
            .value(":people", AttributeValue::Ss(people))
            .value(":one", number(1));
        let mut set = "";
        if let Some(department) = department {
            update = update.name("#department", "department_id").value(":department", text(department.to_string()));
            set = "SET #department = :department ";
        }
        let update = update.with_text(format!("{set}ADD #people :people, #version :one"));
        self.update(&keys::digest(department), update, None, None)
    }

    /// Deletes a digest, on condition that no person was added to it in the meantime.
    pub fn close_digest(&mut self, digest: &Digest) -> Result<(), StoreError> {
        let condition =
            Expression::new("#version = :version").name("#version", VERSION).value(":version", number(digest.version));
        self.delete(&keys::digest(digest.department_id), Some(condition), Some(Condition::Version))
    }
}
