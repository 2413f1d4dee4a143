//! Keeps a person's time account up to date with the pay of dates that are booked: the credits of multipliers, and the comparison of
//! the balance with the marks of the company's rules.
//!
//! A changed day books its worked time in its own transaction. What multipliers add depends on the pay rules and on the other dates of
//! the week, so it is computed here, after the change. `checks` does the same when it books a date.
//!
//! A date whose day is stored only after the date was booked, such as work that is entered late or a day of a corrected employment, is
//! booked by the next run of `checks`.
//!
//! A contract's weekly time is spread over the dates of the week that have shifts. After a changed roster, the dates of the week that are
//! booked already have another share of it, and `checks` books them again.

use domain::{
    calendar::{DateRange, WorkDate},
    day::Day,
    event::{Fact, PayFact, Subject},
    id::UserId,
    pay::contract_week,
};
use runtime::events::Failure;
use store::{
    Commit, CommitError,
    pay::{accounts::BookingSnapshot, inputs::PayInputs},
};

use crate::{context::Jobs, decisions::decide};

/// The number of entries that one transaction adds.
const AT_ONCE: usize = 64;
/// The number of dates that one read examines: whole weeks, and at most what a booking snapshot takes.
const EXAMINED_AT_ONCE: usize = 35;

/// Updates the time account of a person to the pay of the dates in `inputs`. Costs nothing for a person without an account, one
/// read if none of the dates is booked, and one query otherwise.
pub(crate) async fn refresh(jobs: &Jobs, inputs: &PayInputs) -> Result<(), CommitError> {
    if !inputs.profiles.all().iter().any(|profile| profile.account) {
        return Ok(());
    }
    let person = inputs.person.id;
    let Some(account) = jobs.store.time_account(person).await? else { return Ok(()) };
    let last = inputs.to.min(account.booked_through);
    if last < inputs.from {
        return Ok(());
    }
    if let Some(first) = first_without_terms(inputs, last) {
        let mut commit = Commit::without_event(jobs.stamp());
        commit.open_account(person, Some(&account), first)?;
        commit.send(&jobs.store).await?;
    }
    let booked = jobs.store.account_entries_between(person, inputs.from, last).await?;
    let mut entries = inputs.credit_entries(&booked);
    // `checks` books the credits of later dates with the dates.
    entries.retain(|entry| entry.date <= last);
    for some in entries.chunks(AT_ONCE) {
        let mut commit = Commit::without_event(jobs.stamp());
        commit.add_account_entries(person, some)?;
        commit.send(&jobs.store).await?;
    }
    compare_with_marks(jobs, inputs).await
}

/// Returns the first date through `last` whose day is stored without the terms of the account that the person has on it.
fn first_without_terms(inputs: &PayInputs, last: WorkDate) -> Option<WorkDate> {
    let planner = inputs.planner();
    let has_account = |date: WorkDate| {
        inputs.profiles.on(date).is_some_and(|profile| profile.account_terms(date, &planner).is_some())
    };
    let is_unbooked = |day: &Day| day.version() > 0 && day.account().is_none() && has_account(day.date());
    inputs.days.range(inputs.from..=last).map(|(_, day)| day).find(|day| is_unbooked(day)).map(Day::date)
}

/// Announces a mark that the balance has passed since it was compared last.
async fn compare_with_marks(jobs: &Jobs, inputs: &PayInputs) -> Result<(), CommitError> {
    let person = inputs.person.id;
    let Some(account) = jobs.store.time_account(person).await? else { return Ok(()) };
    let policy = &inputs.attendance.settings.settings.time_accounts;
    let (before, balance_seconds) = (account.compared_seconds(), account.balance_seconds);
    let passed = policy.mark_passed(before, balance_seconds);
    if passed.is_none() && policy.mark_passed(balance_seconds, before).is_none() {
        return Ok(());
    }
    let fact = passed.map(|mark| Fact::Pay(PayFact::TimeAccountMarkPassed { mark, balance_seconds }));
    let mut commit = match fact {
        Some(fact) => Commit::new(jobs.stamp(), Subject::User(person), vec![fact])?,
        None => Commit::without_event(jobs.stamp()),
    };
    commit.note_compared_balance(&account)?;
    commit.send(&jobs.store).await
}

/// Has dates booked again whose share of a contract's weekly time has changed with the schedule of `changed`. Costs one read for each
/// five weeks of these dates, as far as they are booked.
pub(crate) async fn rebook_weeks(jobs: &Jobs, person: UserId, changed: DateRange) -> Result<(), Failure> {
    let Some(account) = jobs.store.time_account(person).await.map_err(Failure::new)? else { return Ok(()) };
    let last = contract_week(changed.to).to.min(account.booked_through);
    let dates: Vec<WorkDate> = DateRange { from: contract_week(changed.from).from, to: last }.each().collect();
    for some in dates.chunks(EXAMINED_AT_ONCE) {
        if decide("the time account", person, || rebook_from_first(jobs, person, some)).await? {
            // All later dates are booked again with the first one.
            return Ok(());
        }
    }
    Ok(())
}

/// Has the first of the dates whose terms have changed booked again, and all dates after it. Returns whether there is one.
async fn rebook_from_first(jobs: &Jobs, person: UserId, dates: &[WorkDate]) -> Result<bool, CommitError> {
    let snapshot = jobs.store.booking_snapshot(person, dates.to_vec(), jobs.clock.now()).await?;
    let Some(account) = &snapshot.account else { return Ok(false) };
    let Some(first) = first_with_other_terms(&snapshot, dates, account.booked_through) else { return Ok(false) };
    let mut commit = Commit::without_event(jobs.stamp());
    commit.open_account(person, Some(account), first)?;
    commit.send(&jobs.store).await?;
    Ok(true)
}

/// Returns the first of the dates that is booked by other terms than those of its present schedule.
fn first_with_other_terms(
    snapshot: &BookingSnapshot,
    dates: &[WorkDate],
    booked_through: WorkDate,
) -> Option<WorkDate> {
    let planner = snapshot.attendance.planner(snapshot.attendance.person.as_ref()?);
    let has_other_terms = |date: &WorkDate| {
        let booked = snapshot.attendance.days.get(date).and_then(|day| day.account());
        let profile = snapshot.profiles.on(*date);
        booked
            .is_some_and(|booked| booked.terms() != profile.and_then(|profile| profile.account_terms(*date, &planner)))
    };
    dates.iter().copied().filter(|date| *date <= booked_through).find(has_other_terms)
}
