//! `POST /pay/periods/{id}/close`

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    event::TimesheetFact,
    id::UserId,
    pay::{PayPeriod, PayPeriodStatus, PayPeriods, TimesheetStatus},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use store::{RepeatKey, pay::timesheets::TimesheetQuery, people_lists::ListScope};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Detail, Failed, Problem, Repeat, RequestId,
    authorization::{current_profile, must_be_admin},
    command::{command, ensure_not_replayed},
    problem::{BlockedTimesheet, BlockedTimesheets},
};

use super::{PayPeriodAnswer, WorkStart};
use crate::timesheets::{pay_periods, period_of};

/// The maximum number of people who can be left out.
const MAX_LEFT_OUT: usize = 500;
/// The number of people that one read returns.
const PAGE: usize = 200;
/// The number of reads after which the check ends. `jobs` leaves out the people beyond whose timesheets aren't approved.
const MAX_PAGES: usize = 25;
/// The maximum number of people that a refusal lists.
const MAX_LISTED: usize = 100;
/// The number of people that the text of a refusal names.
const NAMED: usize = 20;
/// The number of people whose blockers are read at the same time.
const CONCURRENCY: usize = 8;

/// The people who follow later.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"leave_out": []}))]
pub(crate) struct ClosePayPeriod {
    /// The people whose timesheets aren't closed now. Close the period again when they are approved.
    #[serde(default)]
    #[schema(max_items = 500)]
    leave_out: Vec<UserId>,
}

/// Close a pay period
///
/// For admins only. All timesheets of the period must be approved, except those of the people in `leave_out`. Otherwise the
/// request fails with `period_blocked`, and `blocked_timesheets` lists the people with what blocks them. A job then closes the timesheets: first no day can change any
/// more, then each timesheet is compared with its days and closed. A timesheet whose figures have changed since its approval, or
/// that something blocks, is left out.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/close",
    operation_id = "closePayPeriod",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = ClosePayPeriod,
    responses(
        (status = 202, description = "The period, which is being closed", body = PayPeriodAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`period_blocked`, with `blocked_timesheets`; `period_not_over`; `period_closed`; `pay_period_not_set`")
    )
)]
pub(crate) async fn close(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<ClosePayPeriod>,
) -> Result<Response, Problem> {
    must_be_admin(&caller)?;
    if value.leave_out.len() > MAX_LEFT_OUT {
        return Err(Problem::invalid("leave_out", FieldRule::ItemsAtMost { max: MAX_LEFT_OUT as u64 }));
    }
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, &id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    id: &str,
    body: &ClosePayPeriod,
) -> Result<Answer, Failed> {
    let now = app.now();
    let (profile, earlier) = app.store.caller_snapshot(caller.user_id, key, now).await?;
    current_profile(caller, profile.as_ref())?;
    ensure_not_replayed(earlier)?;
    let settings = app.store.settings().await?;
    let period = period_of(&settings, id)?;
    if settings.settings.time_zone.date_of(now) <= period.last() {
        return Err(Problem::new(Code::PeriodNotOver).into());
    }
    let record = app.store.pay_period(period).await?;
    let is_done = match record.status {
        PayPeriodStatus::Open => false,
        PayPeriodStatus::Closing => true,
        PayPeriodStatus::Closed => record.left_out.is_empty(),
    };
    if is_done {
        return Err(Problem::new(Code::PeriodClosed).into());
    }
    let left_out: BTreeSet<UserId> = body.leave_out.iter().copied().collect();
    ensure_approved(app, pay_periods(&settings)?, period, &left_out).await?;

    let closing = record.closing(caller.user_id, left_out.into_iter().collect());
    let fact = TimesheetFact::PayPeriodClosing { period, continues: false };
    let start = WorkStart { before: &record, after: &closing, fact, action: "pay_period_closing" };
    start.commit(app, app.stamp(caller, request_id, now), &settings, key).await
}

/// Checks that the timesheets of all people of the period are approved or closed, except those that are left out.
async fn ensure_approved(
    app: &App,
    periods: PayPeriods,
    period: PayPeriod,
    left_out: &BTreeSet<UserId>,
) -> Result<(), Problem> {
    let mut blocked: Vec<BlockedTimesheet> = Vec::new();
    let mut count: u64 = 0;
    let mut position = None;
    for _ in 0..MAX_PAGES {
        let wanted = |person: &domain::user::User| period.includes(person);
        let page = app.store.people(&ListScope::Everyone, position, PAGE, wanted, true).await?;
        let timesheets = app.store.timesheets_of(page.people.iter().map(|person| person.id), period).await?;
        for person in page.people.iter().filter(|person| !left_out.contains(&person.id)) {
            let status = timesheets.get(&person.id).map_or(TimesheetStatus::Open, |timesheet| timesheet.status);
            let is_ready = match status {
                TimesheetStatus::Approved | TimesheetStatus::Closing | TimesheetStatus::Closed => true,
                TimesheetStatus::Open | TimesheetStatus::Submitted | TimesheetStatus::Rejected => false,
            };
            if is_ready {
                continue;
            }
            count += 1;
            if blocked.len() < MAX_LISTED {
                let user_name = person.full_name.to_string();
                blocked.push(BlockedTimesheet { user_id: person.id, user_name, status, blockers: Vec::new() });
            }
        }
        position = page.next;
        if position.is_none() {
            break;
        }
    }
    if blocked.is_empty() {
        return Ok(());
    }
    let people = with_blockers(app, periods, period, blocked).await?;
    let named: Vec<String> =
        people.iter().take(NAMED).map(|it| format!("{} ({})", it.user_name, it.status.name())).collect();
    let more = count.saturating_sub(named.len() as u64);
    let detail = Detail::PeriodBlockedBy { people: named.join(", "), more };
    Err(Problem::new(Code::PeriodBlocked).detail(detail).blocked_timesheets(BlockedTimesheets { count, people }))
}

/// Adds to each listed timesheet what blocks it. Takes the reads of a timesheet for each person.
async fn with_blockers(
    app: &App,
    periods: PayPeriods,
    period: PayPeriod,
    blocked: Vec<BlockedTimesheet>,
) -> Result<Vec<BlockedTimesheet>, Problem> {
    let reads: Vec<_> = blocked.into_iter().map(|it| read_blockers(app, periods, period, it)).collect();
    stream::iter(reads).buffered(CONCURRENCY).try_collect().await
}

async fn read_blockers(
    app: &App,
    periods: PayPeriods,
    period: PayPeriod,
    blocked: BlockedTimesheet,
) -> Result<BlockedTimesheet, Problem> {
    let query = TimesheetQuery { caller: None, person: blocked.user_id, period, periods, repeat: None };
    let snapshot = app.store.timesheet_snapshot(&query, app.now()).await?;
    let blockers = snapshot.map(|snapshot| snapshot.blockers).unwrap_or_default();
    Ok(BlockedTimesheet { blockers, ..blocked })
}
