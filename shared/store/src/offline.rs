//! Punches that a device made without a network: what a batch of them is decided on, and the answers that make it safe to send
//! them again.

use std::collections::BTreeMap;

use domain::{
    calendar::WorkDate,
    correction::CorrectionId,
    day::{DeviceText, WaitReason},
    id::UserId,
};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, Store, StoreError,
    attendance::AttendanceSnapshot,
    commit::When,
    item::Item,
    keys::{self, Key},
    lateness::annual_leave_around,
    leave_book::StoredBook,
};

/// How long the answer of an offline punch is kept: 90 days.
const KEPT_HOURS: i64 = 90 * 24;

/// What became of an offline punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfflineStatus {
    /// It counts.
    Taken,
    /// Another punch counts that was made at the same time.
    Recorded,
    /// It waits for a manager.
    Waits,
}

/// The answer of an offline punch, kept under the person, the device and the device's name for the punch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineAnswer {
    /// What became of it.
    pub status: OfflineStatus,
    /// The work date.
    pub date: WorkDate,
    /// The instant that is recorded; absent for a punch that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Why it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<WaitReason>,
    /// The correction as which it waits.
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

/// What a batch is decided on, read at once.
#[derive(Debug)]
pub struct OfflineSnapshot {
    /// The person's attendance on the dates, and on that of the open session.
    pub attendance: AttendanceSnapshot,
    /// What the person has of annual leave, to which lateness is charged.
    pub book: StoredBook,
    /// The answers of punches that came before, by the device's name for them.
    pub answers: BTreeMap<DeviceText, OfflineAnswer>,
}

/// A device's punches of a person.
#[derive(Debug, Clone, Copy)]
pub struct OfflineQuery<'a> {
    /// The person.
    pub user: UserId,
    /// The device.
    pub device_id: &'a DeviceText,
    /// The device's names for the punches.
    pub client_ids: &'a [&'a DeviceText],
    /// The dates that the punches may concern, at most 40.
    pub dates: &'a [WorkDate],
}

impl Store {
    /// Reads what a batch is decided on: one BatchGetItem for each hundred items, and one more if a session is open on another date.
    pub async fn offline_snapshot(
        &self,
        query: OfflineQuery<'_>,
        now: Timestamp,
    ) -> Result<OfflineSnapshot, StoreError> {
        let OfflineQuery { user, device_id, client_ids, dates } = query;
        let annual_leave = annual_leave_around(user, dates, now);
        let key = |client_id: &DeviceText| keys::offline_punch(user, device_id, client_id);
        let beside: Vec<Key> =
            annual_leave.keys().into_iter().chain(client_ids.iter().map(|client_id| key(client_id))).collect();
        let (mut attendance, mut items) = self.attendance_basis_with(user, dates.to_vec(), beside, None, now).await?;
        if let Some((open_on, _)) = attendance.presence.open()
            && !attendance.days.contains_key(&open_on)
        {
            attendance.days.extend(self.day(user, open_on).await?.map(|day| (open_on, day)));
        }
        let mut answers = BTreeMap::new();
        for client_id in client_ids {
            let record: Option<Record> = items.take(&key(client_id))?;
            let kept = record.filter(|record| now.as_second() < record.expires_at);
            answers.extend(kept.map(|record| ((*client_id).clone(), record.answer)));
        }
        Ok(OfflineSnapshot { attendance, book: annual_leave.take(&mut items)?, answers })
    }
}

impl Commit {
    /// Keeps the answer of an offline punch. Lost where the punch has an answer already.
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
        self.put(item, When::AbsentOrExpired, Some(Guard::Version))
    }
}
