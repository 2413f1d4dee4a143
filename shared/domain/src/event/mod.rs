//! Events, as the outbox stores them: one event for each committed change, with one or more facts.
//!
//! [`Fact`] has a group for each part of the product, and a file for each group. `fact.rs` has the table of kinds.

mod account;
mod company;
mod day;
mod fact;
mod job;
mod kiosk;
mod leave;
mod pay;
mod punch;
mod received;
mod roster;
mod subject;
mod timesheet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    account::{AccountFact, PendingRegistration},
    company::CompanyFact,
    day::{DayFact, DaysToReview, Missing},
    fact::Fact,
    job::JobFact,
    kiosk::KioskFact,
    leave::{LeaveAdjustmentCause, LeaveFact},
    pay::PayFact,
    punch::PunchFact,
    received::Received,
    roster::{RosterFact, SwapEnding},
    subject::Subject,
    timesheet::{TimesheetFact, UnapprovedTimesheet},
};
use crate::{audit::Actor, id::EventId};

/// The version of the event format. It increases when a reader of the old format would misread the new one.
pub const SCHEMA_VERSION: u32 = 1;

/// One committed change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event {
    /// The unique id, ordered by time. Consumers use it to process each event only once.
    pub id: EventId,
    /// The version of the event format: see [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The time of the commit, by the clock of the function.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// The user, device or job that caused the change.
    pub actor: Actor,
    /// The subject of the event. Events of one subject stay in order.
    pub subject: Subject,
    /// The id of the request that caused the event, for tracing.
    #[schema(required = true)]
    pub request_id: Option<String>,
    /// The facts of the change; never empty. A late clock-in is one event with several facts.
    #[schema(min_items = 1)]
    pub facts: Vec<Fact>,
}
