//! Parameters in paths.

use std::str::FromStr;

use domain::{Invalid, calendar::WorkDate, id::UserId};

use crate::{Caller, Problem, authorization, caller::CallerKind};

/// Parses an id in a path. Returns 404 for a malformed id, because it can't name any item.
pub fn id<T: FromStr<Err = Invalid>>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// Parses an id in the path of an operation that is for admins only. The role is checked first, so that others get 403 for every
/// id.
pub fn id_for_admin<T: FromStr<Err = Invalid>>(text: &str, caller: &Caller) -> Result<T, Problem> {
    authorization::must_be_admin(caller)?;
    id(text)
}

/// Parses the id of a person in a path. `me` is the caller if the caller is a person.
pub fn user(text: &str, caller: &Caller) -> Result<UserId, Problem> {
    match (text, caller.kind) {
        ("me", CallerKind::Person) => Ok(caller.user_id),
        ("me", CallerKind::ServiceToken(_)) => Err(Problem::not_found()),
        (text, CallerKind::Person | CallerKind::ServiceToken(_)) => id(text),
    }
}

/// Parses the person and the date of a path.
pub fn day((person, date): &(String, String), caller: &Caller) -> Result<(UserId, WorkDate), Problem> {
    let date = value("date", date)?;
    Ok((user(person, caller)?, date))
}

/// Parses a value such as a date in a path. Returns 422 with the parameter's name for an invalid value.
pub fn value<T: FromStr<Err = Invalid>>(name: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: Invalid| Problem::invalid(name, error))
}
