//! The calendar feed: a person's shifts at a URL that calendar programs subscribe to.

mod document;
pub(crate) mod make;
mod render;
pub(crate) mod revoke;
pub(crate) mod show;
mod token;
