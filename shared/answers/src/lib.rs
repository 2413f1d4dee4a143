//! The external forms of things that several functions answer with, apart from how they are stored. The audit keeps them, live
//! messages carry them, and reports share their instants. Nothing here knows HTTP or who calls.

pub mod actions;
pub mod balance;
pub mod board;
pub mod correction;
pub mod day;
pub mod instant;
pub mod leave_request;
pub mod notification;
pub mod roster_shift;
pub mod sheet;
pub mod swap;
pub mod user;

pub use balance::BalanceAnswer;
pub use board::BoardRowAnswer;
pub use correction::CorrectionAnswer;
pub use day::DayAnswer;
pub use leave_request::LeaveRequestAnswer;
pub use notification::NotificationAnswer;
pub use roster_shift::RosterShiftAnswer;
pub use swap::SwapAnswer;
pub use user::UserAnswer;
