//! The kinds of news.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of a notification, by which people mute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Someone clocked in after the grace period.
    LateArrival,
    /// Someone hasn't come though the grace period is over.
    NotArrived,
    /// Someone missed every shift of a day.
    Absent,
    /// Someone went before their shift's end.
    LeftEarly,
    /// A forgotten session was closed.
    AutoClockedOut,
    /// Days wait for a manager's review; told once a week.
    DaysToReview,
    /// Lateness cost leave.
    LateDeducted,
    /// A leave balance was changed.
    LeaveAdjusted,
    /// Someone clocked in outside the window of every shift, or on leave.
    ClockInFlagged,
    /// A flagged clock-in was acknowledged or rejected.
    ClockInReviewed,
    /// A day was changed by somebody else.
    DayEdited,
    /// A roster was changed.
    RosterChanged,
    /// A leave balance fell below the mark.
    LeaveBalanceLow,
    /// Leave expires unless it is taken. It can't be muted: leave may only expire after its notice.
    LeaveExpiring,
    /// Someone asks for leave.
    LeaveRequested,
    /// Someone doesn't take leave after all.
    LeaveCancelled,
    /// Someone asks for a correction.
    CorrectionRequested,
    /// A leave request was decided.
    LeaveDecided,
    /// A correction was decided.
    CorrectionDecided,
    /// Someone asks for a swap.
    SwapRequested,
    /// The other agreed to a swap.
    SwapAccepted,
    /// A swap was made, or came to nothing.
    SwapDecided,
    /// A swap wasn't decided in time.
    SwapExpired,
    /// Someone waits for their account.
    RegistrationPending,
    /// Somebody else reset the person's password.
    PasswordReset,
    /// An admin's password was reset.
    AdminPasswordReset,
    /// Somebody else set the person's PIN.
    PinReset,
    /// An admin removed the person's second factor.
    SecondFactorReset,
    /// Too many wrong PINs were entered at a kiosk.
    KioskPinsFailing,
    /// An export can be fetched.
    ExportReady,
    /// An export failed.
    ExportFailed,
}

impl NotificationKind {
    /// All of them.
    pub const ALL: [Self; 31] = [
        Self::LateArrival,
        Self::NotArrived,
        Self::Absent,
        Self::LeftEarly,
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
        Self::ExportReady,
        Self::ExportFailed,
    ];

    /// Whether people may mute it. A notice that leave expires must reach its person, and so must word of a change of what
    /// somebody signs in with.
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

    /// Whether the person concerned hears of it even though they caused it: it followed by itself from what they did (a
    /// clock-in that cost leave), or it is an agreement of two, of which both keep the outcome.
    pub(super) const fn is_heard_by_whoever_caused_it(self) -> bool {
        match self {
            Self::AutoClockedOut
            | Self::LateDeducted
            | Self::LeaveBalanceLow
            | Self::ExportReady
            | Self::ExportFailed
            | Self::SwapDecided => true,
            Self::LateArrival
            | Self::NotArrived
            | Self::Absent
            | Self::LeftEarly
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
            | Self::RegistrationPending
            | Self::PasswordReset
            | Self::AdminPasswordReset
            | Self::PinReset
            | Self::SecondFactorReset
            | Self::KioskPinsFailing => false,
        }
    }
}
