//! The scope of a list: one person, or all people that the caller manages.

use std::collections::BTreeSet;

use domain::{
    FieldRule,
    id::{DepartmentId, UserId},
    user::{Authority, User},
};
use store::people_lists::ListScope;

use crate::{App, Caller, Problem, authorization::visible_people_of, parameter, person::visible_other};

/// The scope of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum WhoseList {
    /// The list of one person whom the caller may see; with the person's profile if the person isn't the caller.
    Person(UserId, Option<Box<User>>),
    /// The list of all people that the caller manages, or of one department.
    InCharge(ListScope),
}

impl WhoseList {
    /// Returns the scope that `user_id` or `department_id` selects; `me` is the caller. Without either, an employee gets their
    /// own list, and a manager the list of all people that they manage. Reads the profile of another person, and nothing
    /// otherwise.
    pub async fn of_query(
        app: &App,
        caller: &Caller,
        user_id: Option<&str>,
        department_id: Option<DepartmentId>,
    ) -> Result<Self, Problem> {
        if department_id.is_some() {
            return match user_id {
                Some(_) => Err(Problem::invalid("department_id", FieldRule::NotWith { other: "user_id".to_owned() })),
                None => Ok(Self::InCharge(visible_people_of(caller, department_id)?.into())),
            };
        }
        match (user_id, &caller.authority) {
            (Some("me"), _) | (None, Authority::Employee) => Ok(Self::Person(caller.user_id, None)),
            (Some(id), _) => {
                let id = parameter::value::<UserId>("user_id", id)?;
                let other = visible_other(app, caller, id).await?;
                Ok(Self::Person(id, other.map(Box::new)))
            }
            (None, Authority::Manager { .. } | Authority::Admin) => {
                Ok(Self::InCharge(visible_people_of(caller, None)?.into()))
            }
        }
    }

    /// Returns the filter that seals a cursor of this list: the person, or the departments of the people. A position in one list
    /// isn't valid in another list, nor after the caller's departments change.
    pub const fn cursor_filter(&self) -> (Option<UserId>, Option<&BTreeSet<DepartmentId>>) {
        match self {
            Self::Person(person, _) => (Some(*person), None),
            Self::InCharge(scope) => (None, scope.departments()),
        }
    }
}
