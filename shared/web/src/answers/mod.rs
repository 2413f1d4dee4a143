//! The response types that several functions share: those of the crate `answers`, and the clock status, which depends on the
//! caller.

pub mod clock;

pub use ::answers::{
    BadgeAnswer, BalanceAnswer, BoardRowAnswer, CorrectionAnswer, DayAnswer, DepartmentChatAnswer, ExportAnswer,
    ImportAnswer, KioskAnswer, LeaveRequestAnswer, NotificationAnswer, PayApprovalAnswer, PayProfilesAnswer,
    RosterShiftAnswer, ServiceTokenAnswer, SwapAnswer, TerminalAnswer, TimeAccountAnswer, UserAnswer, WebhookAnswer,
    balance, board, correction, day, kiosk, leave_request, notification, pay_approval, preview, roster, roster_shift,
    swap, user,
};
