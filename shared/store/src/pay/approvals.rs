//! Time of a date that needs a manager's approval before it is paid, and the decisions about it.

use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
    pay::{Approval, ApprovalSubject},
};
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError, keys,
    read::{KeyRange, Range},
};

/// The number of a person's records that one query reads.
const OF_A_PERSON: usize = 400;

/// The time of a person's date that needs approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayApprovalRecord {
    /// The work date.
    pub date: WorkDate,
    /// The department whose managers decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// The time that waits for a decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<WaitingTime>,
    /// The decisions, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Approval>,
    /// The number of changes.
    #[serde(default)]
    pub version: u64,
}

/// Time of a date that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingTime {
    /// The kind of time.
    pub subject: ApprovalSubject,
    /// The number of seconds.
    pub seconds: i64,
}

impl Store {
    /// Returns a person's records of time that needs approval, from `from` to `to`. One Query.
    pub async fn pay_approvals(
        &self,
        user: UserId,
        from: WorkDate,
        to: WorkDate,
    ) -> Result<Vec<PayApprovalRecord>, StoreError> {
        let sort_key = |date| keys::pay_approval(user, date).sk;
        let mut records = Vec::new();
        let mut after = None;
        loop {
            let key_range = KeyRange {
                index: None,
                pk: keys::user_partition(user),
                range: Range::Between(sort_key(from), sort_key(to)),
                descending: false,
                limit: OF_A_PERSON,
                after,
            };
            let found = self.query::<PayApprovalRecord>(key_range).await?;
            records.extend(found.items);
            after = found.next;
            if after.is_none() {
                return Ok(records);
            }
        }
    }
}
