//! `GET /pay/runs/{id}/lines`

use axum::extract::{Path, State};
use domain::{
    calendar::WorkDate,
    id::UserId,
    pay::{PayCode, PayCodeKind},
    schedule::LeaveTypeCode,
};
use payroll::{Hundredths, PayrollLine};
use serde::Serialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    query::PageQuery,
};

use super::run_of;

/// The number of people of a page without a limit.
const PEOPLE: usize = 100;

/// A line of a pay run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayRunLine)]
pub(crate) struct LineAnswer {
    /// The person.
    user_id: UserId,
    /// The person's number in payroll; `null` if the pay profile has none.
    personnel_number: Option<String>,
    /// The person's full name when the run was made.
    full_name: String,
    /// The pay code.
    code: PayCode,
    /// The kind of time that the code counts.
    kind: PayCodeKind,
    /// The leave type of an absence; `null` for other lines.
    leave_type: Option<LeaveTypeCode>,
    /// The name of the code in the payroll system.
    export_code: String,
    /// The cost center; `null` if the time has none.
    cost_center: Option<String>,
    /// The first date.
    from: WorkDate,
    /// The last date.
    until: WorkDate,
    /// The time in seconds; negative if an earlier run paid too much.
    seconds: i64,
    /// The time in hours. The hours of all runs of a period add up to the rounded total.
    #[schema(value_type = f64)]
    hours: Hundredths,
    /// The days of an absence; 0 for work.
    #[schema(value_type = f64)]
    days: Hundredths,
}

impl From<PayrollLine> for LineAnswer {
    fn from(line: PayrollLine) -> Self {
        Self {
            user_id: line.user_id,
            personnel_number: line.personnel_number,
            full_name: line.full_name,
            code: line.code,
            kind: line.kind,
            leave_type: line.leave_type,
            export_code: line.export_code,
            cost_center: line.cost_center,
            from: line.from,
            until: line.until,
            seconds: line.seconds,
            hours: line.hours,
            days: line.days,
        }
    }
}

/// List the lines of a pay run
///
/// Lists the lines of a run by person. `limit` is the number of people of a page, 100 by default. For admins, and for service tokens for all people.
#[utoipa::path(
    get,
    path = "/pay/runs/{id}/lines",
    operation_id = "listPayRunLines",
    tag = "pay",
    params(("id" = String, Path, description = "The id of the run"), PageQuery),
    responses((status = 200, description = "A page of lines", body = Page<LineAnswer>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let run = run_of(&app, &caller, &id).await?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayRunLines, &run.id).await?;
    let after: Option<UserId> = seal.position(page.cursor.as_deref())?;
    let limit = page.limit.map_or(PEOPLE, web::query::Limit::get);
    let parts = app.store.pay_run_parts::<PayrollLine>(run.id, after, limit).await?;
    let last = parts.items.last().filter(|_| parts.more).map(|part| part.user_id);
    let next_cursor = seal.next(last)?;
    let items = parts.items.into_iter().flat_map(|part| part.lines).map(LineAnswer::from).collect();
    Answer::ok(&Page { items, next_cursor })
}
