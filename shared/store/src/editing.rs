//! Reads the items that a decision about an edit of a day depends on.

use domain::{calendar::WorkDate, day::dates_edited_with, id::UserId, user::User};
use jiff::Timestamp;

use crate::{
    RepeatKey, Store, StoreError,
    attendance::AttendanceSnapshot,
    keys,
    leave_book::{StoredBook, annual_leave_around},
    pay::closing::StoredTimesheets,
    users::Deciders,
};

/// The caller, the person and the day of an edit.
#[derive(Debug, Clone, Copy)]
pub struct EditQuery<'a> {
    /// The caller.
    pub caller: UserId,
    /// The person whose day is edited.
    pub person: UserId,
    /// The date of the day.
    pub date: WorkDate,
    /// The request, if it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// The items that a decision about an edit depends on.
#[derive(Debug)]
pub struct EditSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The person, the day, and the days whose sessions could overlap with a session of that day.
    pub attendance: AttendanceSnapshot,
    /// The person's annual leave, to which lateness is charged.
    pub book: StoredBook,
    /// The number of other people who could decide.
    pub deciders: Deciders,
    /// The timesheets of the days.
    pub timesheets: StoredTimesheets,
}

impl Store {
    /// Reads the items that an edit of a day depends on: one BatchGetItem, and another read if a session of a distant day is
    /// open. In a company with pay periods, another one reads the timesheets of days that are over.
    pub async fn edit_snapshot(&self, query: &EditQuery<'_>, now: Timestamp) -> Result<EditSnapshot, StoreError> {
        let EditQuery { caller, person, date, repeat } = *query;
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
        let dates: Vec<WorkDate> = attendance.days.keys().copied().chain([date]).collect();
        let timesheets = self.timesheets_on(person, &attendance.settings.settings, dates, now).await?;
        Ok(EditSnapshot { caller, attendance, book: annual_leave.take(&mut items)?, deciders, timesheets })
    }
}
