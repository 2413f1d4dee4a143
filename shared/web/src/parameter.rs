//! Parameters in paths.

use std::str::FromStr;

use domain::{Invalid, id::UserId};

use crate::{Caller, Problem, caller::CallerKind};

/// An id in a path. What isn't an id can't name anything: 404.
pub fn id<T: FromStr<Err = Invalid>>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// A person in a path; `me` is the caller, if that is a person.
pub fn user(text: &str, caller: &Caller) -> Result<UserId, Problem> {
    match (text, caller.kind) {
        ("me", CallerKind::Person) => Ok(caller.user_id),
        ("me", CallerKind::ServiceToken(_)) => Err(Problem::not_found()),
        (text, CallerKind::Person | CallerKind::ServiceToken(_)) => id(text),
    }
}

/// A value such as a date in a path: 422 naming the parameter.
pub fn value<T: FromStr<Err = Invalid>>(name: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: Invalid| Problem::invalid(name, error))
}
