//! Second factors: the encrypted secret of an authenticator app, and recovery codes as hashes.

use std::fmt;

use domain::id::UserId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number},
    item::Item,
    keys::{self, VERSION},
};

/// A person's second factor (RFC 6238). It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The secret that the authenticator app has, encrypted under the keys of the company.
    pub sealed_secret: String,
    /// The instant at which the person proved that the app has the secret. Until then the enrolment isn't complete, and
    /// sign-ins need no code.
    pub enabled_at: Option<Timestamp>,
    /// The time step of the last accepted code. A code of this step or an earlier one isn't accepted again.
    pub last_step: Option<u64>,
    /// The hashes of the unused recovery codes.
    pub recovery_hashes: Vec<String>,
    /// The number of changes, from 1.
    pub version: u64,
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactor").field("enabled_at", &self.enabled_at).finish_non_exhaustive()
    }
}

impl SecondFactor {
    /// Creates a second factor whose enrolment begins. It replaces one whose enrolment wasn't completed.
    pub fn begun(sealed_secret: String, before: Option<&Self>) -> Self {
        Self {
            sealed_secret,
            enabled_at: None,
            last_step: None,
            recovery_hashes: Vec::new(),
            version: before.map_or(0, |before| before.version),
        }
    }

    /// Returns whether sign-ins need a code.
    pub const fn is_enabled(&self) -> bool {
        self.enabled_at.is_some()
    }
}

impl Store {
    /// Returns a person's second factor, enabled or not yet.
    pub async fn second_factor(&self, user: UserId) -> Result<Option<SecondFactor>, StoreError> {
        self.get(keys::second_factor(user)).await
    }
}

impl Commit {
    /// Replaces a second factor by its next version, `after`, on condition of the previous version. So two sign-ins with the
    /// same code can't both succeed.
    pub fn change_second_factor(&mut self, user: UserId, after: &SecondFactor) -> Result<(), StoreError> {
        let next = SecondFactor { version: after.version + 1, ..after.clone() };
        let item = Item::next(keys::second_factor(user), &next)?;
        self.put(item, When::Version(after.version), Some(Condition::Version))
    }

    /// Removes the second factor, on condition that it is unchanged since the read.
    pub fn remove_second_factor(&mut self, user: UserId, read: &SecondFactor) -> Result<(), StoreError> {
        let unchanged =
            Expression::new("#version = :read").name("#version", VERSION).value(":read", number(read.version));
        self.delete(&keys::second_factor(user), Some(unchanged), Some(Condition::Version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_factor_is_never_printed() {
        let factor = SecondFactor::begun("c0ffee".to_owned(), None);
        assert!(!format!("{factor:?}").contains("c0ffee"));
    }
}
