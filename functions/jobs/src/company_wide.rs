//! Applies a change that concerns the whole company to every person, page by page.
//!
//! A person whose data can't be changed just then, such as somebody whose timesheet is being closed, doesn't hold up the others. The job
//! tries them again at the end, and fails with their ids if they fail again. A retry of the event, a minute later and two minutes after
//! that, continues with them alone. A close takes less time.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::{DateRange, WorkDate, Zone},
    event::{Fact, JobFact, Subject},
    id::{EventId, JobId, UserId},
    settings::Settings,
    user::{User, UserStatus},
};
use futures_util::{StreamExt, stream};
use runtime::{Deadline, events::Failure};
use store::{
    Commit, CommitError, Condition, Stamp, StoreError,
    people_lists::ListScope,
    progress::{CompanyChange, Progress},
};

use crate::{
    context::{Jobs, RESERVE},
    pay_approvals::{self, ChangedPay},
    person, signatures,
};

/// The number of people in a page; the position is stored after each page.
const PAGE: usize = 25;
/// The number of people who are processed concurrently.
const CONCURRENCY: usize = 8;
/// The maximum number of people who are tried again at the end. It is large, because the timesheets of everyone can be closing at a time.
/// Their ids take 150 kB of the item with the job's position.
const MAX_FAILED: usize = 5_000;

/// Applies the change to everyone, from the stored position on. `change` is none if the work continues.
pub(crate) async fn execute(
    jobs: &Jobs,
    cause: EventId,
    change: Option<CompanyChange>,
    deadline: Deadline,
) -> Result<(), Failure> {
    let mut progress = jobs.store.progress(job(cause)).await.map_err(Failure::new)?.about(change);
    let change = progress.change();
    let settings = if progress.is_done() { None } else { timesheet_settings(jobs, &change).await? };
    while !progress.has_passed_everyone() {
        let wanted = |person: &User| concerns(&change, person);
        let page = jobs.store.people(&ListScope::Everyone, progress.next(), PAGE, wanted, false);
        let page = page.await.map_err(Failure::new)?;
        let people: Vec<UserId> = page.people.into_iter().map(|person| person.id).collect();
        let people = with_rules(jobs, &change, people).await.map_err(Failure::new)?;
        let failures = apply_to_all(jobs, cause, &change, settings.as_ref(), &people).await;
        let failed: Vec<UserId> = failures.iter().map(|(person, _)| *person).collect();
        if progress.failed().len() + failed.len() > MAX_FAILED
            && let Some((_, failure)) = failures.into_iter().next()
        {
            return Err(failure);
        }

        let hands_on = page.next.is_some() && deadline.left() < RESERVE;
        match keep(jobs, cause, &progress, progress.after_failures(page.next, failed), hands_on).await {
            Ok(kept) => progress = kept,
            // The event was delivered twice, and the other invocation is ahead: it continues.
            Err(CommitError::ConditionFailed(Condition::Version)) => return Ok(()),
            Err(error) => return Err(Failure::new(error)),
        }
        if hands_on {
            return Ok(());
        }
    }
    if progress.is_done() { Ok(()) } else { try_again(jobs, cause, &progress, &change, settings.as_ref()).await }
}

/// Applies the change to the people for whom it failed. Fails if it fails again for one of them.
async fn try_again(
    jobs: &Jobs,
    cause: EventId,
    progress: &Progress,
    change: &CompanyChange,
    settings: Option<&Settings>,
) -> Result<(), Failure> {
    let failures = apply_to_all(jobs, cause, change, settings, progress.failed()).await;
    let failed: Vec<UserId> = failures.iter().map(|(person, _)| *person).collect();
    match keep(jobs, cause, progress, progress.after_second_try(failed), false).await {
        // The event was delivered twice, and the other invocation was first: its result counts.
        Ok(_) | Err(CommitError::ConditionFailed(Condition::Version)) => {}
        Err(error) => return Err(Failure::new(error)),
    }
    match failures.first() {
        None => Ok(()),
        Some((person, failure)) => {
            Err(Failure::new(format!("{} people are left, such as {person}: {failure}", failures.len())))
        }
    }
}

/// Applies the change to people, and returns those for whom it failed.
async fn apply_to_all(
    jobs: &Jobs,
    cause: EventId,
    change: &CompanyChange,
    settings: Option<&Settings>,
    people: &[UserId],
) -> Vec<(UserId, Failure)> {
    let applied = stream::iter(people.iter().copied()).map(|person| async move {
        let done = apply(jobs, cause, change, settings, person).await;
        done.err().map(|failure| {
            tracing::warn!(%person, %failure, "a change of the company isn't applied to a person yet");
            (person, failure)
        })
    });
    applied.buffer_unordered(CONCURRENCY).filter_map(std::future::ready).collect().await
}

/// Returns the settings, if the company has timesheets and the change can change their figures.
async fn timesheet_settings(jobs: &Jobs, change: &CompanyChange) -> Result<Option<Settings>, Failure> {
    match change {
        CompanyChange::Settings => Ok(None),
        CompanyChange::Site
        | CompanyChange::Holiday { .. }
        | CompanyChange::PayRules { .. }
        | CompanyChange::Figures => {
            let settings = jobs.store.settings().await.map_err(Failure::new)?.settings;
            Ok(settings.pay_period.is_some().then_some(settings))
        }
    }
}

