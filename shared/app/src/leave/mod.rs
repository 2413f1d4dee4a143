//! Leave: requests and decisions, previews, balances, and types.

pub mod balances;
pub mod preview;
pub mod requests;
pub mod types;

pub use requests::LeaveRequestRefusal;
