//! The people whose figures a report may contain.

use domain::id::{DepartmentId, UserId};
use reporting::Whose;
use web::{
    App, Caller, Code, Detail, Problem,
    authorization::{self, Visible},
    person::visible_person,
};

/// Returns the people whose figures the caller's report contains. Employees see their own figures, managers see those
/// of the people in their charge, and callers who see everyone see all figures. `user` and `department` narrow the
/// report to one person or one department. Figures are recorded under the department of the day. Access to them
/// depends on who may see the person now.
pub(crate) async fn whose(
    app: &App,
    caller: &Caller,
    user: Option<UserId>,
    department: Option<DepartmentId>,
) -> Result<Whose, Problem> {
    let visible = authorization::visible_people(caller);
    match (user, visible) {
        (Some(user), _) => {
            let user_id = visible_person(app, caller, &user.to_string()).await?;
            Ok(Whose::Person { user_id, only: department })
        }
        (None, Err(_)) => Ok(Whose::Person { user_id: caller.user_id, only: department }),
        (None, Ok(Visible::Everyone)) => Ok(department.map_or(Whose::Everyone, |id| Whose::Department { id })),
        (None, Ok(Visible::Departments(of))) => match department {
            Some(asked) if !of.contains(&asked) => Err(Problem::new(Code::Forbidden).detail(Detail::OtherDepartment)),
            only => Ok(Whose::Members { of: of.into_iter().collect(), only }),
        },
    }
}
