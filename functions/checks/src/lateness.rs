//! `lateness`: people who haven't arrived after the grace period, shifts that ended unattended or were left early. It
//! reads the days that have come due and nothing else.
//!
//! Who hasn't arrived is gathered by department and told when the look is over: where many are late at once, those in
//! charge get one piece of news and not hundreds.

use std::collections::BTreeMap;

use domain::{
    calendar::{WorkDate, Zone},
    day::{Checked, Due},
    event::{Fact, Missing, Subject},
    id::{DepartmentId, UserId},
    lateness::SameLateness,
    schedule::ShiftId,
    user::User,
};
use futures_util::{StreamExt, stream};
use store::{
    Commit, CommitError, StoreError,
    day_update::{DayUpdate, PresenceUpdate},
    keys::DUE_SHARDS,
    many::{CompanySnapshot, PEOPLE_AT_ONCE, PersonSnapshot},
};

use crate::run::{CONCURRENCY, Outcome, Run};

/// How many days one look at a shard takes.
const PAGE: usize = CONCURRENCY * PEOPLE_AT_ONCE;
/// A digest of so many goes out before the look is over: an event stays well below what the bus takes (256 KB).
const FULL: usize = 1000;

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
                    None => company.insert(snapshot(run).await?),
                };
                outcome = outcome.and(look_at(run, company, &page.days).await?);
                announce(run, FULL).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    // With what a run that was cut off had gathered: whoever it found and whoever this one did are one piece of news.
    announce(run, 0).await?;
    Ok(outcome)
}

/// What is the same for everyone. A day whose date is over no longer asks for holidays, so those around now will do.
async fn snapshot(run: &Run) -> Result<CompanySnapshot, StoreError> {
    let today = Zone::UTC.date_of(run.now);
    let mut years: Vec<i16> = [today.plus_days(-2), today.plus_days(2)].map(WorkDate::year).into();
    years.dedup();
    run.store.company_snapshot(&years).await
}

/// Somebody whose day changes.
struct Found {
    person: User,
    checked: Checked,
}

impl Found {
    fn department(&self) -> Option<DepartmentId> {
        self.checked.change.after().department_id()
    }

    /// The shifts that the person hasn't come to.
    fn missing(&self) -> impl Iterator<Item = Missing> {
        self.checked.facts.iter().filter_map(|fact| {
            let Fact::NotArrived { shift_id, .. } = fact else { return None };
            let shift_id = shift_id.parse::<ShiftId>().ok()?;
            Some(Missing { user_id: self.person.id, shift_id })
        })
    }
}

/// Looks at a page of days, the earliest of each person first.
async fn look_at(run: &Run, company: &CompanySnapshot, days: &[(UserId, WorkDate)]) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome { done: true, looked_at: days.len(), changed: 0 };
    for round in rounds(days) {
        outcome.changed += look_at_round(run, company, &round).await?;
    }
    Ok(outcome)
}

/// The days in rounds, in none of which a person stands twice: days of a month change one item of totals, and a transaction
/// takes an item once. More than one round there is only where nobody looked for a day.
fn rounds(days: &[(UserId, WorkDate)]) -> Vec<Vec<(UserId, WorkDate)>> {
    let mut rounds: Vec<Vec<(UserId, WorkDate)>> = Vec::new();
    let mut rounds_of: BTreeMap<UserId, usize> = BTreeMap::new();
    for (user, date) in days {
        let round = rounds_of.entry(*user).or_default();
        match rounds.get_mut(*round) {
            Some(days) => days.push((*user, *date)),
            None => rounds.push(vec![(*user, *date)]),
        }
        *round += 1;
    }
    rounds
}

/// Reads the days in batches, and notes what is found department by department. How many were changed.
async fn look_at_round(run: &Run, company: &CompanySnapshot, days: &[(UserId, WorkDate)]) -> Result<usize, StoreError> {
    let wanted: Vec<(UserId, Vec<WorkDate>)> = days.iter().map(|(user, date)| (*user, vec![*date])).collect();
    let batches: Vec<Vec<_>> = wanted.chunks(PEOPLE_AT_ONCE).map(<[_]>::to_vec).collect();
    let mut reads = stream::iter(batches).map(|people| read(run, company, people)).buffer_unordered(CONCURRENCY);
    let mut departments: BTreeMap<Option<DepartmentId>, Vec<Found>> = BTreeMap::new();
    while let Some(found) = reads.next().await {
        for found in found? {
            departments.entry(found.department()).or_default().push(found);
        }
    }
    drop(reads);
    let mut notes = stream::iter(departments)
        .map(|(department, found)| note_all(run, department, found))
        .buffer_unordered(CONCURRENCY);
    let mut changed = 0;
    while let Some(noted) = notes.next().await {
        changed += noted?;
    }
    Ok(changed)
}

