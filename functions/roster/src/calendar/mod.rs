//! The calendar feed: a person's shifts at an address that calendar programs subscribe to.

mod document;
pub(crate) mod make;
mod render;
pub(crate) mod revoke;
pub(crate) mod show;
mod token;
