//! Whose days are asked for, and whether the caller may see them.

use domain::{calendar::WorkDate, id::UserId};
use jiff::Timestamp;

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

/// [`visible_person`] with the person's date, which a list of theirs ends with where it isn't asked otherwise. One's own zone
/// is in the token; another's comes from their profile, their site or the company.
pub async fn visible_person_today(
    app: &App,
    caller: &Caller,
    path: &str,
    now: Timestamp,
) -> Result<(UserId, WorkDate), Problem> {
    let id = parameter::user(path, caller)?;
    if id == caller.user_id {
        return Ok((id, caller.zone.date_of(now)));
    }
    let (person, settings, sites) = app.store.user_and_company(id).await?;
    let person = person.ok_or_else(Problem::not_found)?;
    authorization::may_see(caller, &person)?;
    Ok((id, person.zone_at(&sites, &settings.time_zone).date_of(now)))
}
