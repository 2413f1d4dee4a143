//! `POST /pay/runs`

use axum::{extract::State, response::Response};
use domain::{
    FieldRule,
    event::{Fact, PayFact, Subject},
    id::JobId,
    pay::{PayPeriod, PayPeriodStatus, PayRunStatus},
};
use http::StatusCode;
use payroll::TemplateName;
use serde::Deserialize;
use store::{
    Commit, RepeatKey,
    pay::runs::{PayRun, RunsOfPeriod},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, Problem, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
};

use super::RunAnswer;
use crate::{templates, timesheets::pay_periods};

/// A pay run.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"period_id": "2026-11-01..2026-11-30", "template": "csv", "preview": true}))]
pub(crate) struct StartRun {
    /// The id of the pay period.
    period_id: PayPeriod,
    /// The name of a template.
    #[schema(value_type = String, pattern = "^[a-z0-9_]{1,32}$")]
    template: TemplateName,
    /// Whether the run is a preview: the period may be open, and the run pays nothing.
    #[serde(default)]
    preview: bool,
}

/// Start a pay run
///
/// Starts a job that makes the payroll lines of a pay period: work by pay code and cost center, absences by type and dates, time
/// that is paid out of time accounts, and differences of closed periods. The result never changes, and its hash proves that. A
/// second run of a period holds only the differences from the runs before it. The period must be closed, except for a preview.
/// For admins only.
#[utoipa::path(
    post,
    path = "/pay/runs",
    operation_id = "startPayRun",
    tag = "pay",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat starts no other run")),
    request_body = StartRun,
    responses(
        (status = 202, description = "The run", body = RunAnswer,
            headers(("Location" = String, description = "Where to follow it"))),
        (status = 409, description = "`period_not_closed`; `pay_run_under_way`; `pay_period_not_set`")
    )
)]
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<StartRun>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    body: &StartRun,
) -> Result<Answer, Failed> {
    let now = app.now();
    let (profile, earlier) = app.store.caller_snapshot(caller.user_id, key, now).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    ensure_not_replayed(earlier)?;
    let period = body.period_id;
    let settings = app.store.settings().await?;
    if !pay_periods(&settings)?.contain(period) {
        return Err(Problem::invalid("period_id", FieldRule::NotAPayPeriod).into());
    }
    let template = templates::named(app, &body.template).await?;
    let template = template.ok_or_else(|| Problem::invalid("template", FieldRule::NotAPayTemplate))?;
    let mut runs = RunsOfPeriod::default();
    if !body.preview {
        match app.store.pay_period(period).await?.status {
            PayPeriodStatus::Closed => {}
            PayPeriodStatus::Open | PayPeriodStatus::Closing => return Err(Problem::new(Code::PeriodNotClosed).into()),
        }
        runs = app.store.runs_of_period(period).await?;
        ensure_none_under_way(app, &runs).await?;
    }
    let id = JobId::generate(now, &*app.entropy);
    let run = PayRun {
        id,
        period,
        template: body.template.as_str().to_owned(),
        definition: template,
        is_preview: body.preview,
        status: PayRunStatus::Queued,
        requested_by: caller.user_id,
        created_at: now,
        updated_at: now,
        earlier: runs.done.clone(),
        next: None,
        people: 0,
        not_closed: Vec::new(),
        lines: 0,
        left_out_lines: 0,
        hash: None,
        error: None,
        version: 1,
    };
    let answer = RunAnswer::new(&run, caller);
    let answer = Answer::created(format!("/pay/runs/{id}"), &answer)?.status(StatusCode::ACCEPTED);
    let fact = Fact::Pay(PayFact::PayRunRequested { run_id: id, period, continues: false });
    let mut commit = Commit::new(app.stamp(caller, request_id, now), Subject::Job(id), vec![fact])?;
    commit.put_pay_run(&run)?;
    if !body.preview {
        // Two runs at the same time would pay the same differences twice.
        runs.running = Some(id);
        runs.version += 1;
        commit.put_runs_of_period(period, &runs)?;
    }
    commit.audit(Subject::Job(id), "pay_run_requested", None, Some(&run))?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer)
}

/// Refuses a run while another one of the period is under way and makes progress.
async fn ensure_none_under_way(app: &App, runs: &RunsOfPeriod) -> Result<(), Problem> {
    let Some(running) = runs.running else { return Ok(()) };
    let run: Option<PayRun<payroll::Template>> = app.store.pay_run(running).await?;
    if run.is_some_and(|run| !run.is_stalled(app.now())) {
        return Err(Problem::new(Code::PayRunUnderWay));
    }
    Ok(())
}
