//! Leave: requests and decisions, previews, the calendar, balances, and types.

pub mod balances;
pub mod calendar;
pub mod preview;
pub mod requests;
pub mod types;

pub use requests::LeaveRequestRefusal;