/// What came due about these people.
async fn read(
    run: &Run,
    company: &CompanySnapshot,
    people: Vec<(UserId, Vec<WorkDate>)>,
) -> Result<Vec<Found>, StoreError> {
    let bases = run.store.person_bases(&people).await?;
    let found = bases.into_iter().filter_map(|snapshot| {
        let planner = snapshot.planner(company);
        let checked = snapshot.days.values().find_map(|day| day.checked(&planner, run.now))?;
        let PersonSnapshot { person, .. } = snapshot;
        Some(Found { person, checked })
    });
    Ok(found.collect())
}

/// How many people's changes one transaction takes: an event, a day and a month each, and the digest, are below its 100.
const NOTED_AT_ONCE: usize = 32;

/// Notes what was found of a department's people, several in one transaction; one by one where somebody is in the way.
async fn note_all(run: &Run, department: Option<DepartmentId>, found: Vec<Found>) -> Result<usize, StoreError> {
    let mut changed = 0;
    // Where the schedule or the policy has just changed, what lateness cost changes along.
    let (found, late_otherwise): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|found| SameLateness::of(&found.checked.change, run.now).is_some());
    for found in &late_otherwise {
        changed += usize::from(note_charged(run, department, found).await?);
    }
    for found in found.chunks(NOTED_AT_ONCE) {
        if note(run, department, found).await? {
            changed += found.len();
        } else if found.len() > 1 {
            for found in found.chunks(1) {
                changed += usize::from(note(run, department, found).await?);
            }
        }
    }
    Ok(changed)
}

/// Whether it was noted. Where somebody clocked in, or another run noted it, nothing is: if anything is still due, the
/// next run sees it.
async fn note(run: &Run, department: Option<DepartmentId>, found: &[Found]) -> Result<bool, StoreError> {
    let mut commit = run.commit_without_event();
    for Found { person, checked } in found {
        let Some(unchanged) = SameLateness::of(&checked.change, run.now) else { return Ok(false) };
        if !checked.facts.is_empty() {
            commit.add_event(run.event_id(), Subject::User(person.id), checked.facts.clone())?;
        }
        commit.note_days(person, &[unchanged])?;
    }
    gather(&mut commit, department, found)?;
    send(run, commit).await
}

/// [`note`] of one whose lateness comes out otherwise: what was deducted for it is read, and booked anew with the day.
async fn note_charged(run: &Run, department: Option<DepartmentId>, found: &Found) -> Result<bool, StoreError> {
    let Found { person, checked } = found;
    let snapshot = run.store.follow_snapshot(person.id, vec![checked.change.after().date()], run.now).await?;
    let changes = std::slice::from_ref(&checked.change);
    let (attendance, book) = (&snapshot.attendance, &snapshot.book);
    let update = DayUpdate { person, attendance, book, changes, presence: PresenceUpdate::Stays };
    let mut commit = update.commit(run.stamp(), &checked.facts)?;
    gather(&mut commit, department, std::slice::from_ref(found))?;
    send(run, commit).await
}

/// Adds who is missing to what their department is told of.
fn gather(commit: &mut Commit, department: Option<DepartmentId>, found: &[Found]) -> Result<(), StoreError> {
    let missing: Vec<Missing> = found.iter().flat_map(Found::missing).collect();
    if missing.is_empty() { Ok(()) } else { commit.add_to_digest(department, &missing) }
}

/// Whether the change was made.
async fn send(run: &Run, commit: Commit) -> Result<bool, StoreError> {
    match commit.send(&run.store).await {
        Ok(()) => Ok(true),
        Err(CommitError::ConditionFailed(_)) => Ok(false),
        Err(CommitError::Store(error)) => Err(error),
    }
}

/// Tells of those who were gathered, where they are at least so many.
async fn announce(run: &Run, at_least: usize) -> Result<(), StoreError> {
    for digest in run.store.digests().await?.into_iter().filter(|digest| digest.people.len() >= at_least) {
        let subject =
            digest.department_id.map_or(Subject::Check(domain::scheduled_jobs::Check::Lateness), Subject::Department);
        let mut commit = run.commit(subject, vec![Fact::MissingPeople { people: digest.people.clone() }])?;
        commit.close_digest(&digest)?;
        match commit.send(&run.store).await {
            // Where another run adds to it or sends it, it is that run's to send.
            Ok(()) | Err(CommitError::ConditionFailed(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(())
}
