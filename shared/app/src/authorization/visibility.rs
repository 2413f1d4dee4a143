//! The people and boards that a caller may see in lists.

use domain::{
    id::DepartmentId,
    user::{Authority, ManagerScope},
};
use store::people_lists::ListScope;

use super::{Denied, manages};
use crate::Caller;

/// The people whose lists a caller may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    /// All people.
    Everyone,
    /// The people of the given departments.
    Departments(Vec<DepartmentId>),
}

impl From<Visible> for ListScope {
    fn from(visible: Visible) -> Self {
        match visible {
            Visible::Everyone => Self::Everyone,
            Visible::Departments(departments) => Self::Departments(departments.into_iter().collect()),
        }
    }
}

/// Returns the departments whose people a manager may list.
pub fn visible_people(caller: &Caller) -> Result<Visible, Denied> {
    match &caller.authority {
        Authority::Admin | Authority::Manager { scope: ManagerScope::Everyone } => Ok(Visible::Everyone),
        Authority::Manager { scope: ManagerScope::Departments(departments) } => {
            Ok(Visible::Departments(departments.iter().copied().collect()))
        }
        Authority::Employee => Err(Denied::ManagerOnly),
    }
}

/// Returns the departments whose people a manager may list: all departments that they manage, or the requested one.
pub fn visible_people_of(caller: &Caller, department: Option<DepartmentId>) -> Result<Visible, Denied> {
    match (visible_people(caller)?, department) {
        (visible, None) => Ok(visible),
        (Visible::Everyone, Some(id)) => Ok(Visible::Departments(vec![id])),
        (Visible::Departments(visible), Some(id)) if visible.contains(&id) => Ok(Visible::Departments(vec![id])),
        (Visible::Departments(_), Some(_)) => Err(Denied::OtherDepartment),
    }
}

/// The part of a board that a caller may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisibleBoard {
    /// The full lines of the people whom the caller manages.
    Lines(Visible),
    /// Only the presence of the people of the caller's own department; nobody if the caller has no department.
    Presence(Option<DepartmentId>),
}

impl From<VisibleBoard> for ListScope {
    fn from(visible: VisibleBoard) -> Self {
        match visible {
            VisibleBoard::Lines(visible) => visible.into(),
            VisibleBoard::Presence(department) => Self::Departments(department.into_iter().collect()),
        }
    }
}

/// Returns the part of the board that a caller may see, for all departments or for the requested one.
pub fn visible_board(caller: &Caller, department: Option<DepartmentId>) -> Result<VisibleBoard, Denied> {
    let is_own_department = department.is_none_or(|id| caller.department_id == Some(id));
    match (visible_people(caller), department) {
        (Ok(visible), None) => Ok(VisibleBoard::Lines(visible)),
        (Ok(_), Some(id)) if manages(&caller.authority, department) => {
            Ok(VisibleBoard::Lines(Visible::Departments(vec![id])))
        }
        // In their own department, a manager sees the board as a colleague.
        (Ok(_) | Err(_), _) if is_own_department => Ok(VisibleBoard::Presence(caller.department_id)),
        (Ok(_), Some(_)) => Err(Denied::Forbidden),
        (Err(denied), _) => Err(denied),
    }
}
