//! `/pay/runs`: the results of pay periods for payroll (docs/rules.md#pay-runs). Admins start runs; systems with the scope `pay:read`
//! and access to all people read them too (`app::pay::runs`).

pub(crate) mod file;
pub(crate) mod lines;
pub(crate) mod start;

use app::pay::runs;
use axum::extract::{Path, State};
use domain::{
    id::{JobId, UserId},
    pay::{PayPeriod, PayRunStatus},
};
use payroll::Template;
use serde::{Deserialize, Serialize};
use store::pay::runs::PayRun;
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query, authorization,
    cursor::{CursorSeal, ListName, Page},
    instant::Instant,
    parameter,
    query::Limit,
};

/// A pay run.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PayRun)]
pub(crate) struct RunAnswer {
    /// The id.
    id: JobId,
    /// The id of the pay period.
    period_id: PayPeriod,
    /// The name of the template.
    template: String,
    /// Whether the run is a preview, which pays nothing.
    is_preview: bool,
    /// The state. A run that is `done` never changes.
    status: PayRunStatus,
    /// The earlier runs of the period, from which this one holds the differences.
    earlier_runs: Vec<JobId>,
    /// The number of people with lines.
    people: u32,
    /// The people of the period whose timesheets aren't closed, so that a later run pays them.
    not_closed: Vec<UserId>,
    /// The number of lines.
    lines: u64,
    /// The number of lines that the file can't hold, such as premiums in a sheet with hours of work only.
    left_out_lines: u64,
    /// The SHA-256 hash of the lines in hex; `null` until the run is done.
    hash: Option<String>,
    /// The path of the file; `null` until the run is done.
    file: Option<String>,
    /// The reason for a failure: what doesn't fit the format. Fix it and request another run.
    error: Option<String>,
    /// The admin who requested the run.
    requested_by: UserId,
    /// The instant of the request.
    created_at: Instant,
    /// The instant of the last progress.
    updated_at: Instant,
}

impl RunAnswer {
    fn new(run: &PayRun<Template>, caller: &Caller) -> Self {
        let file = match run.status {
            PayRunStatus::Done => Some(format!("/pay/runs/{}/file", run.id)),
            PayRunStatus::Queued | PayRunStatus::Running | PayRunStatus::Failed => None,
        };
        Self {
            id: run.id,
            period_id: run.period,
            template: run.template.clone(),
            is_preview: run.is_preview,
            status: run.status,
            earlier_runs: run.earlier.clone(),
            people: run.people,
            not_closed: run.not_closed.clone(),
            lines: run.lines,
            left_out_lines: run.left_out_lines,
            hash: run.hash.clone(),
            file,
            error: run.error.clone(),
            requested_by: run.requested_by,
            created_at: Instant::new(run.created_at, &caller.zone),
            updated_at: Instant::new(run.updated_at, &caller.zone),
        }
    }
}

/// The page of a list of runs.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunsQuery {
    /// Only runs of this pay period. A page reads `limit` runs, so it may hold fewer, or none, and still have a `next_cursor`.
    #[param(value_type = Option<String>, example = "2026-10-01..2026-10-31")]
    period_id: Option<PayPeriod>,
    /// The maximum number of runs.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List pay runs
///
/// Lists pay runs, the newest first. For admins, and for service tokens for all people.
#[utoipa::path(
    get,
    path = "/pay/runs",
    operation_id = "listPayRuns",
    tag = "pay",
    params(RunsQuery),
    responses((status = 200, description = "A page of runs", body = Page<RunAnswer>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<RunsQuery>,
) -> Result<Answer, Problem> {
    authorization::may_read_of_all_people(&caller)?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayRuns, &()).await?;
    let before: Option<JobId> = seal.position(query.cursor.as_deref())?;
    let page = app.store.pay_runs(before, query.limit.get()).await?;
    let last = page.items.last().filter(|_| page.more).map(|run: &PayRun<Template>| run.id);
    let next_cursor = seal.next(last)?;
    let of_period = |run: &&PayRun<Template>| query.period_id.is_none_or(|period| run.period == period);
    let items = page.items.iter().filter(of_period).map(|run| RunAnswer::new(run, &caller)).collect();
    Answer::ok(&Page { items, next_cursor })
}

/// Get a pay run
///
/// For admins, and for service tokens for all people.
#[utoipa::path(
    get,
    path = "/pay/runs/{id}",
    operation_id = "getPayRun",
    tag = "pay",
    params(("id" = String, Path, description = "The id of the run")),
    responses((status = 200, description = "The run", body = RunAnswer))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let run = run_of(&app, &caller, &id).await?;
    Answer::ok(&RunAnswer::new(&run, &caller))
}

/// Returns the run of a path.
async fn run_of(app: &App, caller: &Caller, id: &str) -> Result<PayRun<Template>, Problem> {
    authorization::may_read_of_all_people(caller)?;
    Ok(runs::read(&app.ports(app.now()), caller, parameter::id(id)?).await?)
}
