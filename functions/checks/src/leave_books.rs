//! `balances` and `leave-year`: book the leave entries that are due for each person. Reading a balance also books them. These
//! checks make sure that they are booked even if no one reads the balance, and send the notices that leave is about to expire.
//!
//! A run goes through all people in pages. The position is stored, so that the next run continues where an interrupted run
//! stopped.

use domain::{
    audit::Actor,
    event::Subject,
    leave::{Balances, Booking, LeaveTypes},
    scheduled_jobs::Check,
    user::{User, UserStatus},
};
use futures_util::{StreamExt, stream};
use store::{
    CommitError, Condition, StoreError, leave_book::BookQuery, many::CompanySnapshot, people_lists::ListScope,
};

use crate::run::{Outcome, Run, Unreadable};

/// The number of people on a page. The position is stored after each page.
const PAGE: usize = 256;
/// The number of people whose books are opened at the same time: enough to compensate for the table's latency, with one read and
/// one transaction for each.
const PEOPLE_AT_ONCE: usize = 32;
/// The maximum number of attempts when other bookings are made at the same time.
const MAX_ATTEMPTS: u32 = 3;

/// The company's data, which every book is opened with.
struct Company {
    snapshot: CompanySnapshot,
    types: LeaveTypes,
}

/// Books the entries that are due. The check `balances` also compares the remaining leave with the current threshold.
pub(crate) async fn keep(run: &Run, check: Check) -> Result<Outcome, StoreError> {
    let snapshot = run.store.company_snapshot(&[]).await?;
    let company = Company { snapshot, types: run.store.leave_types().await? };
    let (mut outcome, mut unreadable) = (Outcome::NOTHING_TO_DO, Unreadable::default());
    let mut progress = run.store.check_progress(check).await?.going_on();
    // A repeat of an invocation that ends a walk begins another one. It is worth failing only if the walk fits into one invocation.
    let is_whole_walk = progress.next().is_none();
    while !progress.is_done() {
        let active = |person: &User| person.status == UserStatus::Active;
        let page = run.store.people(&ListScope::Everyone, progress.next(), PAGE, active, false).await?;
        outcome.looked_at += page.people.len();
        let mut booked =
            stream::iter(page.people).map(|person| book(run, &company, check, person)).buffer_unordered(PEOPLE_AT_ONCE);
        while let Some(changed) = booked.next().await {
            outcome.changed += usize::from(unreadable.pass_over(changed)?.unwrap_or_default());
        }
        drop(booked);
        let after = progress.after(page.next);
        let mut commit = run.commit_without_event();
        commit.keep_check_progress(check, &progress, &after)?;
        if !commit.send_if_unchanged(&run.store).await? {
            // Another run is ahead and continues.
            return unreadable.end(outcome);
        }
        progress = after;
        if !progress.is_done() && run.is_over() {
            return unreadable.end(outcome.unfinished());
        }
    }
    if is_whole_walk { unreadable.end(outcome) } else { Ok(outcome) }
}

/// Returns whether an entry was booked or a notice was given for a person.
async fn book(run: &Run, company: &Company, check: Check, mut person: User) -> Result<bool, StoreError> {
    let settings = &company.snapshot.settings.settings;
    for _ in 0..MAX_ATTEMPTS {
        let today = person.zone_at(&company.snapshot.sites, &settings.time_zone).date_of(run.now);
        let years = Balances::years_for(today, []);
        let stored =
            run.store.stored_book(&BookQuery { user: person.id, years, types: company.types.counted() }).await?;
        let booking = Booking { at: run.now, today, by: Actor::System };
        let mut book = stored.open(&person, settings, booking);
        book.bring_all_up_to_date();
        book.give_notices();
        if check == Check::Balances {
            book.check_mark();
        }
        let booked = book.finish();
        if booked.is_empty() {
            return Ok(false);
        }
        let mut commit = run.commit(Subject::User(person.id), booked.facts.clone())?;
        commit.guard_person(&person)?;
        commit.book_leave(person.id, &booked, &stored, &company.snapshot.settings)?;
        match run.paced(commit.send(&run.store)).await {
            Ok(()) => return Ok(true),
            Err(CommitError::ConditionFailed(Condition::Version)) => {}
            Err(CommitError::ConditionFailed(condition)) => {
                return Err(StoreError::Unwritable(format!("booking what is due lost {condition:?}")));
            }
            Err(CommitError::Store(error)) => return Err(error),
        }
        // The page of people may be minutes old.
        let present = run.store.user(person.id).await?.filter(|person| person.status == UserStatus::Active);
        let Some(present) = present else { return Ok(false) };
        person = present;
    }
    // Each change of the book or of the person that won the race books what is due, or the next run does.
    Ok(false)
}
