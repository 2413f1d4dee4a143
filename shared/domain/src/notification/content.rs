//! The content of notifications, independent of the reader's language.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    correction::Decision,
    day::{ClockInFlag, Verdict},
    event::{LeaveAdjustmentCause, SwapEnding},
    holiday_subscription::CalendarFailure,
    job::ImportKind,
    leave::LeaveAmount,
    pay::AccountMark,
    schedule::LeaveTypeCode,
    text::Name,
    webhook::PauseReason,
};

/// The text of a notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotificationText {
    /// Content that is rendered when it is read, in the language of the reader (the crate `texts`).
    Content {
        /// The content.
        content: NotificationContent,
        /// The number of further notifications of this kind in the same event.
        #[serde(default, skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// Text that an earlier release rendered in English at the time of the event.
    Written {
        /// The title: the event in a few words.
        title: String,
        /// The body: the event in a sentence.
        body: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// The content of a notification: a message and its values. Names are those at the time of the event.
///
/// Each variant has its texts in the crate `texts`, under its stored name with hyphens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields say what stands in the message")]
pub enum NotificationContent {
    /// Someone registered and waits for approval.
    RegistrationPending { name: Name },
    /// Several people registered and wait for approval. The message names the first of them.
    RegistrationsPending { count: usize, names: Vec<Name> },
    /// The reader's password was reset.
    PasswordReset { by: Option<Name> },
    /// An admin's password was reset.
    AdminPasswordReset { name: Name, by: Option<Name> },
    /// Someone else set the reader's PIN.
    PinReset { by: Option<Name> },
    /// Someone else removed the reader's second factor.
    SecondFactorReset { by: Option<Name> },
    /// Too many wrong PINs were entered at a kiosk.
    KioskPinsFailing { kiosk: Name },
    /// A terminal made no request for so long that admins are notified.
    TerminalSilent { terminal: Name, last_seen_at: Timestamp },
    /// The clock of a terminal is wrong by more than a minute.
    TerminalClockWrong { terminal: Name, seconds: i64 },
    /// A webhook was paused because its receiver keeps failing.
    WebhookPaused { webhook: Name, reason: PauseReason },
    /// Someone clocked in after the grace period.
    LateArrival { name: Name, date: WorkDate, seconds: i64 },
    /// One person hasn't arrived although the grace period of their shift is over.
    NotArrived { name: Name, date: WorkDate },
    /// Several people haven't arrived. The message names the first of them.
    PeopleNotArrived { count: usize, names: Vec<Name> },
    /// Days wait for a review. The message names the first people, each with their number of days.
    DaysToReview { days: u64, oldest: WorkDate, count: usize, people: Vec<NamedDays> },
    /// Someone missed every shift of a day.
    Absent { name: Name, date: WorkDate },
    /// Someone clocked out before the end of their shift.
    LeftEarly { name: Name, date: WorkDate, seconds: i64 },
    /// The reader is still clocked in after their last shift.
    ClockOutReminder { date: WorkDate, ended_at: Timestamp },
    /// The reader's forgotten session was closed.
    OwnAutoClockOut { date: WorkDate, at: Timestamp },
    /// Someone's forgotten session was closed.
    AutoClockOut { name: Name, date: WorkDate, at: Timestamp },
    /// The reader's day was edited.
    DayEdited { date: WorkDate },
    /// The reader's lateness or absence was excused.
    DayExcused { date: WorkDate },
    /// Someone's clock-in was flagged.
    ClockInFlagged { name: Name, date: WorkDate, reason: ClockInFlag },
    /// The reader's flagged clock-in was reviewed.
    ClockInReviewed { date: WorkDate, verdict: Verdict },
    /// Someone requested a correction.
    CorrectionRequested { name: Name, date: WorkDate },
    /// The reader's correction was decided.
    CorrectionDecided { date: WorkDate, decision: Decision },
    /// The reader's pattern changed.
    PatternChanged { effective_from: WorkDate },
    /// A date of the reader's roster was planned.
    DayPlanned { date: WorkDate },
    /// The plan of a date was removed, so the reader's pattern applies to it again.
    DayPlanRemoved { date: WorkDate },
    /// Someone asked the reader to swap shifts.
    SwapRequested { name: Name, my_date: WorkDate, their_date: WorkDate },
    /// Someone asked the reader to take over a shift.
    TakeoverRequested { name: Name, date: WorkDate },
    /// The other person accepted the reader's swap.
    SwapAccepted { other: Option<Name>, needs_approval: bool },
    /// A swap of other people waits for a decision.
    SwapToApprove { name: Name, other: Option<Name> },
    /// The reader's swap took effect.
    SwapMade { partner: Option<Name>, date: WorkDate, other_date: Option<WorkDate> },
    /// The reader's swap ended without any change.
    SwapEnded { partner: Option<Name>, ending: SwapEnding },
    /// The reader's leave balance was changed.
    LeaveAdjusted { leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount, cause: LeaveAdjustmentCause },
    /// Someone requested leave.
    LeaveRequested { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// Someone changed a leave request.
    LeaveRequestChanged { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// The reader's leave request was decided.
    LeaveDecided { start_date: WorkDate, end_date: WorkDate, decision: Decision },
    /// Someone's leave was approved. This is news for the chat of a department only.
    LeaveApproved { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// The reader's leave was cancelled or ended early.
    OwnLeaveCancelled { start_date: WorkDate, end_date: WorkDate },
    /// Someone's leave was cancelled or ended early.
    LeaveCancelled { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// Leave was deducted for the reader's lateness.
    LateDeducted { date: WorkDate, amount: LeaveAmount },
    /// The reader's leave expires unless it is taken.
    LeaveExpiring { leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount, take_by: WorkDate },
    /// The reader's leave balance is low.
    OwnLeaveBalanceLow { leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount },
    /// Someone's leave balance is low.
    LeaveBalanceLow { name: Name, leave_type: LeaveTypeCode, year: i16, amount: LeaveAmount },
    /// The reader's time account has passed a mark.
    OwnTimeAccountMarkPassed { mark: AccountMark, seconds: i64 },
    /// Someone's time account has passed a mark.
    TimeAccountMarkPassed { name: Name, mark: AccountMark, seconds: i64 },
    /// Someone submitted their timesheet.
    TimesheetSubmitted { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// The reader's timesheet was approved or rejected.
    TimesheetDecided { start_date: WorkDate, end_date: WorkDate, decision: Decision },
    /// The reader's signed timesheet changed.
    OwnTimesheetVoided { start_date: WorkDate, end_date: WorkDate },
    /// Someone's signed timesheet changed.
    TimesheetVoided { name: Name, start_date: WorkDate, end_date: WorkDate },
    /// The reader's pay period ends soon.
    PayPeriodEnds { start_date: WorkDate, end_date: WorkDate },
    /// The reader hasn't submitted the timesheet of a pay period that has ended.
    TimesheetDue { start_date: WorkDate, end_date: WorkDate },
    /// Timesheets wait for approval. The message names the first people.
    TimesheetsToApprove { count: usize, names: Vec<Name> },
    /// Someone's time of a date needs approval before it is paid.
    PayApprovalNeeded { name: Name, date: WorkDate },
    /// The reader's time of a date was approved, or it isn't paid.
    PayApprovalDecided { date: WorkDate, decision: Decision },
    /// The reader's export is ready.
    ExportReady { report: String },
    /// The reader's export failed. The error text is in English.
    ExportFailed { report: Option<String>, error: String },
    /// The reader's import is over. The error text of an import that was given up is in English.
    ImportFinished { import: ImportKind, total: u32, failed: u32, error: Option<String> },
    /// The calendar of holidays that the company subscribes to can't be used.
    HolidaySubscriptionFailed { host: String, reason: CalendarFailure },
}

/// A person with the number of their days that wait for a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedDays {
    /// The person's name.
    pub name: Name,
    /// The number of days.
    pub days: u32,
}
