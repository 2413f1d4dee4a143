//! What people read, in their language.
//!
//! The texts are Fluent files, one folder for each [`Language`](domain::language::Language), compiled in. A file is parsed
//! when its first text is asked for, so that no function starts slower for it. What a language lacks is shown in English;
//! a test lists what is missing.
//!
//! Dates, times and amounts are put together by messages of the same files ([`notification`]): five languages with one form
//! each need no locale data, of which ICU would add some hundred kilobytes to every function that renders.

mod negotiation;
mod notification;
mod problem;
mod resource;
#[cfg(test)]
mod tests;

pub use negotiation::negotiate;
pub use notification::{RenderedNotification, notification};
pub use problem::{ProblemPart, problem};
