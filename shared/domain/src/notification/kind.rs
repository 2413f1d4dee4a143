//! The kinds of notifications.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of a notification. People can mute kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Someone clocked in after the grace period.
    LateArrival,
    /// Someone hasn't arrived although the grace period is over.
    NotArrived,
    /// Someone missed every shift of a day.
    Absent,
    /// Someone clocked out before the end of their shift.
    LeftEarly,
    /// The person is still clocked in after their last shift. Reminders go to channels only, not to the inbox.
    ClockOutReminder,
    /// A forgotten session was closed.
    AutoClockedOut,
    /// Days wait for a manager's review. This is notified once a week.
    DaysToReview,
    /// Leave was deducted for lateness.
    LateDeducted,
    /// A leave balance was changed.
    LeaveAdjusted,
    /// Someone clocked in outside the window of every shift, or on leave.
    ClockInFlagged,
    /// A flagged clock-in was acknowledged or rejected.
    ClockInReviewed,
    /// Someone else changed a day.
    DayEdited,
    /// A roster was changed.
    RosterChanged,
    /// A leave balance fell below the threshold.
    LeaveBalanceLow,
    /// Leave expires unless it is taken. This kind can't be muted, because leave may only expire after a notice.
    LeaveExpiring,
    /// Someone requested leave.
    LeaveRequested,
    /// Leave was cancelled or ended early.
    LeaveCancelled,
    /// Someone requested a correction.
    CorrectionRequested,
    /// A leave request was decided.
    LeaveDecided,
    /// A correction was decided.
    CorrectionDecided,
    /// Someone requested a swap.
    SwapRequested,
    /// The other person accepted a swap.
    SwapAccepted,
    /// A swap took effect, or ended without any change.
    SwapDecided,
    /// A swap wasn't decided in time.
    SwapExpired,
    /// Someone registered and waits for approval.
    RegistrationPending,
    /// Someone else reset the person's password.
    PasswordReset,
    /// An admin's password was reset.
    AdminPasswordReset,
    /// Someone else set the person's PIN.
    PinReset,
    /// An admin removed the person's second factor.
    SecondFactorReset,
    /// Too many wrong PINs were entered at a kiosk.
    KioskPinsFailing,
    /// A webhook was paused because its receiver keeps failing.
    WebhookPaused,
    /// Someone submitted their timesheet.
    TimesheetSubmitted,
    /// A timesheet was approved or rejected.
    TimesheetDecided,
    /// A signed timesheet changed, so that its signatures are void.
    TimesheetVoided,
    /// A pay period ends soon, or the timesheet of a period that has ended isn't submitted.
    TimesheetDue,
    /// Timesheets wait for approval.
    TimesheetsToApprove,
    /// Time needs approval before it is paid.
    PayApprovalNeeded,
    /// Time that needs approval was approved or rejected.
    PayApprovalDecided,
    /// A time account has passed a mark.
    TimeAccountMarkPassed,
    /// An export is ready.
    ExportReady,
    /// An export failed.
    ExportFailed,
    /// An import of a sheet is over.
    ImportFinished,
    /// A terminal is silent in working hours.
    TerminalSilent,
    /// The clock of a terminal is wrong by more than a minute.
    TerminalClockWrong,
    /// The calendar of holidays that the company subscribes to can't be used.
    HolidaySubscriptionFailed,
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 45] = [
        Self::LateArrival,
        Self::NotArrived,
        Self::Absent,
        Self::LeftEarly,
        Self::ClockOutReminder,
        Self::AutoClockedOut,
        Self::DaysToReview,
        Self::LateDeducted,
        Self::LeaveAdjusted,
        Self::ClockInFlagged,
        Self::ClockInReviewed,
        Self::DayEdited,
        Self::RosterChanged,
        Self::LeaveBalanceLow,
        Self::LeaveExpiring,
        Self::LeaveRequested,
        Self::LeaveCancelled,
        Self::CorrectionRequested,
        Self::LeaveDecided,
        Self::CorrectionDecided,
        Self::SwapRequested,
        Self::SwapAccepted,
        Self::SwapDecided,
        Self::SwapExpired,
        Self::RegistrationPending,
        Self::PasswordReset,
        Self::AdminPasswordReset,
        Self::PinReset,
        Self::SecondFactorReset,
        Self::KioskPinsFailing,
        Self::WebhookPaused,
        Self::TimesheetSubmitted,
        Self::TimesheetDecided,
        Self::TimesheetVoided,
        Self::TimesheetDue,
        Self::TimesheetsToApprove,
        Self::PayApprovalNeeded,
        Self::PayApprovalDecided,
        Self::TimeAccountMarkPassed,
        Self::ExportReady,
        Self::ExportFailed,
        Self::ImportFinished,
        Self::TerminalSilent,
        Self::TerminalClockWrong,
        Self::HolidaySubscriptionFailed,
    ];

    /// Returns whether people can mute the kind. Notices that leave expires can't be muted, nor can changes of a password, PIN or
    /// second factor.
    pub const fn can_be_muted(self) -> bool {
        !matches!(
            self,
            Self::LeaveExpiring
                | Self::PasswordReset
                | Self::AdminPasswordReset
                | Self::PinReset
                | Self::SecondFactorReset
        )
    }

    /// Returns whether the person concerned is notified although they caused the fact. It followed automatically from their
    /// action (a clock-in that cost leave), or it is an agreement of two people, who both receive the outcome.
    pub(super) const fn is_heard_by_whoever_caused_it(self) -> bool {
        match self {
            Self::AutoClockedOut
            | Self::LateDeducted
            | Self::LeaveBalanceLow
            | Self::ExportReady
            | Self::ExportFailed
            | Self::ImportFinished
            | Self::SwapDecided
            | Self::TimesheetVoided => true,
            Self::LateArrival
            | Self::NotArrived
            | Self::Absent
            | Self::LeftEarly
            | Self::ClockOutReminder
            | Self::DaysToReview
            | Self::LeaveAdjusted
            | Self::ClockInFlagged
            | Self::ClockInReviewed
            | Self::DayEdited
            | Self::RosterChanged
            | Self::LeaveExpiring
            | Self::LeaveRequested
            | Self::LeaveCancelled
            | Self::CorrectionRequested
            | Self::LeaveDecided
            | Self::CorrectionDecided
            | Self::SwapRequested
            | Self::SwapAccepted
            | Self::SwapExpired
            | Self::TimesheetSubmitted
            | Self::TimesheetDecided
            | Self::TimesheetDue
            | Self::TimesheetsToApprove
            | Self::PayApprovalNeeded
            | Self::PayApprovalDecided
            | Self::TimeAccountMarkPassed
            | Self::RegistrationPending
            | Self::PasswordReset
            | Self::AdminPasswordReset
            | Self::PinReset
            | Self::SecondFactorReset
            | Self::KioskPinsFailing
            | Self::TerminalSilent
            | Self::TerminalClockWrong
            | Self::HolidaySubscriptionFailed
            | Self::WebhookPaused => false,
        }
    }
}
