//! Books the dates that are over in time accounts (docs/rules.md#time-accounts). It runs with `close-day`.
//!
//! A date is booked once it is over in every time zone, and once its sessions have ended. Later changes of the day book the
//! difference themselves.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange},
    event::{Fact, PayFact, Subject},
    id::UserId,
    pay::AccountEntry,
};
use futures_util::{StreamExt, stream};
use jiff::{Timestamp, ToSpan};
use store::{StoreError, pay::accounts::BookingSnapshot};

use crate::run::{CONCURRENCY, Outcome, Run, Unreadable};

/// The number of accounts that one query returns.
const PAGE: usize = 64;
/// The number of a person's dates that one transaction books. Each date needs up to five actions.
const DATES_AT_ONCE: i32 = 18;
/// The number of past dates that an account can begin with.
const MAX_DAYS_BACK: i32 = 400;

/// Returns the last date that is booked at an instant: it is over in every time zone.
pub(crate) fn last_booked(now: Timestamp) -> WorkDate {
    // The last time zone is twelve hours behind UTC.
    let everywhere = now.saturating_sub(12.hours()).unwrap_or(now);
    Zone::UTC.date_of(everywhere).previous()
}

/// Books all dates that are over.
pub(crate) async fn book(run: &Run) -> Result<Outcome, StoreError> {
    let last = last_booked(run.now);
    let (mut outcome, mut unreadable) = (Outcome::NOTHING_TO_DO, Unreadable::default());
    let mut passed_over = BTreeSet::new();
    loop {
        if run.is_over() {
            return unreadable.end(outcome.unfinished());
        }
        let waiting = run.store.accounts_to_book(last, PAGE).await?;
        let waiting: Vec<_> = waiting.into_iter().filter(|(user, _)| !passed_over.contains(user)).collect();
        let mut steps = stream::iter(waiting)
            .map(|(user, through)| async move { (user, book_one(run, user, through, last).await) })
            .buffer_unordered(CONCURRENCY);
        let mut changed = 0;
        while let Some((user, booked)) = steps.next().await {
            let booked = unreadable.pass_over(booked)?;
            if booked.is_none() {
                passed_over.insert(user);
            }
            let is_changed = usize::from(booked.unwrap_or_default());
            changed += is_changed;
            outcome = outcome.and(Outcome::of(1, is_changed));
        }
        drop(steps);
        // The list lags slightly behind the accounts. If it only lists accounts that are done, the next run continues.
        if changed == 0 {
            return unreadable.end(outcome);
        }
    }
}

/// Books the next dates of a person's account. Returns whether it did. Takes one read and one transaction, and what the pay of the
/// dates takes if multipliers of pay codes are credited.
async fn book_one(run: &Run, user: UserId, through: WorkDate, last: WorkDate) -> Result<bool, StoreError> {
    let first = through.next().max(last.plus_days(-MAX_DAYS_BACK));
    let until = last.min(first.plus_days(DATES_AT_ONCE - 1));
    let dates: Vec<WorkDate> = (0..=until.days_since(first)).map(|days| first.plus_days(days)).collect();
    let snapshot = run.store.booking_snapshot(user, dates.clone(), run.now).await?;
    let (Some(person), Some(account)) = (&snapshot.attendance.person, &snapshot.account) else { return Ok(false) };
    // The index lags slightly behind the account.
    if account.booked_through != through {
        return Ok(false);
    }
    let dates: Vec<WorkDate> = dates.into_iter().take_while(|date| !has_open_session(&snapshot, *date)).collect();
    let Some(through) = dates.last().copied() else { return Ok(false) };
    let credits = credits(run, &snapshot, user, &dates).await?;
    let (changes, others) = bookings(run, &snapshot, &dates, &credits);
    let booked =
        changes.iter().flat_map(DayChange::account_entries).chain(&others).map(|entry| entry.seconds).sum::<i64>();
    let balance_seconds = account.balance_seconds + booked;
    let policy = &snapshot.attendance.settings.settings.time_accounts;
    let passed = policy.mark_passed(account.compared_seconds(), balance_seconds);
    let fact = passed.map(|mark| Fact::Pay(PayFact::TimeAccountMarkPassed { mark, balance_seconds }));
    let mut commit = run.commit(Subject::User(user), fact.into_iter().collect())?;
    commit.book_account(person, account, &changes, &others, through)?;
    run.paced(commit.send_if_unchanged(&run.store)).await
}

fn has_open_session(snapshot: &BookingSnapshot, date: WorkDate) -> bool {
    snapshot.attendance.days.get(&date).is_some_and(|day| day.open_session().is_some())
}

/// Returns what the multipliers of pay codes add to the dates.
async fn credits(
    run: &Run,
    snapshot: &BookingSnapshot,
    user: UserId,
    dates: &[WorkDate],
) -> Result<Vec<AccountEntry>, StoreError> {
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return Ok(Vec::new()) };
    if !snapshot.codes.codes().credit_accounts() {
        return Ok(Vec::new());
    }
    let Some(inputs) = run.store.pay_inputs(user, *first, *last, run.now).await? else { return Ok(Vec::new()) };
    let booked = run.store.account_entries_between(user, *first, *last).await?;
    Ok(inputs.credit_entries(&booked))
}

/// Returns the days with their bookings, and the credits and the entries that the company's rules add after them.
fn bookings(
    run: &Run,
    snapshot: &BookingSnapshot,
    dates: &[WorkDate],
    credits: &[AccountEntry],
) -> (Vec<DayChange>, Vec<AccountEntry>) {
    let (Some(person), Some(account)) = (&snapshot.attendance.person, &snapshot.account) else {
        return (Vec::new(), Vec::new());
    };
    let planner = snapshot.attendance.planner(person);
    let policy = &planner.settings.time_accounts;
    let (mut changes, mut others, mut balance) = (Vec::new(), Vec::new(), account.balance_seconds);
    for date in dates {
        let profile = snapshot.profiles.on(*date);
        let terms = profile.and_then(|profile| profile.account_terms(*date, &planner));
        let booked = |day: &Day| {
            let after = day.with_account_terms(terms, &planner);
            let change = DayChange::new(Some(day.clone()), after, run.now);
            let is_changed = !change.account_entries().is_empty() || change.after().account() != day.account();
            is_changed.then_some(change)
        };
        let change = snapshot.attendance.days.get(date).and_then(booked);
        balance += change.iter().flat_map(DayChange::account_entries).map(|entry| entry.seconds).sum::<i64>();
        changes.extend(change);
        let credit = credits.iter().filter(|entry| entry.date == *date).cloned();
        others.extend(credit.inspect(|entry| balance += entry.seconds));
        // Dates that are booked again, because a profile changed, were settled before.
        if snapshot.settled_through().is_none_or(|settled| settled < *date) && terms.is_some() {
            let added = policy.entries_after(*date, balance, run.now);
            balance += added.iter().map(|entry| entry.seconds).sum::<i64>();
            others.extend(added);
        }
    }
    (changes, others)
}
