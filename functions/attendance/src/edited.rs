//! What every change of someone's day has in common: what it is decided on, how a manager's decision on a day is committed,
//! and what a refused edit is answered with.

use axum::response::Response;
use domain::{
    calendar::WorkDate,
    day::{Day, DayDecision, Misfit, PunchContext},
    event::Subject,
    id::UserId,
    schedule::Planner,
    user::User,
};
use jiff::Timestamp;
use store::{
    Commit, RepeatKey,
    editing::{EditBasis, EditQuestion},
    lateness::LateCosts,
};
use web::{
    Answer, App, Caller, Failed, Problem, RequestId,
    answers::DayAnswer,
    authorization,
    command::{command, unless_answered},
    parameter,
    problem::FieldError,
};

/// A manager's decision on someone's day, and the request that it came with.
pub(crate) struct DayCommand {
    app: App,
    caller: Caller,
    /// Whose day it is.
    person: UserId,
    date: WorkDate,
    request_id: RequestId,
    key: Option<RepeatKey>,
}

impl DayCommand {
    /// A request for the day of the path's person and date.
    ///
    /// # Errors
    ///
    /// The person or the date is malformed.
    pub(crate) fn new(
        app: App,
        caller: Caller,
        (person, date): &(String, String),
        request_id: RequestId,
        key: Option<RepeatKey>,
    ) -> Result<Self, Problem> {
        let date = parameter::value("date", date)?;
        let person = parameter::user(person, &caller)?;
        Ok(Self { app, caller, person, date, request_id, key })
    }

    /// Commits the decision under that name in the audit, with what it changes of what lateness costs, and answers with the
    /// day. `decide` gets the date and the caller's id.
    pub(crate) async fn execute(
        self,
        action: &str,
        decide: impl Fn(&PunchContext<'_>, WorkDate, UserId) -> Result<DayDecision, Problem>,
    ) -> Result<Response, Problem> {
        let Self { app, caller, person: user, date, request_id, key } = self;
        let now = app.now();
        let attempt = async || -> Result<Answer, Failed> {
            let basis = basis(&app, &caller, user, date, key.as_ref(), now).await?;
            let person = person(&basis)?;
            authorization::may_edit_days(&caller, person, basis.deciders)?;
            let planner = basis.attendance.planner(person);
            let before = Day::current(basis.attendance.days.get(&date), &planner, date, now);
            let DayDecision { change, fact } = decide(&context(&app, &basis, &planner, now), date, caller.user_id)?;
            let after = change.after();
            let shown = DayAnswer::new(after, now);
            let answer = Answer::ok(&shown)?.version(after.version());

            let subject = Subject::User(user);
            let stamp = app.stamp(&caller, &request_id, now);
            let changes = std::slice::from_ref(&change);
            let costs = LateCosts::of(&basis.attendance, &basis.book, person, changes, stamp.actor, now);
            let facts = std::iter::once(&fact).chain(costs.facts()).cloned().collect();
            let mut commit = Commit::new(stamp, subject, facts)?;
            commit.change_days(person, changes)?;
            commit.charge_lateness(user, &costs)?;
            commit.audit(subject, action, Some(&DayAnswer::new(&before, now)), Some(&shown))?;
            commit.save_answer(key.as_ref(), answer.saved())?;
            commit.send(&app.store).await?;
            Ok(answer)
        };
        command(&app.store, key.as_ref(), now, attempt).await
    }
}

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
