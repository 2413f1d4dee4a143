//! `lateness`: people who haven't arrived after the grace period, shifts that ended unattended or were left early. It
//! reads the days that have come due and nothing else.

use domain::{
    calendar::{WorkDate, Zone},
    day::Due,
    event::Subject,
    id::UserId,
};
use futures_util::{StreamExt, stream};
use store::{
    CommitError, StoreError,
    keys::DUE_SHARDS,
    many::{CompanyBasis, PEOPLE_AT_ONCE, PersonBasis},
};

use crate::run::{AT_ONCE, Outcome, Run};

/// How many days one look at a shard takes.
const PAGE: usize = AT_ONCE * PEOPLE_AT_ONCE;

/// Looks at all days that have come due.
pub(crate) async fn look(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    let mut company = None;
    for shard in 0..DUE_SHARDS {
        let mut after = None;
        loop {
            if run.is_over() {
                return Ok(outcome.unfinished());
            }
            let page = run.store.due(Due::Shift, shard, run.now, after.take(), PAGE).await?;
            if !page.days.is_empty() {
                let company = match &company {
                    Some(company) => company,
                    None => company.insert(basis(run, &page.days).await?),
                };
                let batches: Vec<Vec<(UserId, WorkDate)>> =
                    page.days.chunks(PEOPLE_AT_ONCE).map(<[_]>::to_vec).collect();
                let mut batches =
                    stream::iter(batches).map(|days| look_at(run, company, days)).buffer_unordered(AT_ONCE);
                while let Some(batch) = batches.next().await {
                    outcome = outcome.and(batch?);
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(outcome)
}

/// What is the same for everyone. A day whose date is over no longer asks for holidays, so this year's and those next to
/// it will do.
async fn basis(run: &Run, days: &[(UserId, WorkDate)]) -> Result<CompanyBasis, StoreError> {
    let today = Zone::UTC.date_of(run.now);
    let mut years: Vec<i16> = [today.plus_days(-2), today, today.plus_days(2)].map(WorkDate::year).into();
    years.extend(days.iter().map(|(_, date)| date.year()));
    years.sort_unstable();
    years.dedup();
    run.store.company_basis(&years).await
}

async fn look_at(run: &Run, company: &CompanyBasis, days: Vec<(UserId, WorkDate)>) -> Result<Outcome, StoreError> {
    let wanted: Vec<(UserId, Vec<WorkDate>)> = days.iter().map(|(user, date)| (*user, vec![*date])).collect();
    let mut outcome = Outcome { done: true, looked_at: days.len(), changed: 0 };
    for basis in run.store.person_bases(&wanted).await? {
        outcome.changed += usize::from(look_at_one(run, company, &basis).await?);
    }
    Ok(outcome)
}

/// Whether the day changed: what came due is told and noted in one transaction.
async fn look_at_one(run: &Run, company: &CompanyBasis, basis: &PersonBasis) -> Result<bool, StoreError> {
    let planner = basis.planner(company);
    let mut changed = false;
    for day in basis.days.values() {
        let Some(checked) = day.checked(&planner, run.now) else { continue };
        let mut commit = run.commit(Subject::User(basis.person.id), checked.facts)?;
        commit.change_days(&basis.person, &[checked.change])?;
        match commit.send(&run.store).await {
            Ok(()) => changed = true,
            // They clocked in, or another run told it: if anything is still due, the next run sees it.
            Err(CommitError::Lost(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(changed)
}
