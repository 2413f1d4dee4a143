//! Reads the items of the first screen after a sign-in, at once.

use domain::{calendar::WorkDate, id::UserId, leave::LeaveTypes, notification::Inbox};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attendance::{AttendanceSnapshot, Scope},
    keys,
    users::Deciders,
};

/// The items of the first screen.
#[derive(Debug)]
pub struct BootstrapSnapshot {
    /// The person's attendance around now, with the company's settings and sites.
    pub attendance: AttendanceSnapshot,
    /// The company's types of leave.
    pub types: LeaveTypes,
    /// The number of people who can decide for everyone.
    pub deciders: Deciders,
    /// The state of the person's inbox.
    pub inbox: Inbox,
}

impl Store {
    /// Reads a person's items of the first screen: one BatchGetItem, and another one if other dates turn out to be needed
    /// (see [`Store::basis_around`]).
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
