//! The shared parts of all changes of a person's day: the data for the decision, the commit of a manager's decision on a day,
//! and the response to a refused edit.

use app::attendance::{self, DayUpdate, PresenceUpdate};
use domain::{
    calendar::WorkDate,
    day::{
        Day, DayChange, DayDecision, EditCause, Editor, NothingToReview, PunchContext, SessionTimes, Verdict, Violation,
    },
    event::Subject,
    id::UserId,
    text::Reason,
    user::User,
};
use jiff::Timestamp;
use store::{
    RepeatKey,
    editing::{EditQuery, EditSnapshot},
};
use web::{
    Answer, App, Caller, Code, Detail, Failed, IfMatch, Problem,
    allowed::{Owner, day_actions},
    answers::DayAnswer,
    authorization,
    command::{answered, ensure_not_replayed},
    parameter,
    problem::FieldError,
};

use crate::Decider;

/// A manager's decision on a person's day, and its request.
#[derive(Debug, Clone, Copy)]
pub struct DayCommand<'a> {
    /// The manager.
    pub by: Decider<'a>,
    /// The person that the day belongs to, and the date of the day.
    pub day: (UserId, WorkDate),
}

impl DayCommand<'_> {
    /// Commits the decision with the given name in the audit, and with its effect on the deduction for lateness. Returns the
    /// day as the response. `decide` receives the date and the caller's id.
    pub async fn execute(
        self,
        action: &str,
        decide: impl Fn(&PunchContext<'_>, WorkDate, UserId) -> Result<DayDecision, Problem>,
    ) -> Result<Answer, Problem> {
        let Self { by, day: (user, date) } = self;
        let Decider { app, caller, request_id, key } = by;
        let now = app.now();
        let attempt = async || -> Result<Answer, Failed> {
            let snapshot = snapshot(app, caller, user, date, key, now).await?;
            let person = person(&snapshot)?;
            authorization::may_edit_days(caller, person, snapshot.deciders)?;
            let planner = snapshot.attendance.planner(person);
            let before = Day::current(snapshot.attendance.days.get(&date), &planner, date, now);
            let DayDecision { change, fact } =
                decide(&attendance::context(&app.ports(now), &snapshot.attendance, &planner), date, caller.user_id)?;
            let after = change.after();
            let shown = DayAnswer::new(after, now);
            let answer = Answer::ok(&answer(caller, person, after, &snapshot, now))?.version(after.version());

            let subject = Subject::User(user);
            let stamp = app.stamp(caller, request_id, now);
            let update = update(&snapshot, person, std::slice::from_ref(&change), PresenceUpdate::Stays);
            let mut commit = update.commit(stamp, &[fact])?;
            commit.audit(subject, action, Some(&DayAnswer::new(&before, now)), Some(&shown))?;
            commit.save_answer(key, answer.saved())?;
            commit.send(&app.store).await?;
            Ok(answer)
        };
        answered(&app.store, key, now, attempt).await
    }
}

/// Parses the person and the date of a path.
///
/// # Errors
///
/// The person or the date is malformed.
pub fn named((person, date): &(String, String), caller: &Caller) -> Result<(UserId, WorkDate), Problem> {
    let date = parameter::value("date", date)?;
    Ok((parameter::user(person, caller)?, date))
}

/// Acknowledges or rejects the flagged clock-ins of a day.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn review(
    by: Decider<'_>,
    day: (UserId, WorkDate),
    verdict: Verdict,
    note: Option<&Reason>,
) -> Result<Answer, Problem> {
    let command = DayCommand { by, day };
    command
        .execute("clock_in_reviewed", |context, date, by| {
            let decided = context.review(date, by, verdict, note);
            decided.map_err(|NothingToReview| Problem::new(Code::NothingToAcknowledge))
        })
        .await
}

