//! The external forms of things that several functions answer with, apart from how they are stored.

pub mod board;
pub mod correction;
pub mod day;
pub mod leave_request;
pub mod notification;
pub mod user;

pub use board::BoardRowAnswer;
pub use correction::CorrectionAnswer;
pub use day::DayAnswer;
pub use leave_request::LeaveRequestAnswer;
pub use notification::NotificationAnswer;
pub use user::UserAnswer;
