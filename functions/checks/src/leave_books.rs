//! `balances` and `leave-year`: what has become due in everyone's leave book. Whoever looks at a balance books that
//! anyhow; these make sure that somebody looks, and give the notices that leave is about to expire.
//!
//! A walk over everyone, in pages; how far it has come is kept, so that a run that was cut off is gone on with.

use domain::{
    audit::Actor,
    event::Subject,
    leave::{Balances, Booking, LeaveTypes},
    scheduled_jobs::Check,
    user::{User, UserStatus},
};
use futures_util::{StreamExt, stream};
use store::{CommitError, Guard, StoreError, leave_book::BookQuery, many::CompanySnapshot, people_lists::Walk};

use crate::run::{Outcome, Run};

/// The people of a page; after each the position is kept.
const PAGE: usize = 256;
/// How many people's books are opened at once: as many as make up for the table's latency, with one read and one transaction
/// for each.
const PEOPLE_AT_ONCE: usize = 32;
/// How often it is decided in all when somebody else books at the same time.
const DECISIONS: u32 = 3;

/// What every book is opened with.
struct Company {
    snapshot: CompanySnapshot,
    types: LeaveTypes,
}

/// Books what has become due; of `balances`, compares what is left with the mark as it is now, too.
pub(crate) async fn keep(run: &Run, check: Check) -> Result<Outcome, StoreError> {
    let snapshot = run.store.company_snapshot(&[]).await?;
    let company = Company { snapshot, types: run.store.leave_types().await? };
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    let mut progress = run.store.check_progress(check).await?.going_on();
    while !progress.is_done() {
        let active = |person: &User| person.status == UserStatus::Active;
        let page = run.store.people(&Walk::Everyone, progress.next(), PAGE, active, false).await?;
        outcome.looked_at += page.people.len();
        let mut booked =
            stream::iter(page.people).map(|person| book(run, &company, check, person)).buffer_unordered(PEOPLE_AT_ONCE);
        while let Some(changed) = booked.next().await {
            outcome.changed += usize::from(changed?);
        }
        drop(booked);
        let after = progress.after(page.next);
        let mut commit = run.commit_without_event();
        commit.keep_check_progress(check, &progress, &after)?;
        match commit.send(&run.store).await {
            Ok(()) => progress = after,
            // Another run is ahead: it goes on.
            Err(CommitError::ConditionFailed(_)) => return Ok(outcome),
            Err(CommitError::Store(error)) => return Err(error),
        }
        if !progress.is_done() && run.is_over() {
            return Ok(outcome.unfinished());
        }
    }
    Ok(outcome)
}

/// Whether anything was booked for a person, or told of them.
async fn book(run: &Run, company: &Company, check: Check, person: User) -> Result<bool, StoreError> {
    let settings = &company.snapshot.settings.settings;
    let today = person.zone_at(&company.snapshot.sites, &settings.time_zone).date_of(run.now);
    let question = BookQuery { user: person.id, years: Balances::years_for(today, []), types: company.types.counted() };
    for _ in 0..DECISIONS {
        let stored = run.store.stored_book(&question).await?;
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
            Err(CommitError::ConditionFailed(Guard::Version)) => {}
            Err(CommitError::ConditionFailed(guard)) => {
                return Err(StoreError::Unwritable(format!("booking what is due lost {guard:?}")));
            }
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    // Whoever books there without end has booked what is due.
    Ok(false)
}
