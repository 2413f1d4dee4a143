//! Punches that a device recorded offline: the items that the decision about a batch depends on, and the saved answers that
//! make it safe to send the punches again.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::WorkDate,
    correction::CorrectionId,
    day::{DeviceText, WaitReason},
    id::UserId,
    pay::{CostCenter, CostCenterCode},
};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    attendance::AttendanceSnapshot,
    commit::When,
    item::Item,
    keys::{self, Key},
    leave_book::{StoredBook, annual_leave_around},
    pay::closing::StoredTimesheets,
};

/// The number of hours for which the answer to an offline punch is kept: 90 days.
const KEPT_HOURS: i64 = 90 * 24;

/// The result of an offline punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfflineStatus {
    /// The punch counts.
    Taken,
    /// The punch was already recorded: another punch of the same time counts.
    Recorded,
    /// The punch waits for a manager.
    Waits,
}

/// The answer to an offline punch. Its key is the person, the device and the device's id of the punch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineAnswer {
    /// The result of the punch.
    pub status: OfflineStatus,
    /// The work date.
    pub date: WorkDate,
    /// The instant that is recorded; absent for a punch that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The reason why the punch waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<WaitReason>,
    /// The id of the correction under which the punch waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction_id: Option<CorrectionId>,
}

/// An [`OfflineAnswer`] in the table.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    #[serde(flatten)]
    answer: OfflineAnswer,
    expires_at: i64,
}

/// The items that the decision about a batch depends on, read at once.
#[derive(Debug)]
pub struct OfflineSnapshot {
    /// The person's attendance on the dates, and on the date of the open session.
    pub attendance: AttendanceSnapshot,
    /// The person's annual leave, to which lateness is charged.
    pub book: StoredBook,
    /// The answers to punches that were sent before, by the names of the punches.
    pub answers: BTreeMap<PunchName, OfflineAnswer>,
    /// The timesheets of the dates.
    pub timesheets: StoredTimesheets,
    /// Those of the named cost centers that are active.
    pub active_cost_centers: BTreeSet<CostCenterCode>,
}

/// The name of a person's punch: the id of the device, and the device's id of the punch.
pub type PunchName = (DeviceText, DeviceText);

/// A person's punches from one or several devices.
#[derive(Debug, Clone, Copy)]
pub struct OfflineQuery<'a> {
    /// The person.
    pub user: UserId,
    /// The names of the punches.
    pub names: &'a [PunchName],
    /// The dates that the punches may concern, at most 40.
    pub dates: &'a [WorkDate],
    /// The cost centers that the punches name.
    pub cost_centers: &'a BTreeSet<&'a CostCenterCode>,
}

impl Store {
    /// Reads the items that the decision about a batch depends on: one BatchGetItem for each hundred items, and one more if
    /// a session is open on another date.
    pub async fn offline_snapshot(
        &self,
        query: OfflineQuery<'_>,
        now: Timestamp,
    ) -> Result<OfflineSnapshot, StoreError> {
        let OfflineQuery { user, names, dates, cost_centers } = query;
        let annual_leave = annual_leave_around(user, dates, now);
        let key = |(device_id, client_id): &PunchName| keys::offline_punch(user, device_id, client_id);
        let punches = names.iter().map(key);
        let centers = cost_centers.iter().copied().map(keys::cost_center);
        let beside: Vec<Key> = annual_leave.keys().into_iter().chain(punches).chain(centers).collect();
        let (mut attendance, mut items) = self.attendance_basis_with(user, dates.to_vec(), beside, None, now).await?;
        if let Some((open_on, _)) = attendance.presence.open()
            && !attendance.days.contains_key(&open_on)
        {
            attendance.days.extend(self.day(user, open_on).await?.map(|day| (open_on, day)));
        }
        let mut answers = BTreeMap::new();
        for name in names {
            let record: Option<Record> = items.take(&key(name))?;
            let kept = record.filter(|record| now.as_second() < record.expires_at);
            answers.extend(kept.map(|record| (name.clone(), record.answer)));
        }
        let mut active_cost_centers = BTreeSet::new();
        for code in cost_centers {
            let stored: Option<CostCenter> = items.take(&keys::cost_center(code))?;
            active_cost_centers.extend(stored.filter(|stored| stored.active).map(|stored| stored.code));
        }
        let days = attendance.days.keys().chain(dates).copied();
        let timesheets = self.timesheets_on(user, &attendance.settings.settings, days, now).await?;
        let book = annual_leave.take(&mut items)?;
        Ok(OfflineSnapshot { attendance, book, answers, timesheets, active_cost_centers })
    }
}

impl Commit {
    /// Saves the answer to an offline punch. The commit fails if the punch already has an answer.
    pub fn answer_offline(
        &mut self,
        user: UserId,
        device_id: &DeviceText,
        client_id: &DeviceText,
        answer: &OfflineAnswer,
    ) -> Result<(), StoreError> {
        let at = self.stamp().at;
        let expires_at = at.saturating_add(KEPT_HOURS.hours()).unwrap_or(at);
        let record = Record { answer: answer.clone(), expires_at: expires_at.as_second() };
        let item = Item::new(keys::offline_punch(user, device_id, client_id), &record)?.expires_at(expires_at);
        self.put(item, When::AbsentOrExpired, Some(Condition::Version))
    }
}
