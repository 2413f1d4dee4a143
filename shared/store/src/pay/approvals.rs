//! Time of a date that needs a manager's approval before it is paid, and the decisions about it. `jobs` keeps the waiting time
//! of a date up to date when the day changes.
//!
//! A date with waiting time is in the list of the person's department, by date, as days that wait for a review are.

use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
    pay::{Approval, ApprovalSubject},
    text::Reason,
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, RepeatKey, Stamp, Store, StoreError,
    commit::{Expression, When, number},
    idempotency::Earlier,
    item::Item,
    keys::{self, VERSION},
    read::{KeyRange, Range},
    users::Deciders,
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
    pub decisions: Vec<PayDecision>,
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

/// A decision about time of a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayDecision {
    /// The time and the outcome.
    pub approval: Approval,
    /// The person who decided.
    pub by: UserId,
    /// The instant of the decision.
    pub at: Timestamp,
    /// The reason; always present for a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reason>,
}

impl PayApprovalRecord {
    /// Returns the record of a date about which nothing is stored yet.
    pub const fn of_date(date: WorkDate) -> Self {
        Self { date, department_id: None, waiting: Vec::new(), decisions: Vec::new(), version: 0 }
    }

    /// Returns the decisions, as the computation of pay takes them.
    pub fn approvals(&self) -> Vec<Approval> {
        self.decisions.iter().map(|decision| decision.approval.clone()).collect()
    }

    /// Returns the record after a decision, as its next version; none if the time doesn't wait.
    pub fn decided(&self, decision: PayDecision) -> Option<Self> {
        let Approval { subject, seconds, .. } = &decision.approval;
        let is_decided = |time: &WaitingTime| time.subject == *subject && time.seconds == *seconds;
        let waiting: Vec<WaitingTime> = self.waiting.iter().filter(|time| !is_decided(time)).cloned().collect();
        if waiting.len() == self.waiting.len() {
            return None;
        }
        let mut after = Self { waiting, version: self.version + 1, ..self.clone() };
        after.decisions.push(decision);
        Some(after)
    }
}

/// The items that a decision about a date depends on, read at once.
#[derive(Debug)]
pub struct PayApprovalSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The person.
    pub person: Option<User>,
    /// The record of the date.
    pub record: Option<PayApprovalRecord>,
    /// The number of people who decide for everyone.
    pub deciders: Deciders,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
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
        self.pay_approvals_in(user, Range::Between(sort_key(from), sort_key(to))).await
    }

    async fn pay_approvals_in(&self, user: UserId, range: Range) -> Result<Vec<PayApprovalRecord>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range,
            descending: false,
            limit: OF_A_PERSON,
            after: None,
        };
        self.query_all(key_range).await
    }

    /// Reads the items that a decision about a date depends on.
    pub async fn pay_approval_snapshot(
        &self,
        caller: UserId,
        person: UserId,
        date: WorkDate,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<PayApprovalSnapshot, StoreError> {
        let (of_caller, of_person) = (keys::profile(caller), keys::profile(person));
        let record = keys::pay_approval(person, date);
        let wanted = [of_caller.clone(), of_person.clone(), record.clone(), keys::admins()];
        let mut items = self.read(wanted.into_iter().chain(repeat.map(RepeatKey::item_key))).await?;
        let caller: Option<User> = items.take(&of_caller)?;
        let person = if of_person == of_caller { caller.clone() } else { items.take(&of_person)? };
        Ok(PayApprovalSnapshot {
            caller,
            person,
            record: items.take(&record)?,
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Moves the dates with waiting time of a person to the list of the person's present department, because access follows the
    /// department. Returns the number of moved dates.
    pub async fn move_pay_approvals(&self, person: UserId, stamp: &Stamp) -> Result<usize, StoreError> {
        let records = self.pay_approvals_in(person, Range::Prefix(keys::PAY_APPROVAL.to_owned())).await?;
        if records.iter().all(|record| record.waiting.is_empty()) {
            return Ok(0);
        }
        let Some(person) = self.user(person).await? else { return Ok(0) };
        let mut moved = 0;
        for before in records {
            if before.waiting.is_empty() || before.department_id == person.department_id {
                continue;
            }
            let mut commit = Commit::without_event(stamp.clone());
            commit.put_pay_approval(&person, &PayApprovalRecord { version: before.version + 1, ..before })?;
            // A manager may have decided, or the day may have changed, in the meantime.
            moved += usize::from(commit.send_if_unchanged(self).await?);
        }
        Ok(moved)
    }
}

impl Commit {
    /// Puts a record, and lists it for the person's department while time waits; `after.version` is already the next one. A
    /// record without waiting time and decisions is deleted.
    pub fn put_pay_approval(&mut self, person: &User, after: &PayApprovalRecord) -> Result<(), StoreError> {
        let key = keys::pay_approval(person.id, after.date);
        let before = after.version.saturating_sub(1);
        if after.waiting.is_empty() && after.decisions.is_empty() {
            let unchanged = Expression::new("#version = :expected").name("#version", VERSION);
            let unchanged = unchanged.value(":expected", number(before));
            return self.delete(&key, Some(unchanged), Some(Condition::Version));
        }
        let after = PayApprovalRecord { department_id: person.department_id, ..after.clone() };
        let item = Item::next(key, &after)?;
        let item = if after.waiting.is_empty() {
            item
        } else {
            item.indexed(keys::pay_approvals_index(person.department_id, after.date, person.id))
        };
        self.put(item, When::Version(before), Some(Condition::Version))
    }
}

#[cfg(test)]
mod tests {
    use domain::pay::ApprovalVerdict;

    use super::*;

    #[test]
    fn a_decision_applies_to_time_that_waits_with_the_same_length() {
        let subject = ApprovalSubject::BeforeShift;
        let waiting = vec![WaitingTime { subject: subject.clone(), seconds: 3600 }];
        let record = PayApprovalRecord { waiting, ..PayApprovalRecord::of_date("2026-11-02".parse().unwrap()) };
        let decision = |seconds| PayDecision {
            approval: Approval { subject: subject.clone(), seconds, verdict: ApprovalVerdict::Approved },
            by: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            at: Timestamp::UNIX_EPOCH,
            note: None,
        };
        assert_eq!(record.decided(decision(1800)), None);
        let decided = record.decided(decision(3600)).unwrap();
        assert_eq!((decided.waiting.len(), decided.approvals().len(), decided.version), (0, 1, 1));
    }
}
