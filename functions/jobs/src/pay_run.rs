//! Makes the result of a pay run: the lines of each person, page by page, and at the end the hash of all lines.
//!
//! A run pays closed timesheets. Of the runs of a period, each holds the differences from those before it, so that together they
//! pay what one run at the end would pay. Each page is one transaction with the run's position. An interrupted run continues
//! there, and puts the same lines again.

use domain::{
    event::{Fact, PayFact, Subject},
    id::{JobId, UserId},
    pay::{AccountEntry, PayCodes, PayPeriods, PayProfiles, PayRunStatus, TimesheetFigures, TimesheetStatus},
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use payroll::{PayrollLine, PersonFigures, RunResult, Template, write_file};
use runtime::{Deadline, events::Failure};
use store::{
    Commit, CommitError, Condition, StoreError,
    pay::{
        runs::{PayRun, PayRunPart, REPLACED},
        timesheets::TimesheetQuery,
    },
    people_lists::ListScope,
};

use crate::context::{Jobs, RESERVE};

/// The number of people in a page. A page is one transaction with an action for each person.
const PAGE: usize = 50;
/// The number of people whose figures are read at the same time.
const CONCURRENCY: usize = 8;

/// A run with the template that it was requested with.
type Run = PayRun<Template>;

/// Continues a run from its stored position until it is complete.
pub(crate) async fn execute(jobs: &Jobs, id: JobId, deadline: Deadline) -> Result<(), Failure> {
    match make(jobs, id, deadline).await {
        // The event was delivered twice, and the other invocation is ahead: it continues. Or another run has replaced this one,
        // which writes its item too.
        Ok(()) | Err(CommitError::ConditionFailed(Condition::Version)) => Ok(()),
        Err(error) => Err(Failure::new(format!("pay run {id}: {error}"))),
    }
}

async fn make(jobs: &Jobs, id: JobId, deadline: Deadline) -> Result<(), CommitError> {
    let found: Option<Run> = jobs.store.pay_run(id).await?;
    let Some(mut run) = found.filter(|run| !run.is_over()) else { return Ok(()) };
    let codes = jobs.store.pay_codes().await?.codes();
    let periods = jobs.store.settings().await?.settings.pay_period;
    let is_begun = |run: &Run| run.status == PayRunStatus::Running;
    while run.next.is_some() || !is_begun(&run) {
        let period = run.period;
        let page = jobs.store.people_of_period(&ListScope::Everyone, run.next.clone(), PAGE, period).await?;
        let (parts, not_closed) = parts_of(jobs, &run, &codes, periods, &page.people).await?;
        run = Run {
            status: PayRunStatus::Running,
            next: page.next,
            people: run.people + u32::try_from(parts.len()).unwrap_or_default(),
            not_closed: run.not_closed.iter().copied().chain(not_closed).collect(),
            updated_at: jobs.clock.now(),
            version: run.version + 1,
            ..run
        };
        let hands_on = run.next.is_some() && deadline.left() < RESERVE;
        let stamp = jobs.stamp();
        let mut commit = if hands_on {
            let continues = Fact::Pay(PayFact::PayRunRequested { run_id: id, period, continues: true });
            Commit::new(stamp, Subject::Job(id), vec![continues])?
        } else {
            Commit::without_event(stamp)
        };
        for part in &parts {
            commit.put_pay_run_part(id, part)?;
        }
        commit.put_pay_run(&run)?;
        commit.send(&jobs.store).await?;
        if hands_on {
            return Ok(());
        }
    }
    conclude(jobs, run).await
}

/// Returns the lines of a page of people, and the people whose timesheets aren't closed.
async fn parts_of(
    jobs: &Jobs,
    run: &Run,
    codes: &PayCodes,
    periods: Option<PayPeriods>,
    people: &[User],
) -> Result<(Vec<PayRunPart<PayrollLine>>, Vec<UserId>), StoreError> {
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let profiles = jobs.store.pay_profiles_of(&ids).await?;
    let timesheets = jobs.store.timesheets_of(ids.iter().copied(), run.period).await?;
    let earlier: Vec<PayrollLine> = jobs.store.pay_run_lines_of(&run.earlier, &ids).await?;
    let closed: Vec<UserId> = timesheets
        .values()
        .filter(|timesheet| timesheet.status == TimesheetStatus::Closed)
        .map(|timesheet| timesheet.user_id)
        .collect();
    let mut figures_of_closed = jobs.store.timesheet_figures_of(&closed, run.period).await?;
    let mut reads = Vec::with_capacity(people.len());
    for (person, profiles) in people.iter().zip(&profiles) {
        let is_closed = closed.contains(&person.id);
        let figures = figures_of_closed.remove(&person.id);
        reads.push(async move {
            let figures = if is_closed {
                figures
            } else if let Some(periods) = periods.filter(|_| run.is_preview) {
                present_figures(jobs, run, periods, person.id).await?
            } else {
                None
            };
            let entries = entries_of(jobs, run, profiles, person.id).await?;
            Ok::<_, StoreError>((person, profiles, figures, entries))
        });
    }
    let read: Vec<_> = stream::iter(reads).buffered(CONCURRENCY).try_collect().await?;
    let (mut parts, mut not_closed) = (Vec::new(), Vec::new());
    for (person, profiles, figures, entries) in read {
        let Some(figures) = figures else {
            not_closed.push(person.id);
            continue;
        };
        let of_person = PersonFigures {
            user_id: person.id,
            full_name: person.full_name.as_str(),
            profiles,
            figures: &figures,
            entries: &entries,
            codes,
        };
        let paid = earlier.iter().filter(|line| line.user_id == person.id);
        let lines = RunResult::new(run.period, of_person.lines(), paid).lines().to_vec();
        if !lines.is_empty() {
            parts.push(PayRunPart { user_id: person.id, lines });
        }
    }
    Ok((parts, not_closed))
}

/// Returns the figures of a timesheet that isn't closed, for a preview.
async fn present_figures(
    jobs: &Jobs,
    run: &Run,
    periods: PayPeriods,
    person: UserId,
) -> Result<Option<TimesheetFigures>, StoreError> {
    let query = TimesheetQuery { caller: None, person, period: run.period, periods, repeat: None };
    let snapshot = jobs.store.timesheet_snapshot(&query, jobs.clock.now()).await?;
    Ok(snapshot.map(|snapshot| snapshot.figures))
}

/// Returns the entries of a person's time account in the period; none without an account.
async fn entries_of(
    jobs: &Jobs,
    run: &Run,
    profiles: &PayProfiles,
    person: UserId,
) -> Result<Vec<AccountEntry>, StoreError> {
    if !profiles.all().iter().any(|profile| profile.account) {
        return Ok(Vec::new());
    }
    let entries = jobs.store.account_entries_between(person, run.period.first(), run.period.last()).await?;
    Ok(entries.into_iter().map(|stored| stored.entry).collect())
}

/// Completes a run: the hash of its lines, and whether they fit the file.
async fn conclude(jobs: &Jobs, run: Run) -> Result<(), CommitError> {
    let result = RunResult::collected(run.period, jobs.store.pay_run_lines(run.id).await?);
    let hash = result.hash().map_err(|error| StoreError::Unwritable(error.to_string()))?;
    let runs = if run.is_preview { None } else { Some(jobs.store.runs_of_period(run.period).await?) };
    let is_replaced = runs.as_ref().is_some_and(|runs| runs.running != Some(run.id));
    let (status, left_out, error) = match write_file(&result, &run.definition) {
        // Its lines and those of the other run would pay the same time twice.
        _ if is_replaced => (PayRunStatus::Failed, 0, Some(REPLACED.to_owned())),
        Ok(file) => (PayRunStatus::Done, file.left_out, None),
        Err(error) => (PayRunStatus::Failed, 0, Some(error.to_string())),
    };
    let lines = result.lines().len();
    let concluded = Run {
        status,
        hash: Some(hash),
        lines: u64::try_from(lines).unwrap_or_default(),
        left_out_lines: u64::try_from(left_out).unwrap_or_default(),
        error,
        updated_at: jobs.clock.now(),
        version: run.version + 1,
        ..run
    };
    let fact = Fact::Pay(PayFact::PayRunMade { run_id: concluded.id, period: concluded.period });
    let mut commit = Commit::new(jobs.stamp(), Subject::Job(concluded.id), vec![fact])?;
    commit.put_pay_run(&concluded)?;
    if let Some(mut runs) = runs.filter(|_| !is_replaced) {
        runs.running = None;
        if concluded.status == PayRunStatus::Done {
            runs.done.push(concluded.id);
        }
        runs.version += 1;
        commit.put_runs_of_period(concluded.period, &runs)?;
    }
    commit.send(&jobs.store).await?;
    tracing::info!(id = %concluded.id, lines, people = concluded.people, "pay run");
    Ok(())
}
