//! The external forms of things that several functions answer with, apart from how they are stored.

pub mod user;

pub use user::UserAnswer;
