//! Pay runs: admins start them, and `jobs` makes their lines. The crate `payroll` defines templates, whose content these use
//! cases don't need to know.

use domain::{
    FieldFault, FieldRule,
    event::{Fact, PayFact, Subject},
    id::JobId,
    pay::{PayPeriod, PayPeriodStatus, PayRunStatus},
};
use serde::{Serialize, de::DeserializeOwned};
use store::{
    Commit,
    pay::{
        runs::{PayRun, RunsOfPeriod},
        templates::StoredTemplate,
    },
};

use super::{PayRefusal, periods::pay_periods};
use crate::{Caller, Denied, Failed, Ports, Prepared, Refusal, Request, authorization, use_case::check_caller};

/// The run that an admin starts.
#[derive(Debug, Clone)]
pub struct NewRun<T> {
    /// The pay period.
    pub period: PayPeriod,
    /// The name of the template.
    pub template: String,
    /// The built-in template of that name, which applies unless the company has one of its own.
    pub built_in: Option<T>,
    /// Whether the run is a preview: the period may be open, and the run pays nothing.
    pub is_preview: bool,
}

/// Returns a run, for callers who may read data of all people.
///
/// # Errors
/// The caller may not read data of all people, or the run doesn't exist.
pub async fn read<T: DeserializeOwned>(ports: &Ports<'_>, caller: &Caller, id: JobId) -> Result<PayRun<T>, Failed> {
    authorization::may_read_of_all_people(caller)?;
    Ok(ports.store.pay_run(id).await?.ok_or(Denied::NotFound)?)
}

/// Returns a complete run with its lines, for callers who may read data of all people.
///
/// # Errors
/// The caller may not read data of all people, or the run doesn't exist or isn't complete.
pub async fn read_done<T: DeserializeOwned, L: DeserializeOwned>(
    ports: &Ports<'_>,
    caller: &Caller,
    id: JobId,
) -> Result<(PayRun<T>, Vec<L>), Failed> {
    let run: PayRun<T> = read(ports, caller, id).await?;
    match run.status {
        PayRunStatus::Done => {}
        PayRunStatus::Queued | PayRunStatus::Running | PayRunStatus::Failed => {
            return Err(PayRefusal::RunNotDone.into());
        }
    }
    let lines = ports.store.pay_run_lines(run.id).await?;
    Ok((run, lines))
}

/// Starts a run.
///
/// # Errors
/// The caller isn't an admin, the period isn't one of the company or isn't closed, the template doesn't exist, or another run of
/// the period is under way.
pub async fn start<T: Clone + Serialize + DeserializeOwned>(
    request: &Request<'_>,
    new: &NewRun<T>,
) -> Result<Prepared<PayRun<T>>, Failed> {
    let Request { ports, caller, .. } = *request;
    let NewRun { period, ref template, ref built_in, is_preview } = *new;
    authorization::must_be_admin(caller)?;
    check_caller(request).await?;
    let settings = ports.store.settings().await?;
    Refusal::unless_valid([(!pay_periods(&settings)?.contain(period), "period_id", FieldRule::NotAPayPeriod)])?;
    let stored: Option<StoredTemplate<T>> = ports.store.pay_template(template).await?;
    let definition = stored.map(|stored| stored.template).or_else(|| built_in.clone());
    let no_template = || vec![FieldFault::new("template", FieldRule::NotAPayTemplate)];
    let definition = definition.ok_or_else(no_template)?;
    let mut runs = RunsOfPeriod::default();
    let mut stalled: Option<PayRun<T>> = None;
    if !is_preview {
        match ports.store.pay_period(period).await?.status {
            PayPeriodStatus::Closed => {}
            PayPeriodStatus::Open | PayPeriodStatus::Closing => return Err(PayRefusal::PeriodNotClosed.into()),
        }
        runs = ports.store.runs_of_period(period).await?;
        stalled = stalled_run(&ports, &runs).await?;
    }
    let id = JobId::generate(ports.now, ports.entropy);
    let run = PayRun {
        id,
        period,
        template: template.clone(),
        definition,
        is_preview,
        status: PayRunStatus::Queued,
        requested_by: caller.user_id,
        created_at: ports.now,
        updated_at: ports.now,
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
    let fact = Fact::Pay(PayFact::PayRunRequested { run_id: id, period, continues: false });
    let mut commit = Commit::new(request.stamp(), Subject::Job(id), vec![fact])?;
    commit.put_pay_run(&run)?;
    if !is_preview {
        // Two runs at the same time would pay the same differences twice.
        runs.running = Some(id);
        runs.version += 1;
        commit.put_runs_of_period(period, &runs)?;
    }
    if let Some(stalled) = stalled {
        // If it makes progress after all, its version has changed, and this run isn't started.
        let replaced = stalled.clone().replaced(ports.now);
        commit.put_pay_run(&replaced)?;
        commit.audit(Subject::Job(stalled.id), "pay_run_replaced", Some(&stalled), Some(&replaced))?;
    }
    commit.audit(Subject::Job(id), "pay_run_requested", None, Some(&run))?;
    let version = run.version;
    Ok(Prepared { commit, answer: run, version })
}

/// Returns the run of the period that hasn't ended and makes no progress. Refuses a new run if it makes progress.
async fn stalled_run<T: DeserializeOwned>(ports: &Ports<'_>, runs: &RunsOfPeriod) -> Result<Option<PayRun<T>>, Failed> {
    let Some(running) = runs.running else { return Ok(None) };
    let run: Option<PayRun<T>> = ports.store.pay_run(running).await?;
    match run.filter(|run| !run.is_over()) {
        Some(run) if !run.is_stalled(ports.now) => Err(PayRefusal::RunUnderWay.into()),
        stalled => Ok(stalled),
    }
}
