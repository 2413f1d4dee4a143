//! Reads the items that a person's stored days depend on when the company's data changes.

use domain::{calendar::WorkDate, id::UserId, leave::request::OpenLeave};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attendance::{AttendanceSnapshot, Scope},
    keys,
    leave_book::{StoredBook, annual_leave_around},
};

/// The items that were read.
#[derive(Debug)]
pub struct FollowSnapshot {
    /// The person, their schedule, and the stored days of the dates.
    pub attendance: AttendanceSnapshot,
    /// The person's annual leave, to which lateness is charged.
    pub book: StoredBook,
    /// The person's pending and future leave.
    pub open_leave: OpenLeave,
}

impl Store {
    /// Reads what is still open for a person who leaves the company: their attendance around `guessed` dates, as for a
    /// punch, the annual leave to which their lateness is charged, and their leave. One BatchGetItem, and a second one if
    /// the guess was wrong or a session has been open for a long time.
    pub async fn leaver_snapshot(
        &self,
        user: UserId,
        guessed: Vec<WorkDate>,
        now: Timestamp,
    ) -> Result<FollowSnapshot, StoreError> {
        let annual_leave = annual_leave_around(user, &guessed, now);
        let mut beside = annual_leave.keys();
        beside.push(keys::open_leave(user));
        let (attendance, mut items) = self.basis_around_with(Scope::All, user, guessed, beside, None, now).await?;
        let open_leave = items.take(&keys::open_leave(user))?.unwrap_or_default();
        Ok(FollowSnapshot { attendance, book: annual_leave.take(&mut items)?, open_leave })
    }

    /// Reads the items that stored days of some dates (at most 40) depend on: one BatchGetItem.
    pub async fn follow_snapshot(
        &self,
        user: UserId,
        dates: Vec<WorkDate>,
        now: Timestamp,
    ) -> Result<FollowSnapshot, StoreError> {
        let annual_leave = annual_leave_around(user, &dates, now);
        let mut beside = annual_leave.keys();
        beside.push(keys::open_leave(user));
        let (attendance, mut items) = self.attendance_basis_with(user, dates, beside, None, now).await?;
        let open_leave = items.take(&keys::open_leave(user))?.unwrap_or_default();
        Ok(FollowSnapshot { attendance, book: annual_leave.take(&mut items)?, open_leave })
    }
}