/// Edits a day: `sessions` computes the new sessions from the current day.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn edit(
    by: Decider<'_>,
    (user, date): (UserId, WorkDate),
    if_match: Option<&IfMatch>,
    reason: &Reason,
    sessions: impl Fn(&Day) -> Result<Vec<SessionTimes>, Problem>,
) -> Result<Answer, Problem> {
    let Decider { app, caller, request_id, key } = by;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = snapshot(app, caller, user, date, key, now).await?;
        let person = person(&snapshot)?;
        authorization::may_edit_days(caller, person, snapshot.deciders)?;
        let planner = snapshot.attendance.planner(person);
        let before = Day::current(snapshot.attendance.days.get(&date), &planner, date, now);
        let editor = Editor { by: caller.user_id, cause: EditCause::Manager, reason: reason.clone() };
        let context = attendance::context(&app.ports(now), &snapshot.attendance, &planner);
        let edited = sessions(&before).and_then(|sessions| context.edit(date, &sessions, editor).map_err(problem_of));
        let edited = match if_match {
            Some(if_match) => if_match.check_after(before.version(), edited)?,
            None => edited?,
        };
        let after = edited.day().ok_or_else(|| Problem::internal("an edit changed no day"))?;
        let answer = Answer::ok(&answer(caller, person, after, &snapshot, now))?.version(after.version());

        let subject = Subject::User(user);
        let stamp = app.stamp(caller, request_id, now);
        let update = update(&snapshot, person, &edited.changes, PresenceUpdate::Becomes(&edited.presence));
        let mut commit = update.commit(stamp, &edited.facts)?;
        let (earlier, later) = (DayAnswer::new(&before, now), DayAnswer::new(after, now));
        commit.audit(subject, "day_edited", Some(&earlier), Some(&later))?;
        commit.save_answer(key, answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    answered(&app.store, key, now, attempt).await
}

/// Confirms the estimated ends of a day by an edit that keeps its times.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn confirm(by: Decider<'_>, day: (UserId, WorkDate), reason: &Reason) -> Result<Answer, Problem> {
    let as_they_are = |day: &Day| {
        if day.has_times_to_confirm() {
            Ok(day.sessions().iter().map(SessionTimes::of).collect())
        } else {
            Err(Problem::new(Code::AlreadyDecided).detail(Detail::NoGuessedEnd))
        }
    };
    edit(by, day, None, reason, as_they_are).await
}

/// Reads the data that an edit of a day needs, for a caller whose token is still valid. Fails with the saved response if the
/// request was answered before.
pub async fn snapshot(
    app: &App,
    caller: &Caller,
    person: UserId,
    date: WorkDate,
    repeat: Option<&RepeatKey>,
    now: Timestamp,
) -> Result<EditSnapshot, Failed> {
    let query = EditQuery { caller: caller.user_id, person, date, repeat };
    let snapshot = app.store.edit_snapshot(&query, now).await?;
    ensure_not_replayed(snapshot.attendance.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Returns the day as the response to the caller.
pub fn answer(caller: &Caller, person: &User, day: &Day, snapshot: &EditSnapshot, now: Timestamp) -> DayAnswer {
    let actions = day_actions(caller, Owner::of(caller, person), day, snapshot.deciders, now);
    DayAnswer::new(day, now).allowing(actions)
}

/// Returns the person that the day belongs to.
pub fn person(snapshot: &EditSnapshot) -> Result<&User, Problem> {
    snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)
}

/// Returns the update that a decision on a day writes.
pub fn update<'a>(
    snapshot: &'a EditSnapshot,
    person: &'a User,
    changes: &'a [DayChange],
    presence: PresenceUpdate<'a>,
) -> DayUpdate<'a> {
    DayUpdate { person, attendance: &snapshot.attendance, book: &snapshot.book, changes, presence }
}

/// Returns the problem with every rule that an edit breaks, and the paths of the values.
pub fn problem_of(misfits: Vec<Violation>) -> Problem {
    let error = |misfit: Violation| FieldError::new(misfit.path, misfit.rule);
    Problem::invalid_values(misfits.into_iter().map(error).collect())
}
