//! `GET /breaks/{user_id}`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    calendar::{DateRange, WorkDate, Zone},
    day::{Break, Day, Session},
    id::{BreakId, SessionId, UserId},
    text::Remark,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    date_range,
    instant::Instant,
    person::{PersonToday, visible_person_today},
    query::Limit,
};

/// The number of days that are read at once. Few days have more than one break, so a page usually takes one Query. A year without
/// breaks takes four.
const DAYS_AT_ONCE: usize = 100;

/// The dates and the page of a list of breaks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BreaksQuery {
    /// The first work date. Defaults to 30 days before `to`.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last work date. Defaults to tomorrow, so that a night shift that begins today is included.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The maximum number of breaks on a page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A break with its work date and session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedBreak {
    /// The work date.
    date: WorkDate,
    /// The id of the session that the break interrupts.
    session_id: SessionId,
    /// The id of the break.
    id: BreakId,
    /// The start of the break.
    started_at: Instant,
    /// The end of the break; `null` while it is open.
    ended_at: Option<Instant>,
    /// The length of the break in seconds; the length until now while it is open.
    seconds: i64,
    /// Whether the break is paid.
    paid: bool,
    /// The remark of the person.
    #[schema(value_type = Option<String>)]
    remark: Option<Remark>,
}

/// The position from which a list of breaks continues: after this break of that date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Position {
    date: WorkDate,
    started_at: Timestamp,
    id: BreakId,
}

/// List a person's breaks
///
/// Lists breaks newest first, over at most 366 work dates.
#[utoipa::path(
    get,
    path = "/breaks/{user_id}",
    operation_id = "listBreaks",
    tag = "breaks",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), BreaksQuery),
    responses((status = 200, description = "A page of breaks", body = Page<ListedBreak>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<BreaksQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let PersonToday { id: person, today, .. } = visible_person_today(&app, &caller, &user, now).await?;
    let dates = date_range::requested(query.from, query.to, today)?;
    let DateRange { from, to } = dates;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Breaks, &(person, from, to)).await?;
    let after = seal.position::<Position>(query.cursor.as_deref())?;
    let limit = query.limit.get();
    let mut found = breaks(&app.store, person, dates, after, limit + 1, now).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| more).map(|(position, _)| seal.seal(position)).transpose()?;
    let items = found.into_iter().map(|(_, listed)| listed).collect();
    Ok(Answer::ok(&Page { items, next_cursor })?.into_response())
}

/// Returns the breaks after a position, each with its own position: at least `wanted` breaks, if there are that many.
async fn breaks(
    store: &Store,
    person: UserId,
    dates: DateRange,
    after: Option<Position>,
    wanted: usize,
    now: Timestamp,
) -> Result<Vec<(Position, ListedBreak)>, StoreError> {
    let mut found = Vec::new();
    // The day of the position is read again, because it may hold more breaks.
    let to = after.map_or(dates.to, |position| position.date);
    let mut before = None;
    loop {
        let page = store.days(person, dates.from, to, before, DAYS_AT_ONCE).await?;
        found.extend(
            page.items
                .iter()
                .flat_map(|day| newest_first(day, now))
                .filter(|(position, _)| after.is_none_or(|after| *position < after)),
        );
        before = page.items.last().map(Day::date);
        if found.len() >= wanted || !page.more {
            return Ok(found);
        }
    }
}

/// Returns a day's breaks. Breaks that begin in the same second are ordered by id, so that a cursor's position is unique.
fn newest_first(day: &Day, now: Timestamp) -> Vec<(Position, ListedBreak)> {
    let in_sessions =
        day.sessions().iter().flat_map(|session| session.breaks.iter().map(move |pause| (session, pause)));
    let mut listed: Vec<_> = in_sessions
        .map(|(session, pause)| {
            let position = Position { date: day.date(), started_at: pause.started_at, id: pause.id };
            (position, ListedBreak::new(day, session, pause, now))
        })
        .collect();
    listed.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
    listed
}

impl ListedBreak {
    fn new(day: &Day, session: &Session, pause: &Break, now: Timestamp) -> Self {
        let zone: &Zone = day.zone();
        // An open break in a forgotten session counts only until the time at which the session counts as ended.
        let until = pause.ended_at.unwrap_or_else(|| day.lasts_until(session, now));
        Self {
            date: day.date(),
            session_id: session.id,
            id: pause.id,
            started_at: Instant::new(pause.started_at, zone),
            ended_at: pause.ended_at.map(|at| Instant::new(at, zone)),
            seconds: (until.as_second() - pause.started_at.as_second()).max(0),
            paid: day.policy().pays(pause),
            remark: pause.remark.clone(),
        }
    }
}
