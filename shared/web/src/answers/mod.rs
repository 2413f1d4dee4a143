//! The external forms of things that several functions answer with: those of the crate `answers`, and the clock
//! status, which depends on who calls.

pub mod clock;

pub use ::answers::{
    BalanceAnswer, BoardRowAnswer, CorrectionAnswer, DayAnswer, LeaveRequestAnswer, NotificationAnswer,
    RosterShiftAnswer, SwapAnswer, UserAnswer, balance, board, correction, day, leave_request, notification,
    roster_shift, swap, user,
};
