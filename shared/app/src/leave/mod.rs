//! Leave: requests and decisions.

pub mod requests;

pub use requests::LeaveRequestRefusal;
