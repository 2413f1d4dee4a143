//! Problems: what the refusals of use cases mean to callers.
//!
//! [`code`] is the closed registry of problems, and [`detail`] that of their explanations. Every refusal of `app` and of `store` becomes a
//! [`Problem`] here. This crate depends on no web framework, so that jobs explain what they couldn't do in the words that a request
//! gets. With the feature `http`, a problem is a response; `web` writes its body.

pub mod code;
pub mod detail;
pub mod problem;
pub mod punches;
mod refusal;
#[cfg(feature = "http")]
mod response;
#[cfg(test)]
mod translations;

pub use code::Code;
pub use detail::Detail;
pub use problem::Problem;
