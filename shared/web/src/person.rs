//! The person whose days are requested, and the check that the caller may see them.

use domain::{calendar::WorkDate, id::UserId, user::User};
use jiff::Timestamp;
use store::users::Deciders;

use crate::{App, Caller, Problem, authorization, parameter};

/// Returns the person of a path. The caller's own days need no read. For another person, the profile is read, because their
/// department decides.
pub async fn visible_person(app: &App, caller: &Caller, path: &str) -> Result<UserId, Problem> {
    let id = parameter::user(path, caller)?;
    visible_other(app, caller, id).await?;
    Ok(id)
}

/// Returns the profile of another person whom the caller may see; nothing for the caller, whose profile isn't read.
pub async fn visible_other(app: &App, caller: &Caller, id: UserId) -> Result<Option<User>, Problem> {
    Ok(::app::people::visible_other(&app.store, caller, id).await?)
}

/// The person whose days are requested, with the person's current date.
#[derive(Debug)]
pub struct PersonToday {
    /// The person.
    pub id: UserId,
    /// The profile of the person; `None` if the person is the caller.
    pub other: Option<User>,
    /// The number of people who decide for everyone; it isn't read if the person is the caller.
    pub deciders: Deciders,
    /// The current date in the person's zone.
    pub today: WorkDate,
}

/// Returns [`visible_person`] with the person's current date, at which a list ends by default. The caller's own zone is in the
/// token. Another person's zone comes from their profile, their site or the company.
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
