//! Whose days are asked for, and whether the caller may see them.

use domain::{calendar::WorkDate, id::UserId, user::User};
use jiff::Timestamp;
use store::users::Deciders;

use crate::{App, Caller, Problem, authorization, parameter};

/// The person of a path. One's own days need no read for that; another's department decides, so their profile is read.
pub async fn visible_person(app: &App, caller: &Caller, path: &str) -> Result<UserId, Problem> {
    let id = parameter::user(path, caller)?;
    visible_other(app, caller, id).await?;
    Ok(id)
}

/// The profile of somebody else whom the caller may see; none where it is the caller, whose profile isn't read.
pub async fn visible_other(app: &App, caller: &Caller, id: UserId) -> Result<Option<User>, Problem> {
    if id == caller.user_id {
        return Ok(None);
    }
    let person = app.store.user(id).await?.ok_or_else(Problem::not_found)?;
    authorization::may_see(caller, &person)?;
    Ok(Some(person))
}

/// Whose days are asked for, with their date.
#[derive(Debug)]
pub struct PersonToday {
    /// The person.
    pub id: UserId,
    /// Their profile; none where it is the caller's own.
    pub other: Option<User>,
    /// How many decide for everyone; none are read where it is the caller.
    pub deciders: Deciders,
    /// The date in their zone.
    pub today: WorkDate,
}

/// [`visible_person`] with the person's date, which a list of theirs ends with where it isn't asked otherwise. One's own zone
/// is in the token; another's comes from their profile, their site or the company.
pub async fn visible_person_today(
    app: &App,
    caller: &Caller,
    path: &str,
    now: Timestamp,
) -> Result<PersonToday, Problem> {
    let id = parameter::user(path, caller)?;
    if id == caller.user_id {
        let (deciders, today) = (Deciders::default(), caller.zone.date_of(now));
        return Ok(PersonToday { id, other: None, deciders, today });
    }
    let (person, settings, sites, deciders) = app.store.user_and_company(id).await?;
    let person = person.ok_or_else(Problem::not_found)?;
    authorization::may_see(caller, &person)?;
    let today = person.zone_at(&sites, &settings.time_zone).date_of(now);
    Ok(PersonToday { id, other: Some(person), deciders, today })
}
