//! What every change of someone's day has in common: what it is decided on, and what a refused edit is answered with.

use domain::{
    calendar::WorkDate,
    day::{Misfit, PunchContext},
    id::UserId,
    schedule::Planner,
    user::User,
};
use jiff::Timestamp;
use store::{
    RepeatKey,
    editing::{EditBasis, EditQuestion},
};
use web::{App, Caller, Failed, Problem, authorization, command::unless_answered, problem::FieldError};

/// Reads what an edit of a day is decided on, for a caller who is still who their token says. A request that was answered
/// before goes no further.
pub(crate) async fn basis(
    app: &App,
    caller: &Caller,
    person: UserId,
    date: WorkDate,
    repeat: Option<&RepeatKey>,
    now: Timestamp,
) -> Result<EditBasis, Failed> {
    let question = EditQuestion { caller: caller.user_id, person, date, repeat };
    let basis = app.store.edit_basis(&question, now).await?;
    unless_answered(basis.attendance.earlier.clone())?;
    authorization::still(caller, basis.caller.as_ref())?;
    Ok(basis)
}

/// The person whose day it is.
pub(crate) fn person(basis: &EditBasis) -> Result<&User, Problem> {
    basis.attendance.person.as_ref().ok_or_else(Problem::not_found)
}

/// What a change of a day is decided in.
pub(crate) fn context<'a>(
    app: &'a App,
    basis: &'a EditBasis,
    planner: &'a Planner<'a>,
    now: Timestamp,
) -> PunchContext<'a> {
    let (presence, days) = (&basis.attendance.presence, &basis.attendance.days);
    PunchContext { planner, presence, days, now, entropy: &*app.entropy }
}

/// Every rule that an edit breaks, with its path.
pub(crate) fn problem_of(misfits: Vec<Misfit>) -> Problem {
    let error = |misfit: Misfit| FieldError { path: misfit.path, message: misfit.rule.message().to_owned() };
    Problem::invalid_values(misfits.into_iter().map(error).collect())
}
