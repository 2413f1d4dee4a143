//! Whose list is asked for: one person's, or that of everyone in the caller's charge.

use domain::{
    id::{DepartmentId, UserId},
    user::Authority,
};
use store::people_lists::Walk;

use crate::{
    App, Caller, Problem,
    authorization::{Visible, visible_people_of},
    parameter,
    person::visible_person,
};

/// Whose list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhoseList {
    /// One person's, whom the caller may see.
    Person(UserId),
    /// That of everyone in the caller's charge, or of those of one department.
    InCharge(Walk),
}

impl WhoseList {
    /// Whose list `user_id` or `department_id` asks for; `me` is the caller. Without either it is an employee's own, and a
    /// manager's of everyone in their charge. One read where it is another's, and none else.
    pub async fn asked(
        app: &App,
        caller: &Caller,
        user_id: Option<&str>,
        department_id: Option<DepartmentId>,
    ) -> Result<Self, Problem> {
        if department_id.is_some() {
            return match user_id {
                Some(_) => Err(Problem::invalid("department_id", "must not stand beside user_id")),
                None => Ok(Self::InCharge(visible_people_of(caller, department_id)?.into())),
            };
        }
        match (user_id, &caller.authority) {
            (Some("me"), _) | (None, Authority::Employee) => Ok(Self::Person(caller.user_id)),
            (Some(id), _) => {
                parameter::value::<UserId>("user_id", id)?;
                visible_person(app, caller, id).await.map(Self::Person)
            }
            (None, Authority::Manager { .. } | Authority::Admin) => {
                Ok(Self::InCharge(visible_people_of(caller, None)?.into()))
            }
        }
    }

    /// What a cursor of this list is sealed with: a position in one isn't one in another, nor in that of departments which
    /// were the caller's once.
    pub fn cursor_context(&self) -> String {
        match self {
            Self::Person(person) => person.to_string(),
            Self::InCharge(walk) => format!("{walk:?}"),
        }
    }
}

impl From<Visible> for Walk {
    fn from(visible: Visible) -> Self {
        match visible {
            Visible::Everyone => Self::Everyone,
            Visible::Departments(departments) => Self::Departments(departments.into_iter().collect()),
        }
    }
}
