//! Changes of days by managers: edits, excuses and reviews.

use answers::DayAnswer;
use domain::{
    FieldFault, FieldRule, Invalid,
    calendar::WorkDate,
    day::{
        Day, DayChange, DayDecision, EditCause, Editor, NothingToExcuse, NothingToReview, PunchContext, SessionTimes,
        Verdict, Violation,
    },
    event::Subject,
    id::UserId,
    pay::AfterClose,
    text::Reason,
    user::User,
};
use store::editing::{EditQuery, EditSnapshot};

use super::{DayUpdate, PresenceUpdate, SignOff, context};
use crate::{
    Denied, Failed, Prepared, Refusal, Request, Versions,
    allowed::{Owner, day_actions},
    authorization,
    use_case::ensure_not_replayed,
};

/// The reason why a change of a day is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayRefusal {
    /// The sessions break rules.
    Violations(Vec<Violation>),
    /// No clock-in of the day is flagged, or all have that verdict already.
    NothingToReview(NothingToReview),
    /// The day is neither late nor absent, or is excused already.
    NothingToExcuse(NothingToExcuse),
    /// No end of the day is estimated.
    NoEstimatedEnd,
}

impl DayRefusal {
    /// Returns whether the values of the request are invalid.
    pub(crate) const fn is_of_the_request(&self) -> bool {
        match self {
            Self::Violations(_) => true,
            Self::NothingToReview(_) | Self::NothingToExcuse(_) | Self::NoEstimatedEnd => false,
        }
    }
}

/// Acknowledges or rejects the flagged clock-ins of a day.
///
/// # Errors
/// The caller may not edit the day, it has another version, a review after the close has no note, or nothing is left to review.
pub async fn review(
    request: &Request<'_>,
    day: (UserId, WorkDate),
    versions: &Versions,
    verdict: Verdict,
    note: Option<&Reason>,
    after_close: AfterClose,
) -> Result<Prepared<DayAnswer>, Failed> {
    // A change of a closed period is made only with a reason, as an edit is.
    if after_close == AfterClose::Allowed && note.is_none() {
        return Err(vec![FieldFault::new("note", FieldRule::Required)].into());
    }
    decide(request, day, versions, "clock_in_reviewed", after_close, |context, date, by| {
        context.review(date, by, verdict, note).map_err(DayRefusal::NothingToReview)
    })
    .await
}

/// Excuses the lateness or absence of a day.
///
/// # Errors
/// The caller may not edit the day, or there is nothing to excuse.
pub async fn excuse(
    request: &Request<'_>,
    day: (UserId, WorkDate),
    reason: &Reason,
) -> Result<Prepared<DayAnswer>, Failed> {
    // An excuse after the close is a difference that the next pay period pays.
    decide(request, day, &Versions::Any, "day_excused", AfterClose::Allowed, |context, date, by| {
        context.excuse(date, by, reason.clone()).map_err(DayRefusal::NothingToExcuse)
    })
    .await
}

/// Prepares a manager's decision on a day, with the given name in the audit and with its effect on the deduction for lateness.
/// `decision` receives the date and the manager's id.
async fn decide(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    versions: &Versions,
    action: &str,
    after_close: AfterClose,
    decision: impl Fn(&PunchContext<'_>, WorkDate, UserId) -> Result<DayDecision, DayRefusal>,
) -> Result<Prepared<DayAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    let snapshot = snapshot(request, user, date).await?;
    let person = person(&snapshot)?;
    authorization::may_edit_days(caller, person, snapshot.deciders)?;
    let planner = snapshot.attendance.planner(person);
    let before = Day::current(snapshot.attendance.days.get(&date), &planner, date, now);
    let context = context(&ports, &snapshot.attendance, &planner);
    versions.check(before.version())?;
    let DayDecision { change, fact } = decision(&context, date, caller.user_id)?;
    let after = change.after();

    let changes = std::slice::from_ref(&change);
    let update = update(&snapshot, person, changes, PresenceUpdate::Stays, after_close);
    let mut commit = update.commit(request.stamp(), &[fact])?;
    let (earlier, later) = (DayAnswer::new(&before, now), DayAnswer::new(after, now));
    commit.audit(Subject::User(user), action, Some(&earlier), Some(&later))?;
    Ok(Prepared { commit, answer: answer(request, person, after, &snapshot), version: after.version() })
}

/// Edits a day: `sessions` computes the new sessions from the current day.
///
/// # Errors
/// The caller may not edit the day, the sessions break rules, or the day has another version.
pub async fn edit(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    versions: &Versions,
    reason: &Reason,
    after_close: AfterClose,
    sessions: impl Fn(&Day) -> Result<Vec<SessionTimes>, DayRefusal>,
) -> Result<Prepared<DayAnswer>, Failed> {
    edit_as(request, (user, date), versions, (EditCause::Manager, reason), after_close, sessions).await
}

