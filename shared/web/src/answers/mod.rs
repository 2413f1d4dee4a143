//! The external forms of things that several functions answer with, apart from how they are stored.

pub mod balance;
pub mod board;
pub mod clock;
pub mod correction;
pub mod day;
pub mod leave_request;
pub mod notification;
pub mod roster_shift;
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
