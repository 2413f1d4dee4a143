//! Leave: requests and decisions, previews, the calendar, balances, imports, and types.

pub mod balances;
pub mod calendar;
pub mod imports;
pub mod preview;
pub mod requests;
pub mod types;

pub use requests::LeaveRequestRefusal;
