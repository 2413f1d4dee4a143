//! `POST /reports/rebuild`

use app::reports::{self, RebuiltTotals};
use axum::extract::State;
use domain::{
    day::{Month, MonthTotals},
    id::{DepartmentId, UserId},
};
use serde::{Deserialize, Serialize};
use store::{
    month_check::MonthDifference,
    people_lists::{ListScope, Position},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, RequestId,
    cursor::{CursorSeal, ListName},
};

use crate::params;

/// The month to rebuild, and the page of its people.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"year": 2026, "month": 11}))]
pub(crate) struct RebuildBody {
    /// The year.
    #[schema(value_type = u32, minimum = 2000, maximum = 2199, example = 2026)]
    year: params::Year,
    /// The month.
    #[schema(value_type = u32, minimum = 1, maximum = 12, example = 11)]
    month: params::MonthOfYear,
    /// Limits the rebuild to people who belong to this department now.
    department_id: Option<DepartmentId>,
    /// The `next_cursor` of the previous answer.
    cursor: Option<String>,
}

/// The result of a rebuild.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rebuilt {
    /// The number of people that were examined.
    people: usize,
    /// The totals that were corrected.
    differences: Vec<DifferenceAnswer>,
    /// The people whose days kept changing during the call. Rebuild the month again for them.
    busy: Vec<UserId>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Totals that differed from the sum of their days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DifferenceAnswer {
    /// The id of the person.
    user_id: UserId,
    /// The department under which the totals are recorded.
    department_id: Option<DepartmentId>,
    /// The stored totals.
    stored: TotalsAnswer,
    /// The totals of the days, which replace the stored ones.
    of_days: TotalsAnswer,
}

/// The totals of a month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotalsAnswer {
    /// The time worked, in seconds.
    worked_seconds: i64,
    /// The length of all breaks, in seconds.
    break_seconds: i64,
    /// The scheduled working time, in seconds.
    scheduled_seconds: i64,
    /// The overtime, in seconds.
    overtime_seconds: i64,
    /// The lateness, in seconds.
    late_seconds: i64,
    /// The time by which the person left early, in seconds.
    early_leave_seconds: i64,
    /// The number of days with presence.
    days_present: i64,
    /// The number of days with absence that isn't excused.
    days_absent: i64,
    /// The number of days with lateness that isn't excused.
    days_late: i64,
    /// The leave taken, in half days.
    half_days_on_leave: i64,
}

/// Rebuild month totals
///
/// Adds up a month's days again, for a hundred people in each call, and corrects totals that differ. Totals never
/// differ in normal operation: each difference is logged as an error, which raises an alarm.
#[utoipa::path(
    post,
    path = "/reports/rebuild",
    operation_id = "rebuildMonthTotals",
    tag = "reports",
    request_body = RebuildBody,
    responses(
        (status = 200, description = "The differences that were found", body = Rebuilt),
        (status = 400, description = "`malformed_request`; `invalid_cursor`"),
    )
)]
pub(crate) async fn rebuild(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Body { value: body, .. }: Body<RebuildBody>,
) -> Result<Answer, Problem> {
    let first = params::first_of(body.year, body.month)?;
    let scope = body.department_id.map_or(ListScope::Everyone, |id| ListScope::Departments([id].into()));
    let filters = (first, scope.departments());
    let seal = CursorSeal::of_caller(&app, &caller, ListName::TotalsRebuild, &filters).await?;
    let position = seal.position::<Position>(body.cursor.as_deref())?;
    let request = app.request(&caller, &request_id, None);
    let rebuilt = reports::rebuild_totals(&request, Month::of(first), &scope, position).await?;
    let RebuiltTotals { people, differences, busy, next } = rebuilt;
    let differences = differences.iter().map(|(user, difference)| DifferenceAnswer::new(*user, difference)).collect();
    Answer::ok(&Rebuilt { people, differences, busy, next_cursor: seal.next(next)? })
}

impl DifferenceAnswer {
    fn new(user_id: UserId, difference: &MonthDifference) -> Self {
        Self {
            user_id,
            department_id: difference.department_id,
            stored: difference.stored.into(),
            of_days: difference.of_days.into(),
        }
    }
}

impl From<MonthTotals> for TotalsAnswer {
    fn from(totals: MonthTotals) -> Self {
        let MonthTotals {
            worked_seconds,
            break_seconds,
            scheduled_seconds,
            overtime_seconds,
            late_seconds,
            early_leave_seconds,
            days_present,
            days_absent,
            days_late,
            half_days_on_leave,
        } = totals;
        Self {
            worked_seconds,
            break_seconds,
            scheduled_seconds,
            overtime_seconds,
            late_seconds,
            early_leave_seconds,
            days_present,
            days_absent,
            days_late,
            half_days_on_leave,
        }
    }
}
