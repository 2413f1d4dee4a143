//! What notifications say, apart from the language in which they are read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    correction::Decision,
    day::{ClockInFlag, Verdict},
    event::{LeaveAdjustmentCause, SwapEnding},
    leave::LeaveAmount,
    schedule::LeaveTypeCode,
    text::Name,
};

/// The text of a notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotificationText {
    /// Rendered when it is read, in the language of the reader (the crate `texts`).
    Content {
        /// What it says.
        content: NotificationContent,
        /// How many others of its kind the same event has.
        #[serde(default, skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// Written in English when it happened, by a release that rendered notifications then.
    Written {
        /// What happened, in a few words.
        title: String,
        /// What happened, in a sentence.
        body: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// What a notification says: a message, and what stands in it. Names are those at the time of the event.
///
/// Each variant has its texts in the crate `texts`, under its stored name with hyphens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields say what stands in the message")]
pub enum NotificationContent {
    /// Someone waits for their account.
    RegistrationPending { name: Name },
    /// Several people wait for their accounts; the first of them are named.
    RegistrationsPending { count: usize, names: Vec<Name> },
    /// The reader's password was reset.
    PasswordReset { by: Option<Name> },
    /// An admin's password was reset.
    AdminPasswordReset { name: Name, by: Option<Name> },
    /// The reader's PIN was set by somebody else.
    PinReset { by: Option<Name> },
    /// The reader's second factor was removed by somebody else.
    SecondFactorReset { by: Option<Name> },
    /// Too many wrong PINs were entered at a kiosk.
    KioskPinsFailing { kiosk: Name },
    /// Someone clocked in after the grace period.
    LateArrival { name: Name, date: WorkDate, seconds: i64 },
    /// One person hasn't come though the grace period of their shift is over.
    NotArrived { name: Name, date: WorkDate },
    /// Several people haven't come; the first of them are named.
    PeopleNotArrived { count: usize, names: Vec<Name> },
    /// Days wait for a review; the first people are named, each with their number of days.
    DaysToReview { days: u64, oldest: WorkDate, count: usize, people: Vec<NamedDays> },
    /// Someone missed every shift of a day.
    Absent { name: Name, date: WorkDate },
    /// Someone went before their shift's end.
    LeftEarly { name: Name, date: WorkDate, seconds: i64 },
    /// The reader's forgotten session was closed.
    OwnAutoClockOut { date: WorkDate, at: Timestamp },
    /// Someone's forgotten session was closed.
    AutoClockOut { name: Name, date: WorkDate, at: Timestamp },
    /// The reader's day was edited.
    DayEdited { date: WorkDate },
    /// The reader's lateness or absence was forgiven.
    DayExcused { date: WorkDate },
    /// Someone's clock-in was flagged.
    ClockInFlagged { name: Name, date: WorkDate, reason: ClockInFlag },
    /// The reader's flagged clock-in was reviewed.
    ClockInReviewed { date: WorkDate, verdict: Verdict },
    /// Someone asks for a correction.
    CorrectionRequested { name: Name, date: WorkDate },
    /// The reader's correction was decided.
    CorrectionDecided { date: WorkDate, decision: Decision },
    /// The reader has another pattern.
    PatternChanged { effective_from: WorkDate },
    /// The reader's day was planned.
    DayPlanned { date: WorkDate },
    /// The reader's day is again as their pattern says.
    DayPlanRemoved { date: WorkDate },
    /// Someone asks the reader to swap.
    SwapRequested { name: Name, my_date: WorkDate, their_date: WorkDate },
    /// Someone asks the reader to take over a shift.
    TakeoverRequested { name: Name, date: WorkDate },
    /// The other agreed to the reader's swap.
    SwapAccepted { other: Option<Name>, needs_approval: bool },
    /// A swap of others waits for a decision.
    SwapToApprove { name: Name, other: Option<Name> },
    /// The reader's swap was made.
    SwapMade { partner: Option<Name>, date: WorkDate, other_date: Option<WorkDate> },
    /// The reader's swap came to nothing.
    SwapEnded { partner: Option<Name>, ending: SwapEnding },
    /// The reader's leave balance was changed.
    LeaveAdjusted { leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount, cause: LeaveAdjustmentCause },
    /// Someone asks for leave.
    LeaveRequested { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// Someone changed a request for leave.
    LeaveRequestChanged { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// The reader's leave request was decided.
    LeaveDecided { start_date: WorkDate, end_date: WorkDate, decision: Decision },
    /// The reader's leave was cancelled or cut short.
    OwnLeaveCancelled { start_date: WorkDate, end_date: WorkDate },
    /// Someone's leave was cancelled or cut short.
    LeaveCancelled { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// Lateness cost the reader leave.
    LateDeducted { date: WorkDate, amount: LeaveAmount },
    /// The reader's leave expires unless it is taken.
    LeaveExpiring { leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount, take_by: WorkDate },
    /// The reader's leave balance is low.
    OwnLeaveBalanceLow { leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount },
    /// Someone's leave balance is low.
    LeaveBalanceLow { name: Name, leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount },
    /// The reader's export can be fetched.
    ExportReady { report: String },
    /// The reader's export failed. What went wrong is in English.
    ExportFailed { report: Option<String>, error: String },
}

/// A person and how many of their days wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedDays {
    /// The person's name.
    pub name: Name,
    /// How many days.
    pub days: u32,
}
