//! The response types that several functions share, separate from the stored types. The audit stores them, live messages
//! contain them, and reports share their instants. This crate doesn't depend on HTTP or the caller.

pub mod actions;
pub mod badge;
pub mod balance;
pub mod blocked_timesheets;
pub mod board;
pub mod correction;
pub mod day;
pub mod department_chat;
pub mod export;
pub mod instant;
pub mod kiosk;
pub mod leave_request;
pub mod notification;
pub mod pay_approval;
pub mod pay_profiles;
pub mod preview;
pub mod roster;
pub mod roster_shift;
pub mod service_token;
pub mod sheet;
pub mod swap;
pub mod terminal;
pub mod user;
pub mod webhook;

pub use badge::BadgeAnswer;
pub use balance::BalanceAnswer;
pub use blocked_timesheets::BlockedTimesheets;
pub use board::BoardRowAnswer;
pub use correction::CorrectionAnswer;
pub use day::DayAnswer;
pub use department_chat::DepartmentChatAnswer;
pub use export::ExportAnswer;
pub use kiosk::KioskAnswer;
pub use leave_request::LeaveRequestAnswer;
pub use notification::NotificationAnswer;
pub use pay_approval::PayApprovalAnswer;
pub use pay_profiles::PayProfilesAnswer;
pub use roster_shift::RosterShiftAnswer;
pub use service_token::ServiceTokenAnswer;
pub use swap::SwapAnswer;
pub use terminal::TerminalAnswer;
pub use user::UserAnswer;
pub use webhook::WebhookAnswer;
