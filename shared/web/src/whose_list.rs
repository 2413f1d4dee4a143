//! Whose list is asked for: one person's, or that of everyone in the caller's charge.

use domain::{
    FieldRule,
    id::{DepartmentId, UserId},
    user::{Authority, User},
};
use store::people_lists::Walk;

use crate::{
    App, Caller, Problem,
    authorization::{Visible, visible_people_of},
    parameter,
    person::visible_other,
};

/// Whose list.
#[derive(Debug, Clone, PartialEq)]
pub enum WhoseList {
    /// One person's, whom the caller may see; with their profile where it is another's.
    Person(UserId, Option<Box<User>>),
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

    /// What a cursor of this list is sealed with: a position in one isn't one in another, nor in that of departments which
    /// were the caller's once.
    pub fn cursor_context(&self) -> String {
        match self {
            Self::Person(person, _) => person.to_string(),
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
