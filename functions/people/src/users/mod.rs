//! `/users`: everyone sees themselves and a directory; managers see and write the people of their departments; admins
//! everyone.

pub(crate) mod badge;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod directory;
pub(crate) mod disable;
pub(crate) mod edit;
mod employment;
mod leaving;
pub(crate) mod list;
pub(crate) mod mfa;
pub(crate) mod password_reset;
pub(crate) mod pin;
pub(crate) mod read;
pub(crate) mod replace;
mod search;
mod temporary_password;

use std::collections::BTreeSet;

use domain::{
    FieldRule,
    id::{DepartmentId, UserId},
};
use store::people_snapshot::PeopleSnapshot;
use web::{Code, Problem};

/// The most departments that one manager has: each is checked in the transaction that gives it to them.
pub(crate) const MAX_MANAGED: usize = 50;

/// Whether the departments named for a manager aren't too many.
fn check_managed(manages: &BTreeSet<DepartmentId>) -> Result<(), Problem> {
    if manages.len() <= MAX_MANAGED {
        Ok(())
    } else {
        Err(Problem::invalid("manages", FieldRule::ItemsAtMost { max: MAX_MANAGED as u64 }))
    }
}

/// Whether what was asked about by name exists, and what must be unique is free for that person. The commit's conditions
/// say the same once more; here it can be said which field is wrong.
fn check_snapshot(snapshot: &PeopleSnapshot, person: UserId, manages: &BTreeSet<DepartmentId>) -> Result<(), Problem> {
    if !manages.is_subset(&snapshot.departments) {
        return Err(Problem::invalid("manages", FieldRule::NotDepartments));
    }
    if snapshot.username_holder.is_some_and(|holder| holder != person) {
        return Err(Problem::new(Code::UsernameTaken));
    }
    if snapshot.email_holder.is_some_and(|holder| holder != person) {
        return Err(Problem::new(Code::EmailTaken));
    }
    Ok(())
}