/// Sets the sessions of a day from the history of another system.
///
/// # Errors
/// The caller may not edit the day, the sessions break rules, or the day has sessions that weren't imported.
pub async fn import(
    request: &Request<'_>,
    day: (UserId, WorkDate),
    reason: &Reason,
    sessions: &[SessionTimes],
) -> Result<Prepared<DayAnswer>, Failed> {
    let imported = |day: &Day| {
        if day.has_only_imported_sessions() {
            return Ok(sessions.to_vec());
        }
        let rule = Invalid::new(FieldRule::OnlyImportedSessions);
        Err(DayRefusal::Violations(vec![Violation { path: "sessions".to_owned(), rule }]))
    };
    edit_as(request, day, &Versions::Any, (EditCause::Import, reason), AfterClose::Refused, imported).await
}

async fn edit_as(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    versions: &Versions,
    (cause, reason): (EditCause, &Reason),
    after_close: AfterClose,
    sessions: impl Fn(&Day) -> Result<Vec<SessionTimes>, DayRefusal>,
) -> Result<Prepared<DayAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    let snapshot = snapshot(request, user, date).await?;
    let person = person(&snapshot)?;
    authorization::may_edit_days(caller, person, snapshot.deciders)?;
    let planner = snapshot.attendance.planner(person);
    let before = Day::current(snapshot.attendance.days.get(&date), &planner, date, now);
    let editor = Editor { by: caller.user_id, cause, reason: reason.clone() };
    let context = context(&ports, &snapshot.attendance, &planner);
    let edited = sessions(&before)
        .and_then(|sessions| context.edit(date, &sessions, editor).map_err(DayRefusal::Violations))
        .map_err(Refusal::from);
    let edited = versions.check_after(before.version(), edited)?;
    let after = edited.day().ok_or(Refusal::Defect("an edit changed no day"))?;

    let presence = PresenceUpdate::Becomes(&edited.presence);
    let update = update(&snapshot, person, &edited.changes, presence, after_close);
    let mut commit = update.commit(request.stamp(), &edited.facts)?;
    commit.check_cost_centers(after.newly_named_cost_centers(&before))?;
    let (earlier, later) = (DayAnswer::new(&before, now), DayAnswer::new(after, now));
    let action = match cause {
        EditCause::Manager | EditCause::Correction => "day_edited",
        EditCause::Import => "day_imported",
    };
    commit.audit(Subject::User(user), action, Some(&earlier), Some(&later))?;
    Ok(Prepared { commit, answer: answer(request, person, after, &snapshot), version: after.version() })
}

/// Confirms the estimated ends of a day by an edit that keeps its times.
///
/// # Errors
/// The caller may not edit the day, it has another version, or no end is estimated.
pub async fn confirm(
    request: &Request<'_>,
    day: (UserId, WorkDate),
    versions: &Versions,
    reason: &Reason,
) -> Result<Prepared<DayAnswer>, Failed> {
    let as_they_are = |day: &Day| {
        if day.has_times_to_confirm() {
            Ok(day.sessions().iter().map(SessionTimes::of).collect())
        } else {
            Err(DayRefusal::NoEstimatedEnd)
        }
    };
    edit(request, day, versions, reason, AfterClose::Refused, as_they_are).await
}

/// Reads the data that an edit of a day needs, for a caller whose token is still valid. Fails with the saved answer if the
/// request was answered before.
pub(super) async fn snapshot(request: &Request<'_>, person: UserId, date: WorkDate) -> Result<EditSnapshot, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let query = EditQuery { caller: caller.user_id, person, date, repeat };
    let snapshot = ports.store.edit_snapshot(&query, ports.now).await?;
    ensure_not_replayed(snapshot.attendance.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Returns the person that the day belongs to.
pub(super) fn person(snapshot: &EditSnapshot) -> Result<&User, Denied> {
    snapshot.attendance.person.as_ref().ok_or(Denied::NotFound)
}

/// Returns the update that a decision on a day writes.
pub(super) fn update<'a>(
    snapshot: &'a EditSnapshot,
    person: &'a User,
    changes: &'a [DayChange],
    presence: PresenceUpdate<'a>,
    after_close: AfterClose,
) -> DayUpdate<'a> {
    let sign_off = SignOff::Read(&snapshot.timesheets, after_close);
    DayUpdate { person, attendance: &snapshot.attendance, book: &snapshot.book, changes, presence, sign_off }
}

/// Returns the day as the answer to the caller.
fn answer(request: &Request<'_>, person: &User, day: &Day, snapshot: &EditSnapshot) -> DayAnswer {
    let (caller, now) = (request.caller, request.ports.now);
    let actions = day_actions(caller, Owner::of(caller, person), day, snapshot.deciders, now);
    DayAnswer::new(day, now).allowing(actions)
}
