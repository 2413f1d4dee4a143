//! `GET /roster`: the expected shifts of people, day by day.

mod sheet;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    calendar::{DateRange, WorkDate},
    id::DepartmentId,
    user::{User, UserStatus},
};
use serde::{Deserialize, Serialize};
use store::{
    people_lists::{ListScope, Position},
    rosters::{RosterOf, RosterPage},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::roster::{LeaveShown, RosterDayAnswer, RosterRowAnswer},
    authorization::{self, visible_board},
    cursor::{CursorSeal, ListName},
    date_range::requested_ahead,
    query::Limit,
};

/// The number of dates if the request has no last date: a week.
const DEFAULT_DAYS: i32 = 7;
/// The maximum number of dates of the grid.
const MAX_DAYS: i32 = 62;

/// The maximum estimated size of a page, in bytes. A response of a Lambda function is limited to 6 MB.
const LARGEST_PAGE: usize = 4_500_000;
/// The maximum size of a date and of a shift, in bytes.
const BYTES: (usize, usize) = (250, 200);

/// The dates, department, format and page of the grid.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GridQuery {
    /// The first date; today by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date; by default, the range has 7 dates. At most 62 dates.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// Limits the grid to this department.
    department_id: Option<DepartmentId>,
    /// The format of the grid.
    #[serde(default)]
    #[param(inline)]
    format: Format,
    /// The maximum number of people in a page, from 1 to 200. A sheet has no pages.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// The format of the grid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RosterFormat)]
pub(crate) enum Format {
    /// A page of rows.
    #[default]
    Json,
    /// A sheet with a line for each person and a column for each date.
    Csv,
}

/// A page of the roster grid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RosterGrid)]
pub(crate) struct GridAnswer {
    /// The first date of the grid.
    from: WorkDate,
    /// The last date of the grid.
    to: WorkDate,
    /// The people, by department and name.
    items: Vec<RosterRowAnswer>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The roster grid of a date range
///
/// The grid shows dates with days off, holidays, leave and swaps applied. Managers see the people in their charge.
/// Employees see the people in their own department, without the type of colleagues' leave. A page may hold fewer
/// people than requested and still have a `next_cursor`. A sheet (`format=csv`) holds at most 1,000 people.
#[utoipa::path(
    get,
    path = "/roster",
    operation_id = "getRosterGrid",
    tag = "roster",
    params(GridQuery),
    responses(
        (status = 200, description = "A page of the grid, or all of it as a sheet", content((GridAnswer = "application/json"), (String = "text/csv"))),
        (status = 413, description = "`report_too_large`: more people than a sheet may have")
    )
)]
pub(crate) async fn grid(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<GridQuery>,
) -> Result<Response, Problem> {
    let today = caller.zone.date_of(app.now());
    let dates = requested_ahead(query.from, query.to, today, DEFAULT_DAYS, MAX_DAYS)?;
    let scope = ListScope::from(visible_board(&caller, query.department_id)?);
    let DateRange { from, to } = dates;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Roster, &(from, to, scope.departments())).await?;
    let grid = Grid { app, caller, dates, roster: RosterOf { scope, from, to } };
    match query.format {
        Format::Csv => grid.sheet().await,
        Format::Json => {
            let position = seal.position::<Position>(query.cursor.as_deref())?;
            let (items, next) = grid.rows(position, query.limit.get()).await?;
            let next_cursor = seal.next(next)?;
            Ok(Answer::ok(&GridAnswer { from, to, items, next_cursor })?.into_response())
        }
    }
}

/// The grid that a caller requests.
struct Grid {
    app: App,
    caller: Caller,
    dates: DateRange,
    roster: RosterOf,
}

impl Grid {
    /// Returns a page of rows, and the position of the next page.
    async fn rows(
        &self,
        position: Option<Position>,
        limit: usize,
    ) -> Result<(Vec<RosterRowAnswer>, Option<Position>), Problem> {
        let wanted = |person: &User| self.is_on_it(person);
        let page = self.app.store.roster_page(&self.roster, position, limit, wanted, false).await?;
        let mut rows: Vec<RosterRowAnswer> = page.lines.iter().map(|line| self.row(&page, line)).collect();
        let fitting = fitting(rows.iter().map(size), LARGEST_PAGE).max(1);
        match page.lines.get(fitting - 1) {
            Some(last) if fitting < rows.len() => {
                rows.truncate(fitting);
                Ok((rows, Some(Position::after(&last.person))))
            }
            Some(_) | None => Ok((rows, page.next)),
        }
    }

    /// Returns whether a person has a row. People who can be expected on some of the dates have one.
    fn is_on_it(&self, person: &User) -> bool {
        let works_here = match person.status {
            UserStatus::Active => true,
            // People who left have a row for the dates until they left.
            UserStatus::Disabled => person.employments.left_on().is_some(),
            UserStatus::Pending => false,
        };
        works_here
            && (person.is_employed_on(self.dates.from) || self.dates.each().any(|date| person.is_employed_on(date)))
    }

    fn row(&self, page: &RosterPage, line: &store::rosters::RosterLine) -> RosterRowAnswer {
        let planner = page.planner(line);
        let shown = match authorization::may_see(&self.caller, &line.person) {
            Ok(()) => LeaveShown::Whole,
            Err(_) => LeaveShown::WithoutType,
        };
        RosterRowAnswer {
            user_id: line.person.id,
            full_name: line.person.full_name.clone(),
            days: self.dates.each().map(|date| RosterDayAnswer::new(&planner.assignment(date), shown)).collect(),
        }
    }
}

/// Returns the maximum size of a row, in bytes.
fn size(row: &RosterRowAnswer) -> usize {
    let (of_date, of_shift) = BYTES;
    row.days.iter().map(|day| of_date + of_shift * day.shifts.len()).sum()
}

/// Returns the number of rows that fit into `most` bytes.
fn fitting(sizes: impl Iterator<Item = usize>, most: usize) -> usize {
    let sums = sizes.scan(0, |sum, size| {
        *sum += size;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= most).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_before_it_is_too_large_for_an_answer() {
        assert_eq!(fitting([5, 5, 5].into_iter(), 10), 2);
        assert_eq!(fitting([5, 5].into_iter(), 10), 2);
        assert_eq!(fitting([11].into_iter(), 10), 0);
        // 200 people who are off for 62 days fit on one page. With six shifts a day, only 50 people do.
        let people = |shifts: usize| fitting(std::iter::repeat_n(62 * (BYTES.0 + BYTES.1 * shifts), 200), LARGEST_PAGE);
        assert_eq!((people(0), people(6)), (200, 50));
    }
}
