//! The actions that a caller may currently take on an item: those of `app::allowed`, and the read that they need.

pub use ::app::allowed::*;
use store::users::Deciders;

use crate::{App, Caller, Problem, authorization::must_be_manager};

/// Returns the number of people who decide for everyone. It is read only for callers whose permissions depend on it.
pub async fn deciders_for(app: &App, caller: &Caller) -> Result<Deciders, Problem> {
    match must_be_manager(caller) {
        Ok(()) => Ok(app.store.deciders().await?),
        Err(_) => Ok(Deciders::default()),
    }
}
