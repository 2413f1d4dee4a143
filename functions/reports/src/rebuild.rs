//! `POST /reports/rebuild`

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    day::{Month, MonthTotals},
    event::{DayFact, Fact, Subject},
    id::{DepartmentId, EventId, UserId},
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{
    Commit, CommitError, Condition,
    month_check::MonthDifference,
    people_lists::{ListScope, Position},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, RequestId, authorization,
    cursor::{CursorSeal, ListName},
};

use crate::params;

/// The number of people in a call. Each person takes three queries, so that a call ends long before its timeout.
const PAGE: usize = 100;
/// The number of people that are examined at the same time.
const CONCURRENCY: usize = 8;
/// The maximum number of attempts for a person whose days keep changing.
const LOOKS: u32 = 3;

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

/// The result for a person's month.
enum Found {
    Differences(Vec<DifferenceAnswer>),
    Busy(UserId),
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    authorization::current_profile(&caller, app.store.user(caller.user_id).await?.as_ref())?;
    let now = app.now();
    let first = params::first_of(body.year, body.month)?;
    let scope = body.department_id.map_or(ListScope::Everyone, |id| ListScope::Departments([id].into()));
    let filters = (first, scope.departments());
    let seal = CursorSeal::of_caller(&app, &caller, ListName::TotalsRebuild, &filters).await?;
    let position = seal.position::<Position>(body.cursor.as_deref())?;
    let page = app.store.people(&scope, position, PAGE, |_| true, false).await?;
    let people = page.people.len();
    let rebuilding = Rebuilding { app: &app, caller: &caller, request_id: &request_id, month: Month::of(first), now };
    let examined: Vec<_> = page.people.iter().map(|person| rebuilding.examine(person)).collect();
    let found: Vec<Found> = stream::iter(examined).buffered(CONCURRENCY).try_collect().await?;
    let mut rebuilt = Rebuilt { people, differences: Vec::new(), busy: Vec::new(), next_cursor: None };
    for found in found {
        match found {
            Found::Differences(differences) => rebuilt.differences.extend(differences),
            Found::Busy(user) => rebuilt.busy.push(user),
        }
    }
    rebuilt.next_cursor = seal.next(page.next)?;
    Ok(Answer::ok(&rebuilt)?.into_response())
}

struct Rebuilding<'a> {
    app: &'a App,
    caller: &'a Caller,
    request_id: &'a RequestId,
    month: Month,
    now: Timestamp,
}

impl Rebuilding<'_> {
    async fn examine(&self, person: &User) -> Result<Found, Problem> {
        for _ in 0..LOOKS {
            let Some(differences) = self.app.store.month_differences(person.id, self.month).await? else { continue };
            let mut mended = Vec::new();
            for difference in &differences {
                difference.log(person.id, self.month);
                match self.mend(person, difference).await {
                    Ok(()) => mended.push(DifferenceAnswer::new(person.id, difference)),
                    Err(CommitError::ConditionFailed(Condition::Version)) => break,
                    Err(error) => return Err(error.into()),
                }
            }
            if mended.len() == differences.len() {
                return Ok(Found::Differences(mended));
            }
        }
        Ok(Found::Busy(person.id))
    }

    async fn mend(&self, person: &User, difference: &MonthDifference) -> Result<(), CommitError> {
        let stamp = store::Stamp {
            event_id: EventId::generate(self.now, &*self.app.entropy),
            ..self.app.stamp(self.caller, self.request_id, self.now)
        };
        let subject = Subject::User(person.id);
        let month = self.month.dates().from;
        let fact = Fact::Day(DayFact::MonthTotalsRebuilt { month, department_id: difference.department_id });
        let mut commit = Commit::new(stamp, subject, vec![fact])?;
        commit.rebuild_month(person, self.month, difference)?;
        commit.audit(subject, "month_totals_rebuilt", Some(&difference.stored), Some(&difference.of_days))?;
        commit.send(&self.app.store).await
    }
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