/// Returns whether a change can concern a person. Timesheets of people who have left can still be open.
fn concerns(change: &CompanyChange, person: &User) -> bool {
    match change {
        CompanyChange::Settings | CompanyChange::Site | CompanyChange::Holiday { .. } => {
            person.status == UserStatus::Active
        }
        CompanyChange::PayRules { .. } | CompanyChange::Figures => person.status != UserStatus::Pending,
    }
}

/// Returns those of the people whose pay profiles name the changed pay rules; all of them if something else has changed.
async fn with_rules(jobs: &Jobs, change: &CompanyChange, people: Vec<UserId>) -> Result<Vec<UserId>, StoreError> {
    match change {
        CompanyChange::PayRules { rules_id } => {
            let profiles = jobs.store.pay_profiles_of(&people).await?;
            let named = people.into_iter().zip(&profiles).filter(|(_, profiles)| profiles.rules().contains(rules_id));
            Ok(named.map(|(person, _)| person).collect())
        }
        CompanyChange::Settings | CompanyChange::Site | CompanyChange::Holiday { .. } | CompanyChange::Figures => {
            Ok(people)
        }
    }
}

/// Applies a change to a person. `settings` are present if the change can change the figures of timesheets.
async fn apply(
    jobs: &Jobs,
    cause: EventId,
    change: &CompanyChange,
    settings: Option<&Settings>,
    person: UserId,
) -> Result<(), Failure> {
    let today = Zone::UTC.date_of(jobs.clock.now());
    let recent = DateRange { from: today.plus_days(-pay_approvals::DAYS_BACK), to: today.next() };
    let changed_at = cause.generated_at();
    match change {
        CompanyChange::Settings => {
            person::follow(jobs, cause, person).await?;
            pay_approvals::follow(jobs, person, ChangedPay::from_today(today, changed_at).as_slice()).await?;
        }
        CompanyChange::Site => {
            person::follow(jobs, cause, person).await?;
            pay_approvals::refresh(jobs, person, recent, &BTreeSet::new()).await?;
        }
        CompanyChange::Holiday { date, further } => {
            person::follow(jobs, cause, person).await?;
            let holidays = dates(*date, further);
            let of_range = |range: &DateRange| ChangedPay::of_schedule(range.from, range.to, today, changed_at);
            let changed: Vec<ChangedPay> = near_each_other(&holidays).iter().filter_map(of_range).collect();
            pay_approvals::follow_holidays(jobs, person, &changed, &holidays).await?;
        }
        CompanyChange::PayRules { .. } | CompanyChange::Figures => {
            pay_approvals::refresh(jobs, person, recent, &BTreeSet::new()).await?;
        }
    }
    let Some(settings) = settings else { return Ok(()) };
    match change {
        CompanyChange::Holiday { date, further } => {
            person::follow_past_holidays(jobs, settings, person, &dates(*date, further)).await
        }
        CompanyChange::Site | CompanyChange::PayRules { .. } | CompanyChange::Figures => {
            signatures::compare(jobs, settings, person, today.plus_days(-signatures::DAYS_BACK)).await
        }
        CompanyChange::Settings => Ok(()),
    }
}

/// Returns the dates of the holidays of a change.
fn dates(first: WorkDate, further: &[WorkDate]) -> BTreeSet<WorkDate> {
    further.iter().copied().chain([first]).collect()
}

/// Returns the dates as ranges. Dates of which one is less than a week after the other are one range, because the overtime of a week
/// would be computed again for each of them.
fn near_each_other(dates: &BTreeSet<WorkDate>) -> Vec<DateRange> {
    let mut ranges: Vec<DateRange> = Vec::new();
    for &date in dates {
        match ranges.last_mut().filter(|last| date.days_since(last.to) < 7) {
            Some(last) => last.to = date,
            None => ranges.push(DateRange::only(date)),
        }
    }
    ranges
}

/// Stores the position of the work, and adds the event that hands over the rest if another invocation is to do it.
async fn keep(
    jobs: &Jobs,
    cause: EventId,
    before: &Progress,
    after: Progress,
    hands_on: bool,
) -> Result<Progress, CommitError> {
    let stamp = jobs.stamp();
    let mut commit = if hands_on {
        Commit::new(stamp, Subject::Job(job(cause)), vec![Fact::Job(JobFact::WorkContinues { cause })])?
    } else {
        Commit::without_event(stamp)
    };
    commit.keep_progress(job(cause), before, &after)?;
    commit.send(&jobs.store).await?;
    Ok(after)
}

/// Returns the id of the work that an event starts.
pub(crate) fn job(cause: EventId) -> JobId {
    cause.ulid().into()
}

impl Jobs {
    /// Returns the stamp of a change that Rollcall makes by itself, now.
    pub(crate) fn stamp(&self) -> Stamp {
        let at = self.clock.now();
        Stamp { event_id: EventId::generate(at, &*self.entropy), at, actor: Actor::System, request_id: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_less_than_a_week_apart_are_one_range() {
        let date = |text: &str| -> WorkDate { text.parse().unwrap() };
        let range = |from, to| DateRange { from: date(from), to: date(to) };
        let further = ["2026-12-26", "2026-12-25", "2026-12-31", "2027-01-07"].map(date);
        let holidays = dates(date("2026-12-25"), &further);
        let alone = range("2027-01-07", "2027-01-07");
        assert_eq!(near_each_other(&holidays), [range("2026-12-25", "2026-12-31"), alone]);
    }
}
