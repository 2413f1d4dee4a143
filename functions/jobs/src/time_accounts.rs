//! Keeps a person's time account up to date with the pay of dates that are booked: the credits of multipliers, and the comparison of
//! the balance with the marks of the company's rules.
//!
//! A changed day books its worked time in its own transaction. What multipliers add depends on the pay rules and on the other dates of
//! the week, so it is computed here, after the change. `checks` does the same when it books a date.

use domain::event::{Fact, PayFact, Subject};
use store::{Commit, CommitError, pay::inputs::PayInputs};

use crate::context::Jobs;

/// The number of entries that one transaction adds.
const AT_ONCE: usize = 64;

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
