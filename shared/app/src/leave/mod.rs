//! Leave: requests and decisions, balances, and types.

pub mod balances;
pub mod requests;
pub mod types;

pub use requests::LeaveRequestRefusal;
