//! The timesheets that keep a pay period from being closed, as a problem lists them.

use domain::{
    id::UserId,
    pay::{Blocker, TimesheetStatus},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The timesheets of a pay period that aren't approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockedTimesheets {
    /// The number of timesheets that aren't approved. It can be larger than the number of `people`.
    #[schema(example = 1)]
    pub count: u64,
    /// The first of these people, by department and name.
    #[schema(max_items = 100)]
    pub people: Vec<BlockedTimesheet>,
}

/// A person whose timesheet isn't approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockedTimesheet {
    /// The person.
    pub user_id: UserId,
    /// The person's full name.
    #[schema(required = false)]
    pub user_name: String,
    /// The state of the timesheet.
    pub status: TimesheetStatus,
    /// The items that must be settled before the timesheet can be approved. Empty if only signatures are missing.
    pub blockers: Vec<Blocker>,
}
