//! `/users`: everyone sees their own profile and the directory; managers see and change the people of their departments, and
//! admins everyone.

pub(crate) mod badge;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod directory;
pub(crate) mod disable;
pub(crate) mod edit;
pub(crate) mod import;
pub(crate) mod invitation;
mod leaving;
pub(crate) mod list;
pub(crate) mod mfa;
pub(crate) mod password_reset;
pub(crate) mod pay_profile;
pub(crate) mod pin;
pub(crate) mod read;
pub(crate) mod replace;
mod search;
mod sheet;
mod temporary_password;
pub(crate) mod update_context;

use std::collections::BTreeSet;

use domain::{
    FieldRule,
    id::{DepartmentId, UserId},
};
use store::people_snapshot::PeopleSnapshot;
use web::{Code, Problem};

/// The maximum number of departments of a manager: the transaction that assigns a department checks that it exists.
pub(crate) const MAX_MANAGED: usize = 50;

/// Checks that a manager isn't given too many departments.
fn check_managed(manages: &BTreeSet<DepartmentId>) -> Result<(), Problem> {
    if manages.len() <= MAX_MANAGED {
        Ok(())
    } else {
        Err(Problem::invalid("manages", FieldRule::ItemsAtMost { max: MAX_MANAGED as u64 }))
    }
}

/// Checks that the departments in the request exist, and that its username and e-mail address are available to the person. The
/// commit's conditions check the same again; this check can name the field that is wrong.
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
