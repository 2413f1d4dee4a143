//! What a person's stored days are followed on when something of the whole company's changes.

use domain::{calendar::WorkDate, id::UserId, leave::request::OpenLeave};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attendance::{AttendanceSnapshot, Scope},
    keys,
    lateness::annual_leave_around,
    leave_book::StoredBook,
};

/// What was read.
#[derive(Debug)]
pub struct FollowSnapshot {
    /// The person, their schedule, and the stored days of the dates.
    pub attendance: AttendanceSnapshot,
    /// What the person has of annual leave, to which lateness is charged.
    pub book: StoredBook,
    /// What they have pending or ahead of leave.
    pub open_leave: OpenLeave,
}

impl Store {
    /// What a person leaves open when they leave: their attendance around `guessed` dates, as of a punch, the annual leave to
    /// which their lateness is charged, and their leave.
    /// One BatchGetItem, and a second one where the guess was wrong or a session is open since long ago.
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

    /// What stored days of some dates (at most 40) are followed on: one BatchGetItem.
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
