//! Service tokens: found by the id in the token, and verified with a hash of the token's secret.
//!
//! A separate item for each minute counts the requests. The token's item is written when the token is created, and at most
//! once an hour to record its use.

use std::{collections::BTreeSet, fmt};

use domain::{
    id::{DepartmentId, ServiceTokenId, UserId},
    service_token::{MAX_REQUESTS_PER_MINUTE, RequestMinute, ServiceToken},
    text::Name,
    user::User,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, RepeatKey, Store, StoreError,
    commit::{Expression, When, number, text},
    departments::DepartmentRecord,
    idempotency::Earlier,
    item::Item,
    keys::{self, EXPIRES_AT, Key, PK},
    page::{Page, page_of},
    read::{KeyRange, Range},
};

/// A service token as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTokenRecord {
    /// The token.
    #[serde(flatten)]
    pub token: ServiceToken,
    /// SHA-256 of the secret of the token, in hex.
    pub token_hash: String,
    /// An instant within an hour of the last request; none if there was no request yet.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
}

impl fmt::Debug for ServiceTokenRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTokenRecord").field("token", &self.token).finish_non_exhaustive()
    }
}

/// The time after which a use of a token is recorded again.
const LAST_USE_ACCURACY: SignedDuration = SignedDuration::from_hours(1);

/// The attribute of [`ServiceTokenRecord::last_used_at`].
const LAST_USED_AT: &str = "last_used_at";
/// The attribute that counts the requests of a minute.
const REQUESTS: &str = "requests";

/// The item that keeps the name of a revoked service token.
#[derive(Debug, Serialize)]
struct Former<'a> {
    name: &'a Name,
}

/// The items that a change of service tokens depends on, read at once.
#[derive(Debug)]
pub struct ServiceTokenSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The token to revoke.
    pub token: Option<ServiceTokenRecord>,
    /// The requested departments that exist.
    pub departments: BTreeSet<DepartmentId>,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

impl Store {
    /// Reads the items that revoking the given token, or creating one for those departments, depends on.
    pub async fn service_token_snapshot(
        &self,
        caller: UserId,
        id: Option<ServiceTokenId>,
        departments: &BTreeSet<DepartmentId>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<ServiceTokenSnapshot, StoreError> {
        let (profile, token) = (keys::profile(caller), id.map(keys::service_token));
        let mut wanted: Vec<Key> = vec![profile.clone()];
        wanted.extend(token.clone());
        wanted.extend(departments.iter().copied().map(keys::department));
        wanted.extend(repeat.map(RepeatKey::item_key));
        let mut items = self.read(wanted).await?;
        let mut existing = BTreeSet::new();
        for id in departments {
            existing.extend(items.take::<DepartmentRecord>(&keys::department(*id))?.map(|_| *id));
        }
        Ok(ServiceTokenSnapshot {
            caller: items.take(&profile)?,
            token: token.map(|token| items.take(&token)).transpose()?.flatten(),
            departments: existing,
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Returns the service token of that id.
    pub async fn service_token(&self, id: ServiceTokenId) -> Result<Option<ServiceTokenRecord>, StoreError> {
        self.get(keys::service_token(id)).await
    }

    /// Returns service tokens in the order of their creation, at most `limit` after the given one.
    pub async fn service_tokens(
        &self,
        after: Option<ServiceTokenId>,
        limit: usize,
    ) -> Result<Page<ServiceTokenRecord>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(keys::SERVICE_TOKEN.to_owned()),
            descending: false,
            limit: limit + 1,
            after: after.map(|id| keys::service_token(id).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Counts a request with that token, unless the minute already has [`MAX_REQUESTS_PER_MINUTE`]. Records the use of the
    /// token if none was recorded within an hour.
    ///
    /// Returns whether the request is allowed.
    pub async fn count_service_request(&self, record: &ServiceTokenRecord, now: Timestamp) -> Result<bool, StoreError> {
        let (id, minute) = (record.token.id, RequestMinute::at(now));
        let counted = Expression::new("SET #expires_at = :expires_at ADD #requests :one")
            .name("#expires_at", EXPIRES_AT)
            .name("#requests", REQUESTS)
            .value(":expires_at", number(minute.ends_at().as_second()))
            .value(":one", number(1));
        let below = Expression::new("attribute_not_exists(#requests) OR #requests < :max")
            .value(":max", number(MAX_REQUESTS_PER_MINUTE));
        if !self.update_if(&keys::service_requests(id, minute), counted, below).await? {
            return Ok(false);
        }
        let is_noted = record.last_used_at.is_some_and(|at| now.duration_since(at) < LAST_USE_ACCURACY);
        if !is_noted {
            let used = Expression::new("SET #last_used_at = :now")
                .name("#last_used_at", LAST_USED_AT)
                .value(":now", text(now.to_string()));
            let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
            // A token that was revoked in the meantime stays revoked.
            self.update_if(&keys::service_token(id), used, there).await?;
        }
        Ok(true)
    }
}

impl Commit {
    /// Adds a service token.
    pub fn create_service_token(&mut self, record: &ServiceTokenRecord) -> Result<(), StoreError> {
        for department in record.token.department_ids.iter().flatten() {
            self.check_department(*department)?;
        }
        self.put(Item::new(keys::service_token(record.token.id), record)?, When::Absent, Some(Condition::Version))
    }

    /// Removes a service token, which is then rejected. Its name is kept for its past actions.
    pub fn revoke_service_token(&mut self, token: &ServiceToken) -> Result<(), StoreError> {
        let former = Item::new(keys::former_service_token(token.id), &Former { name: &token.name })?;
        self.put(former, When::Always, None)?;
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::service_token(token.id), Some(there), Some(Condition::Version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_token_is_printed_without_its_hash() {
        let token = ServiceToken {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            name: Name::parse("Payroll").unwrap(),
            scopes: BTreeSet::new(),
            department_ids: None,
            expires_at: Timestamp::MAX,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
        };
        let record = ServiceTokenRecord { token, token_hash: "c0ffee".to_owned(), last_used_at: None };
        assert!(!format!("{record:?}").contains("c0ffee"));
    }
}
