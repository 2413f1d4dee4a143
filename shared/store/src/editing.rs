//! What an edit of a day is decided on, by whoever makes it.

use domain::{calendar::WorkDate, day::dates_edited_with, id::UserId, user::User};
use jiff::Timestamp;

use crate::{
    RepeatKey, Store, StoreError, attendance::AttendanceSnapshot, keys, lateness::annual_leave_around,
    leave_book::StoredBook, users::Deciders,
};

/// Who would edit which day of whom.
#[derive(Debug, Clone, Copy)]
pub struct EditQuery<'a> {
    /// Who asks.
    pub caller: UserId,
    /// Whose day it is.
    pub person: UserId,
    /// Which day.
    pub date: WorkDate,
    /// The request, where it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// What was read.
#[derive(Debug)]
pub struct EditSnapshot {
    /// The profile of who asks.
    pub caller: Option<User>,
    /// The person, the day, and the days that a session of it could overlap with.
    pub attendance: AttendanceSnapshot,
    /// What the person has of annual leave, to which lateness is charged.
    pub book: StoredBook,
    /// Who else could decide.
    pub deciders: Deciders,
}

impl Store {
    /// What an edit of a day is decided on: one BatchGetItem, and another read where a session of a far day is open.
    pub async fn edit_snapshot(&self, question: &EditQuery<'_>, now: Timestamp) -> Result<EditSnapshot, StoreError> {
        let EditQuery { caller, person, date, repeat } = *question;
        let dates = dates_edited_with(date);
        let annual_leave = annual_leave_around(person, &dates, now);
        let mut beside = vec![keys::profile(caller), keys::admins()];
        beside.extend(annual_leave.keys());
        let (mut attendance, mut items) = self.attendance_basis_with(person, dates, beside, repeat, now).await?;
        if let Some((open_on, _)) = attendance.presence.open()
            && !attendance.days.contains_key(&open_on)
        {
            attendance.days.extend(self.day(person, open_on).await?.map(|day| (open_on, day)));
        }
        let caller = if caller == person { attendance.person.clone() } else { items.take(&keys::profile(caller))? };
        let deciders = items.take(&keys::admins())?.unwrap_or_default();
        Ok(EditSnapshot { caller, attendance, book: annual_leave.take(&mut items)?, deciders })
    }
}
