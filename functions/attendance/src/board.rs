//! `GET /attendance/board`: who is present on a date, and the status of each person's day.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    calendar::WorkDate,
    day::{BoardCounts, PresenceKind},
    id::{DepartmentId, UserId},
    text::Name,
};
use serde::{Deserialize, Serialize};
use store::{
    board::{BoardLine, BoardOf},
    people_lists::{ListScope, Position},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::BoardRowAnswer,
    authorization::{Visible, VisibleBoard, visible_board},
    cursor::{CursorSeal, ListName},
    query::Limit,
};

/// The filters and the page of a board.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BoardQuery {
    /// The date of the board. Defaults to today.
    #[param(value_type = Option<String>, example = "2026-11-02")]
    date: Option<WorkDate>,
    /// Limits the board to this department.
    department_id: Option<DepartmentId>,
    /// The maximum number of people on a page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The position from which a board continues.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    position: Position,
    /// Whether everyone on the board has a day.
    all_opened: bool,
}

/// A page of the board.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Board)]
pub(crate) struct BoardAnswer {
    /// The date.
    date: WorkDate,
    /// The number of people in each status. Only on a manager's first page, and absent where there are too many people to count
    /// at once: filter by department then.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<BoardCounts>,
    /// The people, by department and name.
    items: Vec<BoardLineAnswer>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A person on the board, with the details that the caller may see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "view", rename_all = "snake_case")]
#[schema(as = BoardLine)]
pub(crate) enum BoardLineAnswer {
    /// The details that managers of the person see.
    Full(BoardRowAnswer),
    /// The details that colleagues see.
    Colleague(ColleagueAnswer),
}

/// A colleague's presence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardColleague)]
pub(crate) struct ColleagueAnswer {
    /// The id of the colleague.
    user_id: UserId,
    /// The full name of the colleague.
    #[schema(value_type = String)]
    full_name: Name,
    /// The current presence, according to the sessions of the date.
    presence: PresenceKind,
}

/// Get the board of a date
///
/// Managers see the days of the people in their charge, under the department that each day belongs to. On the first page,
/// `counts` has the number of people in each status. Employees see who is present in their department. People whose day isn't
/// opened yet are listed with `status` null until the date is over in all time zones. A person who moves to another department is
/// listed once: for the rest of the date in the old department, which their day belongs to.
///
/// A page may hold fewer people than requested and still have a `next_cursor`.
#[utoipa::path(
    get,
    path = "/attendance/board",
    operation_id = "getBoard",
    tag = "attendance",
    params(BoardQuery),
    responses((status = 200, description = "A page of the board", body = BoardAnswer))
)]
pub(crate) async fn board(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<BoardQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let date = query.date.unwrap_or_else(|| caller.zone.date_of(now));
    let visible = visible_board(&caller, query.department_id)?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Board, &(date, cursor_filter(&visible))).await?;
    let place: Option<Place> = seal.position(query.cursor.as_deref())?;
    let limit = query.limit.get();
    let is_over = date.is_over_everywhere(now);
    let mut all_opened = false;
    let (page, counts, shown): (_, _, fn(BoardLine) -> BoardLineAnswer) = match visible {
        VisibleBoard::Lines(visible) => {
            // Once the date is over, no more days are opened.
            all_opened = is_over || place.as_ref().is_some_and(|place| place.all_opened);
            let board = BoardOf { date, scope: visible.into(), with_unopened: !all_opened, is_over };
            let (page, counts) = match place {
                None => app.store.counted_board(&board, limit, |_| true).await?,
                Some(Place { position, .. }) => (app.store.board(&board, Some(position), limit, |_| true).await?, None),
            };
            // The counts show whether later pages must look for people without a day.
            all_opened |= counts.is_some_and(|counts| counts.not_opened == 0);
            (page, counts, |line| BoardLineAnswer::Full(whole(line)))
        }
        VisibleBoard::Presence(department) => {
            // Includes people who have no day, because colleagues may not see whether a person has one.
            let scope = ListScope::Departments(department.into_iter().collect());
            let board = BoardOf { date, scope, with_unopened: true, is_over };
            let position = place.map(|place| place.position);
            let page = app.store.board(&board, position, limit, |line| line.is_active).await?;
            (page, None, |line| BoardLineAnswer::Colleague(ColleagueAnswer::new(line)))
        }
    };
    let next_cursor = page.next.map(|position| seal.seal(&Place { position, all_opened })).transpose()?;
    let items = page.lines.into_iter().map(shown).collect();
    Ok(Answer::ok(&BoardAnswer { date, counts, items, next_cursor })?.into_response())
}

/// Returns the filter that seals a cursor: what the caller may see, and the departments.
fn cursor_filter(visible: &VisibleBoard) -> (&'static str, Option<&[DepartmentId]>) {
    match visible {
        VisibleBoard::Lines(Visible::Everyone) => ("lines", None),
        VisibleBoard::Lines(Visible::Departments(departments)) => ("lines", Some(departments)),
        VisibleBoard::Presence(own) => ("presence", Some(own.as_slice())),
    }
}

impl ColleagueAnswer {
    fn new(line: BoardLine) -> Self {
        let presence = line.row.map_or(PresenceKind::Out, |row| row.presence);
        Self { user_id: line.user_id, full_name: line.full_name, presence }
    }
}

/// Returns the details of a person that managers see.
fn whole(line: BoardLine) -> BoardRowAnswer {
    BoardRowAnswer::new(line.user_id, line.full_name, line.department_id, line.row)
}
