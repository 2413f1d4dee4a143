//! What the first screen of someone who has signed in shows, read at once.

use domain::{calendar::WorkDate, id::UserId, leave::LeaveTypes, notification::Inbox};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attendance::{AttendanceSnapshot, Scope},
    keys,
    users::Deciders,
};

/// What was read.
#[derive(Debug)]
pub struct BootstrapSnapshot {
    /// The person's attendance around now, with the company's settings and sites.
    pub attendance: AttendanceSnapshot,
    /// The company's types of leave.
    pub types: LeaveTypes,
    /// How many decide for everyone.
    pub deciders: Deciders,
    /// The state of the person's inbox.
    pub inbox: Inbox,
}

impl Store {
    /// What a person's first screen shows of them: one BatchGetItem, and another where other dates turn out to be needed (see
    /// [`Store::basis_around`]).
    pub async fn bootstrap_snapshot(
        &self,
        user: UserId,
        guessed: Vec<WorkDate>,
        now: Timestamp,
    ) -> Result<BootstrapSnapshot, StoreError> {
        let beside = vec![keys::admins(), keys::inbox(user)];
        let (attendance, mut items) = self.basis_around_with(Scope::Punch, user, guessed, beside, None, now).await?;
        Ok(BootstrapSnapshot {
            types: attendance.leave_types.clone(),
            attendance,
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            inbox: items.take(&keys::inbox(user))?.unwrap_or_default(),
        })
    }
}
