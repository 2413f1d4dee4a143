//! `GET /attendance/reviews`: the days that wait for a manager's review.

use std::collections::BTreeSet;

use axum::extract::State;
use domain::{
    calendar::{WorkDate, Zone},
    day::{Day, ReviewReason, Session},
    id::{DepartmentId, SessionId, UserId},
    text::Name,
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::people_lists::{ListScope, Position};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    allowed::{DayAction, Owner, day_actions, deciders_for},
    answers::day::PunchAnswer,
    authorization::{is_self, may_see, visible_people_of},
    cursor::{CursorSeal, ListName, Page},
    date_range::in_order,
    query::Limit,
};

/// The filters and the page of a list of days to review.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReviewsQuery {
    /// Limits the list to people of this department.
    department_id: Option<DepartmentId>,
    /// The first date. Defaults to the date of the day that has waited longest.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The maximum number of days on a page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A day that waits for a manager's review.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayToReview)]
pub(crate) struct ReviewAnswer {
    /// The id of the person.
    user_id: UserId,
    /// The full name of the person.
    #[schema(value_type = String)]
    full_name: Name,
    /// The department that the person belongs to now.
    department_id: Option<DepartmentId>,
    /// The work date of the day.
    date: WorkDate,
    /// The time zone of the day.
    time_zone: Zone,
    /// The reasons for which the day waits: those of all its sessions.
    reasons: BTreeSet<ReviewReason>,
    /// The sessions that wait for review.
    sessions: Vec<SessionAnswer>,
    /// The time worked in closed sessions, in seconds.
    worked_seconds: i64,
    /// The overtime that already counts, in seconds.
    overtime_seconds: i64,
    /// The overtime that will count after the review if the guessed times stay unchanged, in seconds.
    withheld_overtime_seconds: i64,
    /// The day's version, for `If-Match`.
    version: u64,
    /// The actions that the caller may take on the day now.
    allowed_actions: Vec<DayAction>,
}

/// A session that waits for a manager's review.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionToReview)]
pub(crate) struct SessionAnswer {
    /// The id of the session.
    id: SessionId,
    /// The reasons for which the session waits for a manager.
    reasons: BTreeSet<ReviewReason>,
    /// The clock-in.
    clock_in: PunchAnswer,
    /// The clock-out; with `needs_review` it is a guess.
    clock_out: Option<PunchAnswer>,
}

/// List days to review
///
/// Lists the days of the people in a manager's charge that wait for review, by department, the longest waiting first. A session
/// with a guessed end (`needs_review`) waits until the day is edited: `PUT /attendance/{user_id}/{date}` with the same times
/// confirms them. A flagged clock-in (`outside_window`, `on_leave`) waits until
/// `POST /attendance/{user_id}/{date}/acknowledgement`, or until an edit moves it. The caller's own days aren't listed.
///
/// A page may hold fewer days than requested and still have a `next_cursor`.
#[utoipa::path(
    get,
    path = "/attendance/reviews",
    operation_id = "listDaysToReview",
    tag = "attendance",
    params(ReviewsQuery),
    responses(
        (status = 200, description = "A page of days", body = Page<ReviewAnswer>),
        (status = 403, description = "`forbidden`: for employees, and for a department that the caller doesn't manage")
    )
)]
pub(crate) async fn reviews(
    State(app): State<App>,
    caller: Caller,
    Query(ReviewsQuery { department_id, from, to, limit, cursor }): Query<ReviewsQuery>,
) -> Result<Answer, Problem> {
    let scope = ListScope::from(visible_people_of(&caller, department_id)?);
    if let (Some(from), Some(to)) = (from, to) {
        in_order(from, to)?;
    }
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Reviews, &(scope.departments(), from, to)).await?;
    let position = seal.position::<Position>(cursor.as_deref())?;
    let visible = |person: &User| may_see(&caller, person).is_ok() && !is_self(&caller, person.id);
    let page = app.store.reviews(&scope, (from, to), position, limit.get(), visible).await?;
    let next_cursor = seal.next(page.next)?;
    let now = app.now();
    let deciders = deciders_for(&app, &caller).await?;
    let shown = |(day, person): &(Day, User)| {
        let actions = day_actions(&caller, Owner::of(&caller, person), day, deciders, now);
        ReviewAnswer::new(day, person, actions, now)
    };
    let items = page.days.iter().map(shown).collect();
    Answer::ok(&Page { items, next_cursor })
}

impl ReviewAnswer {
    fn new(day: &Day, person: &User, allowed_actions: Vec<DayAction>, now: Timestamp) -> Self {
        let figures = day.figures(now);
        let sessions: Vec<SessionAnswer> =
            day.sessions_to_review().map(|(session, why)| SessionAnswer::new(session, why, day.zone())).collect();
        Self {
            user_id: person.id,
            full_name: person.full_name.clone(),
            department_id: person.department_id,
            date: day.date(),
            time_zone: day.zone().clone(),
            reasons: sessions.iter().flat_map(|session| session.reasons.iter().copied()).collect(),
            sessions,
            worked_seconds: figures.worked_seconds,
            overtime_seconds: figures.overtime_seconds,
            withheld_overtime_seconds: figures.withheld_overtime_seconds,
            version: day.version(),
            allowed_actions,
        }
    }
}

impl SessionAnswer {
    fn new(session: &Session, reasons: BTreeSet<ReviewReason>, zone: &Zone) -> Self {
        Self {
            id: session.id,
            reasons,
            clock_in: PunchAnswer::new(&session.clock_in, zone),
            clock_out: session.clock_out.as_ref().map(|out| PunchAnswer::new(out, zone)),
        }
    }
}
