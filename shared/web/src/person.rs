//! Whose days are asked for, and whether the caller may see them.

use domain::id::UserId;

use crate::{App, Caller, Problem, authorization, parameter};

/// The person of a path. One's own days need no read for that; another's department decides, so their profile is read.
pub async fn visible_person(app: &App, caller: &Caller, path: &str) -> Result<UserId, Problem> {
    let id = parameter::user(path, caller)?;
    if id != caller.user_id {
        let person = app.store.user(id).await?.ok_or_else(Problem::not_found)?;
        authorization::may_see(caller, &person)?;
    }
    Ok(id)
}
